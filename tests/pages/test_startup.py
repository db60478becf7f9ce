"""Opening the application is quick: nothing that only a worker needs is imported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages.conftest import FILES, ROOT

HEAVY = ("flaml", "shap", "sklearn", "lightgbm", "catboost", "xgboost", "skrub")
CODE = """
import json, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
if sys.argv[1]:
    app.switch_page(sys.argv[1]).run()
assert not app.exception, app.exception
print(json.dumps([name for name in sys.argv[2].split() if name in sys.modules]))
"""


@pytest.mark.parametrize("page", ["", FILES["gallery"], FILES["train"]])
def test_the_first_pages_import_nothing_heavy(tmp_path: Path, page: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, page, " ".join(HEAVY)],
        cwd=ROOT,
        env={**os.environ, "PROOFOLIO_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1]) == []
