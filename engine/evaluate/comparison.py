"""Two models of a run beside each other: what the difference between them shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.metric import Metric
from engine.domain.words import number, with_interval
from engine.metrics.compare import NOT_SHOWN, SAME, practical


def compare(
    differences: Sequence[Mapping[str, Any]], one: int, other: int, band: float | None
) -> dict[str, Any] | None:
    """Look a difference up and say what it shows.

    Parameters
    ----------
    differences : sequence of mapping
        ``a b value low high`` of each two models, as a run's result holds them; positive: ``a`` is better.
    one, other : int
        Ids of the trials; the difference is that of ``one`` over ``other``.
    band : float, optional
        Smallest difference that matters, in units of the metric.

    Returns
    -------
    dict, or None
        ``value low high band verdict``; ``None`` where the two were not compared.
    """
    for found in differences:
        if {found["a"], found["b"]} == {one, other} and one != other:
            sign = 1.0 if found["a"] == one else -1.0
            low, high = found["low"], found["high"]
            if low is not None and high is not None:
                low, high = sorted((sign * low, sign * high))
            verdict = practical(low, high, band or 0.0)
            return {"value": sign * found["value"], "low": low, "high": high, "band": band, "verdict": verdict}
    return None


def comparison_words(found: Mapping[str, Any], first: str, second: str, metric: Metric) -> str:
    """Say in one sentence what a comparison shows; every number is one of it."""
    gap = with_interval(abs(found["value"]), *_turned(found))
    verdict, band = found["verdict"], found["band"]
    if verdict == SAME:
        return (
            f"{first} and {second} are practically the same: whatever the difference in {metric.title} is, it is "
            f"smaller than the {number(float(band))} that would matter."
        )
    if verdict == NOT_SHOWN:
        return f"That {first} and {second} differ in {metric.title} is not shown: the gap of {gap} is within chance."
    small = band is not None and found["low"] is not None and min(abs(found["low"]), abs(found["high"])) < band
    doubt = f"; it may be less than the {number(float(band))} that would matter" if small else ""
    return f"{first} is {verdict} than {second} by {gap} in {metric.title}, beyond chance{doubt}."


def _turned(found: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the ends of the interval as seen from the size of the difference."""
    low, high = found["low"], found["high"]
    if low is None or high is None or found["value"] >= 0:
        return low, high
    return -high, -low
