"""Coded findings on over- and underfit: each a small function of stored numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from engine.domain.data import Finding, Outcome, Severity
from engine.domain.metric import Metric
from engine.domain.words import number, share, with_interval
from engine.evaluate.learning import HELPS, HELPS_NOT
from engine.metrics.compare import BETTER, WORSE

GAP_SHARE = 0.3
"""From this share of what was learned on the training rows on, what does not carry over is told."""
LUCK_SHARE = 0.1
UNSTABLE_P = 0.01
FEWEST_TRIALS = 12
EDGE_SHARE = 0.1

TITLES = {
    "PF-F01": "Training against validation",
    "PF-F02": "Against the simple model",
    "PF-F03": "Agreement of the folds",
    "PF-F04": "Luck of the search",
    "PF-F05": "Learned at all",
    "PF-F06": "More rows",
    "PF-F07": "Ranges of the search",
}

_WHY = {
    "PF-F01": "What a model knows only of the rows it was fitted on is of no use on new ones: it has learned them by "
    "heart (overfitting).",
    "PF-F02": "A model that is harder to follow has to earn it by being better.",
    "PF-F03": "A score that depends on which rows were held back will differ on the next rows too.",
    "PF-F04": "The best of many tries is partly the luckiest one; its score is too good.",
    "PF-F05": "A model that does no better than a fixed guess has found nothing in the columns (underfitting), or "
    "there is nothing to find.",
    "PF-F06": "Collecting rows costs time and money; the curve says whether it is likely to pay.",
    "PF-F07": "When the best value lies at the end of its range, a better one may lie beyond.",
}
_ADVICE = {
    "PF-F01": "Search simpler models, drop columns that say nothing, or collect more rows.",
    "PF-F02": "Use the simple model unless you have a reason not to, or search longer.",
    "PF-F03": "Look at what parts the folds (time, groups); do not trust differences smaller than their spread.",
    "PF-F04": "Quote the corrected score. Fewer tries, or more rows, bring the two together.",
    "PF-F05": "Bring columns that know something of the target, or search longer with other families.",
    "PF-F06": "Bring more rows of the same kind.",
    "PF-F07": "Search longer, or widen the range.",
}


def _finding(
    code: str, outcome: Outcome, message: str, severity: Severity = Severity.MEDIUM, **measured: Any
) -> Finding:
    told = outcome in (Outcome.ISSUE, Outcome.TIP)
    return Finding(
        code=code,
        title=TITLES[code],
        severity=severity if told else Severity.LOW,
        outcome=outcome,
        message=message,
        why=_WHY[code],
        advice=_ADVICE[code] if told else "",
        measured=measured,
    )


def overfit(metric: Metric, train: float | None, validation: float | None, dummy: float | None) -> Finding:
    """PF-F01: of what was learned on the training rows (above the dummy), the share that does not carry over."""
    code = "PF-F01"
    if train is None or validation is None or dummy is None:
        return _finding(code, Outcome.SKIPPED, "No training score could be computed in the time allowed.")
    sign = 1.0 if metric.higher_is_better else -1.0
    learned, gap = sign * (train - dummy), sign * (train - validation)
    measured: dict[str, Any] = {"train": train, "validation": validation, "dummy": dummy}
    if learned <= 0:
        return _finding(
            code, Outcome.NOT_APPLICABLE, "Nothing was learned on the training rows either; see PF-F05.", **measured
        )
    lost = gap / learned
    said = (
        f"{metric.title} is {number(train)} on the rows it was fitted on and {number(validation)} on the others: "
        f"{share(max(lost, 0.0))} of what it learned does not carry over."
    )
    if lost < GAP_SHARE:
        return _finding(code, Outcome.PASSED, said, lost=lost, **measured)
    # A forest that knows its own rows by heart may still be the best there is: how good it is, PF-F02 and PF-F05 say.
    outcome, severity = (Outcome.ISSUE, Severity.HIGH) if lost >= 2 * GAP_SHARE else (Outcome.TIP, Severity.MEDIUM)
    return _finding(code, outcome, said, severity, lost=lost, **measured)


def against_simple(differences: Sequence[Mapping[str, Any]], metric: Metric, *, is_simple: bool) -> Finding:
    """PF-F02: the paired difference to the simple model."""
    code = "PF-F02"
    found = _difference(differences, "simple", metric)
    if is_simple:
        return _finding(code, Outcome.NOT_APPLICABLE, "The model is the simple model.")
    if found is None:
        return _finding(code, Outcome.SKIPPED, "There is no simple model to compare with.")
    gap = with_interval(found["value"], found["low"], found["high"])
    measured: dict[str, Any] = {name: found[name] for name in ("value", "low", "high", "verdict")}
    if found["verdict"] == WORSE:
        return _finding(
            code,
            Outcome.ISSUE,
            f"It is worse than the simple model by {metric.title} {gap}.",
            Severity.HIGH,
            **measured,
        )
    if found["verdict"] != BETTER:
        return _finding(
            code, Outcome.TIP, f"It is not shown to be better than the simple model: {metric.title} {gap}.", **measured
        )
    return _finding(code, Outcome.PASSED, f"It is better than the simple model by {metric.title} {gap}.", **measured)


def unstable(metric: Metric, values: Sequence[float], errors: Sequence[float]) -> Finding:
    """PF-F03: whether the folds differ more than their standard errors explain (Cochran's Q, chi-squared).

    Parameters
    ----------
    metric : Metric
    values : sequence of float
        Score of each fold.
    errors : sequence of float
        Bootstrap standard error of each.

    Notes
    -----
    Cochran, W. G. (1954). The combination of estimates from different experiments. Biometrics 10, 101-129.
    """
    code = "PF-F03"
    usable = [(v, e) for v, e in zip(values, errors, strict=True) if np.isfinite(v) and np.isfinite(e) and e > 0]
    if len(usable) < 3:
        return _finding(code, Outcome.NOT_APPLICABLE, "Fewer than three folds have a score with a standard error.")
    scores, errors_used = np.array(usable).T
    weights = errors_used**-2.0
    q = float((weights * (scores - np.average(scores, weights=weights)) ** 2).sum())
    p = float(stats.chi2.sf(q, len(usable) - 1))
    spread = f"{metric.title} ranges from {number(float(scores.min()))} to {number(float(scores.max()))} over the folds"
    measured: dict[str, Any] = {"q": q, "p": p, "folds": len(usable)}
    if p < UNSTABLE_P:
        return _finding(code, Outcome.ISSUE, f"{spread}, more than chance explains (p = {number(p)}).", **measured)
    return _finding(code, Outcome.PASSED, f"{spread}, as chance explains.", **measured)


def luck(metric: Metric, best: float | None, corrected: float | None, dummy: float | None, trials: int) -> Finding:
    """PF-F04: what choosing the best of many tries added to its score, as a share of what it has over the dummy."""
    code = "PF-F04"
    if best is None or corrected is None or dummy is None or trials < 2:
        return _finding(code, Outcome.NOT_APPLICABLE, "There was nothing to choose among.")
    sign = 1.0 if metric.higher_is_better else -1.0
    skill, lost = sign * (best - dummy), sign * (best - corrected)
    said = (
        f"The best of {trials:,} tries scored {metric.title} {number(best)} on the rows by which it was chosen; "
        f"corrected for the choice it is {number(corrected)}."
    )
    measured: dict[str, Any] = {"best": best, "corrected": corrected, "dummy": dummy, "trials": trials}
    if skill > 0 and lost / skill >= LUCK_SHARE:
        return _finding(code, Outcome.ISSUE, said, lost=lost / skill, **measured)
    return _finding(code, Outcome.PASSED, said, **measured)


def underfit(differences: Sequence[Mapping[str, Any]], metric: Metric) -> Finding:
    """PF-F05: the paired difference to the dummy."""
    code = "PF-F05"
    found = _difference(differences, "dummy", metric)
    if found is None:
        return _finding(code, Outcome.SKIPPED, "There is no dummy to compare with.")
    gap = with_interval(found["value"], found["low"], found["high"])
    measured: dict[str, Any] = {name: found[name] for name in ("value", "low", "high", "verdict")}
    if found["verdict"] == BETTER:
        return _finding(code, Outcome.PASSED, f"It is better than a fixed guess by {metric.title} {gap}.", **measured)
    return _finding(
        code,
        Outcome.ISSUE,
        f"It is not shown to be better than a fixed guess: {metric.title} {gap}.",
        Severity.HIGH,
        **measured,
    )


def more_rows(metric: Metric, found: Mapping[str, Any]) -> Finding:
    """PF-F06: what twice the rows would bring, by the power law through the learning curve."""
    code = "PF-F06"
    if found["gain"] is None:
        return _finding(code, Outcome.SKIPPED, "Too few sizes could be fitted in the time allowed.")
    gain = with_interval(found["gain"], found["low"], found["high"])
    said = f"Fitted on {found['size']:,} rows, twice as many, {metric.title} would improve by about {gain}"
    if found["verdict"] == HELPS:
        return _finding(code, Outcome.TIP, f"More rows would help. {said}.", **found)
    if found["verdict"] == HELPS_NOT:
        less = f"{said}, less than the {number(found['practical'])} that would matter"
        return _finding(code, Outcome.PASSED, f"More rows would not help. {less}.", **found)
    return _finding(code, Outcome.PASSED, f"Whether more rows would help cannot be told. {said}.", **found)


def ranges(metric: Metric, curves: Sequence[Mapping[str, Any]], family: str) -> Finding:
    """PF-F07: whether the best value of a strong hyper-parameter lies at the end of its range."""
    code = "PF-F07"
    if not curves:
        return _finding(
            code, Outcome.NOT_APPLICABLE, f"Fewer than {FEWEST_TRIALS} tries of {family}, or nothing to set in it."
        )
    at_edge = [one for one in curves if one["edge"]]
    measured: dict[str, Any] = {
        "parameters": [one["name"] for one in curves],
        "at_edge": [one["name"] for one in at_edge],
    }
    if at_edge:
        names = " and ".join(f"{one['name']} ({number(float(one['best']))})" for one in at_edge)
        return _finding(
            code,
            Outcome.TIP,
            f"The best value of {names} lies at the end of the range that was searched.",
            Severity.LOW,
            **measured,
        )
    names = " and ".join(one["name"] for one in curves)
    return _finding(code, Outcome.PASSED, f"The best values of {names} lie inside their ranges.", **measured)


def _difference(differences: Sequence[Mapping[str, Any]], against: str, metric: Metric) -> Mapping[str, Any] | None:
    return next((one for one in differences if one["against"] == against and one["metric"] == metric.id), None)
