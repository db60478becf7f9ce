"""Metrics of order: how well the score of the positive class ranks the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.data import Problem
from engine.metrics.weighted import Floats, Ints, Truth, Weighted, ratio

METRICS = ("roc_auc", "average_precision", "lift_top_decile")

TOP = 0.1
"""Share of the rows that the lift looks at."""


def build(metric_ids: Sequence[str], y: Truth, pred: Floats, problem: Problem) -> Weighted:
    """Prepare ranking metrics of a binary task; ``pred`` has shape (n_rows, 2)."""
    return of_scores(metric_ids, y == 1, pred[:, 1])


def of_scores(metric_ids: Sequence[str], positive: Truth, scores: Floats) -> Weighted:
    """Prepare ranking metrics of any score: rows are sorted once, each resample is a cumulative sum.

    Parameters
    ----------
    metric_ids : sequence of str
        Some of :data:`METRICS`.
    positive : ndarray of bool, shape (n_rows,)
    scores : ndarray of shape (n_rows,)
        Higher means more likely positive.
    """
    order, ends = thresholds(scores)
    hit = positive[order].astype(np.float64)

    def values(weights: Floats) -> dict[str, Floats]:
        ordered = weights[:, order]
        seen = np.cumsum(ordered, axis=1)
        np.multiply(ordered, hit, out=ordered)
        found = np.cumsum(ordered, axis=1, out=ordered)
        if len(ends) < len(order):
            # Rows of equal score come in together: only the last of each tie is a threshold.
            seen, found = seen[:, ends], found[:, ends]
        return {name: _FORMULAS[name](seen, found) for name in metric_ids}

    return values


def thresholds(scores: Floats) -> tuple[Ints, Ints]:
    """Sort rows by falling score, and find where each run of equal scores ends.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)

    Returns
    -------
    order : ndarray of int, shape (n_rows,)
    ends : ndarray of int, shape (n_distinct,)
        Places in ``order``.
    """
    order = np.argsort(-scores, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)


def _roc_auc(seen: Floats, found: Floats) -> Floats:
    """Area under the ROC curve by the trapezoidal rule: ties count one half (Mann-Whitney)."""
    positives, negatives = found[:, -1], seen[:, -1] - found[:, -1]
    false = seen - found
    area = 0.5 * (false[:, 0] * found[:, 0] + (np.diff(false, axis=1) * (found[:, 1:] + found[:, :-1])).sum(axis=1))
    return ratio(area, positives * negatives, np.nan)


def _average_precision(seen: Floats, found: Floats) -> Floats:
    """Sum of precision times the step in recall, without interpolation (scikit-learn's definition)."""
    precision = ratio(found, seen, 0.0)
    area = found[:, 0] * precision[:, 0] + (np.diff(found, axis=1) * precision[:, 1:]).sum(axis=1)
    return ratio(area, found[:, -1], np.nan)


def _lift(seen: Floats, found: Floats) -> Floats:
    """Share of positives in the tenth of highest score, over their share in all rows.

    The tenth is exact: of the rows whose score is at its edge it takes the part that fits, with their
    share of positives, so that the order of tied rows plays no role and a constant score gives 1.
    """
    total, positives = seen[:, -1], found[:, -1]
    top = TOP * total
    edge = (seen < top[:, None]).sum(axis=1)
    row = np.arange(len(seen))
    before = np.maximum(edge - 1, 0)
    seen_before = np.where(edge > 0, seen[row, before], 0.0)
    found_before = np.where(edge > 0, found[row, before], 0.0)
    part = ratio(top - seen_before, seen[row, edge] - seen_before, 0.0)
    in_top = found_before + part * (found[row, edge] - found_before)
    return ratio(ratio(in_top, top, np.nan), ratio(positives, total, np.nan), np.nan)


_FORMULAS = {"roc_auc": _roc_auc, "average_precision": _average_precision, "lift_top_decile": _lift}
