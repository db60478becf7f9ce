"""The code that makes a template's table does what was done when its project began."""

import importlib.metadata
import io
from pathlib import Path

import pandas as pd
import pytest

from engine.data.templates import load, read_frame
from engine.publish.repo.making import making_code, reading_code

PROJECTS = Path(__file__).resolve().parents[3] / "projects"
MADE = ("handwritten-digits", "food-review-sentiment", "wildlife-strike-reports", "flight-delays")


@pytest.mark.parametrize("slug", MADE)
def test_the_code_gives_the_same_table(slug: str) -> None:
    template = load(PROJECTS / slug)

    def fetch(path: str, sha256: str) -> bytes:
        files = importlib.metadata.files(template.table.package) or []
        return Path(str(next(one for one in files if one.as_posix() == path).locate())).read_bytes()

    def frame(path: str, sha256: str) -> pd.DataFrame:
        known = {"pd": pd, "io": io, "fetch": fetch, "path": path, "sha256": sha256, "COLUMNS": template.table.names}
        table = eval(reading_code(template.table), known)
        assert isinstance(table, pd.DataFrame)
        return table.reset_index(drop=True)

    known = {"pd": pd, "frame": frame, "table": frame(template.table.path, template.table.sha256)}
    lines = making_code(template.make)
    exec("\n".join(line.replace("\n    ", "\n") for line in lines), known)
    found, expected = known["table"], read_frame(template)
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == list(expected.columns)
    for name in expected.columns:
        left, right = found[name].astype(object), expected[name].astype(object)
        assert (left.isna() == right.isna()).all(), name
        assert (left[left.notna()] == right[right.notna()]).all(), name
