"""ROC and precision-recall curves, and the confusion matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.metrics.confusion import confusion_counts
from engine.metrics.ranking import of_scores, thresholds
from engine.metrics.scores import decide
from engine.metrics.weighted import Floats, Ints, Mask, Truth

MOST_POINTS = 200
_DIGITS = 6


def confusion(y: Truth, pred: Floats, problem: Problem) -> dict[str, Any]:
    """Count rows by actual class (rows of the matrix) and decided class (columns).

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
    problem : Problem
    """
    counts = confusion_counts(np.ones((1, len(y))), y, decide(pred, problem), len(problem.classes))[0]
    return {"labels": list(problem.classes), "counts": counts.astype(int).tolist()}


def shown_classes(problem: Problem) -> tuple[tuple[int, str], ...]:
    """Name the classes that have curves: the positive one of two, each against the rest of several."""
    every = tuple(enumerate(problem.classes))
    return every[1:] if problem.task is Task.BINARY else every


def roc(y: Truth, pred: Floats, problem: Problem) -> list[dict[str, Any]]:
    """Draw ROC curves: ``[false positive rate, true positive rate]`` from (0, 0) to (1, 1).

    Classes that no row has, or that every row has, are left out. See :func:`confusion` for the arguments.
    """
    curves = []
    for code, label in shown_classes(problem):
        positive = y == code
        if not positive.any() or positive.all():
            continue
        found, seen = _along(positive, pred[:, code])
        false_rate = np.append(0.0, (seen - found) / (~positive).sum())
        true_rate = np.append(0.0, found / positive.sum())
        keep = _spread(false_rate + true_rate)
        curves.append(
            {
                "label": label,
                "auc": _area("roc_auc", positive, pred[:, code]),
                "points": _points(false_rate[keep], true_rate[keep]),
            }
        )
    return curves


def precision_recall(y: Truth, pred: Floats, problem: Problem) -> list[dict[str, Any]]:
    """Draw precision-recall curves: ``[recall, precision]`` in the order of rising recall.

    Classes that no row has are left out. See :func:`confusion` for the arguments.
    """
    curves = []
    for code, label in shown_classes(problem):
        positive = y == code
        if not positive.any():
            continue
        found, seen = _along(positive, pred[:, code])
        recall, precision = found / positive.sum(), found / seen
        keep = _spread(recall)
        curves.append(
            {
                "label": label,
                "average_precision": _area("average_precision", positive, pred[:, code]),
                "base_rate": float(positive.mean()),
                "points": _points(recall[keep], precision[keep]),
            }
        )
    return curves


def _area(name: str, positive: Mask, scores: Floats) -> float:
    return float(of_scores([name], positive, scores)(np.ones((1, len(scores))))[name][0])


def _along(positive: Mask, scores: Floats) -> tuple[Floats, Floats]:
    """Count positives and rows at or above each distinct score, highest first."""
    order, ends = thresholds(scores)
    found = np.cumsum(positive[order])[ends].astype(np.float64)
    return found, (ends + 1).astype(np.float64)


def _spread(position: Floats) -> Ints:
    """Choose at most 200 points, evenly spread over a position that never falls; both ends stay."""
    if len(position) <= MOST_POINTS:
        return np.arange(len(position))
    wanted = np.linspace(position[0], position[-1], MOST_POINTS)
    kept: Ints = np.unique(np.append(np.searchsorted(position, wanted)[:-1], [0, len(position) - 1]))
    return kept


def _points(x: Floats, y: Floats) -> list[list[float]]:
    pairs: list[list[float]] = np.round(np.column_stack([x, y]), _DIGITS).tolist()
    return pairs
