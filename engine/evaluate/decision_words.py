"""A decision in plain sentences, made from its stored numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.words import number, share, with_interval


def decision_words(result: Mapping[str, Any]) -> list[str]:
    """Say what to do, what that saves, and what is not shown.

    Parameters
    ----------
    result : mapping
        A result of :func:`engine.evaluate.decision.decision`, its words not needed.
    """
    chosen = next(one for one in result["policies"] if one["name"] == result["chosen"])
    constant = next(one for one in result["policies"] if one["name"] == "always")
    phrase = _unit(result, phrase=True)
    return [
        f"{rule(chosen, result['labels'])}: {_beside(chosen['saved'], constant['label'], result)}{phrase}.",
        f"Decided like this, 1,000 cases cost {amount(chosen['cost'], result)}; saying {constant['label']!r} to all "
        f"costs {amount(constant['cost'], result)}.",
        *_tuned(result),
        *_reject(result),
    ]


def rule(policy: Mapping[str, Any], labels: list[str]) -> str:
    """Say a way to decide as an instruction."""
    if policy["name"] == "always":
        return f"Say {policy['label']!r} to all"
    if len(labels) > 2:
        of = "of least expected cost" if policy["name"] == "implied" else "that is likeliest"
        return f"Say the class {of}"
    threshold = policy["threshold"]
    if threshold is None:
        return "Say the class of least expected cost"
    if threshold > 1:
        return f"Say {labels[1]!r} to none"
    return f"Say {labels[1]!r} from {share(threshold)} on"


def amount(cost: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Write a cost with its interval and unit."""
    low, high = (None, None) if cost["low"] == cost["high"] else (cost["low"], cost["high"])
    return with_interval(cost["value"], low, high) + _unit(result)


def _unit(result: Mapping[str, Any], *, phrase: bool = False) -> str:
    """Name the unit: one word follows each number (euros, hours), a phrase is said once."""
    unit = str(result["unit"]).strip() if result["stated"] else "errors"
    if len(unit.split()) > 1:
        return f"; the unit is {unit}" if phrase else ""
    return f" {unit}" if unit and not phrase else ""


def _beside(saved: Mapping[str, Any], label: str, result: Mapping[str, Any]) -> str:
    compared = f"saying {label!r} to all"
    if saved["low"] is None:
        return f"on too few rows to compare it with {compared}"
    if saved["low"] <= 0 <= saved["high"]:
        return f"not shown to be cheaper than {compared}"
    word = "less" if saved["value"] > 0 else "more"
    ends = sorted((abs(saved["low"]), abs(saved["high"])))
    written = number(abs(float(saved["value"]))) + _unit(result)
    return f"{written} per 1,000 cases {word} than {compared} ({number(ends[0])} to {number(ends[1])})"


def _tuned(result: Mapping[str, Any]) -> list[str]:
    gain = result["gain"]
    if gain is None:
        return []
    by_name = {one["name"]: one for one in reversed(result["policies"])}
    implied, tuned = by_name["implied"], by_name["tuned"]
    if implied["threshold"] is None:
        return []
    at = "none" if tuned["threshold"] > 1 else share(tuned["threshold"])
    if result["chosen"] == "tuned":
        return [
            f"The costs alone imply {share(implied['threshold'])}, which is what predictions use; {at}, learned from "
            f"the rows, is cheaper by {amount(gain, result)} per 1,000 cases."
        ]
    return [
        f"{share(implied['threshold'])} follows from the costs alone, and predictions use it; the cheapest threshold "
        f"on these rows, {at}, is not shown to be worth more on others."
    ]


def _reject(result: Mapping[str, Any]) -> list[str]:
    one = next((part for part in result["reject"] if part["share"] == 0.05), None)
    if one is None or not one["saved"]["value"] > 0:
        return []
    return [
        f"With the most doubtful {share(one['share'])} sent to a person who decides them rightly, 1,000 cases cost "
        f"{number(one['remaining']['value'])}{_unit(result)}; that pays while a review costs less than "
        f"{number(one['worth']['value'])}{_unit(result)}."
    ]
