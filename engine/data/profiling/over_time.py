"""The rows and the target over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import words_of
from engine.data.profiling.sample import Floats, Sample
from engine.data.profiling.statistics import holm, p_of_ranks, p_of_table, wilson
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind, Task

Json = dict[str, Any]
Moments = npt.NDArray[np.datetime64]

MOST_POINTS = 60
MOST_COLUMNS = 3

_ROWS_PER_POINT = 10
_UNITS = {"hour": "h", "day": "D", "week": "W", "month": "M", "quarter": "3M", "year": "Y"}
_FIRST_YEAR, _LAST_YEAR = 1500, 2200
_CERTAIN = 0.01


def over_time(sample: Sample) -> list[Json]:
    """Count rows, and measure the target, period by period, for at most three columns of dates or years.

    Returns
    -------
    list of dict
        For each column: ``column``, ``unit`` (hour, day, week, month, quarter or year: the finest with at most 60
        points and about ten rows in each), ``every`` (units in one point), ``measure`` (``rate``, ``median``,
        ``shares`` or ``None`` without a target), ``points`` and ``change``. A point has ``start`` and ``end`` (ISO
        8601, the end not included), ``count``, and by the measure ``rate`` with its interval ``low`` to ``high``,
        ``median`` with the quartiles as ``low`` and ``high``, or ``shares``; ``None`` where there are no rows.
        ``change`` compares the earlier half of the rows with the later: ``earlier``, ``later``, ``p``, ``changed``
        (and ``class`` for more than two classes).
    """
    found: list[Json] = []
    for column in sample.others:
        moments = _moments(sample, column)
        if moments is not None and len(found) < MOST_COLUMNS:
            one = _one(sample, column, moments)
            if one is not None:
                found.append(one)
    told = [one["change"] for one in found if one["change"]]
    for change, p in zip(told, holm([change["p"] for change in told]), strict=True):
        change["p"], change["changed"] = p, p < _CERTAIN
    return found


def _moments(sample: Sample, column: Column) -> Moments | None:
    if column.kind is ColumnKind.DATETIME:
        return sample.series(column.name).to_numpy(dtype="datetime64[us]")
    low, high = column.low, column.high
    if column.kind is ColumnKind.INTEGER and "year" in words_of(column.name):
        if isinstance(low, str) or isinstance(high, str) or low is None or high is None:
            return None
        if low >= _FIRST_YEAR and high <= _LAST_YEAR:
            years = sample.values(column.name)
            there = ~np.isnan(years)
            since = np.where(there, years, 1970).astype(np.int64) - 1970
            return np.where(there, since.astype("datetime64[Y]"), np.datetime64("NaT")).astype("datetime64[us]")
    return None


def _one(sample: Sample, column: Column, moments: Moments) -> Json | None:
    rows = np.flatnonzero(~np.isnat(moments))
    present = moments[rows]
    if len(present) < 2 or present.min() == present.max():
        return None
    unit, every, numbers = _periods(present, years_only=column.kind is ColumnKind.INTEGER)
    problem = sample.problem
    y = sample.y[rows] if problem else None
    starts = _starts(present, unit, every, int(numbers.max()) + 2)
    order = np.argsort(numbers, kind="stable")
    cuts = np.searchsorted(numbers[order], np.arange(int(numbers.max()) + 2))
    points = []
    for place in range(int(numbers.max()) + 1):
        inside = order[cuts[place] : cuts[place + 1]]
        point: Json = {"start": starts[place], "end": starts[place + 1], "count": len(inside)}
        if problem is not None and y is not None:
            point |= _measured(y[inside], problem)
        points.append(point)
    measure = {Task.BINARY: "rate", Task.MULTICLASS: "shares", Task.REGRESSION: "median"}
    return {
        "column": column.name,
        "unit": unit,
        "every": every,
        "measure": measure[problem.task] if problem else None,
        "points": points,
        "change": _change(present, y, problem) if problem is not None and y is not None else None,
    }


def _floor(moments: Moments, unit: str) -> npt.NDArray[np.int64]:
    """Return the number of each moment's period since 1970; weeks begin on Monday."""
    if unit == "week":
        # 1 January 1970 was a Thursday.
        return np.asarray((moments.astype("datetime64[D]").astype(np.int64) + 3) // 7, dtype=np.int64)
    if unit == "quarter":
        return np.asarray(moments.astype("datetime64[M]").astype(np.int64) // 3, dtype=np.int64)
    return np.asarray(moments.astype(f"datetime64[{_UNITS[unit]}]").astype(np.int64), dtype=np.int64)


def _periods(present: Moments, *, years_only: bool) -> tuple[str, int, npt.NDArray[np.int64]]:
    """Choose the unit, and number the period of each moment from 0."""
    wanted = max(2, min(MOST_POINTS, len(present) // _ROWS_PER_POINT))
    for unit in ["year"] if years_only else _UNITS:
        numbers = _floor(present, unit)
        numbers = numbers - numbers.min()
        many = int(numbers.max()) + 1
        if unit == "year" or 2 <= many <= wanted:
            every = max(1, -(-many // MOST_POINTS))
            return unit, every, numbers // every
    raise AssertionError("years always fit")


def _starts(present: Moments, unit: str, every: int, count: int) -> list[str]:
    first = int(_floor(present, unit).min())
    numbers = first + every * np.arange(count)
    if unit == "week":
        days = numbers * 7 - 3
        return [str(one) for one in days.astype("datetime64[D]")]
    if unit == "quarter":
        return [f"{one}-01" for one in (numbers * 3).astype("datetime64[M]")]
    moments = numbers.astype(f"datetime64[{_UNITS[unit]}]")
    return [pd.Timestamp(one).isoformat().removesuffix("T00:00:00") for one in moments.astype("datetime64[s]")]


def _measured(y: npt.NDArray[np.generic], problem: Problem) -> Json:
    if problem.task is Task.REGRESSION:
        if not len(y):
            return {"median": None, "low": None, "high": None}
        low, middle, high = np.quantile(y.astype(np.float64), [0.25, 0.5, 0.75])
        return {"median": float(middle), "low": float(low), "high": float(high)}
    counts = np.bincount(y.astype(np.intp), minlength=len(problem.classes))
    if problem.task is Task.MULTICLASS:
        shares = counts / len(y) if len(y) else None
        labels = problem.classes
        return {"shares": None if shares is None else {a: float(b) for a, b in zip(labels, shares, strict=True)}}
    if not len(y):
        return {"rate": None, "low": None, "high": None}
    low, high = wilson(float(counts[1]), len(y))
    return {"rate": float(counts[1] / len(y)), "low": low, "high": high}


def _change(present: Moments, y: npt.NDArray[np.generic], problem: Problem) -> Json:
    """Compare the earlier half of the rows with the later."""
    middle = np.sort(present)[len(present) // 2]
    late = present >= middle if (present < middle).any() else present > middle
    if problem.task is Task.REGRESSION:
        values: Floats = y.astype(np.float64)
        earlier, later = values[~late], values[late]
        return {
            "earlier": float(np.median(earlier)),
            "later": float(np.median(later)),
            "p": p_of_ranks(earlier, later),
        }
    codes = y.astype(np.intp)
    table = np.stack([np.bincount(codes[part], minlength=len(problem.classes)) for part in (~late, late)])
    shares = table / table.sum(axis=1, keepdims=True)
    most = 1 if problem.task is Task.BINARY else int(np.argmax(np.abs(shares[1] - shares[0])))
    return {
        "class": problem.classes[most],
        "earlier": float(shares[0, most]),
        "later": float(shares[1, most]),
        "p": p_of_table(table.astype(np.float64)),
    }
