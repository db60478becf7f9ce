"""The target over the values of each feature, as numbers for pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import as_text
from engine.data.profiling.pictures import MOST_LEVELS_SHOWN, edge_of
from engine.data.profiling.sample import NUMBERS, Sample, numbers_of
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind, Task

Json = dict[str, Any]

_BINS = 10


def against(sample: Sample, shown: list[Column], problem: Problem) -> list[Json]:
    """Measure the target in groups of rows with similar values of each feature."""
    y = sample.y
    found = []
    for column in shown:
        if column.name in problem.features and column.kind is not ColumnKind.TEXT:
            groups = _groups(column, sample.series(column.name))
            measured = [group | measure(y[rows], problem) for group, rows in groups]
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


def measure(y: npt.NDArray[np.generic], problem: Problem) -> Json:
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
        found = _bins(column, present, places) if column.kind in NUMBERS else _levels(present, places)
    if gaps.any():
        found.append(({"label": "(empty)", "low": None, "high": None}, np.flatnonzero(gaps)))
    return found


def _levels(present: pd.Series, places: npt.NDArray[np.intp]) -> list[tuple[Json, npt.NDArray[np.intp]]]:
    codes, values = pd.factorize(present)
    counts = np.bincount(codes)
    order = sorted(range(len(values)), key=lambda code: (-int(counts[code]), as_text(values[code])))
    found = [
        ({"label": as_text(values[code]), "low": None, "high": None}, places[codes == code])
        for code in order[:MOST_LEVELS_SHOWN]
    ]
    if order[MOST_LEVELS_SHOWN:]:
        label = f"{len(order) - MOST_LEVELS_SHOWN} others"
        found.append(({"label": label, "low": None, "high": None}, places[np.isin(codes, order[MOST_LEVELS_SHOWN:])]))
    return found


def _bins(column: Column, present: pd.Series, places: npt.NDArray[np.intp]) -> list[tuple[Json, npt.NDArray[np.intp]]]:
    values = numbers_of(present)
    distinct = np.unique(values)
    if len(distinct) <= _BINS:
        numbers = np.searchsorted(distinct, values)
    else:
        limits = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
        numbers = np.unique(np.searchsorted(limits, values, side="left"), return_inverse=True)[1]
    found = []
    for number in range(int(numbers.max()) + 1):
        inside = numbers == number
        low, high = edge_of(float(values[inside].min()), column), edge_of(float(values[inside].max()), column)
        label = _short(low) if low == high else f"{_short(low)} to {_short(high)}"
        found.append(({"label": label, "low": low, "high": high}, places[inside]))
    return found


def _short(value: float | str) -> str:
    return (
        value.removesuffix("T00:00:00") if isinstance(value, str) else f"{value:,.4g}" if value % 1 else f"{value:,.0f}"
    )
