"""Level 3: the author's code is run only where it is agreed to, in a place of its own, and its scores are compared."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StateError
from engine.evidence import rebuild as module
from engine.evidence.document import Claim, Document
from engine.evidence.rebuild import plan, rebuild
from engine.evidence.verify import verify

CODE = """
import json, os, pathlib
files = [path.as_posix() for path in pathlib.Path(".").rglob("*") if path.is_file()]
seen = {"environment": sorted(os.environ), "files": files}
pathlib.Path("reports").mkdir(exist_ok=True)
pathlib.Path("reports/reproduced.json").write_text(json.dumps({"rmse": RMSE}))
pathlib.Path(SEEN).write_text(json.dumps(seen))
"""


def claim(value: float) -> Claim:
    numbers = {"low": None, "high": None, "n": 5, "run": 1, "resamples": 10, "seed": 0}
    texts = {"id": "holdout.rmse", "metric": "rmse", "method": "", "fact": "holdout.rmse", "text": "1", "file": None}
    return Claim(**{**numbers, **texts, "value": value})  # type: ignore[arg-type]


def document(value: float) -> Document:
    empty: dict[str, Any] = {"files": (), "parts": (), "trials": {}, "problem": {}}
    return Document(project="toy", public="", fingerprint="", claims=(claim(value),), **empty)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose code writes one score, and what it sees of the machine."""
    folder = tmp_path / "repository"
    (folder / "toy" / "modeling").mkdir(parents=True)
    (folder / "requirements.txt").write_text("nothing==1.0\n")
    code = CODE.replace("RMSE", "2.5").replace("SEEN", repr(str(tmp_path / "seen.json")))
    (folder / "toy" / "modeling" / "evaluate.py").write_text(code)
    (folder / "unlisted.py").write_text("")
    names = ("requirements.txt", "toy/modeling/evaluate.py")
    files = [{"path": name, "sha256": "0" * 64, "size": 1} for name in names]
    key = {"public": "0" * 64, "fingerprint": "0" * 16}
    written = {"schema": "proofolio-evidence-1", "project": None, "key": key, "files": files, "projects": []}
    (folder / "evidence.json").write_text(json.dumps(written))
    # What is tested is what becomes of the code, not whether packages can be fetched.
    monkeypatch.setattr(module, "_environment", lambda *_: Path(sys.executable))
    return folder


def test_the_same_scores_hold_and_others_do_not(repository: Path) -> None:
    assert all(check["ok"] for check in rebuild(plan(repository), document(2.5)))
    checks = list(rebuild(plan(repository), document(2.51)))
    assert [check["ok"] for check in checks] == [True, False]
    assert checks[1]["actual"] == 2.5


def test_the_code_sees_nothing_of_the_machine_but_what_was_checked(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "of mine")
    list(rebuild(plan(repository), document(2.5)))
    seen = json.loads((repository.parent / "seen.json").read_text())
    assert "A_SECRET" not in seen["environment"]
    assert set(seen["environment"]) <= {"PATH", "HOME", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
    assert "unlisted.py" not in seen["files"]
    assert not (repository / "reports").exists(), "nothing is written where the repository lies"


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise SystemExit('the data is missing')", "the data is missing"), ("while True: pass", "longer than")],
)
def test_code_that_fails_or_never_ends_is_one_sentence(
    repository: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(module, "LONGEST_SECONDS", 2.0)
    (repository / "toy" / "modeling" / "evaluate.py").write_text(code)
    (check,) = rebuild(plan(repository), document(2.5))
    assert not check["ok"]
    assert said in str(check["actual"])


def test_a_site_cannot_be_rebuilt_and_nothing_runs_unasked(site: Path) -> None:
    assert verify(site).level == 2
    with pytest.raises(StateError, match="no code"):
        verify(site, agree=lambda _: True)


@pytest.mark.slow
def test_a_project_of_a_template_is_built_again_by_a_stranger(tmp_path: Path) -> None:
    words = (
        ["project", "new", "birds", "--template", "penguin-species"],
        ["train", "birds", "--trials", "5"],
        ["holdout", "open", "birds", "--expect", "0.95"],
        ["export", "birds", "--as", "repo", "--out", str(tmp_path / "out")],
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PROOFOLIO_HOME": str(tmp_path / "home")}
    for one in words:
        subprocess.run([sys.executable, "-m", "engine.cli", *one], env=environment, check=True, capture_output=True)
    asked: list[str] = []
    refused = verify(tmp_path / "out", agree=lambda said: bool(asked.append(said)))
    assert (refused.ok, refused.level) == (True, 2)
    assert "not run" in " ".join(refused.notes)
    assert "birds/modeling/evaluate.py" in asked[0]
    found = verify(tmp_path / "out", agree=lambda _: True)
    assert (found.ok, found.level) == (True, 3), found.checks
    again = [sys.executable, "-m", "engine.cli", "rebuild", "birds", "--json"]
    done = subprocess.run(again, env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["faults"] == []
    judge = [sys.executable, "-m", "engine.cli", "rubric", "birds", "--json"]
    shown = json.loads(subprocess.run(judge, env=environment, check=True, capture_output=True, text=True).stdout)
    by_number = {one["number"]: one["result"] for one in shown["checks"]}
    assert (by_number[13], by_number[14]) == ("pass", "pass")
