"""How near rows of mixed columns are to each other, and which rows of a table are nearest to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.task import ColumnKind
from engine.explain.cells import as_numbers
from engine.explain.output import Floats, Places

_LEAST_WEIGHT = 0.3
"""A column that the model hardly reads still counts as this part of the average column."""
_TAIL = 0.05
_SAMPLE = 300


@dataclass(frozen=True)
class Neighbourhood:
    """A table whose rows can be compared with any row of the same columns.

    The distance is Gower's: the weighted mean over the columns of how far two cells are apart, from 0 to 1. Numbers
    and dates are measured in parts of the span between their 5th and 95th percentile, at most one; other cells are
    alike or not; an empty cell is alike only to an empty one.

    Gower, J. C. (1971). A general coefficient of similarity and some of its properties. Biometrics 27, 857-871.
    """

    kinds: Mapping[str, ColumnKind]
    numbers: Mapping[str, tuple[Floats, float]]
    """By column: values, shape (n_rows,), and the span."""
    words: Mapping[str, tuple[Places, Mapping[str, int]]]
    """By column: codes of the cells as text, and what the codes stand for; empty cells are -1."""
    weights: Mapping[str, float]
    """By column, summing to 1."""
    rows: int

    @classmethod
    def of(
        cls, frame: pd.DataFrame, kinds: Mapping[str, ColumnKind], importance: Mapping[str, float] | None = None
    ) -> Neighbourhood:
        """Prepare a table.

        Parameters
        ----------
        frame : DataFrame of shape (n_rows, any)
            Holds all columns of ``kinds``.
        kinds : mapping of column to kind
        importance : mapping of column to float, optional
            How much the model reads each column; all alike without.
        """
        numbers: dict[str, tuple[Floats, float]] = {}
        words: dict[str, tuple[Places, Mapping[str, int]]] = {}
        for name, kind in kinds.items():
            values = as_numbers(frame[name], kind)
            if values is not None:
                numbers[name] = (values, _span(values))
            else:
                texts = frame[name].astype(object).map(_text)
                codes, levels = pd.factorize(texts)
                words[name] = (codes, {str(level): place for place, level in enumerate(levels)})
        given = {name: max((importance or {}).get(name, 0.0), 0.0) for name in kinds}
        total = sum(given.values())
        floor = _LEAST_WEIGHT / len(kinds)
        raw = {name: (one / total if total else 0.0) + floor for name, one in given.items()}
        weights = {name: one / sum(raw.values()) for name, one in raw.items()}
        return cls(kinds, numbers, words, weights, len(frame))

    def column_distance(self, name: str, value: Any) -> Floats:
        """Say how far a cell is from those of a column, shape (n_rows,), from 0 to 1."""
        if name in self.numbers:
            values, span = self.numbers[name]
            wanted = self.as_number(name, value)
            if np.isnan(wanted):
                return np.where(np.isnan(values), 0.0, 1.0)
            return np.where(np.isnan(values), 1.0, np.minimum(np.abs(values - wanted) / span, 1.0))
        codes, places = self.words[name]
        text = _text(value)
        return np.asarray(codes != (-1 if text is None else places.get(text, -2)), dtype=np.float64)

    def as_number(self, name: str, value: Any) -> float:
        """Read a cell of a column of numbers or dates; NaN where it is empty."""
        read = as_numbers(
            pd.Series([value]) if self.kinds[name] is not ColumnKind.DATETIME else _moment(value), self.kinds[name]
        )
        return float(read[0]) if read is not None else float("nan")

    def distances(self, row: Mapping[str, Any]) -> Floats:
        """Say how far a row is from every row of the table, shape (n_rows,)."""
        total = np.zeros(self.rows)
        for name, weight in self.weights.items():
            total += weight * self.column_distance(name, row[name])
        return total

    def between(self, row: Mapping[str, Any], other: Mapping[str, Any]) -> float:
        """Say how far two rows are apart that need not be in the table."""
        total = 0.0
        for name, weight in self.weights.items():
            if name in self.numbers:
                one, two = self.as_number(name, row[name]), self.as_number(name, other[name])
                both, span = np.isnan([one, two]), self.numbers[name][1]
                apart = float(both.sum() == 1) if both.any() else min(abs(one - two) / span, 1.0)
            else:
                apart = float(_text(row[name]) != _text(other[name]))
            total += weight * apart
        return total

    def nearest(self, row: Mapping[str, Any], count: int, among: Places | None = None) -> list[tuple[int, float]]:
        """Return places and distances of the nearest rows, the nearest first.

        Parameters
        ----------
        row : mapping of column to cell
        count : int
        among : ndarray of int, optional
            Places that may be returned.
        """
        found = self.distances(row)
        places = np.arange(self.rows) if among is None else among
        order = places[np.argsort(found[places], kind="stable")[:count]]
        return [(int(place), float(found[place])) for place in order]

    def usual_gap(self, frame: pd.DataFrame, *, seed: int = 0) -> float:
        """Return the distance to the nearest other row that 95 % of the rows stay below, by a sample of them."""
        rng = np.random.default_rng(seed)
        places = rng.choice(self.rows, min(_SAMPLE, self.rows), replace=False)
        gaps = []
        for place in places:
            found = self.distances({str(name): cell for name, cell in frame.iloc[int(place)].items()})
            found[place] = np.inf
            gaps.append(found.min() if self.rows > 1 else 1.0)
        return float(np.quantile(gaps, 0.95))


def _span(values: Floats) -> float:
    known = values[~np.isnan(values)]
    if not len(known):
        return 1.0
    low, high = np.quantile(known, [_TAIL, 1 - _TAIL])
    return float(high - low) or float(np.ptp(known)) or 1.0


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _moment(value: Any) -> pd.Series[Any]:
    return pd.Series(pd.to_datetime([value], errors="coerce"))
