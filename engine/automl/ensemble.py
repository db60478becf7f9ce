"""Greedy ensemble selection over recorded out-of-fold predictions: no further training.

Caruana, Niculescu-Mizil, Crew, Ksikes: Ensemble selection from libraries of models (ICML 2004): members are added
one at a time, with replacement, whichever helps the score most; how often one was added is its weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.metrics.scores import score, scored

Floats = npt.NDArray[np.float64]

Weighted = tuple[tuple[int, float], ...]
"""Trial numbers and their shares of the vote."""

MOST_MEMBERS = 5
_MOST_STEPS = 20
_PATIENCE = 4
"""Steps without a better score after which no more members are added."""
_MOST_CANDIDATES = 20
_MOST_ROWS = 20_000


def select(
    oofs: Mapping[int, Floats], scores: Mapping[int, float], y: npt.NDArray[np.generic], problem: Problem, *, seed: int
) -> Weighted:
    """Choose members and weights.

    Parameters
    ----------
    oofs : mapping of trial number to ndarray of shape (n_rows, n_classes) or (n_rows,)
        Rows that no fold scored are NaN.
    scores : mapping of trial number to float
        The score of each on all of its rows.
    y : ndarray of shape (n_rows,)
    problem : Problem
    seed : int
        Seed of the sample of rows that stands for very long tables.

    Returns
    -------
    tuple of (trial number, weight)
        At most five members, heaviest first, weights summing to 1; the best single one where no blend is better.
    """
    sign = 1.0 if find_metric(problem.metric).higher_is_better else -1.0
    ranked = sorted(oofs, key=lambda number: (-sign * scores[number], number))
    best: Weighted = ((ranked[0], 1.0),)
    chosen = _greedy(ranked[:_MOST_CANDIDATES], oofs, y, problem, sign, seed)
    if len(chosen) < 2:
        return best
    # The greedy search may have looked at a sample of the rows; whether the blend is better is asked of all of them.
    blended = sign * float(score(problem.metric, y, blend(chosen, oofs), problem))
    return chosen if blended > sign * scores[ranked[0]] else best


def _greedy(
    candidates: Sequence[int],
    oofs: Mapping[int, Floats],
    y: npt.NDArray[np.generic],
    problem: Problem,
    sign: float,
    seed: int,
) -> Weighted:
    """Add the member that helps most, again and again; the best blend on the way counts."""
    rows = _rows(oofs[candidates[0]], seed)
    truth = y[rows]
    table = {number: oofs[number][rows] for number in candidates}

    def value(pred: Floats) -> float:
        found = sign * float(score(problem.metric, truth, pred, problem))
        return found if np.isfinite(found) else -np.inf

    path: list[int] = []
    total: Floats = np.zeros_like(table[candidates[0]])
    best, length = -np.inf, 0
    for _ in range(_MOST_STEPS):
        open_to = candidates if len(set(path)) < MOST_MEMBERS else sorted(set(path))
        tried = {number: value((total + table[number]) / (len(path) + 1)) for number in open_to}
        number = max(tried, key=lambda one: (tried[one], -one))
        path.append(number)
        total = total + table[number]
        if tried[number] > best:
            best, length = tried[number], len(path)
        elif len(path) - length >= _PATIENCE:
            break
    return _weights(path[:length])


def _weights(path: Sequence[int]) -> Weighted:
    counted = Counter(path)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((number, count / len(path)) for number, count in ordered)


def blend(members: Weighted, oofs: Mapping[int, Floats]) -> Floats:
    """Average the predictions of the members by their weights."""
    return np.asarray(np.sum([weight * oofs[number] for number, weight in members], axis=0), dtype=np.float64)


def _rows(oof: Floats, seed: int) -> npt.NDArray[np.intp]:
    present = np.flatnonzero(scored(oof))
    if len(present) <= _MOST_ROWS:
        return present
    return np.sort(np.random.default_rng(seed).choice(present, _MOST_ROWS, replace=False))
