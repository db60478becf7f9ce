"""A hypothesis about a follow-up run, judged by the paired difference to the run before it."""

from __future__ import annotations

from engine.domain.metric import Metric
from engine.domain.record import NOT_SHOWN, OPPOSITE, SUPPORTED, Claim
from engine.domain.words import number, with_interval
from engine.metrics.compare import SAME, practical

_BETTER, _WORSE = "better", "worse"
_CLAIMED = {Claim.BETTER: _BETTER, Claim.SAME: SAME, Claim.WORSE: _WORSE}


def judge(claim: Claim, low: float | None, high: float | None, band: float | None) -> str:
    """Say whether a hypothesis is supported, not shown, or the opposite is.

    Parameters
    ----------
    claim : Claim
        What was said of the new run.
    low, high : float or None
        Ends of the 95 % interval of the paired difference; positive means that the new run is better.
    band : float, optional
        Smallest difference that matters, in units of the metric.

    Returns
    -------
    str
        ``supported``, ``not shown`` or ``opposite``. An interval that holds both signs shows neither, so it supports
        nothing; a difference too small to matter contradicts neither *better* nor *worse*.
    """
    verdict = practical(low, high, band or 0.0)
    if verdict == _CLAIMED[claim]:
        return SUPPORTED
    against = {Claim.BETTER: (_WORSE,), Claim.WORSE: (_BETTER,), Claim.SAME: (_BETTER, _WORSE)}[claim]
    return OPPOSITE if verdict in against else NOT_SHOWN


def outcome_words(
    outcome: str, value: float, low: float | None, high: float | None, metric: Metric, band: float | None
) -> str:
    """Say in one sentence what the comparison shows; every number is one of it."""
    ends = (low, high) if low is None or high is None or value >= 0 else (-high, -low)
    direction = _BETTER if value >= 0 else _WORSE
    gap = f"{metric.title} is {direction} by {with_interval(abs(value), *ends)}"
    if value == 0 and not (low or high):
        return f"{_begun(outcome)}: {metric.title} is the same in both runs."
    if outcome != NOT_SHOWN:
        return f"{_begun(outcome)}: {gap}."
    if practical(low, high, band or 0.0) == SAME:
        return f"{_begun(outcome)}: {gap}, less than the {number(float(band or 0.0))} that would matter."
    return f"{_begun(outcome)}: {gap}, which chance alone could explain."


def _begun(outcome: str) -> str:
    return {SUPPORTED: "Supported", NOT_SHOWN: "Not shown", OPPOSITE: "The opposite"}[outcome]
