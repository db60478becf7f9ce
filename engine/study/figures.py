"""Tables and pictures that belong to a question, as the content files hold them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from engine.data.declaration import Section

Row = tuple[str | float, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture that belongs to a question, as numbers; whoever shows it draws it.

    Attributes
    ----------
    kind : str
        ``bars`` (rows of label and value), ``line`` or ``scatter`` (rows of x and y, and a third cell that names the
        series where there are several) or ``matrix`` (rows of numbers, all of one length).
    x_title, y_title : str
        Titles of the axes; of a matrix, what its columns and its rows are, in their order.
    values : tuple of tuples
        The rows.
    """

    kind: str
    x_title: str
    y_title: str
    values: tuple[Row, ...]


def read_figure(one: Section) -> Figure:
    """Read the picture of a question. Raises ``ContentError`` if its rows do not fit its kind."""
    part = one.section("figure")
    figure = Figure(
        kind=part.one_of("kind", _ROW_FITS),
        x_title=part.text("x_title"),
        y_title=part.text("y_title"),
        values=tuple(map(tuple, read_rows(part, "values"))),
    )
    fits, width = _ROW_FITS[figure.kind], len(figure.values[0]) if figure.values else 0
    if not width or not all(len(row) == width and fits(row) for row in figure.values):
        raise part.fault("values", "rows of numbers, of label and value, or of x, y and series, as the kind asks")
    part.done()
    return figure


def read_rows(one: Section, key: str) -> list[list[Any]]:
    """Read a list of rows; empty if the key is not there. Raises ``ContentError`` if one is empty, or is alone."""
    rows = one.value(key, list, "rows") or []
    if not all(isinstance(row, list) and row for row in rows) or len(rows) == 1:
        raise one.fault(key, "at least two rows, none empty")
    return cast(list[list[Any]], rows)


def is_number(value: object) -> bool:
    """Say whether a value is a finite number."""
    # The exact type: TOML's true is an int to Python, but no number here.
    return type(value) in (int, float) and math.isfinite(cast(float, value))


def _is_bar(row: Row) -> bool:
    return len(row) == 2 and isinstance(row[0], str) and is_number(row[1])


def _is_point(row: Row) -> bool:
    return len(row) in (2, 3) and all(map(is_number, row[:2])) and all(isinstance(cell, str) for cell in row[2:])


def _is_numbers(row: Row) -> bool:
    return all(map(is_number, row))


_ROW_FITS: dict[str, Callable[[Row], bool]] = {
    "bars": _is_bar,
    "line": _is_point,
    "scatter": _is_point,
    "matrix": _is_numbers,
}
