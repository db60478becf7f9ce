"""A table as numbers for pictures: each column alone, and each feature against the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import as_text, plain
from engine.data.target import encode_target
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind, Task

Floats = npt.NDArray[np.float64]
Json = dict[str, Any]

MOST_COLUMNS = 60
MOST_ROWS = 50_000

_BARS = 30
_LEVELS = 12
_BINS = 10
_COUNTED = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN, ColumnKind.CONSTANT)
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)


def profile(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem | None = None) -> Json:
    """Summarise the table for pictures.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The training part, where a split exists; with a problem, every row has a target.
    columns : sequence of Column
    problem : Problem, optional

    Returns
    -------
    dict
        Plain JSON. ``shown_on`` and ``of`` count rows (a seeded sample of 50,000 beyond that), ``columns_shown``
        and ``columns_of`` columns (the target and the first 60 others). ``columns``: for each ``name``, ``kind``,
        ``missing`` (count in the whole table), ``missing_share``, ``unique``, ``low``, ``high``, and either
        ``histogram`` (``edges`` one longer than ``counts``; dates as ISO 8601) or ``levels`` (``value``,
        ``count``, most frequent first) with ``other`` rows beyond them, or neither (free text, identifiers).
        ``target``: name of the target or ``None``. ``against``: for each feature ``column``, ``kind``,
        ``measure`` and ``groups``; a group has ``label``, ``low`` and ``high`` (bins of numbers and dates, else
        ``None``), ``count``, and by the measure ``rate`` (share of the positive class), ``shares`` (of each
        class), or ``mean`` and ``median``. Empty cells form the last group, ``(empty)``.
    """
    sample = _sample(frame)
    target = problem.target if problem else None
    others = [column for column in columns if column.name != target]
    shown = [column for column in columns if column.name == target] + others[:MOST_COLUMNS]
    series = {column.name: plain(sample[column.name]) for column in shown}
    return {
        "shown_on": len(sample),
        "of": len(frame),
        "columns_shown": len(shown),
        "columns_of": len(columns),
        "target": target,
        "columns": [_picture(column, series[column.name], len(frame)) for column in shown],
        "against": _against(shown, series, problem) if problem else [],
    }


def _sample(frame: pd.DataFrame) -> pd.DataFrame:
    if len(frame) <= MOST_ROWS:
        return frame
    return frame.iloc[np.sort(np.random.default_rng(0).choice(len(frame), MOST_ROWS, replace=False))]


def _picture(column: Column, series: pd.Series, rows: int) -> Json:
    present = series.dropna()
    picture: Json = {
        "name": column.name,
        "kind": str(column.kind),
        "missing": column.missing,
        "missing_share": column.missing / rows if rows else 0.0,
        "unique": column.unique,
        "low": column.low,
        "high": column.high,
        "histogram": None,
        "levels": None,
        "other": 0,
    }
    if column.kind in _NUMBERS and len(present):
        picture["histogram"] = _histogram(present, column)
    elif column.kind in _COUNTED and len(present):
        counts = _level_counts(present)
        picture["levels"] = [{"value": text, "count": count} for text, count in counts[:_LEVELS]]
        picture["other"] = sum(count for _, count in counts[_LEVELS:])
    return picture


def _histogram(present: pd.Series, column: Column) -> Json:
    values = _numbers(present)
    low, high = float(values.min()), float(values.max())
    if column.kind is ColumnKind.INTEGER and high - low < _BARS:
        # A bar for each whole number, in its middle.
        edges = np.arange(low - 0.5, high + 1.0)
    elif low == high:
        edges = np.array([low - 0.5, high + 0.5])
    else:
        edges = np.linspace(low, high, min(_BARS, max(5, round(len(values) ** 0.5))) + 1)
    counts = np.histogram(values, edges)[0]
    return {"edges": [_edge(edge, column) for edge in edges], "counts": [int(count) for count in counts]}


def _numbers(present: pd.Series) -> Floats:
    """Return numbers as they are, dates as seconds since 1970."""
    if pd.api.types.is_datetime64_any_dtype(present.dtype):
        return present.to_numpy(dtype="datetime64[us]").astype(np.int64).astype(np.float64) / 1e6
    return present.to_numpy(dtype=np.float64)


def _edge(value: float, column: Column) -> float | str:
    if column.kind is ColumnKind.DATETIME:
        return pd.Timestamp(round(value), unit="s").isoformat()
    return float(value)


def _level_counts(present: pd.Series) -> list[tuple[str, int]]:
    counts = present.value_counts()
    return sorted(((as_text(value), int(count)) for value, count in counts.items()), key=lambda one: (-one[1], one[0]))


def _against(shown: Sequence[Column], series: dict[str, pd.Series], problem: Problem) -> list[Json]:
    y = encode_target(series[problem.target], problem)
    found = []
    for column in shown:
        if column.name in problem.features and column.kind is not ColumnKind.TEXT:
            groups = _groups(column, series[column.name])
            measured = [group | _measure(y[rows], problem) for group, rows in groups]
            found.append(
                {
                    "column": column.name,
                    "kind": str(column.kind),
                    "measure": _MEASURES[problem.task],
                    "groups": measured,
                }
            )
    return found


_MEASURES = {Task.BINARY: "rate", Task.MULTICLASS: "shares", Task.REGRESSION: "mean"}


def _measure(y: npt.NDArray[np.generic], problem: Problem) -> Json:
    """Say what the target is like in a group of rows."""
    if problem.task is Task.REGRESSION:
        values = y.astype(np.float64)
        return {"count": len(y), "mean": float(values.mean()), "median": float(np.median(values))}
    shares = np.bincount(y.astype(np.intp), minlength=len(problem.classes)) / len(y)
    if problem.task is Task.BINARY:
        return {"count": len(y), "rate": float(shares[1])}
    return {"count": len(y), "shares": {label: float(s) for label, s in zip(problem.classes, shares, strict=True)}}


def _groups(column: Column, series: pd.Series) -> list[tuple[Json, npt.NDArray[np.intp]]]:
    """Form groups of rows with similar values: bins of even counts, or levels; none of them is empty."""
    gaps = series.isna().to_numpy(dtype=np.bool_)
    places = np.flatnonzero(~gaps)
    present = series.iloc[places]
    found = []
    if len(places):
        found = _bins(column, present, places) if column.kind in _NUMBERS else _levels(present, places)
    if gaps.any():
        found.append(({"label": "(empty)", "low": None, "high": None}, np.flatnonzero(gaps)))
    return found


def _levels(present: pd.Series, places: npt.NDArray[np.intp]) -> list[tuple[Json, npt.NDArray[np.intp]]]:
    codes, values = pd.factorize(present)
    counts = np.bincount(codes)
    order = sorted(range(len(values)), key=lambda code: (-int(counts[code]), as_text(values[code])))
    found = [
        ({"label": as_text(values[code]), "low": None, "high": None}, places[codes == code]) for code in order[:_LEVELS]
    ]
    if order[_LEVELS:]:
        label = f"{len(order) - _LEVELS} others"
        found.append(({"label": label, "low": None, "high": None}, places[np.isin(codes, order[_LEVELS:])]))
    return found


def _bins(column: Column, present: pd.Series, places: npt.NDArray[np.intp]) -> list[tuple[Json, npt.NDArray[np.intp]]]:
    values = _numbers(present)
    distinct = np.unique(values)
    if len(distinct) <= _BINS:
        numbers = np.searchsorted(distinct, values)
    else:
        limits = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
        numbers = np.unique(np.searchsorted(limits, values, side="left"), return_inverse=True)[1]
    found = []
    for number in range(int(numbers.max()) + 1):
        inside = numbers == number
        low, high = _edge(float(values[inside].min()), column), _edge(float(values[inside].max()), column)
        label = _short(low) if low == high else f"{_short(low)} to {_short(high)}"
        found.append(({"label": label, "low": low, "high": high}, places[inside]))
    return found


def _short(value: float | str) -> str:
    return (
        value.removesuffix("T00:00:00") if isinstance(value, str) else f"{value:,.4g}" if value % 1 else f"{value:,.0f}"
    )
