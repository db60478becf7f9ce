"""A decision, not a score: what to say from which probability on, what it costs, and which cases to hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.evaluate.crossfit import RESAMPLES, Estimate, Folds, crossed, estimate
from engine.evaluate.decision_words import decision_words
from engine.evaluate.sums import Cells, Part, resampled_sums, sums
from engine.metrics.confusion import confusion_counts
from engine.metrics.decision import best_threshold, decide, expected_costs, implied_threshold, stated_costs
from engine.metrics.scores import scored
from engine.metrics.weighted import Floats, Ints, Truth

IMPLIED, TUNED, LIKELIEST, CONSTANT = "implied", "tuned", "likeliest", "always"
"""Ways to decide: as the costs imply, by a threshold learned from data, the likeliest class, one class for all."""

REJECTED = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of the cases that are sent to a person."""

_WORTH = 0.02
"""A learned threshold is chosen only from this share of the cost on: below, it is not worth a rule of its own."""

_GRID = np.linspace(0.0, 1.0, 101)
_FEWEST = 20
_CASES = 1000


@dataclass(frozen=True)
class _Policy:
    name: str
    said: Ints
    """Class code for each row."""
    threshold: float | None = None
    """Probability of the positive class from which on it is said; null where there is none."""
    label: str = ""
    """The class that is said for all, where it is one."""


def decision(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Folds,
    *,
    unit: str = "",
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Find what to say at the stated costs, and what that costs beside simpler rules.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
        NaN where no fold has scored a row.
    problem : Problem
        Without stated costs each error costs 1.
    folds : sequence of (fit_rows, score_rows)
        The threshold of each fold is learned from the rows that its models were fitted on, so that what it costs
        is measured on rows that had no part in choosing it.
    unit : str
        Of the costs.
    seed, resamples, groups
        Of the intervals.

    Returns
    -------
    dict
        ``reason`` (empty where there is a result), ``stated`` (whether costs were), ``unit rows labels costs``,
        ``policies`` (``name label threshold cost counts saved``, all per 1,000 cases; ``saved`` is what is saved
        beside saying one class for all), ``chosen`` (the tuned threshold only where it is cheaper than the implied
        one beyond chance and by 2 %), ``gain`` (of tuned over implied), ``thresholds`` of the folds, ``curve``
        (``threshold cost`` with interval), ``reject`` and ``words``.
    """
    costs = stated_costs(problem)
    thresholds, used = _fold_thresholds(y, pred, problem, folds, costs)
    if not used.any():
        return {"reason": f"A decision needs at least {_FEWEST} scored rows to learn from.", "policies": []}
    kept = None if groups is None else np.asarray(groups)[used]
    y, pred, thresholds = y[used].astype(np.intp), pred[used], thresholds[used]
    policies = _policies(y, pred, thresholds, problem, costs)
    names, binary = [one.name for one in policies], problem.task is Task.BINARY
    able = [at for at, name in enumerate(names) if name in (IMPLIED, TUNED)]
    columns = _row_costs(policies, able, y, pred, thresholds, costs)
    parts: list[Part] = [np.ones((len(y), 1)), columns, *([_grid_cells(pred[:, 1], y)] if binary else [])]
    drawn = _per_case(resampled_sums(parts, y, problem, resamples=resamples, seed=seed, groups=kept), columns, costs)
    point = _per_case(sums(parts)[None, :], columns, costs)[0]
    chosen, gain = _choice(names, point, drawn)
    result: dict[str, Any] = {
        **_asked(problem, unit),
        "rows": len(y),
        "chosen": names[chosen],
        "gain": gain,
        "thresholds": sorted({float(one) for one in thresholds}) if binary else [],
        "policies": _described(policies, point, drawn, y, len(problem.classes)),
        "curve": _curve(point, drawn, columns.shape[1]) if binary else [],
        "reject": _rejected(point, drawn, chosen, len(names) + able.index(chosen) * len(REJECTED)),
    }
    return result | {"words": decision_words(result)}


def _asked(problem: Problem, unit: str) -> dict[str, Any]:
    return {
        "reason": "",
        "stated": bool(problem.costs),
        "unit": unit,
        "labels": list(problem.classes),
        "costs": stated_costs(problem).tolist(),
    }


def _fold_thresholds(
    y: Truth, pred: Floats, problem: Problem, folds: Folds, costs: Floats
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Learn the threshold that applies to each row, and tell which rows are judged."""
    used = np.zeros(len(y), dtype=bool)
    found = np.full(len(y), np.nan)
    for learn, judge in crossed(folds, scored(pred), _FEWEST):
        used[judge] = True
        if problem.task is Task.BINARY:
            found[judge] = best_threshold(y[learn], pred[learn, 1], costs)
    return found, used


def _policies(y: Truth, pred: Floats, thresholds: Floats, problem: Problem, costs: Floats) -> list[_Policy]:
    """List the ways to decide, that of the costs first."""
    size = len(problem.classes)
    totals = [float(costs[y, code].sum()) for code in range(size)]
    cheapest = int(np.argmin(totals))
    # For two classes both constants are shown; the cheaper one first, since the others are compared with it.
    order = [cheapest, 1 - cheapest] if size == 2 else [cheapest]
    constants = [_Policy(CONSTANT, np.full(len(y), code), label=problem.classes[code]) for code in order]
    if problem.task is not Task.BINARY:
        return [_Policy(IMPLIED, decide(pred, problem)), _Policy(LIKELIEST, pred.argmax(axis=1)), *constants]
    return [
        _Policy(IMPLIED, decide(pred, problem), implied_threshold(costs)),
        _Policy(TUNED, (pred[:, 1] >= thresholds).astype(np.intp), best_threshold(y, pred[:, 1], costs)),
        _Policy(LIKELIEST, pred.argmax(axis=1), 0.5),
        *constants,
    ]


def _row_costs(
    policies: Sequence[_Policy], able: Sequence[int], y: Ints, pred: Floats, thresholds: Floats, costs: Floats
) -> Floats:
    """Put side by side what each policy pays for each row, and of some of them what it pays for doubtful rows."""
    paid = np.column_stack([costs[y, one.said] for one in policies])
    doubtful = [_doubtful(_margin(policies[at], pred, thresholds, costs)) * paid[:, at : at + 1] for at in able]
    return np.hstack([paid, *doubtful])


def _margin(policy: _Policy, pred: Floats, thresholds: Floats, costs: Floats) -> Floats:
    """Tell how clear each case is: the distance to the threshold, or between the two cheapest classes."""
    if policy.name == TUNED:
        return np.abs(pred[:, 1] - thresholds)
    cheapest = np.sort(expected_costs(pred, costs), axis=1)
    # Rounded, since the same doubt reached by another sum is the same doubt.
    return np.round(cheapest[:, 1] - cheapest[:, 0], 12)


def _doubtful(margin: Floats) -> Floats:
    """Mark the least clear rows, for each share of :data:`REJECTED`, shape (n_rows, n_shares).

    Rows that are equally clear are taken in part, so that their order plays no role.
    """
    ordered = np.sort(margin)
    marks = []
    for one in REJECTED:
        wanted = one * len(margin)
        edge = ordered[min(int(np.ceil(wanted)), len(margin)) - 1]
        inside, at = margin < edge, margin == edge
        marks.append(inside + at * (wanted - inside.sum()) / at.sum())
    return np.column_stack(marks)


def _per_case(summed: Floats, columns: Floats, costs: Floats) -> Floats:
    """Turn sums over rows into costs per case: of each policy, of its doubtful rows, and along the thresholds."""
    total, end = summed[:, :1], 1 + columns.shape[1]
    means: Floats = summed[:, 1:end] / total
    return np.hstack([means, _along(summed[:, end:], total, costs)]) if summed.shape[1] > end else means


def _grid_cells(p: Floats, y: Ints) -> Cells:
    """Count the rows of each class between the thresholds of the grid."""
    return Cells(2 * (np.searchsorted(_GRID, p, side="right") - 1) + y, 2 * len(_GRID))


def _along(counted: Floats, total: Floats, costs: Floats) -> Floats:
    """Cost per case at each threshold of the grid; the positive class is said from the threshold on."""
    counts = counted.reshape(len(counted), len(_GRID), 2)
    saving = counts[:, :, 0] * (costs[0, 0] - costs[0, 1]) + counts[:, :, 1] * (costs[1, 0] - costs[1, 1])
    from_here = saving[:, ::-1].cumsum(axis=1)[:, ::-1]
    of_class = counts.sum(axis=1)
    never = of_class[:, :1] * costs[0, 0] + of_class[:, 1:] * costs[1, 0]
    along: Floats = (never - from_here) / total
    return along


def _curve(point: Floats, drawn: Floats, start: int) -> list[dict[str, Any]]:
    return [
        {"threshold": float(one), "cost": estimate(point[start + at], drawn[:, start + at], _CASES)}
        for at, one in enumerate(_GRID)
    ]


def _choice(names: list[str], point: Floats, drawn: Floats) -> tuple[int, Estimate | None]:
    """Choose between the costs alone, which come first, and the learned threshold; tell what the latter gains."""
    if TUNED not in names:
        return 0, None
    tuned = names.index(TUNED)
    gain = estimate(point[0] - point[tuned], drawn[:, 0] - drawn[:, tuned], _CASES)
    enough = point[0] - point[tuned] >= _WORTH * abs(point[0])
    return (tuned if enough and gain["low"] is not None and gain["low"] > 0 else 0), gain


def _described(policies: Sequence[_Policy], point: Floats, drawn: Floats, y: Ints, size: int) -> list[dict[str, Any]]:
    constant = [one.name for one in policies].index(CONSTANT)
    ones = np.full((1, len(y)), _CASES / len(y))
    return [
        {
            "name": one.name,
            "label": one.label,
            "threshold": one.threshold,
            "cost": estimate(point[at], drawn[:, at], _CASES),
            "saved": estimate(point[constant] - point[at], drawn[:, constant] - drawn[:, at], _CASES),
            "counts": confusion_counts(ones, y, one.said, size)[0].tolist(),
        }
        for at, one in enumerate(policies)
    ]


def _rejected(point: Floats, drawn: Floats, chosen: int, start: int) -> list[dict[str, Any]]:
    """Tell what it brings when a person decides the doubtful cases without an error."""
    return [
        {
            "share": share,
            "saved": estimate(point[at], drawn[:, at], _CASES),
            "remaining": estimate(point[chosen] - point[at], drawn[:, chosen] - drawn[:, at], _CASES),
            "worth": estimate(point[at] / share, drawn[:, at] / share),
        }
        for at, share in enumerate(REJECTED, start=start)
    ]


def chosen_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the chosen policy of a result of :func:`decision`."""
    return next(one for one in result["policies"] if one["name"] == result["chosen"])
