"""What the model would say of a row that is a little different, and how far that row is from all that it has seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.task import ColumnKind
from engine.domain.words import number
from engine.explain.cells import as_numbers
from engine.explain.output import Floats
from engine.explain.similar import Neighbourhood

Predict = Callable[[pd.DataFrame], Floats]
"""From rows to probabilities (n_rows, n_classes) or values (n_rows,)."""
Row = Mapping[str, Any]

MOST_LEVELS = 60
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a column holds in the training part."""

    kind: ColumnKind
    low: Any = None
    high: Any = None
    """Least and largest number or date."""
    levels: tuple[str, ...] = ()
    """Words that occur, the most frequent first; all of them unless there are very many."""
    all_levels: frozenset[str] = frozenset()
    empty: bool = False
    """Whether some of its cells are empty."""


def bounds(frame: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> dict[str, Bounds]:
    """Describe what each column may hold.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, any)
    kinds : mapping of column to kind
    """
    found = {}
    for name, kind in kinds.items():
        column = frame[name]
        empty = bool(column.isna().any())
        if as_numbers(column, kind) is not None:
            known = column.dropna()
            found[name] = Bounds(
                kind=kind,
                low=known.min() if len(known) else None,
                high=known.max() if len(known) else None,
                empty=empty,
            )
        else:
            counts = column.dropna().astype(str).value_counts()
            words = tuple(map(str, counts.index))
            found[name] = Bounds(kind=kind, levels=words[:MOST_LEVELS], all_levels=frozenset(words), empty=empty)
    return found


def table_of(rows: Sequence[Row], frame: pd.DataFrame) -> pd.DataFrame:
    """Put rows into a table of the columns of another; cells keep what was given."""
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in frame.columns})


def cautions(row: Row, known: Mapping[str, Bounds], near: Neighbourhood, usual_gap: float) -> list[str]:
    """Say what is out of the ordinary about a row; nothing is forbidden.

    Parameters
    ----------
    row : mapping of column to cell
    known : mapping of column to Bounds
    near : Neighbourhood
        Of the training part.
    usual_gap : float
        What 95 % of its rows have as distance to their nearest neighbour.
    """
    said: list[str] = []
    for name, one in known.items():
        value = row[name]
        if _empty(value):
            if not one.empty:
                said.append(f"{name} is never empty in the training data.")
        elif one.levels or one.all_levels:
            if str(value) not in one.all_levels:
                said.append(f"{name} is never {str(value)!r} in the training data.")
        elif one.low is not None:
            wanted = near.as_number(name, value)
            if wanted < near.as_number(name, one.low) or wanted > near.as_number(name, one.high):
                said.append(f"{name} goes from {_shown(one.low)} to {_shown(one.high)} in the training data.")
    if not said:
        gap = near.nearest(row, 1)[0][1]
        if gap > max(2 * usual_gap, 0.02):
            said.append("No row of the training data is near this combination, so the answer is a guess.")
    return said


def _empty(value: Any) -> bool:
    return bool(pd.isna(value))


def _shown(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return number(int(value)) if float(value).is_integer() else number(float(value))


def candidates(frame: pd.DataFrame, name: str, kind: ColumnKind, *, most: int = 11) -> list[Any]:
    """List values of a column that are worth trying: quantiles that occur, or its most frequent words."""
    column = frame[name].dropna()
    if not len(column) or kind is ColumnKind.TEXT:
        return []
    if kind in _NUMBERS or kind is ColumnKind.DATETIME:
        ordered = column.sort_values(ignore_index=True)
        places = np.unique(np.linspace(0.02, 0.98, most) * (len(ordered) - 1)).round().astype(int)
        return list(dict.fromkeys(ordered.iloc[places]))
    return list(column.value_counts().index[:most])
