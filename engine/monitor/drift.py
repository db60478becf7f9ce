"""Which columns have drifted: each by the test of its kind, all together corrected for their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from engine.data.quick import as_floats
from engine.domain.task import ColumnKind
from engine.monitor import measures
from engine.monitor.measures import Measure
from engine.monitor.parts import parts

LEVEL = 0.05
"""Share of false alarms among the alarms that is tolerated (false discovery rate)."""

DRIFT, SMALL, CHANCE, EXPECTED, FEW = "drift", "small", "within chance", "moves on", "too few values"

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)


@dataclass(frozen=True, kw_only=True)
class ColumnDrift:
    """What became of one column."""

    column: str
    kind: str
    verdict: str
    """:data:`DRIFT` (beyond chance and above the limit), :data:`SMALL` (beyond chance, below the limit),
    :data:`CHANCE`, :data:`EXPECTED` (dates that go on) or :data:`FEW`."""
    measure: Measure | None
    """The measure that decided."""
    adjusted: float | None
    """Its chance, corrected for all measures of all columns."""
    drifted: tuple[str, ...] = ()
    """What of it drifted, such as ``values`` or ``missing``."""
    shares: Sequence[Mapping[str, Any]] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read: ``column statistic effect verdict`` and more."""
        one = self.measure
        return {
            "column": self.column,
            "kind": self.kind,
            "verdict": self.verdict,
            "what": one.what if one else None,
            "test": one.test if one else None,
            "statistic": one.statistic if one else None,
            "p": one.p if one else None,
            "adjusted_p": self.adjusted,
            "scale": one.scale if one else None,
            "effect": one.effect if one else None,
            "limit": one.limit if one else None,
            "drifted": list(self.drifted),
            "shares": [dict(part) for part in self.shares],
        }


def drift(old: pd.DataFrame, new: pd.DataFrame, kinds: Mapping[str, ColumnKind], *, seed: int = 0) -> list[ColumnDrift]:
    """Compare all columns of two tables, worst first.

    A column has drifted only if one of its measures is beyond chance, corrected for the number of all measures by
    the step-up procedure of Benjamini and Hochberg, and its effect reaches the limit of its scale.

    Parameters
    ----------
    old, new : DataFrame of shape (n_old, n_columns), (n_new, n_columns)
        As :func:`engine.automl.table.align` gives them.
    kinds : mapping
        Kind of each column to compare.
    seed : int
        Of the samples that are drawn of texts.

    Notes
    -----
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful approach to
    multiple testing. Journal of the Royal Statistical Society B 57, 289-300.
    """
    found = {name: compared(old[name], new[name], kind, seed=seed) for name, kind in kinds.items()}
    every = [(name, one) for name, measured in found.items() for one in measured]
    adjusted = stats.false_discovery_control([one.p for _, one in every]) if every else np.empty(0)
    by_column: dict[str, list[tuple[Measure, float]]] = {name: [] for name in found}
    for (name, one), value in zip(every, adjusted, strict=True):
        by_column[name].append((one, float(value)))
    judged = [_judged(name, kinds[name], old[name], new[name], known) for name, known in by_column.items()]
    order = (DRIFT, SMALL, EXPECTED, CHANCE, FEW)
    return sorted(judged, key=lambda one: (order.index(one.verdict), -_relative(one.measure)))


def compared(old: pd.Series, new: pd.Series, kind: ColumnKind, *, seed: int = 0) -> list[Measure]:
    """Measure one column in every way that suits its kind; without those for which there are too few values."""
    gaps = measures.missing(old.isna().to_numpy(), new.isna().to_numpy())
    found: list[Measure | None]
    if kind in _NUMBERS:
        before, after = as_floats(old), as_floats(new)
        found = [measures.numbers(before, after), measures.outside(before, after), gaps]
    elif kind is ColumnKind.DATETIME:
        found = [measures.numbers(as_floats(old), as_floats(new)), gaps]
    elif kind is ColumnKind.TEXT:
        found = [*measures.texts(old, new, seed=seed), gaps]
    else:
        found = [measures.categories(old, new), measures.unseen(old, new), gaps]
    return [one for one in found if one is not None]


def _judged(
    name: str, kind: ColumnKind, old: pd.Series, new: pd.Series, known: Sequence[tuple[Measure, float]]
) -> ColumnDrift:
    beyond = [(one, q) for one, q in known if q <= LEVEL]
    large = [(one, q) for one, q in beyond if one.effect >= one.limit]
    goes_on = kind is ColumnKind.DATETIME and _goes_on(old, new)
    if goes_on:
        large = [(one, q) for one, q in large if one.what == "missing"]
    values = [pair for pair in known if pair[0].what != "missing"]
    if large:
        verdict, pool = DRIFT, large
    elif goes_on and beyond:
        verdict, pool = EXPECTED, beyond
    elif beyond:
        verdict, pool = SMALL, beyond
    else:
        verdict, pool = (CHANCE, values or list(known)) if values else (FEW, list(known))
    decided, q = max(pool, key=lambda pair: _relative(pair[0])) if pool else (None, None)
    pictured = old if kind is not ColumnKind.DATETIME else pd.Series(as_floats(old))
    beside = new if kind is not ColumnKind.DATETIME else pd.Series(as_floats(new))
    return ColumnDrift(
        column=name,
        kind=str(kind),
        verdict=verdict,
        measure=decided,
        adjusted=q,
        drifted=tuple(one.what for one, _ in large),
        shares=parts(pictured, beside) if verdict == DRIFT and kind is not ColumnKind.TEXT else (),
    )


def _relative(one: Measure | None) -> float:
    """Return the effect in units of its limit, so that effects on different scales can be ordered."""
    return one.effect / one.limit if one else 0.0


def _goes_on(old: pd.Series, new: pd.Series) -> bool:
    """Whether the new dates lie after the old ones, as is to be expected of new rows."""
    before, after = old.dropna(), new.dropna()
    return len(before) > 0 and len(after) > 0 and bool(after.median() >= before.median())
