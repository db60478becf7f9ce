"""Values outside of what their column can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.kinds import as_text, words_of
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

Mask = npt.NDArray[np.bool_]

_MOST_SHARE = 0.2
_MOST_AGED = 0.02

_IMPOSSIBLE = Check(
    code="PF-Q10",
    title="Impossible values",
    why="A value that cannot be is a slip or a code; means, scales and models follow it all the same.",
    advice="Correct them at the source. What cannot be corrected is better an empty cell than a wrong number.",
)
# fmt: off
_NEVER_NEGATIVE = frozenset([
    "age", "price", "count", "quantity", "qty", "number", "weight", "height", "length", "width", "area", "distance",
    "duration", "salary", "wage", "population", "size", "visits", "rooms", "bedrooms", "bathrooms", "hours", "minutes",
    "carat", "mileage", "miles", "km", "stock", "orders", "units", "bmi", "fare", "rent", "passengers", "employees",
])
_MAY_GO_BELOW = frozenset([
    "change", "diff", "difference", "delta", "growth", "log", "z", "score", "gain", "loss", "std", "scaled", "net",
    "deviation", "error", "residual", "trend", "balance", "return",
])
_PLANNED = frozenset(["due", "expiry", "expires", "expiration", "planned", "scheduled", "deadline", "until", "valid",
                      "forecast", "renewal", "maturity", "next", "end"])
_RANGES: tuple[tuple[frozenset[str], float, float], ...] = (
    (frozenset(["latitude", "lat"]), -90.0, 90.0),
    (frozenset(["longitude", "lon", "lng"]), -180.0, 180.0),
    (frozenset(["percent", "percentage", "pct"]), 0.0, 100.0),
    (frozenset(["probability", "prob"]), 0.0, 1.0),
    (frozenset(["age"]), 0.0, 120.0),
    (frozenset(["month"]), 1.0, 12.0),
    (frozenset(["hour"]), 0.0, 24.0),
    (frozenset(["ph"]), 0.0, 14.0),
)
# fmt: on


@dataclass(frozen=True)
class _Outside:
    """The cells of one column that lie outside of what is possible."""

    column: str
    low: float | str | None
    high: float | str | None
    marked: Mask
    worst: str

    def __str__(self) -> str:
        cells = int(self.marked.sum())
        told = {
            (True, True): f"between {self.low:g} and {self.high:g}" if isinstance(self.low, float) else "",
            (True, False): f"at least {self.low:g}" if isinstance(self.low, float) else f"{self.low} or later",
            (False, True): f"{self.high} or earlier",
        }[self.low is not None, self.high is not None]
        what = told or f"between {self.low} and {self.high}"
        return f"{self.column!r} should be {what}, but is not in {cells:,} rows (such as {self.worst})"


def impossible(subject: Subject) -> Finding:
    """Look for values that cannot be (PF-Q10): by the name of the column, and dates outside of living memory."""
    outside = [one for column in subject.columns if (one := _outside(subject, column)) is not None]
    if not outside:
        return _IMPOSSIBLE.passed("No value lies outside of what the name of its column allows.")
    marked = np.logical_or.reduce([one.marked for one in outside])
    worst = max(outside, key=lambda one: int(one.marked.sum()))
    alike = tuple(one.column for one in outside if (one.low, one.high) == (worst.low, worst.high))
    bounds = {name: bound for name, bound in (("low", worst.low), ("high", worst.high)) if bound is not None}
    fix = Step(
        kind=StepKind.LIMIT,
        columns=alike,
        options={**bounds, "empty": True},
        reason="Impossible values become empty cells.",
        finding=_IMPOSSIBLE.code,
    )
    return _IMPOSSIBLE.issue(
        f"{listed([str(one) for one in outside])}.",
        Severity.MEDIUM if marked.mean() > 0.01 else Severity.LOW,
        columns=[one.column for one in outside],
        rows=subject.row_numbers(marked),
        fix=fix,
        measured={"cells": {one.column: int(one.marked.sum()) for one in outside}},
    )


def _outside(subject: Subject, column: Column) -> _Outside | None:
    if column.kind is ColumnKind.DATETIME:
        return _dates_outside(subject, column)
    if column.kind not in (ColumnKind.NUMERIC, ColumnKind.INTEGER):
        return None
    words = set(words_of(column.name))
    low: float | None = None
    high: float | None = None
    for names, least, most in _RANGES:
        if words & names:
            low, high = least, most
            break
    else:
        if words & _NEVER_NEGATIVE:
            low = 0.0
    if low is None or words & _MAY_GO_BELOW:
        return None
    values = subject.floats(column.name)
    marked = (values < low) | (values > high if high is not None else False)
    if not marked.any() or marked.mean() > _MOST_SHARE:
        return None
    if "age" in words and marked.mean() > _MOST_AGED:
        return None  # then it is the age of a house, or in days
    worst = max(values[marked], key=lambda value: abs(value - low))
    return _Outside(column.name, low, high, marked, f"{worst:g}")


def _dates_outside(subject: Subject, column: Column) -> _Outside | None:
    series = subject.plain(column.name)
    zone = getattr(series.dt, "tz", None)
    today = pd.Timestamp(datetime.now(UTC).date()) + pd.Timedelta(days=1)
    early, late = pd.Timestamp("1900-01-01").tz_localize(zone), today.tz_localize(zone)
    planned = bool(set(words_of(column.name)) & _PLANNED)
    marked = ((series < early) | ((series > late) & (not planned))).to_numpy(dtype=np.bool_, na_value=False)
    if not marked.any() or marked.mean() > _MOST_SHARE:
        return None
    high = None if planned else late.date().isoformat()
    return _Outside(column.name, "1900-01-01", high, marked, as_text(series[marked].iloc[0]))


CHECKS: tuple[Coded, ...] = ((_IMPOSSIBLE, impossible),)
