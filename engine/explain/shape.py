"""How contributions change along a column: their mean by bin of a number or by level of a category."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from engine.domain.task import ColumnKind
from engine.explain.importance import LEVEL
from engine.explain.output import Floats
from engine.explain.words import cell_text

MOST_BINS, MOST_LEVELS = 10, 10
_ROWS_PER_BIN = 15
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)

OTHER_LEVELS = "other levels"


def shape(column: pd.Series[Any], kind: ColumnKind, values: Floats) -> dict[str, Any]:
    """Summarise the contributions of one column over the explained rows.

    Parameters
    ----------
    column : Series
        The cells of the explained rows, shape (n_rows,).
    values : ndarray
        Their contributions, shape (n_rows,).

    Returns
    -------
    dict
        ``kind`` (``numeric`` or ``category``), ``points`` as ``x y low high count`` where ``y`` is a mean
        contribution and ``low``, ``high`` its 95 % t-interval (``None`` for a single row), and
        ``missing``: such a point for the empty cells of a number or date, or ``None``.
    """
    empty = column.isna().to_numpy()
    if kind in _NUMBERS and pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        points = [_point(float(np.median(numbers[bin_])), values[bin_]) for bin_ in _bins(numbers, ~empty)]
        return {"kind": "numeric", "points": points, "missing": _missing(values, empty)}
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments = column.to_numpy(dtype="datetime64[ns]").astype(np.int64).astype(np.float64)
        middles = [(column.iloc[np.flatnonzero(bin_)].sort_values(), values[bin_]) for bin_ in _bins(moments, ~empty)]
        points = [_point(cell_text(days.iloc[len(days) // 2]), part) for days, part in middles]
        return {"kind": "category", "points": points, "missing": _missing(values, empty)}
    return {"kind": "category", "points": _levels(column, values), "missing": None}


def _bins(numbers: Floats, there: np.ndarray[Any, np.dtype[np.bool_]]) -> list[np.ndarray[Any, np.dtype[np.bool_]]]:
    """Mark the rows of each quantile bin, or of each value where there are few; empty bins are left out."""
    if not there.any():
        return []
    distinct = np.unique(numbers[there])
    if len(distinct) <= MOST_BINS:
        return [there & (numbers == one) for one in distinct]
    count = int(np.clip(there.sum() // _ROWS_PER_BIN, 2, MOST_BINS))
    edges = np.unique(np.quantile(numbers[there], np.linspace(0, 1, count + 1)[1:-1]))
    bin_of = np.searchsorted(edges, numbers, side="right")
    marked = [there & (bin_of == place) for place in range(len(edges) + 1)]
    return [one for one in marked if one.any()]


def _levels(column: pd.Series[Any], values: Floats) -> list[dict[str, Any]]:
    """Summarise by level, the most frequent first; the rarest of many levels count as one."""
    texts = column.map(cell_text, na_action=None).astype(object).to_numpy()
    counts = pd.Series(texts).value_counts(sort=True)
    # Equal counts in the order of the alphabet, so that the order does not hang on the rows' order.
    ranked = sorted(counts.index, key=lambda level: (-int(counts[level]), str(level)))
    shown = ranked if len(ranked) <= MOST_LEVELS else ranked[: MOST_LEVELS - 1]
    points = [_point(str(level), values[texts == level]) for level in shown]
    rest = ~np.isin(texts, shown)
    return [*points, _point(OTHER_LEVELS, values[rest])] if rest.any() else points


def _missing(values: Floats, empty: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, Any] | None:
    return _point(cell_text(None), values[empty]) if empty.any() else None


def _point(x: float | str, values: Floats) -> dict[str, Any]:
    mean, count = float(values.mean()), len(values)
    half = stats.t.ppf((1 + LEVEL) / 2, count - 1) * values.std(ddof=1) / np.sqrt(count) if count > 1 else None
    low, high = (None, None) if half is None else (mean - float(half), mean + float(half))
    return {"x": x, "y": mean, "low": low, "high": high, "count": count}
