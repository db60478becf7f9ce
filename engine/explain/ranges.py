"""What values each column has in the training part, and reading a value that a person gives for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.data.kinds import as_text
from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.domain.words import number
from engine.errors import InputError
from engine.explain import words

MOST_LEVELS = 50
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_LARGEST = 1e30
_YEARS = (1700, 2250)
"""What fits into a clock of nanoseconds."""
_EMPTY = ("", words.EMPTY)


@dataclass(frozen=True, kw_only=True)
class Range:
    """What a column holds in the training part."""

    name: str
    kind: ColumnKind
    low: Any = None
    """Smallest value of a number or date, ``None`` where every cell is empty."""
    high: Any = None
    levels: tuple[str, ...] = ()
    """Values of any other column, the most frequent first, at most 50."""
    seen: frozenset[str] = frozenset()
    """All values of any other column but free text."""
    empty: int = 0
    """Count of empty cells."""

    @property
    def is_ordered(self) -> bool:
        """Whether it is a number or a date."""
        return self.kind in _NUMBERS or self.kind is ColumnKind.DATETIME

    @property
    def text(self) -> str:
        """The range in a few words."""
        if self.is_ordered:
            return words.EMPTY if self.low is None else f"{_short(self.low)} to {_short(self.high)}"
        return "free text" if self.kind is ColumnKind.TEXT else f"{len(self.seen):,} values"


def _short(value: Any) -> str:
    if not isinstance(value, float) or value.is_integer():
        return words.cell_text(value)
    return number(value)


def ranges(frame: pd.DataFrame, problem: Problem) -> dict[str, Range]:
    """Describe every feature of an aligned table, in the order of the features."""
    return {name: _range(frame[name], problem.kinds[name]) for name in problem.features}


def _range(column: pd.Series[Any], kind: ColumnKind) -> Range:
    present = column.dropna()
    name, empty = str(column.name), len(column) - len(present)
    if kind in _NUMBERS or kind is ColumnKind.DATETIME:
        low, high = (present.min(), present.max()) if len(present) else (None, None)
        return Range(name=name, kind=kind, low=low, high=high, empty=empty)
    counts = present.value_counts()
    free = kind is ColumnKind.TEXT
    levels = () if free else tuple(str(value) for value in counts.index[:MOST_LEVELS])
    return Range(
        name=name,
        kind=kind,
        levels=levels,
        seen=frozenset() if free else frozenset(map(str, counts.index)),
        empty=empty,
    )


def read_value(given: Any, known: Range) -> Any:
    """Read what a person gives for a column: a float, a timestamp or a text; empty is NaN.

    Raises
    ------
    InputError
        If it is no number or date where one is needed, or one that no computer can hold.
    """
    text = "" if given is None or (pd.api.types.is_scalar(given) and pd.isna(given)) else str(given).strip()
    # A level may itself be written so: what the training part holds comes first.
    if text in _EMPTY and text not in known.seen:
        return "" if known.kind is ColumnKind.TEXT else (pd.NaT if known.kind is ColumnKind.DATETIME else np.nan)
    if known.kind in _NUMBERS:
        return _number(text, known.name)
    if known.kind is ColumnKind.DATETIME:
        return _date(text, known.name)
    if known.kind is ColumnKind.TEXT:
        return text
    # Written as the cells of the training part are, so that 1.0 is the category 1.
    return _as_known(given, text, known)


def _as_known(given: Any, text: str, known: Range) -> str:
    written = as_text(given) if not isinstance(given, str) else text
    if written in known.seen:
        return written
    alike = [one for one in known.seen if one.casefold() == written.casefold()]
    return alike[0] if len(alike) == 1 else written


def _number(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(
            f"{name} should be a number, but {words.cell_text(text)!r} is none.",
            hint="Write digits, such as 12.5, or leave it empty.",
        ) from error
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        raise InputError(f"{name} cannot be {words.cell_text(text)}.", hint="Give a number below 1e30.")
    return value


def _date(text: str, name: str) -> pd.Timestamp:
    try:
        value = pd.Timestamp(text)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"{name} should be a date, but {words.cell_text(text)!r} is none.",
            hint="Write it as 2026-01-31, or leave it empty.",
        ) from error
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise InputError(f"{name} cannot be {words.cell_text(text)}.", hint="Give a year from 1700 to 2250.")
    return value.tz_convert("UTC").tz_localize(None) if value.tz is not None else value


def edit(
    row: pd.DataFrame, changes: Mapping[str, Any], known: Mapping[str, Range]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put values into a copy of a row.

    Parameters
    ----------
    row : DataFrame of shape (1, n_features)
        Aligned.
    changes : mapping
        New values by column, as a person writes them.

    Returns
    -------
    tuple of (DataFrame of shape (1, n_features), dict)
        The edited row, and the values that truly differ, by column.

    Raises
    ------
    InputError
        If a column is no feature, or a value cannot be read.
    """
    unknown = next((name for name in changes if name not in known), None)
    if unknown is not None:
        raise InputError(
            f"There is no column {unknown!r} in the model.", hint=f"Choose from: {', '.join(list(known)[:20])}."
        )
    edited, differs = row.copy(), {}
    for name, given in changes.items():
        value = read_value(given, known[name])
        before = row[name].iloc[0]
        if (pd.isna(value) and pd.isna(before)) or value == before:
            continue
        differs[name] = value
        edited[name] = pd.Series([value], index=row.index, dtype=row[name].dtype)
    return edited, differs


def outside(differs: Mapping[str, Any], known: Mapping[str, Range]) -> list[str]:
    """Say which new values the training part does not hold; nothing is forbidden."""
    return [sentence for name, value in differs.items() if (sentence := _outside(value, known[name]))]


def _outside(value: Any, one: Range) -> str:
    if pd.isna(value) or value == "":
        return "" if one.empty or one.kind is ColumnKind.TEXT else f"{one.name} is never empty in the training part."
    text = words.cell_text(value)
    if one.is_ordered:
        if one.low is None:
            return f"{one.name} is always empty in the training part, so the model learned nothing from it."
        if one.low <= value <= one.high:
            return ""
        return (
            f"{one.name} = {text} lies outside the training part, which goes from {one.text}: the model guesses there."
        )
    if one.kind is ColumnKind.TEXT or text in one.seen or str(value) in one.seen:
        return ""
    return f"{one.name} = '{text}' does not occur in the training part: the model treats it as unknown."


def listed(names: Sequence[str]) -> str:
    """Join names: ``a, b and c``."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
