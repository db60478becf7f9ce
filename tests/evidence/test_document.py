"""The evidence of a stranger is read without trusting anything in it."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.evidence.document import decode, encode, is_safe_path

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("project", "files", "claims", "projects", "trials", "problem", "key", "schema")


@pytest.fixture
def raw(published_once: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((published_once / "projects/churn/evidence.json").read_bytes())
    return loaded


def test_it_has_the_fields_of_the_format(raw: dict[str, Any], published_once: Path) -> None:
    wanted = {
        "schema",
        "project",
        "claims",
        "data",
        "split",
        "openings",
        "versions",
        "files",
        "trials",
        "key",
        "created",
    }
    assert wanted <= set(raw)
    assert {"id", "metric", "value", "low", "high", "method", "n", "fact", "run"} <= set(raw["claims"][0])
    assert {"sha256", "rows", "columns", "source", "licence", "tier"} <= set(raw["data"])
    assert {"kind", "sha256"} <= set(raw["split"])
    assert {"at", "expected"} == set(raw["openings"][0])
    assert {"count", "log_head"} == set(raw["trials"])
    assert {"path", "sha256", "size"} == set(raw["files"][0])
    assert raw["claims"][0]["metric"] == "roc_auc", "the project's own metric comes first"
    text = (published_once / "projects/churn/evidence.json").read_text(encoding="ascii")
    assert "tenure" not in text.replace("tenure is empty", ""), "no feature is named"


@given(field=st.sampled_from(FIELDS), value=JSON)
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_change_is_read_or_refused(published_once: Path, field: str, value: object) -> None:
    document = json.loads((published_once / "projects/churn/evidence.json").read_bytes())
    document[field] = value
    with contextlib.suppress(InputError):
        decode(encode(document))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"schema": NaN}'])
def test_no_json(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "C:/x", "a\\b", "a\0b", "a b", "é", "a/./b", "x" * 201],
)
def test_paths_that_leave_the_folder_are_refused(path: str, raw: dict[str, Any]) -> None:
    assert not is_safe_path(path)
    raw["files"][0]["path"] = path
    with pytest.raises(InputError):
        decode(encode(raw))


def test_paths_that_are_published_are_safe(raw: dict[str, Any]) -> None:
    assert all(is_safe_path(one["path"]) for one in raw["files"])
    assert is_safe_path(".nojekyll")
