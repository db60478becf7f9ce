"""Comparisons between models on the same rows: differences, tie groups, the price of having chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.errors import InputError
from engine.metrics.intervals import NOISE, RESAMPLES, Resampled, bounds, enough, resampled
from engine.metrics.resampling import draws
from engine.metrics.scores import Statistic, scored_pairs, statistic
from engine.metrics.weighted import Floats, Ints, Truth

BETTER = "better beyond chance"
WORSE = "worse beyond chance"
WITHIN_CHANCE = "within chance"

CORRECTION_RESAMPLES = 500

_CORRECTION_CELLS = 300_000_000
"""Most rows times candidates times resamples of one correction."""

_FEWEST_CORRECTION_RESAMPLES = 60


@dataclass(frozen=True, kw_only=True)
class Difference:
    """By how much one model scores better than another; positive means better, whatever the metric's direction."""

    value: float
    low: float | None
    """Ends of the 95 % interval, ``None`` where none can be given."""
    high: float | None
    verdict: str
    """:data:`BETTER`, :data:`WORSE` or :data:`WITHIN_CHANCE` (the interval contains zero, or there is none)."""


def paired_difference(
    metric_id: str,
    y: Truth,
    pred_a: Floats,
    pred_b: Floats,
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> Difference:
    """Compare two models by a paired bootstrap: both are scored on the same resamples of the same rows.

    Parameters
    ----------
    metric_id : str
    y : ndarray of shape (n_rows,)
    pred_a, pred_b : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    resamples, seed, groups
        See :func:`engine.metrics.intervals.resampled`.

    Raises
    ------
    InputError
        If the metric does not fit the task, or is not defined on the rows that both have scored.
    """
    found = resampled([metric_id], y, [pred_a, pred_b], problem, resamples=resamples, seed=seed, groups=groups)
    difference = difference_of(found, metric_id, 0, 1)
    if difference is None:
        raise InputError(
            f"{find_metric(metric_id).title} is not defined on the rows that both models have scored.",
            hint="Compare them by another metric.",
        )
    return difference


def difference_of(found: Resampled, metric_id: str, a: int, b: int) -> Difference | None:
    """Compare two of the predictions that were scored together; ``None`` where a score is not defined."""
    metric = find_metric(metric_id)
    place = found.metric_ids.index(metric.id)
    sign = 1.0 if metric.higher_is_better else -1.0
    points = found.points[[a, b], place]
    if np.isnan(points).any():
        return None
    # Models that are alike but for rounding must not be parted by it.
    gaps = sign * np.append(points[0] - points[1], found.values[a, place] - found.values[b, place])
    gaps[np.abs(gaps) <= NOISE * np.abs(points).max()] = 0.0
    low, high = bounds(gaps[1:])
    return Difference(value=float(gaps[0]), low=low, high=high, verdict=_verdict(low, high))


def _verdict(low: float | None, high: float | None) -> str:
    if low is None or high is None or low <= 0 <= high:
        return WITHIN_CHANCE
    return BETTER if low > 0 else WORSE


def tie_groups(
    metric_id: str,
    y: Truth,
    preds: Sequence[Floats],
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> list[int]:
    """Group models that are not separated beyond chance.

    A model belongs to the group of the one before it unless its paired 95 % interval to the first of
    that group excludes zero; then it is the first of the next group.

    Parameters
    ----------
    metric_id : str
    y : ndarray of shape (n_rows,)
    preds : sequence of ndarray
        Best first.
    problem : Problem
    resamples, seed, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    list of int
        Group of each model, from 1.
    """
    found = resampled([metric_id], y, preds, problem, resamples=resamples, seed=seed, groups=groups)
    return tie_groups_of(found, metric_id)


def tie_groups_of(found: Resampled, metric_id: str) -> list[int]:
    """Group models that were scored together, best first; see :func:`tie_groups`."""
    if not len(found.points):
        return []
    numbers, first = [1], 0
    for place in range(1, len(found.points)):
        difference = difference_of(found, metric_id, first, place)
        if difference is not None and difference.verdict == BETTER:
            first = place
            numbers.append(numbers[-1] + 1)
        else:
            numbers.append(numbers[-1])
    return numbers


def corrected_for_choosing(
    metric_id: str,
    y: Truth,
    preds: Sequence[Floats],
    problem: Problem,
    *,
    resamples: int = CORRECTION_RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> float:
    """Correct the score of the best candidate for having been chosen among them (BBC-CV).

    In each resample of the rows the candidate that is best on the drawn rows is scored on the rows that
    were not drawn; the mean of these scores is returned. The correction only ever takes away: where the
    noise of the resamples puts the mean above the plain score of the best candidate, that is returned.

    Parameters
    ----------
    metric_id : str
    y : ndarray of shape (n_rows,)
    preds : sequence of ndarray of shape (n_rows, n_classes) or (n_rows,)
        Out-of-fold predictions of every candidate that was considered, in any order.
    problem : Problem
    resamples : int
        Fewer are made for many rows and candidates.
    seed : int
    groups : array-like of shape (n_rows,), optional

    Returns
    -------
    float
        NaN where the metric is not defined; the plain score where there is nothing to correct (one
        candidate) or too little to resample.

    Notes
    -----
    Tsamardinos, I., Greasidou, E. and Borboudakis, G. (2018). Bootstrapping the out-of-sample predictions
    for efficient and accurate cross-validation. Machine Learning 107, 1895-1922, algorithm 2.
    """
    whole = range(len(preds))
    return corrected_among(metric_id, y, preds, problem, [whole], resamples=resamples, seed=seed, groups=groups)[0]


def corrected_among(
    metric_id: str,
    y: Truth,
    preds: Sequence[Floats],
    problem: Problem,
    choices: Sequence[Sequence[int]],
    *,
    resamples: int = CORRECTION_RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> list[float]:
    """Correct the best of each of some sets of candidates for having been chosen among its set, on the same draws.

    Parameters
    ----------
    metric_id, y, preds, problem, resamples, seed, groups
        See :func:`corrected_for_choosing`.
    choices : sequence of sequence of int
        Places in ``preds`` of the candidates of each set.

    Returns
    -------
    list of float
        One for each set; NaN where the metric is not defined or the set is empty.
    """
    metric = find_metric(metric_id, problem.task)
    rows = scored_pairs(y, *preds)
    if not preds or not rows.any():
        return [float("nan")] * len(choices)
    sign = 1.0 if metric.higher_is_better else -1.0
    count = int(rows.sum())
    candidates = [statistic([metric.id], y[rows], pred[rows], problem) for pred in preds]
    plain = sign * np.array([one(np.ones((1, count)))[0, 0] for one in candidates])
    plan = draws(y[rows], problem, None if groups is None else np.asarray(groups)[rows])
    left_out: list[list[float]] = [[] for _ in choices]
    if len(preds) > 1 and enough(plan):
        made = min(resamples, max(_FEWEST_CORRECTION_RESAMPLES, _CORRECTION_CELLS // (count * len(preds))))
        for weights in plan.weights(made, seed):
            inside = sign * np.hstack([one(weights) for one in candidates])
            inside[np.isnan(inside)] = -np.inf
            for found, choice in zip(left_out, choices, strict=True):
                if len(choice) > 1:
                    best = np.asarray(choice)[np.argmax(inside[:, list(choice)], axis=1)]
                    found.extend(_out_of_bag(candidates, weights, best))
    return [
        _no_better_than_plain(plain[list(choice)], sign * np.array(outside), sign)
        for choice, outside in zip(choices, left_out, strict=True)
    ]


def _no_better_than_plain(plain: Floats, outside: Floats, sign: float) -> float:
    if not len(plain) or np.isnan(plain).all():
        return float("nan")
    best = float(np.nanmax(plain))
    outside = outside[~np.isnan(outside)]
    return sign * min(best, float(outside.mean())) if len(outside) else sign * best


def _out_of_bag(candidates: Sequence[Statistic], weights: Floats, chosen: Ints) -> Floats:
    """Score, for each resample, the chosen candidate on the rows that were not drawn, shape (n_resamples,)."""
    values = np.full(len(weights), np.nan)
    absent = (weights == 0).astype(np.float64)
    for candidate in np.unique(chosen):
        here = np.flatnonzero(chosen == candidate)
        values[here] = candidates[candidate](absent[here])[:, 0]
    return values
