"""The rows that a profile looks at, with each column resolved once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import plain
from engine.data.target import encode_target
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

MOST_ROWS = 50_000
MOST_CELLS = 10_000_000
FEWEST_ROWS = 5_000
"""Of a table with very many columns fewer rows are looked at, but never fewer than this."""
MOST_CODES = 50
"""Values of a category that are told apart where it is counted against another; the others are one."""

NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)
CATEGORIES = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)


class Sample:
    """At most 50,000 rows of a table (fewer beyond 200 columns), drawn with a fixed seed and kept in their order.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        With a problem, every row has a target.
    columns : sequence of Column
    problem : Problem, optional
    """

    def __init__(self, frame: pd.DataFrame, columns: Sequence[Column], problem: Problem | None) -> None:
        self.whole = frame
        self.columns = tuple(columns)
        self.problem = problem
        self.frame = frame
        most = min(MOST_ROWS, max(FEWEST_ROWS, MOST_CELLS // max(len(self.columns), 1)))
        if len(frame) > most:
            self.frame = frame.iloc[np.sort(np.random.default_rng(0).choice(len(frame), most, replace=False))]
        self._series: dict[str, pd.Series] = {}
        self._values: dict[str, Floats] = {}
        self._ranks: dict[str, Floats] = {}
        self._codes: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def target(self) -> str | None:
        """The name of the target."""
        return self.problem.target if self.problem else None

    @property
    def others(self) -> list[Column]:
        """All columns but the target."""
        return [column for column in self.columns if column.name != self.target]

    @cached_property
    def y(self) -> npt.NDArray[np.generic]:
        """The target of each row, as ``encode_target`` gives it; empty without a problem."""
        if self.problem is None:
            return np.empty(0)
        return encode_target(self.series(self.problem.target), self.problem)

    def series(self, name: str) -> pd.Series:
        """Return a column with plain types."""
        if name not in self._series:
            self._series[name] = plain(self.frame[name])
        return self._series[name]

    def values(self, name: str) -> Floats:
        """Return a column of numbers or dates as floats of shape (n_rows,), ``nan`` where it is empty."""
        if name not in self._values:
            self._values[name] = numbers_of(self.series(name))
        return self._values[name]

    def ranks(self, name: str) -> Floats:
        """Return the ranks of :meth:`values` from 0 to 1, ties in the middle, ``nan`` where it is empty."""
        if name not in self._ranks:
            self._ranks[name] = np.asarray(pd.Series(self.values(name)).rank(pct=True), dtype=np.float64)
        return self._ranks[name]

    def codes(self, name: str) -> Ints:
        """Return the number of each value of a category, 0 for the most frequent; -1 where it is empty.

        Values beyond the 49 most frequent share one number.
        """
        if name not in self._codes:
            codes, values = pd.factorize(self.series(name))
            counts = np.bincount(codes[codes >= 0], minlength=len(values))
            place = np.empty(len(values) + 1, dtype=np.intp)
            place[np.argsort(-counts, kind="stable")] = np.minimum(np.arange(len(values)), MOST_CODES - 1)
            place[-1] = -1
            self._codes[name] = place[codes]
        return self._codes[name]


def numbers_of(series: pd.Series) -> Floats:
    """Return numbers as they are, dates as seconds since 1970; ``nan`` where a cell is empty."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        moments = series.to_numpy(dtype="datetime64[us]")
        return np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(np.float64) / 1e6)
    return series.to_numpy(dtype=np.float64, na_value=np.nan)


def row_numbers(index: pd.Index, places: npt.ArrayLike) -> list[int]:
    """Name rows by their number in the file: the index where it holds numbers, else their place."""
    taken = [int(place) for place in np.asarray(places, dtype=np.intp)]
    if pd.api.types.is_integer_dtype(index.dtype):
        return [int(index[place]) for place in taken]
    return taken
