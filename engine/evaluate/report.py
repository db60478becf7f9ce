"""The evaluation of a model on its out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import MetricValue, find_metric
from engine.domain.project import Brief, Where
from engine.evaluate.by_class import by_class
from engine.evaluate.calibration import calibration
from engine.evaluate.criteria import judge
from engine.evaluate.crossfit import RESAMPLES as CLASS_RESAMPLES
from engine.evaluate.curves import confusion, precision_recall, roc
from engine.evaluate.errors import worst
from engine.evaluate.residuals import residuals
from engine.evaluate.scoring import MODEL, criteria_metrics, score_candidates
from engine.evaluate.words import evaluation_words
from engine.metrics.intervals import RESAMPLES
from engine.metrics.scores import score, scored_pairs
from engine.metrics.weighted import Floats, Ints, Truth


def evaluate(
    y: Truth,
    candidates: Mapping[str, Floats],
    problem: Problem,
    folds: Sequence[tuple[Ints, Ints]],
    brief: Brief,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    rows: Sequence[int] | None = None,
    groups: npt.ArrayLike | None = None,
    more: Sequence[MetricValue] = (),
) -> dict[str, Any]:
    """Evaluate a model beside its baselines.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    candidates : mapping of str to ndarray of shape (n_rows, n_classes) or (n_rows,)
        Out-of-fold predictions of ``best``, the model under evaluation, and where present of ``dummy``
        and ``simple``. Only rows that all of them have scored are used.
    problem : Problem
    folds : sequence of (fit_rows, score_rows)
    brief : Brief
        Its criteria are judged here if they are to be judged out of fold.
    seed : int
        Of the resamples.
    resamples : int
    rows : sequence of int, optional
        Row numbers by which a person finds the rows; by default their positions.
    groups : array-like of shape (n_rows,), optional
        Groups that are resampled as a whole.
    more : sequence of MetricValue
        Further values that a criterion may name, such as the coverage of prediction intervals.

    Returns
    -------
    dict
        Plain values: ``rows method seed resamples metrics baselines differences criteria folds classes confusion
        roc precision_recall calibration residuals worst words``. A metric that is not defined is left
        out; parts that do not fit the task are empty or null.

    Raises
    ------
    InputError
        If lengths differ, or a prediction is infinite.
    """
    metric = find_metric(problem.metric).id
    scores = score_candidates(
        y, candidates, problem, brief, metric=metric, seed=seed, resamples=resamples, groups=groups
    )
    used = scored_pairs(y, *(candidates[name] for name in scores.names))
    numbers = np.arange(len(y)) if rows is None else np.asarray(rows)
    report: dict[str, Any] = {
        "rows": scores.found.rows,
        "method": scores.found.method,
        "seed": seed,
        "resamples": scores.found.resamples,
        "metrics": scores.as_dicts(MODEL),
        "baselines": {name: scores.as_dicts(name) for name in scores.names[1:]},
        "differences": scores.differences([metric, *criteria_metrics(brief, problem)]),
        "criteria": judge(brief, [*scores.of(MODEL), *more]) if brief.judged_on is Where.OOF else [],
        "folds": _folds(y, np.where(_like(used, candidates[MODEL]), candidates[MODEL], np.nan), problem, folds),
        "classes": _classes(
            y[used],
            candidates[MODEL][used],
            problem,
            seed,
            resamples,
            None if groups is None else np.asarray(groups)[used],
        ),
        **_pictures(y[used], candidates[MODEL][used], problem, seed=seed, rows=numbers[used].tolist()),
    }
    return report | {"words": evaluation_words(report, problem)}


def _classes(
    y: Truth, pred: Floats, problem: Problem, seed: int, resamples: int, groups: npt.ArrayLike | None
) -> list[dict[str, Any]]:
    """Score each class on its own; nothing for values, or without rows."""
    if not problem.task.is_classification or not len(y):
        return []
    return by_class(y, pred, problem, seed=seed, resamples=min(resamples, CLASS_RESAMPLES), groups=groups)


def _like(used: npt.NDArray[np.bool_], pred: Floats) -> npt.NDArray[np.bool_]:
    return used if pred.ndim == 1 else used[:, None]


def _folds(y: Truth, pred: Floats, problem: Problem, folds: Sequence[tuple[Ints, Ints]]) -> list[dict[str, Any]]:
    """Score each fold on its own; a fold of a single class may have no value."""
    found = []
    for place, (_, score_rows) in enumerate(folds, start=1):
        value = score(problem.metric, y[score_rows], pred[score_rows], problem)
        count = int(scored_pairs(y[score_rows], pred[score_rows]).sum())
        found.append({"fold": place, "rows": count, "value": None if np.isnan(value) else value})
    return found


def _pictures(y: Truth, pred: Floats, problem: Problem, *, seed: int, rows: Sequence[int]) -> dict[str, Any]:
    """Compute what is drawn: curves for classes, residuals for values."""
    classes = problem.task.is_classification and len(y) > 0
    values = not problem.task.is_classification and len(y) > 0
    return {
        "confusion": confusion(y, pred, problem) if classes else None,
        "roc": roc(y, pred, problem) if classes else [],
        "precision_recall": precision_recall(y, pred, problem) if classes else [],
        "calibration": calibration(y, pred, problem) if classes else [],
        "residuals": residuals(y, pred, rows, seed=seed) if values else None,
        "worst": worst(y, pred, problem, rows),
    }
