"""Greedy ensemble selection over recorded out-of-fold predictions: no further training.

Caruana, Niculescu-Mizil, Crew, Ksikes: Ensemble selection from libraries of models (ICML 2004): members are added
one at a time, with replacement, whichever helps the score most; how often one was added is its weight. It is bagged
as in section 2.3 there: repeated on random halves of the candidates and of the rows, which keeps the selection from
learning the rows by heart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.metrics.scores import score, scored

Floats = npt.NDArray[np.float64]

Rows = npt.NDArray[np.intp]

Value = Callable[[Rows | slice, Floats], float]
"""Judges predictions for some rows; higher is better."""

Weighted = tuple[tuple[int, float], ...]
"""Trial numbers and their shares of the vote."""

MOST_MEMBERS = 5
_MOST_STEPS = 20
_LEAST_WEIGHT = 0.03
"""A member that votes with less is left out: it changes nothing, and costs a fit and its part of every prediction."""
_PATIENCE = 4
"""Steps without a better score after which no more members are added."""
_MOST_CANDIDATES = 20
_MOST_OF_A_FAMILY = 5
_MOST_ROWS = 20_000
_BAGS = 8
_BAG_CANDIDATES = 0.6
_BAG_ROWS = 5_000
_FEWEST_FOR_BAGS = 4
"""With fewer candidates there is nothing to draw from."""


def select(
    oofs: Mapping[int, Floats],
    scores: Mapping[int, float],
    y: npt.NDArray[np.generic],
    problem: Problem,
    *,
    seed: int,
    families: Mapping[int, str] | None = None,
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
        Seed of the samples of rows and candidates.
    families : mapping of trial number to family id, optional
        Of one family only the best few are candidates: what differs helps more than what is nearly the same.

    Returns
    -------
    tuple of (trial number, weight)
        At most five members, heaviest first, weights summing to 1; the best single one where no blend is better.
    """
    sign = 1.0 if find_metric(problem.metric).higher_is_better else -1.0
    ranked = sorted(oofs, key=lambda number: (-sign * scores[number], number))
    best: Weighted = ((ranked[0], 1.0),)
    candidates = _candidates(ranked, families or {})
    rng = np.random.default_rng(seed)
    rows, value = _rows(oofs[candidates[0]], rng), _judge(y, problem, sign)
    for choose in (_bagged, _plain):
        chosen = choose(candidates, oofs, rows, value, rng)
        # The greedy search looks at samples of the rows; whether the blend is better is asked of all of them.
        if len(chosen) > 1 and value(slice(None), blend(chosen, oofs)) > sign * scores[ranked[0]]:
            return chosen
    return best


def _candidates(ranked: Sequence[int], families: Mapping[int, str]) -> list[int]:
    counted: Counter[str] = Counter()
    kept: list[int] = []
    for number in ranked:
        family = families.get(number, "")
        if not family or counted[family] < _MOST_OF_A_FAMILY:
            kept.append(number)
            counted[family] += 1
    return kept[:_MOST_CANDIDATES]


def _bagged(
    candidates: Sequence[int], oofs: Mapping[int, Floats], rows: Rows, value: Value, rng: np.random.Generator
) -> Weighted:
    """Select on random parts, add the votes up, and keep the heaviest members."""
    if len(candidates) < _FEWEST_FOR_BAGS:
        return ()
    votes: dict[int, float] = {}
    size = max(_FEWEST_FOR_BAGS - 1, round(_BAG_CANDIDATES * len(candidates)))
    for _ in range(_BAGS):
        # The best single one is in every draw: leaving it out says nothing about the others.
        drawn = {candidates[0], *(int(one) for one in rng.choice(candidates, size, replace=False))}
        part = np.sort(rng.choice(rows, min(_BAG_ROWS, max(len(rows) * 2 // 3, 1)), replace=False))
        for number, weight in _weights(_greedy([one for one in candidates if one in drawn], oofs, part, value)):
            votes[number] = votes.get(number, 0.0) + weight
    heaviest = sorted(votes, key=lambda one: (-votes[one], one))[:MOST_MEMBERS]
    least = _LEAST_WEIGHT * sum(votes[one] for one in heaviest)
    heaviest = [one for one in heaviest if votes[one] >= least]
    total = sum(votes[one] for one in heaviest)
    return tuple((one, votes[one] / total) for one in heaviest)


def _plain(
    candidates: Sequence[int], oofs: Mapping[int, Floats], rows: Rows, value: Value, rng: np.random.Generator
) -> Weighted:
    del rng
    return _weights(_greedy(candidates, oofs, rows, value))


def _judge(y: npt.NDArray[np.generic], problem: Problem, sign: float) -> Value:
    def value(rows: Rows | slice, pred: Floats) -> float:
        found = sign * float(score(problem.metric, y[rows], pred, problem))
        return found if np.isfinite(found) else -np.inf

    return value


def _greedy(
    candidates: Sequence[int],
    oofs: Mapping[int, Floats],
    rows: Rows,
    value: Value,
) -> list[int]:
    """Add the member that helps most, again and again; the best blend on the way counts."""
    table = {number: oofs[number][rows] for number in candidates}
    path: list[int] = []
    total: Floats = np.zeros_like(table[candidates[0]])
    best, length = -np.inf, 0
    for _ in range(_MOST_STEPS):
        open_to = candidates if len(set(path)) < MOST_MEMBERS else sorted(set(path))
        tried = {number: value(rows, (total + table[number]) / (len(path) + 1)) for number in open_to}
        number = max(tried, key=lambda one: (tried[one], -one))
        path.append(number)
        total = total + table[number]
        if tried[number] > best:
            best, length = tried[number], len(path)
        elif len(path) - length >= _PATIENCE:
            break
    return path[:length]


def _weights(path: Sequence[int]) -> Weighted:
    counted = Counter(path)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((number, count / len(path)) for number, count in ordered)


def blend(members: Weighted, oofs: Mapping[int, Floats]) -> Floats:
    """Average the predictions of the members by their weights."""
    return np.asarray(np.sum([weight * oofs[number] for number, weight in members], axis=0), dtype=np.float64)


def _rows(oof: Floats, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    present = np.flatnonzero(scored(oof))
    if len(present) <= _MOST_ROWS:
        return present
    return np.sort(rng.choice(present, _MOST_ROWS, replace=False))
