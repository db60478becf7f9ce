"""The cells of two versions of a table, laid side by side by their row numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.data.kinds import plain
from engine.domain.data import Column

_LOOKED_AT = 1_000
_COLUMNS = 20
_ALIGNED = 0.8
"""Mean share of equal cells in the columns that both have, from which rows of one number are taken for one row."""
_LIKE = 0.9
"""Share of equal values from which a column counts as the same."""


class Tables:
    """Two tables and how their rows correspond.

    Parameters
    ----------
    old, new : DataFrame
        All rows of each version, or a part of them; rows of both are matched by their numbers in the index.
    names : sequence of str
        Columns that both have.
    whole : bool
        Whether these are all rows of both versions.
    """

    def __init__(self, old: pd.DataFrame, new: pd.DataFrame, names: Sequence[str], *, whole: bool) -> None:
        self.old, self.new, self.whole = _numbered(old), _numbered(new), whole
        shared = np.intersect1d(self.old.index.to_numpy(), self.new.index.to_numpy())
        self._some = shared[:_LOOKED_AT]
        self.aligned = self._is_aligned(names)

    def _is_aligned(self, names: Sequence[str]) -> bool:
        telling = [name for name in names if self.old[name].nunique() > 1][:_COLUMNS]
        if not telling or not len(self._some):
            return bool(len(self._some))
        return float(np.mean([self._equal_share(name, name) for name in telling])) >= _ALIGNED

    def _equal_share(self, before: str, after: str) -> float:
        a = plain(self.old.loc[self._some, before]).reset_index(drop=True)
        b = plain(self.new.loc[self._some, after]).reset_index(drop=True)
        return 1 - differing(a, b) / len(a)

    def same_values(self, before: Column, after: Column) -> bool:
        """Whether two columns hold the same values: row by row, or as a whole where the rows do not correspond."""
        if self.aligned:
            return self._equal_share(before.name, after.name) >= _LIKE
        a, b = plain(self.old[before.name]), plain(self.new[after.name])
        if a.dtype != b.dtype:
            a, b = a.astype("str"), b.astype("str")
        counts = pd.concat([a.value_counts(normalize=True), b.value_counts(normalize=True)], axis=1).fillna(0)
        return float(counts.min(axis=1).sum()) >= _LIKE

    def changed_cells(self, pairs: Sequence[tuple[Column, Column]]) -> int | None:
        """Count the cells that differ, where both tables are whole and have as many rows."""
        if not self.whole or len(self.old) != len(self.new):
            return None
        old, new = self.old.reset_index(drop=True), self.new.reset_index(drop=True)
        return sum(differing(plain(old[before.name]), plain(new[after.name])) for before, after in pairs)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose index holds row numbers, counted anew where it held anything else."""
    if frame.index.is_unique and pd.api.types.is_integer_dtype(frame.index.dtype):
        return frame
    return frame.reset_index(drop=True)


def differing(a: pd.Series, b: pd.Series) -> int:
    """Count the places where two columns of the same length differ; two gaps are equal."""
    if pd.api.types.is_numeric_dtype(a.dtype) and pd.api.types.is_numeric_dtype(b.dtype):
        equal = a.astype("float64") == b.astype("float64")
    else:
        if a.dtype != b.dtype:
            a, b = a.astype("str"), b.astype("str")
        equal = (a == b).fillna(False)
    return int((~(equal.astype(bool) | (a.isna() & b.isna()))).sum())
