"""Cells that a spreadsheet could take for a formula: harmless on the way out, unchanged when they come back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.cells import neutralise, restore

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'", '"')


@given(st.text())
def test_a_cell_comes_back_unchanged(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.sampled_from(DANGEROUS), st.text())
def test_no_cell_begins_with_what_a_spreadsheet_runs(sign: str, text: str) -> None:
    assert neutralise(sign + text) == "'" + sign + text


@given(st.text())
def test_restoring_takes_one_quote_at_most(text: str) -> None:
    assert restore(text) in (text, text[1:] if text.startswith("'") else text)


@pytest.mark.parametrize("text", ["plain", "", "'twas", "a=b", "5-6", "O'Neill"])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert neutralise(text) == (f"'{text}" if text.startswith("'") else text)
    assert restore(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=4))
def test_a_line_survives_the_csv_module(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([neutralise(one) for one in cells])
    (line,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert [restore(one) for one in line] == cells
