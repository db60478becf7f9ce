"""What it brings to act on the highest-scored cases first: cumulative gains, lift and savings."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.evaluate.crossfit import RESAMPLES, estimate
from engine.evaluate.sums import Cells, resampled_sums, sums
from engine.metrics.decision import stated_costs
from engine.metrics.ranking import thresholds
from engine.metrics.scores import scored
from engine.metrics.weighted import Floats, Ints, Truth

SHARES = np.array([0.0, 0.01, 0.02, 0.05, *np.round(np.arange(0.1, 1.01, 0.1), 1)])
"""Of the cases, highest score first."""

_CELLS = 1000


def gains(
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Tell what acting on the first cases by score brings, for several shares of them.

    Cases of equal score stand in no order: of a share that ends among them the expectation over all orders is
    given, which lies on the straight line between the two ends of the tie.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, 2)
        NaN where no fold has scored a row.
    problem : Problem
        Binary; without stated costs each error costs 1.
    seed, resamples, groups
        Of the intervals.

    Returns
    -------
    dict
        ``reason`` (empty where there is a result), ``label base_rate rows`` and ``points``: ``share`` of the cases,
        ``found`` (share of all positives among them), ``lift`` (how many times more positives than among as many
        random cases; null for none) and ``saved`` (per 1,000 cases, beside acting on none), each with its interval.
    """
    if problem.task is not Task.BINARY:
        return {"reason": "Gains are drawn for a target of two classes.", "points": []}
    rows = scored(pred)
    y, p = y[rows].astype(np.intp), pred[rows, 1]
    if len(np.unique(y)) < 2:
        return {"reason": f"Gains need scored rows with and without {problem.positive!r}.", "points": []}
    costs = stated_costs(problem)
    point = _curve(sums([_cells(y, p, len(y))])[None, :], costs)[0]
    kept = None if groups is None else np.asarray(groups)[rows]
    # The ends of intervals can do with straight lines over a thousandth of the cases; the values are exact.
    coarse = [_cells(y, p, _CELLS)]
    drawn = _curve(resampled_sums(coarse, y, problem, resamples=resamples, seed=seed, groups=kept), costs)
    return {
        "reason": "",
        "label": problem.positive,
        "base_rate": float((y == 1).mean()),
        "rows": len(y),
        "points": [_point(place, point, drawn) for place in range(len(SHARES))],
    }


def _cells(y: Ints, p: Floats, most: int) -> Cells:
    """Count the rows of each class between distinct scores, highest first, over at most so many cells."""
    order, ends = thresholds(p)
    if len(ends) > most:
        ends = ends[np.unique(np.searchsorted(ends, np.linspace(0, len(p) - 1, most)))]
    cell = np.empty(len(p), dtype=np.intp)
    cell[order] = 2 * np.searchsorted(ends, np.arange(len(p)))
    return Cells(cell + y, 2 * len(ends))


def _curve(counted: Floats, costs: Floats) -> Floats:
    """Compute the found and the saved at each share from counts of :func:`_cells`, shape (some, 2 * n_shares)."""
    saving = costs[:, 0] - costs[:, 1]
    found = []
    for one in counted.reshape(len(counted), counted.shape[1] // 2, 2):
        counts = np.vstack([np.zeros(2), one.cumsum(axis=0)])
        total = counts[-1].sum()
        share, hits, saved = counts.sum(axis=1) / total, counts[:, 1] / counts[-1, 1], counts @ saving / total
        found.append([np.interp(SHARES, share, hits), np.interp(SHARES, share, saved)])
    return np.array(found).reshape(len(counted), 2 * len(SHARES))


def _point(place: int, point: Floats, drawn: Floats) -> dict[str, Any]:
    share, other = float(SHARES[place]), len(SHARES) + place
    return {
        "share": share,
        "found": estimate(point[place], drawn[:, place]),
        "lift": estimate(point[place] / share, drawn[:, place] / share) if share > 0 else None,
        "saved": estimate(point[other], drawn[:, other], 1000),
    }
