"""How contributions change along a column: their mean by bin of a number or by level of a category."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from engine.domain.task import ColumnKind
from engine.explain.cells import as_numbers
from engine.explain.importance import LEVEL
from engine.explain.output import Floats
from engine.explain.words import cell_text

MOST_BINS, MOST_LEVELS = 10, 10
_ROWS_PER_BIN = 15
Mask = npt.NDArray[np.bool_]

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
    numbers = as_numbers(column, kind)
    if numbers is None:
        return {"kind": "category", "points": _levels(column, values), "missing": None}
    empty = np.isnan(numbers)
    missing = _point(cell_text(None), values[empty]) if empty.any() else None
    bins = _bins(numbers)
    if kind is ColumnKind.DATETIME:
        points = [_point(_middle(column, numbers, bin_), values[bin_]) for bin_ in bins]
        return {"kind": "category", "points": points, "missing": missing}
    points = [_point(float(np.median(numbers[bin_])), values[bin_]) for bin_ in bins]
    return {"kind": "numeric", "points": points, "missing": missing}


def _bins(numbers: Floats) -> list[Mask]:
    """Mark the rows of each quantile bin, or of each value where there are few; empty bins are left out."""
    there = ~np.isnan(numbers)
    distinct = np.unique(numbers[there])
    if len(distinct) <= MOST_BINS:
        return [numbers == one for one in distinct]
    count = int(np.clip(there.sum() // _ROWS_PER_BIN, 2, MOST_BINS))
    edges = np.unique(np.quantile(numbers[there], np.linspace(0, 1, count + 1)[1:-1]))
    bin_of = np.searchsorted(edges, numbers, side="right")
    marked = [there & (bin_of == place) for place in range(len(edges) + 1)]
    return [one for one in marked if one.any()]


def _middle(column: pd.Series[Any], numbers: Floats, bin_: Mask) -> str:
    """Write the middle date of a bin, one that occurs."""
    places = np.flatnonzero(bin_)
    return cell_text(column.iloc[places[np.argsort(numbers[places], kind="stable")[len(places) // 2]]])


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


def _point(x: float | str, values: Floats) -> dict[str, Any]:
    mean, count = float(values.mean()), len(values)
    half = stats.t.ppf((1 + LEVEL) / 2, count - 1) * values.std(ddof=1) / np.sqrt(count) if count > 1 else None
    low, high = (None, None) if half is None else (mean - float(half), mean + float(half))
    return {"x": x, "y": mean, "low": low, "high": high, "count": count}
