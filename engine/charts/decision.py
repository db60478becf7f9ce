"""A decision: what each rule costs, cost by threshold, gains, lift, savings, and cases for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, SIMPLE, Chart, Figure, data, figure
from engine.domain.words import number, share

_HEIGHT = 260
_DASH = [5, 4]
_COST = "cost per 1,000 cases"
_PERCENT = alt.Axis(format="%")

_FROM = {"implied": " (from costs)", "tuned": " (from rows)", "likeliest": ""}


def costs(payload: Mapping[str, Any]) -> Figure:
    """Draw what 1,000 cases cost by each rule, cheapest first, with intervals."""
    found = payload["decision"]
    rows = sorted((_rule_row(one, found) for one in found["policies"]), key=lambda row: float(row["cost"]))
    names = [row["rule"] for row in rows]
    y = alt.Y("rule:N", sort=names, title=None, scale=alt.Scale(domain=names), axis=alt.Axis(labelLimit=150))
    x = alt.X("low:Q", title=_COST, scale=alt.Scale(zero=True))
    colour = alt.condition("datum.chosen", alt.value(BEST), alt.value(SIMPLE))
    base = alt.Chart(data(rows))
    lines = base.mark_rule(strokeWidth=3, opacity=0.5).encode(x=x, x2="high:Q", y=y, color=colour)
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="cost:Q",
        y=y,
        color=colour,
        shape=alt.condition("datum.chosen", alt.value("circle"), alt.value("square")),
        tooltip=["rule:N", "cost:Q", "low:Q", "high:Q"],
    )
    chosen, constant = chosen_of(found), next(one for one in found["policies"] if one["name"] == "always")
    compared = f", against {number(float(constant['cost']['value']))} for {constant['label']!r} to all"
    return figure(
        (lines + points).properties(height=34 * len(rows)),
        title=f"1,000 cases cost {number(float(chosen['cost']['value']))}{compared}",
        subtitle=f"Cost by rule with 95 % interval, {found['rows']:,} rows; circle: chosen; unit: {unit_of(found)}",
        table=rows,
    )


def _rule_row(one: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    cost = one["cost"]
    return {
        "rule": rule_name(one, found),
        "cost": cost["value"],
        "low": cost["value"] if cost["low"] is None else cost["low"],
        "high": cost["value"] if cost["high"] is None else cost["high"],
        "chosen": one["name"] == found["chosen"],
    }


def rule_name(one: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Name a way to decide shortly, with where its threshold comes from."""
    if one["name"] == "always":
        return f"{one['label']!r} to all"
    if one["threshold"] is None:
        return "least expected cost" if one["name"] == "implied" else "likeliest class"
    at = "none" if one["threshold"] > 1 else f"from {share(one['threshold'])}"
    return f"{at}{_FROM[one['name']]}"


def chosen_of(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the chosen policy."""
    chosen: Mapping[str, Any] = next(one for one in found["policies"] if one["name"] == found["chosen"])
    return chosen


def unit_of(found: Mapping[str, Any]) -> str:
    """Name the unit of the costs."""
    return (str(found["unit"]).strip() or "cost") if found["stated"] else "errors"


def by_threshold(payload: Mapping[str, Any]) -> Figure | None:
    """Draw the cost over the threshold, with its band; nothing for several classes."""
    found = payload["decision"]
    if not found["curve"]:
        return None
    rows = [_flat(one["threshold"], "threshold", one["cost"], "cost") for one in found["curve"]]
    best = min(rows, key=lambda row: float(row["cost"]))
    x = alt.X("threshold:Q", title=f"threshold for {found['labels'][1]!r}", axis=_PERCENT)
    layers = _band(rows, x, "cost", _COST)
    chosen = chosen_of(found)["threshold"]
    if chosen is not None and chosen <= 1:
        marks = alt.Chart(data([{"threshold": chosen}])).mark_rule(strokeDash=_DASH, color=SIMPLE)
        layers.append(marks.encode(x=x))
    return figure(
        alt.LayerChart(layer=layers).properties(height=_HEIGHT),
        title=f"Cheapest at about {share(best['threshold'])}, at {number(best['cost'])} per 1,000 cases",
        subtitle=f"Cost by threshold with 95 % band, {found['rows']:,} rows; dashed: the chosen threshold",
        table=rows,
    )


def found_share(payload: Mapping[str, Any]) -> Figure | None:
    """Draw the share of positives found among the first cases by score."""
    rows, tenth = _gain_rows(payload, "found")
    if not rows:
        return None
    label = payload["gains"]["label"]
    x = alt.X("share:Q", title="share of cases, highest first", axis=_PERCENT)
    guess = alt.Chart(data([{"share": 0, "found": 0}, {"share": 1, "found": 1}]))
    line = guess.mark_line(strokeDash=_DASH, color=SIMPLE).encode(x=x, y="found:Q")
    layers = [line, *_band(rows, x, "found", f"share of all {label!r} found", percent=True)]
    return figure(
        alt.LayerChart(layer=layers).properties(height=_HEIGHT),
        title=f"The first tenth holds {share(tenth['found'])} of all {label!r}",
        subtitle=f"Cumulative gains with 95 % band, {payload['gains']['rows']:,} rows; dashed: cases in no order",
        table=rows,
    )


def lift(payload: Mapping[str, Any]) -> Figure | None:
    """Draw how many times more positives the first cases hold than random ones."""
    rows, tenth = _gain_rows(payload, "lift")
    if not rows:
        return None
    x = alt.X("share:Q", title="share of cases, highest first", axis=_PERCENT)
    one = alt.Chart(data([{"lift": 1}])).mark_rule(strokeDash=_DASH, color=SIMPLE).encode(y="lift:Q")
    layers = [one, *_band(rows, x, "lift", "times as many as at random")]
    label = payload["gains"]["label"]
    return figure(
        alt.LayerChart(layer=layers).properties(height=_HEIGHT),
        title=f"The first tenth holds {number(tenth['lift'])} times as many {label!r} as a random tenth",
        subtitle=f"Lift with 95 % band, {payload['gains']['rows']:,} rows; dashed: cases in no order",
        table=rows,
    )


def savings(payload: Mapping[str, Any]) -> Figure | None:
    """Draw what is saved by saying yes to the first cases only: the profit curve."""
    rows, _ = _gain_rows(payload, "saved")
    if not rows:
        return None
    best = max(rows, key=lambda row: float(row["saved"]))
    label = payload["gains"]["label"]
    x = alt.X("share:Q", title=f"share of cases called {label!r}", axis=_PERCENT)
    zero = alt.Chart(data([{"saved": 0}])).mark_rule(strokeDash=_DASH, color=SIMPLE).encode(y="saved:Q")
    layers = [zero, *_band(rows, x, "saved", "saved per 1,000 cases")]
    return figure(
        alt.LayerChart(layer=layers).properties(height=_HEIGHT),
        title=f"Of these shares {share(best['share'])} saves most: {number(float(best['saved']))} per 1,000 cases",
        subtitle=f"Saved beside saying {label!r} to none, with 95 % band, {payload['gains']['rows']:,} rows",
        table=rows,
    )


def reject(payload: Mapping[str, Any]) -> Figure | None:
    """Draw what is left to pay when a person decides the doubtful cases."""
    found = payload["decision"]
    if not found["reject"] or not chosen_of(found)["cost"]["value"]:
        return None
    none = {"share": 0.0, "remaining": chosen_of(found)["cost"], "worth": None}
    rows = [
        _flat(one["share"], "sent to a person", one["remaining"], "cost")
        | {"worth of one review": one["worth"]["value"] if one["worth"] else None}
        for one in (none, *found["reject"])
    ]
    five = next(one for one in found["reject"] if one["share"] == 0.05)
    x = alt.X("sent to a person:Q", title="share sent to a person", axis=_PERCENT)
    return figure(
        alt.LayerChart(layer=_band(rows, x, "cost", _COST, points=True)).properties(height=_HEIGHT),
        title=f"One review of the most doubtful 5 % is worth {number(float(five['worth']['value']))}",
        subtitle="Cost of 1,000 cases with 95 % band if the person decides rightly; the reviews themselves not counted",
        table=rows,
    )


def _gain_rows(payload: Mapping[str, Any], name: str) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    points = payload["gains"]["points"]
    rows = [_flat(one["share"], "share", one[name], name) for one in points if one[name] is not None]
    return rows, next((row for row in rows if row["share"] == 0.1), {})


def _flat(at: float, axis: str, one: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {axis: at, name: one["value"], "low": one["low"], "high": one["high"]}


def _band(
    rows: Sequence[Mapping[str, Any]], x: alt.X, name: str, title: str, *, percent: bool = False, points: bool = False
) -> list[Chart]:
    """Draw a line within its band; without intervals the line alone."""
    axis = alt.Axis(format="%") if percent else alt.Axis()
    y = alt.Y(f"{name}:Q", title=title, axis=axis)
    tips = [alt.Tooltip(f"{one}:Q", format=".3~g") for one in rows[0]]
    mark: Any = {"filled": True, "size": 60, "color": BEST} if points else False
    line = alt.Chart(data(rows)).mark_line(strokeWidth=2.5, color=BEST, point=mark).encode(x=x, y=y, tooltip=tips)
    if any(row["low"] is None for row in rows):
        return [line]
    band = alt.Chart(data(rows)).mark_area(opacity=0.18, color=BEST)
    return [band.encode(x=x, y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q"), line]
