"""The score on new rows: measured where labels have come in, estimated where they have not."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.metrics.compare import BETTER, WITHIN_CHANCE, WORSE, paired_difference
from engine.metrics.intervals import RESAMPLES, bounds, resampled
from engine.metrics.scores import scored, statistic

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.generic]

FEWEST_LABELS = 50
"""Labelled rows below which the score is shown but nothing is concluded from it."""

_FEWEST_EFFECTIVE = 100.0
_DRAWS = 300
_MANY_ROWS, _FEWER_RESAMPLES = 20_000, 200
"""With so many rows the interval is narrow, and fewer resamples do."""
_LARGEST_ODDS = 20.0

METHOD = (
    "Rows to learn from count by how much likelier they are among the new rows than among the old ones, as the "
    "classifier between the two says; what is scored are their out-of-fold predictions. It holds if the same inputs "
    "still mean the same: a changed relation shows in labels only."
)


def performance(
    y_old: Labels, oof: Floats, y_new: Labels, pred: Floats, problem: Problem, *, seed: int = 0
) -> dict[str, Any] | None:
    """Compare the score on labelled new rows with the one on the rows to learn from.

    Parameters
    ----------
    y_old : ndarray of shape (n_old,)
    oof : ndarray of shape (n_old, n_classes) or (n_old,)
        Out-of-fold predictions.
    y_new : ndarray of shape (n_new,)
    pred : ndarray of shape (n_new, n_classes) or (n_new,)
    problem : Problem
    seed : int

    Returns
    -------
    dict or None
        ``metric rows old{value low high} new{value low high} difference{value low high verdict} enough``; the
        difference is positive where the new rows score better. Nothing where the metric is not defined.

    Notes
    -----
    The rows of the two scores are different ones, so each is resampled on its own and the differences of the
    resampled scores give the interval.
    """
    metric = find_metric(problem.metric)
    sign = 1.0 if metric.higher_is_better else -1.0
    draws = RESAMPLES if max(len(y_old), len(y_new)) <= _MANY_ROWS else _FEWER_RESAMPLES
    before = resampled([metric.id], y_old, [oof], problem, resamples=draws, seed=seed)
    after = resampled([metric.id], y_new, [pred], problem, resamples=draws, seed=seed + 1)
    old, new = before.value(0, metric.id), after.value(0, metric.id)
    if old is None or new is None:
        return None
    made = min(before.resamples, after.resamples)
    low, high = bounds(sign * (after.values[0, 0, :made] - before.values[0, 0, :made])) if made else (None, None)
    verdict = WITHIN_CHANCE if low is None or high is None or low <= 0 <= high else BETTER if low > 0 else WORSE
    return {
        "metric": metric.id,
        "rows": after.rows,
        "old": old.as_dict(),
        "new": new.as_dict(),
        "difference": {"value": sign * (new.value - old.value), "low": low, "high": high, "verdict": verdict},
        "enough": after.rows >= FEWEST_LABELS,
        "method": after.method,
    }


def expected(y: Labels, oof: Floats, odds: Floats, problem: Problem, *, seed: int = 0) -> dict[str, Any] | None:
    """Estimate the score on new rows without labels by importance weighting.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Truth of old rows.
    oof : ndarray of shape (n_rows, n_classes) or (n_rows,)
        Their out-of-fold predictions; rows without one are left out.
    odds : ndarray of shape (n_rows,)
        How much likelier each is among the new rows; more than 20 counts as 20.
    problem : Problem
    seed : int

    Returns
    -------
    dict or None
        ``metric old expected difference{value low high verdict} effective_rows method``; nothing where the weights
        leave fewer than 100 effective rows or the metric is not defined.

    Notes
    -----
    Shimodaira, H. (2000). Improving predictive inference under covariate shift by weighting the log-likelihood
    function. Journal of Statistical Planning and Inference 90, 227-244. Rows are drawn with chances by weight and,
    for comparison, with equal ones; effective rows are the squared sum of the weights by the sum of their squares
    (Kish, L. (1965). Survey sampling).
    """
    metric = find_metric(problem.metric)
    rows = scored(oof)
    weights = np.minimum(odds[rows], _LARGEST_ODDS)
    count = int(rows.sum())
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if count else 0.0
    if effective < _FEWEST_EFFECTIVE:
        return None
    values = statistic([metric.id], y[rows], oof[rows], problem)
    rng = np.random.default_rng(seed)
    sign = 1.0 if metric.higher_is_better else -1.0
    plain = float(values(np.ones((1, count)))[0, 0])
    even = values(rng.multinomial(count, np.full(count, 1 / count), size=_DRAWS).astype(np.float64))[:, 0]
    # As many rows as the weights leave, so that the interval is not narrower than what is known.
    by_weight = rng.multinomial(round(effective), weights / weights.sum(), size=_DRAWS).astype(np.float64)
    moved = values(by_weight)[:, 0]
    if np.isnan(plain) or np.isnan(moved).all():
        return None
    low, high = bounds(sign * (moved - even))
    value = float(np.nanmean(moved))
    verdict = WITHIN_CHANCE if low is None or high is None or low <= 0 <= high else BETTER if low > 0 else WORSE
    return {
        "metric": metric.id,
        "old": plain,
        "expected": value,
        "difference": {"value": sign * (value - plain), "low": low, "high": high, "verdict": verdict},
        "effective_rows": effective,
        "method": METHOD,
    }


def duel(y: Labels, champion: Floats, challenger: Floats, problem: Problem, *, seed: int = 0) -> dict[str, Any]:
    """Compare challenger and champion on the same labelled rows, which neither has learned from.

    Returns
    -------
    dict
        ``metric rows champion{value low high} challenger{value low high} difference{value low high verdict}``; the
        difference is positive where the challenger is better.

    Raises
    ------
    InputError
        If the metric is not defined on these rows.
    """
    metric = find_metric(problem.metric)
    gap = paired_difference(metric.id, y, challenger, champion, problem, seed=seed)
    both = resampled([metric.id], y, [champion, challenger], problem, seed=seed)
    first, second = both.value(0, metric.id), both.value(1, metric.id)
    assert first is not None
    assert second is not None
    return {
        "metric": metric.id,
        "rows": both.rows,
        "champion": first.as_dict(),
        "challenger": second.as_dict(),
        "difference": {"value": gap.value, "low": gap.low, "high": gap.high, "verdict": gap.verdict},
        "method": both.method,
    }
