"""Columns alone, as numbers for pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.data.kinds import as_text
from engine.data.profiling.sample import NUMBERS, numbers_of
from engine.domain.data import Column
from engine.domain.task import ColumnKind

Json = dict[str, Any]

MOST_LEVELS_SHOWN = 12

_BARS = 30
_COUNTED = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN, ColumnKind.CONSTANT)


def picture(column: Column, series: pd.Series, rows: int) -> Json:
    """Describe one column: its counts, its range, and a histogram or its most frequent values."""
    present = series.dropna()
    found: Json = {
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
    if column.kind in NUMBERS and len(present):
        found["histogram"] = _histogram(present, column)
    elif column.kind in _COUNTED and len(present):
        counts = _level_counts(present)
        found["levels"] = [{"value": text, "count": count} for text, count in counts[:MOST_LEVELS_SHOWN]]
        found["other"] = sum(count for _, count in counts[MOST_LEVELS_SHOWN:])
    return found


def _histogram(present: pd.Series, column: Column) -> Json:
    values = numbers_of(present)
    low, high = float(values.min()), float(values.max())
    if column.kind is ColumnKind.INTEGER and high - low < _BARS:
        # A bar for each whole number, in its middle.
        edges = np.arange(low - 0.5, high + 1.0)
    elif low == high:
        edges = np.array([low - 0.5, high + 0.5])
    else:
        edges = np.linspace(low, high, min(_BARS, max(5, round(len(values) ** 0.5))) + 1)
    counts = np.histogram(values, edges)[0]
    return {"edges": [edge_of(edge, column) for edge in edges], "counts": [int(count) for count in counts]}


def edge_of(value: float, column: Column) -> float | str:
    """Write the edge of a bin: dates as ISO 8601."""
    if column.kind is ColumnKind.DATETIME:
        return pd.Timestamp(round(value), unit="s").isoformat()
    return float(value)


def _level_counts(present: pd.Series) -> list[tuple[str, int]]:
    counts = present.value_counts()
    return sorted(((as_text(value), int(count)) for value, count in counts.items()), key=lambda one: (-one[1], one[0]))
