"""Scores: one number for predictions against the truth, for every metric of :mod:`engine.domain.metric`.

Label metrics (accuracy, precision, the mean cost …) judge what :func:`decide` says, so that every number
of a report speaks of the same decision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.task import Task
from engine.errors import InputError
from engine.metrics import confusion, medians, ranking, row_means
from engine.metrics.decision import decide
from engine.metrics.weighted import Floats, Mask, Truth

__all__ = ["Statistic", "decide", "reported", "score", "scored", "statistic"]

Statistic = Callable[[Floats], Floats]
"""From weights of shape (n_resamples, n_rows) to values of shape (n_resamples, n_metrics)."""

_FAMILIES = (
    (confusion.METRICS, confusion.build),
    (ranking.METRICS, ranking.build),
    (row_means.METRICS, row_means.build),
    (medians.METRICS, medians.build),
)

_REPORTED: dict[Task, tuple[str, ...]] = {
    Task.BINARY: (
        "roc_auc",
        "average_precision",
        "log_loss",
        "brier_score",
        "accuracy",
        "balanced_accuracy",
        "precision",
        "recall",
        "f1",
        "matthews_corrcoef",
        "lift_top_decile",
    ),
    Task.MULTICLASS: (
        "log_loss",
        "brier_score",
        "accuracy",
        "balanced_accuracy",
        "precision_macro",
        "recall_macro",
        "f1_macro",
        "precision_weighted",
        "recall_weighted",
        "f1_weighted",
        "matthews_corrcoef",
    ),
    Task.REGRESSION: (
        "rmse",
        "mae",
        "median_absolute_error",
        "r2",
        "d2_absolute_error",
        "mape",
        "median_ape",
        "rmsle",
    ),
}


def reported(problem: Problem) -> tuple[str, ...]:
    """Name the metrics that are shown for a problem, its own first; the mean cost where costs are stated."""
    costs = ("mean_cost",) if problem.costs and problem.task.is_classification else ()
    return tuple(dict.fromkeys((find_metric(problem.metric).id, *costs, *_REPORTED[problem.task])))


def scored(pred: Floats) -> Mask:
    """Tell which rows have a prediction; in out-of-fold arrays rows that no fold scored are NaN.

    Parameters
    ----------
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)

    Returns
    -------
    ndarray of bool, shape (n_rows,)

    Raises
    ------
    InputError
        If a prediction is infinite: to leave it out would hide a failure of the model.
    """
    flat = pred if pred.ndim == 1 else pred.sum(axis=1)
    infinite = np.isinf(flat)
    if infinite.any():
        raise InputError(
            f"{int(infinite.sum()):,} of {len(pred):,} predictions are infinite.",
            hint="Look at these rows for extreme values, or leave this model out.",
        )
    found: Mask = ~np.isnan(flat)
    return found


def score(metric_id: str, y: Truth, pred: Floats, problem: Problem) -> float:
    """Score predictions by one metric; rows without a prediction are left out.

    Where a quotient has nothing to divide by, precision, recall, F1 and the Matthews correlation are 0.
    Without stated costs each error costs 1. RMSLE takes negative predictions as 0; MAPE and its median
    leave out rows whose true value is zero.

    Parameters
    ----------
    metric_id : str
        Id or alias of a metric that fits the task.
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
        Probabilities in the order of ``problem.classes``, or values.
    problem : Problem

    Returns
    -------
    float
        In the direction of the metric, never with its sign turned; NaN where the metric is not defined
        (ROC AUC of a single class, R2 of a constant target, anything of no rows).

    Raises
    ------
    InputError
        If the metric does not fit the task, or the lengths differ.
    """
    rows = scored_pairs(y, pred)
    if not rows.any():
        find_metric(metric_id, problem.task)
        return float("nan")
    ones = np.ones((1, int(rows.sum())))
    return float(statistic((metric_id,), y[rows], pred[rows], problem)(ones)[0, 0])


def scored_pairs(y: Truth, *preds: Floats) -> Mask:
    """Tell which rows every one of some predictions has scored.

    Raises
    ------
    InputError
        If the lengths differ, or a prediction is infinite.
    """
    rows: Mask = np.ones(len(y), dtype=bool)
    for pred in preds:
        if len(pred) != len(y):
            raise InputError(
                f"There are {len(pred):,} predictions for {len(y):,} rows.", hint="Give one prediction for each row."
            )
        rows &= scored(pred)
    return rows


def statistic(metric_ids: Sequence[str], y: Truth, pred: Floats, problem: Problem) -> Statistic:
    """Prepare metrics as one function of row weights, for scores and resamples alike.

    Parameters
    ----------
    metric_ids : sequence of str
    y : ndarray of shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
        At least one row, without NaN.
    problem : Problem

    Returns
    -------
    callable
        From weights (whole numbers), shape (n_resamples, n_rows), to values, shape
        (n_resamples, n_metrics); NaN where a metric is not defined.

    Raises
    ------
    InputError
        If a metric does not fit the task.
    """
    ids = [find_metric(name, problem.task).id for name in metric_ids]
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [
            build([name for name in known if name in ids], y, pred, problem)
            for known, build in _FAMILIES
            if any(name in ids for name in known)
        ]

    def values(weights: Floats) -> Floats:
        found: dict[str, Floats] = {}
        # Squares of extreme values overflow: such a metric is not defined, which is no reason to stop.
        with np.errstate(over="ignore", invalid="ignore"):
            for part in parts:
                found |= part(weights)
        stacked = np.stack([found[name] for name in ids], axis=1)
        return np.where(np.isfinite(stacked), stacked, np.nan)

    return values
