"""Greedy ensemble selection over recorded out-of-fold predictions: no further training.

Caruana, Niculescu-Mizil, Crew, Ksikes: Ensemble selection from libraries of models (ICML 2004): members are added
one at a time, with replacement, whichever helps the score most; how often one was added is its weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.metrics.scores import score

Floats = npt.NDArray[np.float64]

MOST_MEMBERS = 5
_MOST_STEPS = 25
_MOST_CANDIDATES = 30
_MOST_ROWS = 20_000


def select(
    oofs: Mapping[int, Floats], scores: Mapping[int, float], y: npt.NDArray[np.generic], problem: Problem, *, seed: int
) -> tuple[tuple[int, float], ...]:
    """Choose members and weights.

    Parameters
    ----------
    oofs : mapping of trial number to ndarray of shape (n_rows, n_classes) or (n_rows,)
        Rows that no fold scored are NaN.
    scores : mapping of trial number to float
    y : ndarray of shape (n_rows,)
    problem : Problem
    seed : int
        Seed of the sample of rows that stands for very long tables.

    Returns
    -------
    tuple of (trial number, weight)
        At most five members, heaviest first, weights summing to 1; a single one where no blend is better.
    """
    metric = find_metric(problem.metric)
    sign = 1.0 if metric.higher_is_better else -1.0
    candidates = sorted(oofs, key=lambda number: (-sign * scores[number], number))[:_MOST_CANDIDATES]
    rows = _rows(oofs[candidates[0]], seed)
    truth = y[rows]
    table = {number: oofs[number][rows] for number in candidates}

    def value(pred: Floats) -> float:
        return sign * float(score(problem.metric, truth, pred, problem))

    chosen = [max(candidates, key=lambda number: (value(table[number]), -number))]
    total, best = table[chosen[0]].copy(), value(table[chosen[0]])
    for step in range(1, _MOST_STEPS):
        open_to = candidates if len(set(chosen)) < MOST_MEMBERS else sorted(set(chosen))
        tried = {number: value((total + table[number]) / (step + 1)) for number in open_to}
        number = max(tried, key=lambda one: (tried[one], -one))
        if tried[number] <= best:
            break
        chosen.append(number)
        total, best = total + table[number], tried[number]
    counted = Counter(chosen)
    return tuple(
        (number, count / len(chosen)) for number, count in sorted(counted.items(), key=lambda p: (-p[1], p[0]))
    )


def blend(members: tuple[tuple[int, float], ...], oofs: Mapping[int, Floats]) -> Floats:
    """Average the predictions of the members by their weights."""
    parts = [weight * oofs[number] for number, weight in members]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _rows(oof: Floats, seed: int) -> npt.NDArray[np.intp]:
    scored = np.flatnonzero(np.isfinite(oof).all(axis=1) if oof.ndim == 2 else np.isfinite(oof))
    if len(scored) <= _MOST_ROWS:
        return scored
    return np.sort(np.random.default_rng(seed).choice(scored, _MOST_ROWS, replace=False))
