"""Columns that say when a row happened."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from engine.data.kinds import words_of
from engine.data.split.ordering import Rows, time_order
from engine.domain.data import Column, SplitKind, SplitSpec
from engine.domain.task import ColumnKind

_FEWEST_TIMES = 10
_FEWEST_YEARS = 4
_FEWEST_ROWS = 50
# fmt: off
NOT_THE_EVENT = frozenset([
    "birth", "birthday", "birthdate", "dob", "born", "expiry", "expires", "expiration", "due", "built", "build",
    "construction", "founded", "established", "since", "remod", "remodel", "renovated", "blt", "model", "made",
])
_TIME_WORDS = frozenset(["year", "yr", "date", "time", "timestamp", "datetime", "epoch", "ts", "period", "season"])
# fmt: on


def find_time_column(columns: Sequence[Column], rows: int) -> Column | None:
    """Find the one date that every row has and that orders the events; ``None`` if there is none, or no single one."""
    found = [
        column
        for column in columns
        if column.kind is ColumnKind.DATETIME
        and column.unique >= _FEWEST_TIMES
        and column.missing <= 0.01 * rows
        and not NOT_THE_EVENT & set(words_of(column.name))
    ]
    return found[0] if len(found) == 1 and rows >= _FEWEST_ROWS else None


def time_columns(columns: Sequence[Column], rows: int) -> list[Column]:
    """Find the columns that may order the events: dates, and numbers that are years, days as digits or seconds.

    The likeliest first: dates before numbers, those without gaps before those with.
    """
    found = [column for column in columns if column.missing <= 0.2 * rows and _tells_time(column)]
    found.sort(key=lambda column: (column.kind is not ColumnKind.DATETIME, column.missing, -column.unique))
    return found if rows >= _FEWEST_ROWS else []


def _tells_time(column: Column) -> bool:
    words = set(words_of(column.name))
    if words & NOT_THE_EVENT:
        return False
    if column.kind is ColumnKind.DATETIME:
        return column.unique >= _FEWEST_YEARS
    if column.kind not in (ColumnKind.INTEGER, ColumnKind.NUMERIC, ColumnKind.IDENTIFIER) or not words & _TIME_WORDS:
        return False
    if not isinstance(column.low, int | float) or not isinstance(column.high, int | float):
        return False
    for least, most in ((1800, 2100), (18_000_101, 21_001_231), (180_001, 210_012), (10**8, 5 * 10**9)):
        if least <= column.low and column.high <= most:
            return column.unique >= _FEWEST_YEARS
    return bool(words & {"period", "season"}) and column.kind is ColumnKind.INTEGER and column.unique >= _FEWEST_TIMES


def time_codes(frame: pd.DataFrame, name: str) -> Rows:
    """Return the times of a column as codes in their order, -1 for none. Raises ``InputError`` if it has none."""
    return time_order(frame, SplitSpec(kind=SplitKind.TIME, column=name)).codes
