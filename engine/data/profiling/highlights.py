"""What is worth knowing about a table, as at most eight sentences, the strongest first.

Each is taken from the other parts of the profile, with its numbers, so that it can be kept as a decision: ``kind``,
``columns``, ``strength`` from 0 to 1 (what the order follows) and ``sentence``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.data import Problem
from engine.domain.words import number, share

Json = dict[str, Any]

MOST = 8

_MOST_OF_A_KIND = 3
_VISIBLE = 0.1
_SAME = 0.95
_TOGETHER = 0.8
_FEWEST_TOGETHER = 10
_MANY_OUTLIERS = 0.01
_FEWEST_ROWS = 10

MEASURES: Mapping[str, str] = {
    "spearman": "Spearman correlation",
    "eta": "correlation ratio",
    "cramers_v": "Cramér's V",
    "eta_of_bins": "correlation ratio over ten bins",
    "cramers_v_of_bins": "Cramér's V over ten bins",
}


def highlights(profile: Mapping[str, Any], problem: Problem | None) -> list[Json]:
    """Choose the findings: at most three of a kind, the strongest first.

    Parameters
    ----------
    profile : mapping
        The other parts of the profile.
    problem : Problem, optional
    """
    kinds = [
        _with_target(profile, problem) if problem else iter(()),
        _nearly_the_same(profile),
        _gaps_and_target(profile),
        _empty_together(profile),
        _outliers(profile),
        _over_time(profile, problem) if problem else iter(()),
        _many_values(profile),
    ]
    found = []
    for kind in kinds:
        ranked = sorted(kind, key=lambda one: -one["strength"])
        found += ranked[:_MOST_OF_A_KIND]
    return sorted(found, key=lambda one: -one["strength"])[:MOST]


def _one(kind: str, columns: list[str], strength: float, sentence: str) -> Json:
    return {"kind": kind, "columns": columns, "strength": min(1.0, max(0.0, strength)), "sentence": sentence}


def _with_target(profile: Mapping[str, Any], problem: Problem) -> Iterator[Json]:
    groups = {one["column"]: one for one in profile["against"]}
    visible = [one for one in profile["strengths"] if one["visible"] and one["strength"] >= _VISIBLE]
    for place, one in enumerate(visible[:_MOST_OF_A_KIND]):
        name, measure = one["column"], MEASURES[one["measure"]]
        first = "goes with" if place else "goes most with"
        told = f"{name!r} {first} {problem.target!r} ({measure} {one['strength']:.2f})"
        ends = _ends(groups.get(name), problem)
        yield _one("target", [name], one["strength"], f"{told}{f': {ends}' if ends else ''}.")


def _ends(one: Mapping[str, Any] | None, problem: Problem) -> str:
    """Say where the target is lowest and highest, among groups that are not tiny."""
    groups = [group for group in one["groups"] if group["count"] >= _FEWEST_ROWS] if one else []
    if one is None or len(groups) < 2 or one["measure"] == "shares":
        return ""
    key = "rate" if one["measure"] == "rate" else "median"
    low, high = min(groups, key=lambda group: group[key]), max(groups, key=lambda group: group[key])
    if low[key] == high[key]:
        return ""
    if key == "rate":
        what = f"{problem.positive!r} in {share(low['rate'])} of the rows"
        return f"{what} at {low['label']}, in {share(high['rate'])} at {high['label']}"
    return f"the median is {number(low['median'])} at {low['label']}, {number(high['median'])} at {high['label']}"


def _nearly_the_same(profile: Mapping[str, Any]) -> Iterator[Json]:
    kinds = dict(zip(profile["associations"]["columns"], profile["associations"]["kinds"], strict=True))
    for one in profile["associations"]["pairs"]:
        if abs(one["value"]) >= _SAME and profile["target"] not in (one["a"], one["b"]):
            told = f"{MEASURES[one['measure']]} {one['value']:.2f}"
            a, b = one["a"], one["b"]
            if one["measure"] == "eta":
                numbers = kinds[a] not in ("categorical", "boolean")
                sentence = f"{(b if numbers else a)!r} all but settles {(a if numbers else b)!r} ({told})."
            else:
                same = "say nearly the same" if one["value"] > 0 else "say nearly the same, turned around"
                sentence = f"{a!r} and {b!r} {same} ({told}): one of them may be enough."
            yield _one("same", [a, b], 0.6 * abs(one["value"]), sentence)


def _gaps_and_target(profile: Mapping[str, Any]) -> Iterator[Json]:
    for one in profile["missing_pattern"]["target"]:
        if one["goes_with"]:
            yield _one("gap", [one["column"]], 0.2 + one["effect"], one["sentence"])


def _empty_together(profile: Mapping[str, Any]) -> Iterator[Json]:
    told: set[str] = set()
    for pattern in profile["missing_pattern"]["patterns"]:
        names = pattern["columns"]
        if len(names) < 2 or pattern["count"] < _FEWEST_TOGETHER or told & set(names):
            continue
        least = min(one["count"] for one in profile["missing_pattern"]["columns"] if one["column"] in names)
        if pattern["count"] >= _TOGETHER * least:
            told |= set(names)
            shown = ", ".join(repr(name) for name in names[:4]) + (f" and {len(names) - 4} more" if names[4:] else "")
            rows = f"{pattern['count']:,} rows"
            yield _one(
                "together",
                list(names),
                0.2 + 0.3 * pattern["count"] / profile["shown_on"],
                f"{shown} are empty in the same {rows}, so there may be one reason for all of them.",
            )


def _outliers(profile: Mapping[str, Any]) -> Iterator[Json]:
    for one in profile["outliers"]:
        skewed = one["log_count"] is not None and one["log_count"] < 0.2 * one["count"]
        if skewed or one["share"] > _MANY_OUTLIERS:
            # So many, or so even on the log scale, that it is how the values are spread.
            continue
        furthest = one["examples"][0]
        row, value, low, high = furthest["row"], furthest["value"], one["low"], one["high"]
        far = min(1.0, max(value - high, low - value) / (high - low))
        values = "value lies" if one["count"] == 1 else "values lie"
        sentence = (
            f"{one['count']:,} {values} far outside the others of {one['column']!r} (below {_plain(low)} or above "
            f"{_plain(high)}); the furthest is {_plain(value)} in row {row:,}."
        )
        yield _one("outliers", [one["column"]], 0.15 + 0.25 * far, sentence)


def _plain(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else number(float(value))


def _over_time(profile: Mapping[str, Any], problem: Problem) -> Iterator[Json]:
    for one in profile["over_time"]:
        change = one["change"]
        if not change or not change["changed"]:
            continue
        before, after = change["earlier"], change["later"]
        if problem.task.is_classification:
            size, told = abs(after - before), (share(before), share(after))
            what = f"The share of {change['class']!r}"
        else:
            scale = max(abs(before), abs(after))
            size, told = (abs(after - before) / scale if scale else 0.0), (number(before), number(after))
            what = f"The median of {problem.target!r}"
        if told[0] == told[1]:
            continue
        yield _one(
            "time",
            [one["column"]],
            0.2 + size,
            f"{what} moves with {one['column']!r}: {told[0]} in the earlier half of the rows, {told[1]} in the later.",
        )


def _many_values(profile: Mapping[str, Any]) -> Iterator[Json]:
    for one in profile["high_cardinality"]:
        sentence = (
            f"{one['column']!r} has {one['unique']:,} different values, {one['rows_per_value']:,.1f} rows each on "
            "average: join the rare ones, or replace them by what they stand for."
        )
        yield _one("many", [one["column"]], 0.15 + 0.3 / max(1.0, one["rows_per_value"]), sentence)
