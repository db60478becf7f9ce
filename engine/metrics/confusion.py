"""Metrics of labels: all of them follow from the counts of actual and said classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.domain.data import Problem
from engine.metrics.decision import decide
from engine.metrics.weighted import Floats, Ints, Truth, Weighted, ratio


def build(metric_ids: Sequence[str], y: Truth, pred: Floats, problem: Problem) -> Weighted:
    """Prepare label metrics.

    Parameters
    ----------
    metric_ids : sequence of str
        Some of :data:`METRICS`.
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
    problem : Problem
    """
    size = len(problem.classes)
    said = decide(pred, problem)
    costs = np.asarray(problem.costs, dtype=np.float64) if problem.costs else 1.0 - np.eye(size)

    def values(weights: Floats) -> dict[str, Floats]:
        counts = confusion_counts(weights, y, said, size)
        return {name: METRICS[name](counts, costs) for name in metric_ids}

    return values


def confusion_counts(weights: Floats, y: Truth, said: Ints, size: int) -> Floats:
    """Count rows by actual and said class.

    Parameters
    ----------
    weights : ndarray of shape (n_resamples, n_rows)
    y, said : ndarray of int, shape (n_rows,)
    size : int
        Count of classes.

    Returns
    -------
    ndarray of shape (n_resamples, size, size)
        Entry ``[b, i, j]``: weight of the rows of class i that were called class j.
    """
    cell = y.astype(np.intp) * size + said
    counts = [np.bincount(cell, weights=row, minlength=size * size) for row in weights]
    return np.array(counts, dtype=np.float64).reshape(-1, size, size)


def _hits(counts: Floats) -> Floats:
    hits: Floats = np.diagonal(counts, axis1=1, axis2=2)
    return hits


def _total(counts: Floats) -> Floats:
    total: Floats = counts.sum(axis=(1, 2))
    return total


def recalls(counts: Floats) -> Floats:
    """Return the share of each class that is found, shape (n_resamples, size); 0 for a class that no row has."""
    return ratio(_hits(counts), counts.sum(axis=2), 0.0)


def precisions(counts: Floats) -> Floats:
    """Return the share that is right of what is called each class; 0 for a class that is never said."""
    return ratio(_hits(counts), counts.sum(axis=1), 0.0)


def f1s(counts: Floats) -> Floats:
    """Return the harmonic mean of precision and recall of each class, shape (n_resamples, size)."""
    return ratio(2 * _hits(counts), counts.sum(axis=1) + counts.sum(axis=2), 0.0)


def _weighted(by_class: Floats, counts: Floats) -> Floats:
    """Average over the classes, each by the count of its rows."""
    return ratio((by_class * counts.sum(axis=2)).sum(axis=1), _total(counts), np.nan)


def _macro(by_class: Floats, counts: Floats) -> Floats:
    """Average over the classes that occur, in truth or in what was said (as scikit-learn does)."""
    occurs = (counts.sum(axis=1) + counts.sum(axis=2)) > 0
    return ratio((by_class * occurs).sum(axis=1), occurs.sum(axis=1).astype(np.float64), np.nan)


def _accuracy(counts: Floats, costs: Floats) -> Floats:
    return ratio(_hits(counts).sum(axis=1), _total(counts), np.nan)


def _balanced_accuracy(counts: Floats, costs: Floats) -> Floats:
    occurs = counts.sum(axis=2) > 0
    return ratio((recalls(counts) * occurs).sum(axis=1), occurs.sum(axis=1).astype(np.float64), np.nan)


def _matthews(counts: Floats, costs: Floats) -> Floats:
    """Gorodkin, J. (2004). Comparing two K-category assignments by a K-category correlation coefficient."""
    actual, said, total = counts.sum(axis=2), counts.sum(axis=1), _total(counts)
    together = _hits(counts).sum(axis=1) * total - (actual * said).sum(axis=1)
    apart = (total**2 - (actual**2).sum(axis=1)) * (total**2 - (said**2).sum(axis=1))
    return np.clip(ratio(together, np.sqrt(np.maximum(apart, 0.0)), 0.0), -1.0, 1.0)


def _mean_cost(counts: Floats, costs: Floats) -> Floats:
    return ratio((counts * costs).sum(axis=(1, 2)), _total(counts), np.nan)


METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "precision": lambda counts, costs: precisions(counts)[:, 1],
    "recall": lambda counts, costs: recalls(counts)[:, 1],
    "f1": lambda counts, costs: f1s(counts)[:, 1],
    "precision_macro": lambda counts, costs: _macro(precisions(counts), counts),
    "recall_macro": lambda counts, costs: _macro(recalls(counts), counts),
    "f1_macro": lambda counts, costs: _macro(f1s(counts), counts),
    "precision_weighted": lambda counts, costs: _weighted(precisions(counts), counts),
    "recall_weighted": lambda counts, costs: _weighted(recalls(counts), counts),
    "f1_weighted": lambda counts, costs: _weighted(f1s(counts), counts),
    "matthews_corrcoef": _matthews,
    "mean_cost": _mean_cost,
}
"""Metric to its value, shape (n_resamples,), from counts of shape (n_resamples, k, k) and costs of shape (k, k)."""
