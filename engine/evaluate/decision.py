"""From probabilities to decisions: what each policy costs, which threshold pays, which rows to hand to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number, share, with_interval
from engine.metrics.decision import decide
from engine.metrics.intervals import RESAMPLES
from engine.metrics.row_bootstrap import Means, means
from engine.metrics.weighted import Floats, Ints, Truth

CASES = 1_000
"""Costs and counts are given for so many cases."""
REJECTED = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of rows, the most doubtful ones, that may go to a person."""

_STEPS = 100
_ALL_ALIKE, _HALF, _STATED, _LEARNED = "all alike", "one half", "by the costs", "by the data"


def decision(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Sequence[Ints],
    *,
    unit: str = "",
    seed: int = 0,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any] | None:
    """Compare policies by what they cost, on out-of-fold predictions.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
        Without NaN.
    problem : Problem
        Without stated costs every error costs 1.
    folds : sequence of ndarray of int
        Rows of each fold. A threshold that the data choose is judged on a fold after it was chosen on the others.
    unit : str
        Of the costs, as the brief states it.
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    dict, or None
        ``None`` for a single class. ``unit stated cases policies chosen counts reject words``, and for two classes
        ``threshold curve gains``. Costs are those of 1,000 cases.

    Notes
    -----
    Elkan, C. (2001). The foundations of cost-sensitive learning. IJCAI 17, 973-978 (the threshold that costs imply);
    Chow, C. K. (1970). On optimum recognition error and reject tradeoff. IEEE Trans. Inf. Theory 16, 41-46.
    """
    if not problem.task.is_classification or len(np.unique(y)) < 2:
        return None
    costs = _matrix(problem)
    policies = _policies(y, pred, problem, costs, folds)
    paid = {name: costs[y.astype(np.intp), said] for name, said in policies.items()}
    found = means(np.stack(list(paid.values())), y, problem, resamples=resamples, seed=seed, groups=groups)
    chosen = _chosen(policies, found)
    payload: dict[str, Any] = {
        "unit": unit,
        "stated": bool(problem.costs),
        "cases": CASES,
        "policies": _told(policies, found, chosen, problem, y),
        "chosen": chosen,
        "counts": _counts(y, policies[chosen], problem),
        "reject": _rejected(y, pred, policies[chosen], costs),
    }
    if problem.task is Task.BINARY:
        scores = pred[:, 1]
        threshold = _best(y, scores, costs) if chosen == _LEARNED else 0.5 if chosen == _HALF else _implied(costs)
        payload |= {
            "threshold": threshold,
            "implied_threshold": _implied(costs),
            "curve": _curve(y, scores, costs),
            "gains": _gains(y, scores),
        }
    return payload | {"words": decision_words(payload, problem)}


def _matrix(problem: Problem) -> Floats:
    if problem.costs:
        return np.asarray(problem.costs, dtype=np.float64)
    return 1.0 - np.eye(len(problem.classes))


def _implied(costs: Floats) -> float:
    """Return the probability from which saying yes is cheaper."""
    wrong_yes, wrong_no = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    return float(wrong_yes / (wrong_yes + wrong_no)) if wrong_yes + wrong_no > 0 else 0.5


def _policies(y: Truth, pred: Floats, problem: Problem, costs: Floats, folds: Sequence[Ints]) -> dict[str, Ints]:
    """List what each policy says of each row, the simplest first."""
    codes = y.astype(np.intp)
    alike = [costs[codes, np.full(len(y), code)].mean() for code in range(len(problem.classes))]
    found = {_ALL_ALIKE: np.full(len(y), int(np.argmin(alike)), dtype=np.intp)}
    likeliest: Ints = np.argmax(pred, axis=1)
    found[_HALF] = likeliest
    if problem.costs:
        found[_STATED] = decide(pred, problem)
    if problem.task is Task.BINARY:
        said = np.zeros(len(y), dtype=np.intp)
        for rows in folds:
            others = np.setdiff1d(np.arange(len(y)), rows)
            threshold = _best(y[others], pred[others, 1], costs) if len(others) else _implied(costs)
            said[rows] = pred[rows, 1] >= threshold
        found[_LEARNED] = said
    return found


def _best(y: Truth, scores: Floats, costs: Floats) -> float:
    """Find the threshold of least cost on these rows: half-way between the two predictions that it parts."""
    order = np.argsort(-scores, kind="stable")
    ranked, truth = scores[order], y[order].astype(np.intp)
    # Cost of saying yes to the first k rows and no to the others, for every k.
    more = costs[truth, 1] - costs[truth, 0]
    total = np.concatenate([[0.0], np.cumsum(more)]) + costs[truth, 0].sum()
    # Between equal predictions there is no threshold.
    allowed = np.concatenate([[True], ranked[1:] < ranked[:-1], [True]])
    place = int(np.argmin(np.where(allowed, total, np.inf)))
    above = ranked[place - 1] if place else 1.0
    below = ranked[place] if place < len(ranked) else 0.0
    return float((above + below) / 2)


def _chosen(policies: Mapping[str, Ints], found: Means) -> str:
    """Choose the policy that follows from the costs; another only where it is cheaper beyond chance."""
    names = list(policies)
    first = _STATED if _STATED in policies else _HALF
    best = first
    for name in names:
        _, _, high = found.difference(names.index(name), names.index(first))
        cheaper = found.points[names.index(name)] < found.points[names.index(best)]
        if name != first and high is not None and high < 0 and cheaper:
            best = name
    return best


def _told(policies: Mapping[str, Ints], found: Means, chosen: str, problem: Problem, y: Truth) -> list[dict[str, Any]]:
    names = list(policies)
    told = []
    for place, name in enumerate(names):
        cost = [None if one is None else CASES * one for one in found.value(place)]
        saved = [None if one is None else CASES * one for one in found.difference(names.index(_ALL_ALIKE), place)]
        told.append(
            {
                "policy": name,
                "says": problem.classes[int(policies[name][0])] if name == _ALL_ALIKE else "",
                "cost": cost[0],
                "low": cost[1],
                "high": cost[2],
                "saved": saved[0],
                "saved_low": saved[1],
                "saved_high": saved[2],
                "errors": CASES * float((policies[name] != y).mean()),
                "chosen": name == chosen,
            }
        )
    return told


def _counts(y: Truth, said: Ints, problem: Problem) -> dict[str, Any]:
    """Count actual and said classes among 1,000 cases."""
    size = len(problem.classes)
    table = np.bincount(y.astype(np.intp) * size + said, minlength=size * size).reshape(size, size)
    return {"labels": list(problem.classes), "counts": (CASES * table / len(y)).tolist()}


def _rejected(y: Truth, pred: Floats, said: Ints, costs: Floats) -> list[dict[str, float]]:
    """Say what is left to pay where the most doubtful rows go to a person.

    A row is the more doubtful, the less it costs in expectation to say the second best class instead.
    """
    expected = np.sort(np.einsum("ni,ij->nj", pred, costs), axis=1)
    doubt = np.argsort(expected[:, 1] - expected[:, 0], kind="stable")
    paid = costs[y.astype(np.intp), said]
    rows = []
    for part in REJECTED:
        kept = np.ones(len(y), dtype=bool)
        kept[doubt[: round(part * len(y))]] = False
        rows.append(
            {
                "share": part,
                "sent": CASES * float(1 - kept.mean()),
                # Of 1,000 cases, not of those that are left: what the person costs comes on top.
                "cost": CASES * float(paid[kept].sum() / len(y)),
                "errors": CASES * float((said != y)[kept].sum() / len(y)),
            }
        )
    return rows


def _curve(y: Truth, scores: Floats, costs: Floats) -> list[dict[str, float]]:
    codes = y.astype(np.intp)
    no, yes = costs[codes, 0], costs[codes, 1]
    steps = np.arange(_STEPS + 1) / _STEPS
    return [{"threshold": float(t), "cost": CASES * float(np.where(scores >= t, yes, no).mean())} for t in steps]


def _gains(y: Truth, scores: Floats) -> list[dict[str, float]]:
    """Say which share of the positives is among the rows of highest prediction; ties are shared out evenly."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], (y[order] == 1).astype(np.float64)
    _, tied = np.unique(-ranked, return_inverse=True)
    hits = (np.bincount(tied, hits) / np.bincount(tied))[tied]
    caught = np.concatenate([[0.0], np.cumsum(hits)]) / max(hits.sum(), 1.0)
    rows = []
    for percent in range(0, 101, 5):
        part = percent / 100
        found = float(np.interp(part * len(y), np.arange(len(y) + 1), caught))
        rows.append({"share": part, "found": found, "lift": found / part if part else float("nan")})
    rows[0]["lift"] = rows[1]["lift"]
    return rows


_SAYS: Mapping[str, Callable[[Mapping[str, Any], Problem], str]] = {
    _ALL_ALIKE: lambda one, problem: f"Say {one['says']!r} of every case",
    _HALF: lambda one, problem: "Say the likeliest class",
    _STATED: lambda one, problem: "Say what the costs make cheapest",
    _LEARNED: lambda one, problem: "Say yes from the threshold that was cheapest on the other folds",
}


def policy_name(one: Mapping[str, Any], problem: Problem) -> str:
    """Write what a policy does."""
    return _SAYS[str(one["policy"])](one, problem)


def decision_words(payload: Mapping[str, Any], problem: Problem) -> list[str]:
    """Say in sentences what follows from the probabilities; every number is one of the payload."""
    chosen = next(one for one in payload["policies"] if one["chosen"])
    unit = str(payload["unit"]) or "of the brief's units"
    said = []
    if "threshold" in payload and chosen["policy"] != _ALL_ALIKE:
        said.append(
            f"Say {problem.positive!r} from a probability of {share(payload['threshold'])} on: of {CASES:,} cases "
            f"that is right for {_right(payload)} and wrong for {number(float(chosen['errors']))}."
        )
    else:
        said.append(f"{policy_name(chosen, problem)}: wrong for {number(float(chosen['errors']))} of {CASES:,} cases.")
    if not payload["stated"]:
        said.append("The brief states no costs, so every error counts as one.")
    cost = with_interval(chosen["cost"], chosen["low"], chosen["high"])
    said.append(f"For {CASES:,} cases it costs {cost} ({unit})." if payload["stated"] else "")
    alike = payload["policies"][0]
    if chosen["policy"] != _ALL_ALIKE:
        saved = with_interval(chosen["saved"], chosen["saved_low"], chosen["saved_high"])
        sure = chosen["saved_low"] is not None and chosen["saved_low"] > 0
        verdict = "" if sure else "; that is within chance"
        said.append(f"Saying {alike['says']!r} of everybody would cost {saved} more{verdict}.")
    tenth = next(one for one in payload["reject"] if one["share"] == 0.05)
    now = payload["reject"][0]
    said.append(
        f"If the most doubtful {share(0.05)} went to a person, the model would be wrong for "
        f"{number(float(tenth['errors']))} instead of {number(float(now['errors']))} of {CASES:,} cases."
    )
    return [one for one in said if one]


def _right(payload: Mapping[str, Any]) -> str:
    counts = np.asarray(payload["counts"]["counts"])
    return number(float(np.trace(counts)))
