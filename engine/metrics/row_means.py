"""Metrics that are an average over rows, or made of a few such sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.metrics.weighted import Floats, Truth, Weighted, ratio

FEWEST_COUNT = 1e-6
"""Smallest prediction that a Poisson deviance is computed with."""


@dataclass(frozen=True)
class _Sums:
    """Which row values are summed, and what is made of the sums."""

    rows: tuple[Floats, ...]
    """Row values, each of shape (n_rows,)."""
    finish: Callable[[Floats, Floats], Floats]
    """From the weighted sums, shape (len(rows), n_resamples), and the total weight to the metric."""


def build(metric_ids: Sequence[str], y: Truth, pred: Floats, problem: Problem) -> Weighted:
    """Prepare metrics that are sums over rows; all sums of all metrics are taken in one pass.

    Parameters
    ----------
    metric_ids : sequence of str
        Some of :data:`METRICS`.
    y : ndarray of shape (n_rows,)
        Class codes or values.
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    """
    parts = {name: METRICS[name](y, pred, problem) for name in metric_ids}
    stacked = np.vstack([row for part in parts.values() for row in part.rows])

    def values(weights: Floats) -> dict[str, Floats]:
        sums = np.einsum("bn,rn->rb", weights, stacked)
        total = weights.sum(axis=1)
        found, start = {}, 0
        for name, part in parts.items():
            found[name] = part.finish(sums[start : start + len(part.rows)], total)
            start += len(part.rows)
        return found

    return values


def _mean(sums: Floats, total: Floats) -> Floats:
    return ratio(sums[0], total, np.nan)


def _root_mean(sums: Floats, total: Floats) -> Floats:
    return np.sqrt(_mean(sums, total))


def _mean_where_counted(sums: Floats, total: Floats) -> Floats:
    return ratio(sums[0], sums[1], np.nan)


def _log_loss(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """Natural logarithm; probabilities are clipped to [eps, 1 - eps] of float64, as scikit-learn does."""
    eps = np.finfo(np.float64).eps
    said = pred[np.arange(len(y)), y.astype(np.intp)]
    return _Sums((-np.log(np.clip(said, eps, 1 - eps)),), _mean)


def _brier(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """Brier, G. W. (1950): the sum over classes; for two classes half of it, 0 to 1, as scikit-learn does."""
    truth = np.eye(pred.shape[1])[y.astype(np.intp)]
    scale = 0.5 if problem.task is Task.BINARY else 1.0
    return _Sums((scale * ((truth - pred) ** 2).sum(axis=1),), _mean)


def _rmse(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    return _Sums(((pred - y) ** 2,), _root_mean)


def _mae(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    return _Sums((np.abs(pred - y),), _mean)


def _rmsle(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """Root mean squared difference of log(1 + value).

    Negative predictions are taken as 0, since a target that cannot be negative is what this metric is
    for; with a negative true value it is not defined.
    """
    if np.any(y < 0):
        return _Sums((np.full(len(y), np.nan),), _root_mean)
    return _Sums(((np.log1p(np.maximum(pred, 0.0)) - np.log1p(y)) ** 2,), _root_mean)


def _mape(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """Mean of |error| / |true value| over the rows whose true value is not zero."""
    counted = y != 0
    error = np.divide(np.abs(pred - y), np.abs(y), out=np.zeros(len(y)), where=counted)
    return _Sums((error, counted.astype(np.float64)), _mean_where_counted)


def _r2(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """One minus the squared error over the squared distance to the mean; not defined for a constant target."""
    # Centred first: the difference of two large sums would lose the digits that matter.
    centred = y - y.mean()

    def finish(sums: Floats, total: Floats) -> Floats:
        spread = sums[2] - ratio(sums[1] ** 2, total, np.nan)
        # What rounding leaves of a constant target is no spread.
        noise = 1e-12 * sums[2] + np.finfo(np.float64).tiny
        return 1.0 - ratio(sums[0], np.where(spread > noise, spread, 0.0), np.nan)

    return _Sums(((pred - y) ** 2, centred, centred**2), finish)


def _d2_poisson(y: Truth, pred: Floats, problem: Problem) -> _Sums:
    """One minus the Poisson deviance over that of always saying the mean; not defined for a constant target.

    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, section 2.4. A prediction below
    :data:`FEWEST_COUNT` is taken as that, since a count that is said to be impossible and occurs costs without bound;
    with a negative true value the metric is not defined.
    """
    if np.any(y < 0):
        return _Sums((np.full(len(y), np.nan),) * 3, lambda sums, total: ratio(sums[0], total, np.nan))
    said = np.maximum(pred, FEWEST_COUNT)
    itself = _times_log(y, y)

    def finish(sums: Floats, total: Floats) -> Floats:
        mean = ratio(sums[2], total, np.nan)
        spread = sums[1] - _times_log(sums[2], mean)
        noise = 1e-12 * np.abs(sums[1]) + np.finfo(np.float64).tiny
        return 1.0 - ratio(sums[0], np.where(spread > noise, spread, 0.0), np.nan)

    return _Sums((itself - _times_log(y, said) - y + said, itself, y.astype(np.float64)), finish)


def _times_log(count: Floats, value: Floats) -> Floats:
    """Return ``count * log(value)``, 0 where the count is 0."""
    return np.multiply(count, np.log(value, out=np.zeros(np.shape(value)), where=value > 0), dtype=np.float64)


METRICS: dict[str, Callable[[Truth, Floats, Problem], _Sums]] = {
    "log_loss": _log_loss,
    "brier_score": _brier,
    "rmse": _rmse,
    "mae": _mae,
    "rmsle": _rmsle,
    "mape": _mape,
    "r2": _r2,
    "d2_poisson": _d2_poisson,
}
