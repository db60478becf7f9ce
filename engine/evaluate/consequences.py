"""What follows from the predictions: decisions and their costs, trust in probabilities, prediction intervals."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.project import Brief
from engine.evaluate.conformal import coverage
from engine.evaluate.crossfit import RESAMPLES, Folds
from engine.evaluate.decision import decision
from engine.evaluate.gains import gains
from engine.evaluate.probability import probability
from engine.evaluate.quote import quote
from engine.metrics.weighted import Floats, Truth


def consequences(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Folds,
    brief: Brief,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Compute what a person can do with out-of-fold predictions.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    folds : sequence of (fit_rows, score_rows)
    brief : Brief
        Its costs of numbers too high and too low, and the unit of its costs.
    seed, resamples, groups
        Of the intervals; see :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    dict
        Plain values: for classes ``decision probability gains``, for values ``intervals quote``; see the functions of
        these names. A part that cannot be computed says why in its ``reason``.
    """
    if not problem.task.is_classification:
        said = quote(
            y, pred, problem, folds, brief.costs, unit=brief.cost_unit, seed=seed, resamples=resamples, groups=groups
        )
        return {"intervals": coverage(y, pred, folds, seed=seed, groups=groups), "quote": said}
    return {
        "decision": decision(
            y, pred, problem, folds, unit=brief.cost_unit, seed=seed, resamples=resamples, groups=groups
        ),
        "probability": probability(y, pred, problem, folds, seed=seed, resamples=resamples, groups=groups),
        "gains": gains(y, pred, problem, seed=seed, resamples=resamples, groups=groups),
    }
