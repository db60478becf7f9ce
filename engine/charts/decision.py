"""What follows from predictions: the cost of policies and thresholds, gains, doubtful rows, calibration, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, INK, SIMPLE, Figure, data, figure
from engine.domain.data import Problem
from engine.domain.words import number, share, with_interval
from engine.evaluate.decision import policy_name

_HEIGHT = 260
_ROW_HEIGHT = 34
_SHARES = alt.Scale(domain=[0, 1])


def policies(payload: Mapping[str, Any], problem: Problem) -> Figure:
    """Draw what each policy costs, with its interval."""
    rows = [dict(one) | {"name": policy_name(one, problem)} for one in payload["policies"]]
    chosen = next(one for one in rows if one["chosen"])
    y = alt.Y("name:N", title=None, sort=[one["name"] for one in rows], axis=alt.Axis(labelLimit=300))
    colour = alt.condition("datum.chosen", alt.value(BEST), alt.value(SIMPLE))
    base = alt.Chart(data(rows)).encode(y=y)
    lines = base.mark_rule(strokeWidth=3, opacity=0.6).encode(x="low:Q", x2="high:Q", color=colour)
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("cost:Q", title=f"cost of {payload['cases']:,} cases", scale=alt.Scale(zero=False)),
        color=colour,
        tooltip=["name:N", alt.Tooltip("cost:Q", format=",.4~g"), alt.Tooltip("errors:Q", format=",.4~g")],
    )
    unit = payload["unit"] or ("in the brief's units" if payload["stated"] else "every error counts as one")
    return figure(
        (lines + points).properties(height=_ROW_HEIGHT * len(rows)),
        title=f"{chosen['name']}: {number(float(chosen['cost']))} for {payload['cases']:,} cases",
        subtitle=f"Cost with 95 % interval, {unit}; blue: what is advised",
        table=[
            {key: one[key] for key in ("name", "cost", "low", "high", "saved", "saved_low", "saved_high", "errors")}
            for one in rows
        ],
        alt_text="; ".join(f"{one['name']}: {with_interval(one['cost'], one['low'], one['high'])}" for one in rows),
    )


def cost_curve(payload: Mapping[str, Any], problem: Problem) -> Figure:
    """Draw the cost of every threshold."""
    line = (
        alt.Chart(data(payload["curve"]))
        .mark_line(strokeWidth=2.5, color=BEST)
        .encode(
            x=alt.X("threshold:Q", title=f"say {problem.positive} from this probability on", scale=_SHARES),
            y=alt.Y("cost:Q", title=f"cost of {payload['cases']:,} cases"),
        )
    )
    rules = (
        alt.Chart(data([{"threshold": payload["threshold"]}]))
        .mark_rule(strokeDash=[5, 4], color=ATTENTION, strokeWidth=2)
        .encode(x="threshold:Q")
    )
    least = min(payload["curve"], key=lambda one: one["cost"])
    return figure(
        (line + rules).properties(height=_HEIGHT),
        title=f"Cheapest near a threshold of {share(least['threshold'])}",
        subtitle=f"Cost by threshold; dashed: the one that is advised, {share(payload['threshold'])}",
        table=payload["curve"],
    )


def gains(payload: Mapping[str, Any], problem: Problem) -> Figure:
    """Draw which share of the positives is among the rows of highest prediction."""
    tenth = next(one for one in payload["gains"] if abs(one["share"] - 0.1) < 1e-9)
    times = f"{tenth['lift']:.1f} times chance"
    line = (
        alt.Chart(data(payload["gains"]))
        .mark_line(strokeWidth=2.5, color=BEST, point=alt.OverlayMarkDef(size=28, color=BEST))
        .encode(
            x=alt.X("share:Q", title="share of cases, highest prediction first", scale=_SHARES),
            y=alt.Y("found:Q", title=f"share of all {problem.positive} found", scale=_SHARES),
            tooltip=[
                alt.Tooltip("share:Q", format=".0%"),
                alt.Tooltip("found:Q", format=".1%"),
                alt.Tooltip("lift:Q", format=".2f"),
            ],
        )
    )
    chance = (
        alt.Chart(data([{"share": 0, "found": 0}, {"share": 1, "found": 1}]))
        .mark_line(strokeDash=[5, 4], color=SIMPLE)
        .encode(x="share:Q", y="found:Q")
    )
    return figure(
        (chance + line).properties(height=_HEIGHT),
        title=f"The top tenth holds {share(tenth['found'])} of all {problem.positive}, {times}",
        subtitle="Gains: share found by share looked at; dashed: picking at random",
        table=payload["gains"],
    )


def rejected(payload: Mapping[str, Any]) -> Figure:
    """Draw the errors that are left where the most doubtful rows go to a person."""
    rows = [dict(one) | {"label": share(one["share"])} for one in payload["reject"]]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(cornerRadiusEnd=3, color=BEST)
        .encode(
            x=alt.X("label:N", title="most doubtful cases handed to a person", sort=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("errors:Q", title=f"errors of the model in {payload['cases']:,} cases"),
            tooltip=["label:N", alt.Tooltip("errors:Q", format=",.4~g"), alt.Tooltip("cost:Q", format=",.4~g")],
        )
    )
    first, last = rows[0], rows[-1]
    return figure(
        bars.properties(height=_HEIGHT),
        title=f"Errors fall from {number(float(first['errors']))} to {number(float(last['errors']))} "
        f"if {last['label']} of cases go to a person",
        subtitle="Doubtful is a case for which another answer would cost hardly more; the person's time is not counted",
        table=payload["reject"],
    )


def recalibrated(payload: Mapping[str, Any]) -> Figure:
    """Draw what three ways of calibrating bring."""
    rows: Sequence[dict[str, Any]] = [dict(one) for one in payload["ways"][1:]]
    y = alt.Y("way:N", title=None, sort=[one["way"] for one in rows])
    base = alt.Chart(data(rows)).encode(y=y)
    zero = alt.Chart(data([{"gain": 0}])).mark_rule(strokeDash=[5, 4], color=INK).encode(x="gain:Q")
    lines = base.mark_rule(strokeWidth=3, opacity=0.6, color=BEST).encode(x="gain_low:Q", x2="gain_high:Q")
    points = base.mark_point(filled=True, size=110, opacity=1, color=BEST).encode(
        x=alt.X("gain:Q", title="gain in Brier score (right of the dashed line: better)")
    )
    helped = payload["advised"] != "as it is"
    return figure(
        (zero + lines + points).properties(height=_ROW_HEIGHT * len(rows)),
        title=f"Calibrating by {payload['advised']} helps" if helped else "Calibrating is not shown to help",
        subtitle="Gain with 95 % interval; each way was learned on the other folds",
        table=payload["ways"],
    )


def coverage(payload: Mapping[str, Any]) -> Figure:
    """Draw how often intervals hold, for small and for large predictions."""
    rows = [
        {"level": share(one["level"]), "promised": one["level"]}
        | {"predictions": f"{number(part['from'])} to {number(part['to'])}"}
        | {key: part[key] for key in ("rows", "coverage", "low", "high", "width")}
        for one in payload["levels"]
        for part in one["parts"]
    ]
    order = list(dict.fromkeys(row["predictions"] for row in rows))
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("predictions:N", title="prediction", sort=order, axis=alt.Axis(labelLimit=220)),
        color=alt.Color(
            "level:N",
            title="promised",
            scale=alt.Scale(domain=[share(one["level"]) for one in payload["levels"]], range=[BEST, ATTENTION]),
            legend=alt.Legend(orient="bottom"),
        ),
    )
    lines = base.mark_rule(strokeWidth=3, opacity=0.6).encode(x="low:Q", x2="high:Q")
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("coverage:Q", title="share of cases in which the interval held", axis=alt.Axis(format="%")),
        tooltip=["predictions:N", "level:N", alt.Tooltip("coverage:Q", format=".1%"), "rows:Q"],
    )
    marks = (
        alt.Chart(data([{"coverage": one["level"]} for one in payload["levels"]]))
        .mark_rule(strokeDash=[5, 4], color=INK)
        .encode(x="coverage:Q")
    )
    first = payload["levels"][0]
    return figure(
        (marks + lines + points)
        .encode(x=alt.X(scale=alt.Scale(zero=False)))
        .properties(height=_ROW_HEIGHT * max(len(order), 1)),
        title=f"Intervals of {share(first['level'])} hold in {share(first['coverage'])} of cases",
        subtitle=f"Measured on {payload['rows']:,} rows, each by the errors of other folds; dashed: what is promised",
        table=rows,
    )
