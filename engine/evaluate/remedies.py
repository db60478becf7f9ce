"""Follow-up runs that findings on over- and underfit propose: each with changed settings and what is to be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.automl.families import find
from engine.automl.families.family import Family, Param
from engine.domain.data import Finding, Outcome, Problem
from engine.domain.words import family_name

_SHORTEST, _LONGEST = 30.0, 3600.0

_STIFFER_WHEN_SMALLER = ("num_leaves", "depth", "C", "max_features", "width", "layers")
_STIFFER_WHEN_LARGER = (
    "min_child_samples",
    "min_child_weight",
    "min_samples_leaf",
    "reg_lambda",
    "l2_leaf_reg",
    "alpha",
    "n_neighbors",
)
"""Settings that keep a model from learning single rows by heart, by the direction in which they do."""

_WIDER = 10.0, 0.5
"""How far a range is moved beyond the end at which the best value lies: ten times, or by half of its width."""


def remedies(
    findings: Sequence[Finding],
    *,
    problem: Problem,
    family: str,
    curves: Sequence[Mapping[str, Any]] = (),
    seconds: float,
) -> list[dict[str, Any]]:
    """Propose a follow-up run for each finding that one could settle, with what it is expected to show.

    Parameters
    ----------
    findings : sequence of Finding
    problem : Problem
    family : str
        Id of the family that was diagnosed.
    curves : sequence of mapping
        Of :func:`engine.evaluate.validation.validation_curves`.
    seconds : float
        What the search took.

    Returns
    -------
    list of dict
        ``code title hypothesis families space seconds``; ``families`` empty for all, ``space`` as
        :func:`engine.automl.space.checked` takes it.
    """
    told = {one.code for one in findings if one.outcome in (Outcome.ISSUE, Outcome.TIP)}
    found = []
    if "PF-F01" in told:
        found.append(_stiffer("PF-F01", family, problem, seconds))
    if "PF-F02" in told:
        found.append(
            _remedy(
                "PF-F02",
                "Search twice as long",
                "With more tries the search finds a model that beats the simple one beyond chance.",
                2 * seconds,
            )
        )
    if "PF-F05" in told:
        found.append(
            _remedy(
                "PF-F05",
                "Search twice as long with all families",
                "Another family finds what this one missed; if not, the columns know too little.",
                2 * seconds,
            )
        )
    if "PF-F07" in told:
        found.append(_wider("PF-F07", family, curves, seconds))
    return found


def _remedy(
    code: str,
    title: str,
    hypothesis: str,
    seconds: float,
    families: Sequence[str] = (),
    space: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "code": code,
        "title": title,
        "hypothesis": hypothesis,
        "families": list(families),
        "space": dict(space or {}),
        "seconds": min(max(_SHORTEST, seconds), _LONGEST),
    }


def _stiffer(code: str, family: str, problem: Problem, seconds: float) -> dict[str, Any]:
    """Keep the family, and let it search only the half of its ranges in which it learns less by heart."""
    said = "A stiffer model loses less from training to validation and scores better on unseen rows."
    halves = stiffer_half(find(family))
    if not halves:
        return _remedy(code, "Search regularised linear models only", said, seconds, ("linear",))
    also = () if family == "linear" or problem.task not in find("linear").tasks else ("linear",)
    title = f"Search {family_name(family, within=True)} with stiffer settings"
    return _remedy(code, title, said, seconds, (family, *also), {family: halves})


def stiffer_half(family: Family) -> dict[str, dict[str, float]]:
    """Return the half of each range of a family in which its models are stiffer; empty where no setting says so."""
    found = {}
    for param in family.space:
        if param.choices or param.name not in _STIFFER_WHEN_SMALLER + _STIFFER_WHEN_LARGER:
            continue
        middle = _middle(param)
        half = {"low": param.low, "high": middle}
        if param.name in _STIFFER_WHEN_LARGER:
            half = {"low": middle, "high": param.high}
        if half["low"] < half["high"]:
            found[param.name] = half
    return found


def _middle(param: Param) -> float:
    low, high = param.low, param.high
    middle = math.sqrt(low * high) if param.log and low > 0 else (low + high) / 2
    return float(round(middle)) if param.whole else middle


def _wider(code: str, family: str, curves: Sequence[Mapping[str, Any]], seconds: float) -> dict[str, Any]:
    """Move each range on beyond the end at which its best value lies, as far as the setting allows."""
    params = {one.name: one for one in find(family).space}
    moved = {one["name"]: _moved(params[one["name"]], float(one["best"])) for one in curves if one["edge"]}
    space = {name: change for name, change in moved.items() if change}
    if not space:
        return _remedy(
            code, "Search twice as long", "More tries near the end of the range give a better score.", 2 * seconds
        )
    names = " and ".join(space)
    return _remedy(
        code,
        f"Search {family_name(family, within=True)} with a wider range of {names}",
        f"A better value of {names} lies beyond the range that was searched.",
        2 * seconds,
        (family,),
        {family: space},
    )


def _moved(param: Param, best: float) -> dict[str, float]:
    """Return the range moved on at the end that is nearer to the best value; empty where it cannot be moved."""
    times, share = _WIDER
    lowest, highest = param.limits
    below = best <= _middle(param)
    if below:
        low = param.low / times if param.log else param.low - share * (param.high - param.low)
        range_ = {"low": max(low, lowest), "high": param.high}
    else:
        high = param.high * times if param.log else param.high + share * (param.high - param.low)
        range_ = {"low": param.low, "high": min(high, highest)}
    if param.whole:
        range_ = {name: float(round(end)) for name, end in range_.items()}
    return {} if (range_["low"], range_["high"]) == (param.low, param.high) else range_
