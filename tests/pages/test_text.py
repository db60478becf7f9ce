"""Text from people and their files stays text."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pages.shared.messages import plain

ROOT = Path(__file__).resolve().parents[2]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(str.strip))
def test_no_mark_survives(text: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [child for token in parser.parse(f"x {plain(text)}") for child in token.children or []]
    assert {token.type for token in tokens} <= {"text", "text_special", "softbreak"}
    assert re.search(r"(?<!\\):material/", plain(text)) is None


@pytest.mark.parametrize(
    "text", ["**bold**", "<script>", "[a](javascript:b)", ":material/home:", "$x$", "`code`", "# h"]
)
def test_marks_are_escaped(text: str) -> None:
    assert "\\" in plain(text)


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_no_page_lets_raw_html_through(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "unsafe_allow_html" not in source
    assert "unsafe_allow_javascript" not in source
    for call in re.findall(r"st\.html\(([^)]*)", source):
        assert call.startswith("publishing.preview("), "only what the engine has sanitised"
