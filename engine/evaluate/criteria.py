"""Judging the success criteria that were stated beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.domain.metric import MetricValue
from engine.domain.project import Brief, Criterion

MET = "met"
MET_WITHIN_CHANCE = "met, not beyond chance"
NOT_MET_WITHIN_CHANCE = "not met, within chance"
NOT_MET = "not met"


def judge(brief: Brief, values: Sequence[MetricValue]) -> list[dict[str, Any]]:
    """Judge each criterion of the brief by a score and its 95 % interval.

    Parameters
    ----------
    brief : Brief
    values : sequence of MetricValue
        Scores of the model; a criterion whose metric is not among them (not defined on the rows, or not
        for this task) has no value and is not met.

    Returns
    -------
    list of dict
        ``text metric threshold at_least value low high verdict`` for each criterion.
    """
    by_name = {one.name: one for one in values}
    return [_judged(criterion, by_name.get(criterion.metric)) for criterion in brief.criteria]


def _judged(criterion: Criterion, found: MetricValue | None) -> dict[str, Any]:
    return {
        "text": str(criterion),
        "metric": criterion.metric,
        "threshold": criterion.threshold,
        "at_least": criterion.at_least,
        "value": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "verdict": verdict(criterion, found) if found else NOT_MET,
    }


def verdict(criterion: Criterion, found: MetricValue) -> str:
    """Tell whether a score meets a criterion, and whether its whole interval does.

    Without an interval nothing is shown beyond chance, in either direction.
    """
    met = criterion.holds(found.value)
    if found.low is None or found.high is None:
        return MET_WITHIN_CHANCE if met else NOT_MET_WITHIN_CHANCE
    ends = (criterion.holds(found.low), criterion.holds(found.high))
    if met:
        return MET if all(ends) else MET_WITHIN_CHANCE
    return NOT_MET_WITHIN_CHANCE if any(ends) else NOT_MET
