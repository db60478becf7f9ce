"""Cutting a table into a past, which a model learns from, and the batches that came after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.quick import as_floats
from engine.errors import InputError

Places = npt.NDArray[np.intp]

FEWEST_ROWS = 30
"""Rows of the smallest batch; smaller periods are put together with the next."""
FEWEST_PAST = 100
MOST_BATCHES = 12
PLANTED_BATCHES = 6
PLANTED_SIZE = 2.0
"""Size of the planted shift in the last batch: standard deviations for numbers; categories go up to 80 % of rows."""
_PLANTED_SHARE = 0.8
_UNITS = (("Y", "year"), ("Q", "quarter"), ("M", "month"), ("W", "week"), ("D", "day"))
_FEWEST_PERIODS = 5
_FEWEST_BATCHES = 3
_MOST_PARTS = 4


@dataclass(frozen=True, kw_only=True)
class Later:
    """One batch of a simulation."""

    name: str
    rows: Places
    """Positions in the table, shape (n_rows,)."""
    strength: float = 0.0
    """How much of the planted shift is in it, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A table cut in time."""

    past: Places
    batches: tuple[Later, ...]
    words: str
    """How it was cut, in one sentence."""


def by_column(series: pd.Series, *, most: int = MOST_BATCHES) -> Replay:
    """Cut a table at the order of a column: the earlier half is the past, each later period a batch.

    Dates are cut into the longest of years, quarters, months, weeks and days of which there are at least five;
    numbers with at most 40 values at each value, others into twenty parts of equal size.

    Raises
    ------
    InputError
        If the column gives no order, or there are too few rows or periods.
    """
    name = str(series.name)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        labels, unit = _periods(series)
    elif pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        labels, unit = _numbered(series)
    else:
        raise InputError(
            f"The column {name!r} gives no order: it holds neither dates nor numbers.",
            hint="Choose a column of dates or numbers, or plant a shift instead.",
        )
    present = labels.notna().to_numpy()
    groups = [
        (str(label), np.flatnonzero(present & (labels == label).to_numpy()))
        for label in sorted(labels.dropna().unique())
    ]
    past, later = _halved(groups, int(present.sum()))
    batches = _joined(later, most)
    if batches and len(batches) < _FEWEST_BATCHES:
        batches = [part for one in batches for part in _in_parts(one)]
    if len(past) < FEWEST_PAST or not batches:
        raise InputError(
            f"The column {name!r} leaves {len(past):,} earlier rows and {len(batches)} later batches: too few.",
            hint=f"At least {FEWEST_PAST} earlier rows and a batch of {FEWEST_ROWS} are needed; choose another column.",
        )
    drawn = " Periods with many rows were cut into parts at random." if ", part " in batches[-1].name else ""
    words = f"Cut by {name}: the first {len(past):,} rows are the past, each {unit} after them is a batch.{drawn}"
    return Replay(past=past, batches=tuple(batches), words=words)


def planted(series: pd.Series, *, seed: int = 0) -> Replay:
    """Cut a table at random, so that nothing differs but the shift that :func:`shifted` plants in one column.

    Raises
    ------
    InputError
        If there are too few rows.
    """
    order = np.random.default_rng(seed).permutation(len(series))
    half = len(order) // 2
    parts = np.array_split(order[half:], PLANTED_BATCHES)
    if half < FEWEST_PAST or len(parts[-1]) < FEWEST_ROWS:
        raise InputError(
            f"{len(series):,} rows are too few for a simulation.",
            hint=f"{max(2 * FEWEST_PAST, 2 * PLANTED_BATCHES * FEWEST_ROWS)} rows are enough.",
        )
    batches = [
        Later(name=f"batch {place}", rows=np.sort(part), strength=place / len(parts))
        for place, part in enumerate(parts, start=1)
    ]
    words = (
        f"Rows in random order; in each batch after the past a larger shift was planted in {series.name}. "
        "This is a made-up change, not one of the data."
    )
    return Replay(past=np.sort(order[:half]), batches=tuple(batches), words=words)


def shifted(series: pd.Series, past: pd.Series, strength: float, *, seed: int = 0) -> pd.Series:
    """Plant a shift: numbers move up by twice the standard deviation, categories turn into the commonest one.

    Parameters
    ----------
    series : Series of shape (n_rows,)
        The batch's column.
    past : Series of shape (n_past,)
        The same column of the past.
    strength : float
        From 0 (nothing) to 1 (all of it: two standard deviations, or 80 % of the rows).
    seed : int

    Raises
    ------
    InputError
        If the column holds dates, in which no shift can be planted.
    """
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        raise InputError(f"No shift can be planted in the dates of {series.name!r}.", hint="Cut the table by it.")
    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        moved = as_floats(series) + strength * PLANTED_SIZE * float(np.nanstd(as_floats(past)))
        return pd.Series(moved, index=series.index, name=series.name)
    common = past.dropna().mode()
    if common.empty:
        raise InputError(f"The column {series.name!r} is empty.", hint="Choose another one.")
    turned = np.random.default_rng(seed).random(len(series)) < strength * _PLANTED_SHARE
    changed = series.copy()
    changed[turned] = common.iloc[0]
    return changed


def _periods(series: pd.Series) -> tuple[pd.Series, str]:
    for code, unit in _UNITS:
        labels = series.dt.to_period(code)
        if labels.nunique() >= _FEWEST_PERIODS:
            return labels, unit
    raise InputError(
        f"The column {series.name!r} spans fewer than {_FEWEST_PERIODS} days.", hint="Choose another column."
    )


def _numbered(series: pd.Series) -> tuple[pd.Series, str]:
    values = pd.Series(as_floats(series), index=series.index)
    if values.nunique() <= 40:
        whole = values.dropna().mod(1).eq(0).all()
        return (values.astype("Int64") if whole else values), "value"
    return pd.Series(pd.qcut(values, 20, duplicates="drop").cat.codes, index=series.index).where(values.notna()), "part"


def _halved(groups: list[tuple[str, Places]], rows: int) -> tuple[Places, list[tuple[str, Places]]]:
    """Take periods from the beginning until half of the rows are there."""
    taken: list[Places] = []
    for place, (_, part) in enumerate(groups):
        if sum(map(len, taken)) >= rows / 2:
            return np.sort(np.concatenate(taken)), groups[place:]
        taken.append(part)
    return (np.sort(np.concatenate(taken)) if taken else np.empty(0, dtype=np.intp)), []


def _joined(groups: list[tuple[str, Places]], most: int) -> list[Later]:
    """Put periods together until each batch has enough rows and there are not too many of them."""
    least = max(FEWEST_ROWS, sum(len(part) for _, part in groups) // most)
    found: list[Later] = []
    names: list[str] = []
    parts: list[Places] = []
    for name, part in groups:
        names.append(name)
        parts.append(part)
        if sum(map(len, parts)) >= least:
            found.append(_later(names, parts))
            names, parts = [], []
    # Too few rows at the end make no batch of their own.
    if parts and sum(map(len, parts)) >= FEWEST_ROWS:
        found.append(_later(names, parts))
    return found


def _in_parts(one: Later) -> list[Later]:
    """Cut a long batch into up to four parts, so that there is more than one point.

    They are drawn at random: files are often sorted, and parts in their order would differ for that reason alone.
    """
    count = max(1, min(_MOST_PARTS, len(one.rows) // (2 * FEWEST_ROWS)))
    mixed = np.random.default_rng(0).permutation(one.rows)
    parts = enumerate((np.sort(part) for part in np.array_split(mixed, count)), start=1)
    return [Later(name=f"{one.name}, part {place}" if count > 1 else one.name, rows=part) for place, part in parts]


def _later(names: list[str], parts: list[Places]) -> Later:
    name = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    return Later(name=name, rows=np.sort(np.concatenate(parts)))
