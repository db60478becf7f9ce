"""Questions about intervals: a difference, a bin of probabilities, the hold-out."""

from __future__ import annotations

import math

from engine.domain.words import number as rounded
from engine.study.generators.values import DUMMY, SIMPLE, RunValues, choice
from engine.study.questions import Question

_CALLED = {"dummy": DUMMY, "simple": SIMPLE}


def shown_better(values: RunValues) -> Question | None:
    """Ask what the interval of a paired difference shows."""
    for one in values.report.get("differences", ()):
        low, high = one.get("low"), one.get("high")
        if one.get("metric") != values.scored_by.id or one.get("against") not in _CALLED or low is None or high is None:
            continue
        other = _CALLED[one["against"]]
        answer = 0 if low > 0 else 1 if high < 0 else 2
        reason = "lies wholly above zero", "lies wholly below zero", "includes zero"
        return choice(
            values,
            "difference",
            "uncertainty",
            f"the difference in {values.scored_by.title} to {other} is {rounded(one['value'])} (positive: the model is "
            "better), with a "
            f"95 % interval from {rounded(low)} to {rounded(high)}. What is shown?",
            choices=["The model is better", "The model is worse", "No difference is shown"],
            answer=answer,
            explanation=f"The interval {reason[answer]}. The middle value alone would not say how much of it may be "
            "luck of these rows.",
        )
    return None


def calibration_bin(values: RunValues) -> Question | None:
    """Ask whether the probabilities of one bin are too high, too low, or in line with what happened."""
    bins = [(curve["label"], one) for curve in values.report.get("calibration") or () for one in curve["bins"]]
    if not bins:
        return None
    # The bin that is furthest off, since there the question is worth asking.
    label, one = max(bins, key=lambda pair: abs(pair[1]["observed"] - pair[1]["predicted"]))
    place = _beside(one["predicted"], one["low"], one["high"])
    if place is None:
        return None
    answer = {1: 0, -1: 1, 0: 2}[place]
    side = "above the interval", "below the interval", "within the interval"
    return choice(
        values,
        "calibration",
        "calibration",
        f"the model gave {one['count']} rows a probability of “{label}” of {rounded(one['predicted'])} on average. The "
        "observed share "
        f"is {rounded(one['observed'])} (95 % interval {rounded(one['low'])} to {rounded(one['high'])}). What does "
        "this say?",
        choices=["Its probabilities are too high here", "Its probabilities are too low here", "They are in line here"],
        answer=answer,
        explanation=f"The mean probability lies {side[answer]} of the observed share. With few rows in a bin "
        "the interval "
        "is wide, and a distance may be chance.",
    )


def holdout(values: RunValues) -> Question | None:
    """Ask how the hold-out compares with what was expected."""
    expected, low, high = (values.holdout.get(key) for key in ("expected", "low", "high"))
    value = values.holdout.get("value")
    if expected is None or low is None or high is None or value is None:
        return None
    place, up = _beside(expected, low, high), values.scored_by.higher_is_better
    if place is None:
        return None
    inside = place == 0
    answer = 2 if inside else 0 if (place < 0) is up else 1
    return choice(
        values,
        "holdout",
        "data-splitting",
        f"{values.scored_by.title} {rounded(expected)} was expected. The hold-out shows {rounded(value)}, with a 95 "
        "% interval "
        f"from {rounded(low)} to {rounded(high)}. How does it compare?",
        choices=[
            "Better than expected, beyond chance",
            "Worse than expected, beyond chance",
            "In line with what was expected",
        ],
        answer=answer,
        explanation=f"The expected value lies {'inside' if inside else 'outside'} the interval, and of this metric "
        f"{'higher' if up else 'lower'} is better. The middle value alone hides how much new rows can differ by "
        "chance.",
    )


def _beside(value: float, low: float, high: float) -> int | None:
    """Say whether a value lies below (-1), within (0) or above (1) an interval.

    Returns ``None`` where the rounded numbers that are shown would say otherwise, or nothing is defined.
    """
    if not all(map(math.isfinite, (value, low, high))):
        return None
    seen = [float(rounded(one).replace(",", "")) for one in (value, low, high)]
    exact = -1 if value < low else 1 if value > high else 0
    # Equal to the eye, a value beside an end could be read either way.
    if seen[0] in seen[1:] or exact != (-1 if seen[0] < seen[1] else 1 if seen[0] > seen[2] else 0):
        return None
    return exact
