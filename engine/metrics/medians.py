"""Metrics that are, or rest on, a median of row values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.data import Problem
from engine.metrics.weighted import Floats, Mask, Truth, Weighted, ratio

METRICS = ("median_absolute_error", "median_ape", "d2_absolute_error")


def build(metric_ids: Sequence[str], y: Truth, pred: Floats, problem: Problem) -> Weighted:
    """Prepare median metrics: row values are sorted once, each resample is a cumulative sum of counts.

    ``median_ape`` leaves out rows whose true value is zero.

    Parameters
    ----------
    metric_ids : sequence of str
        Some of :data:`METRICS`.
    y, pred : ndarray of shape (n_rows,)
    problem : Problem
    """
    error = np.abs(pred - y)
    medians = {}
    for name in metric_ids:
        if name == "d2_absolute_error":
            continue
        counted: Mask = np.ones(len(y), dtype=bool) if name == "median_absolute_error" else y != 0
        size = np.ones(len(y)) if name == "median_absolute_error" else np.abs(y)
        rows = np.flatnonzero(counted)
        loss = error[rows] / size[rows]
        order = np.argsort(loss, kind="stable")
        medians[name] = (rows[order], loss[order])

    order = np.argsort(y, kind="stable")

    def values(weights: Floats) -> dict[str, Floats]:
        found = {name: _median(weights[:, rows], loss) for name, (rows, loss) in medians.items()}
        if "d2_absolute_error" in metric_ids:
            found["d2_absolute_error"] = _d2(weights[:, order], y[order], error[order])
        return found

    return values


def _d2(counts: Floats, ascending: Floats, error: Floats) -> Floats:
    """Share of the absolute error that is spared beside always saying the median of the rows; see R2 for squares.

    Koenker, R. and Machado, J. A. F. (1999). Goodness of fit and related inference processes for quantile regression.
    JASA 94, 1296-1310: their measure at the median. Not defined for a constant target.
    """
    middle = _median(counts, ascending)[:, None]
    spread = (counts * np.abs(ascending - middle)).sum(axis=1)
    # What rounding leaves of a constant target is no spread.
    noise = 1e-12 * (counts * np.abs(ascending)).sum(axis=1) + np.finfo(np.float64).tiny
    return 1.0 - ratio((counts * error).sum(axis=1), np.where(spread > noise, spread, 0.0), np.nan)


def _median(counts: Floats, ascending: Floats) -> Floats:
    """Median of values that occur ``counts`` times each: the middle one, or the mean of the middle two.

    Parameters
    ----------
    counts : ndarray of whole numbers, shape (n_resamples, n_values)
    ascending : ndarray of shape (n_values,)
    """
    if not len(ascending):
        return np.full(len(counts), np.nan)
    upto = np.cumsum(counts, axis=1)
    total = upto[:, -1]
    last = len(ascending) - 1
    lower = np.minimum((upto <= np.floor((total - 1) / 2)[:, None]).sum(axis=1), last)
    upper = np.minimum((upto <= np.floor(total / 2)[:, None]).sum(axis=1), last)
    return np.where(total > 0, 0.5 * (ascending[lower] + ascending[upper]), np.nan)
