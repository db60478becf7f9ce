"""The points at which a column is asked about: values that occur in the table, never invented ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.explain.cells import Cells, as_numbers, encode
from engine.explain.output import Floats, Places, Predictor, predict_outputs
from engine.explain.words import cell_text

MOST_POINTS, MOST_LEVELS = 20, 10
_EVEN = 8
NUMBER, DATE, CATEGORY = "numeric", "date", "category"


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """Rows of the training part as codes, and the model that is asked about them."""

    cells: Cells
    codes: Places
    """Shape (n_rows, n_columns)."""
    outputs: Floats
    """What the model predicts for them, shape (n_rows, n_outputs)."""
    model: Predictor
    problem: Problem

    @classmethod
    def of(cls, model: Predictor, frame: pd.DataFrame, problem: Problem) -> Sampled:
        """Encode rows and predict them."""
        table = frame[list(problem.features)].reset_index(drop=True)
        cells, codes = encode(table)
        return cls(
            cells=cells, codes=codes, outputs=predict_outputs(model, table, problem), model=model, problem=problem
        )

    def predict(self, codes: Places) -> Floats:
        """Predict rows of codes, shape (n_rows, n_columns) to (n_rows, n_outputs)."""
        return predict_outputs(self.model, self.cells.frame(codes), self.problem)

    def place(self, column: str) -> int:
        """Find the place of a column among the features."""
        return self.problem.features.index(column)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Points along one column."""

    kind: str
    """``numeric``, ``date`` or ``category``."""
    codes: Places
    """Code of the cell at each point, shape (n_points,)."""
    at: Floats
    """Where numbers and dates (nanoseconds since 1970) stand, categories by their order; shape (n_points,)."""
    texts: tuple[str, ...]
    """The cells in words."""
    numbers: Floats
    """Place of each row on the same scale, NaN where it is empty or another level; shape (n_rows,)."""
    empty: int | None
    """Code of the empty cell of a number or date that has one."""

    @property
    def x(self) -> list[float | str]:
        """What a picture writes at each point."""
        return [float(one) for one in self.at] if self.kind == NUMBER else list(self.texts)

    def counts(self) -> Places:
        """Count the rows that lie nearest to each point, shape (n_points,)."""
        there = self.numbers[~np.isnan(self.numbers)]
        middles = (self.at[1:] + self.at[:-1]) / 2
        return np.bincount(np.searchsorted(middles, there, side="left"), minlength=len(self.at))


def make_grid(sampled: Sampled, column: str) -> Grid | None:
    """Choose the points along a column; ``None`` where fewer than two values can be told apart, and for texts.

    A number or date with at most 20 values gets them all. Otherwise its points are values at equal steps of the rows
    (quantiles) and at equal steps of the range. A category gets its ten most frequent levels.
    """
    kind = sampled.problem.kinds[column]
    if kind is ColumnKind.TEXT:
        return None
    values, codes = sampled.cells.values[column], sampled.codes[:, sampled.place(column)]
    by_code = as_numbers(values, kind)
    if by_code is None:
        return _levels(values, codes)
    distinct = np.unique(by_code[~np.isnan(by_code)])
    if len(distinct) < 2:
        return None
    numbers = by_code[codes]
    if len(distinct) > MOST_POINTS:
        there = np.sort(numbers[~np.isnan(numbers)])
        # Two kinds of points together, so that neither the crowd nor the edges are passed over.
        wished = [
            *np.quantile(there, np.linspace(0, 1, MOST_POINTS - _EVEN + 1), method="inverted_cdf"),
            *np.linspace(there[0], there[-1], _EVEN),
        ]
        distinct = np.unique([distinct[np.abs(distinct - one).argmin()] for one in wished])
    at = np.array([int(np.flatnonzero(by_code == one)[0]) for one in distinct], dtype=np.intp)
    empty = np.flatnonzero(np.isnan(by_code))
    return Grid(
        kind=DATE if kind is ColumnKind.DATETIME else NUMBER,
        codes=at,
        at=distinct,
        texts=tuple(cell_text(values.iloc[one]) for one in at),
        numbers=numbers,
        empty=int(empty[0]) if len(empty) else None,
    )


def _levels(values: pd.Series, codes: Places) -> Grid | None:
    counts = np.bincount(codes, minlength=len(values))
    ranked = sorted(range(len(values)), key=lambda code: (-counts[code], cell_text(values.iloc[code])))[:MOST_LEVELS]
    # Every level of its own, nearly: no category, and nothing that could be drawn.
    if len(ranked) < 2 or counts[ranked[0]] < 2:
        return None
    if isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered:
        order = values.cat.codes.to_numpy()
        ranked = sorted(ranked, key=lambda code: (order[code] < 0, order[code]))
    place_of = np.full(len(values), np.nan)
    place_of[ranked] = np.arange(len(ranked))
    return Grid(
        kind=CATEGORY,
        codes=np.array(ranked, dtype=np.intp),
        at=np.arange(len(ranked), dtype=np.float64),
        texts=_distinct([cell_text(values.iloc[code]) for code in ranked]),
        numbers=place_of[codes],
        empty=None,
    )


def _distinct(texts: list[str]) -> tuple[str, ...]:
    """Tell apart what reads alike (3 and "3", or texts cut short), so that no two points fall together."""
    return tuple(
        text if texts.index(text) == place else f"{text} ({texts[:place].count(text) + 1})"
        for place, text in enumerate(texts)
    )


def slim(values: Floats) -> list[float]:
    """Round to six significant digits: what is stored to be drawn need not be longer."""
    return [float(f"{one:.6g}") for one in values]
