"""Charts of the diagnosis: learning curve, validation curve, weak segments, rates by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, SIMPLE, Figure, data, figure
from engine.domain.metric import find_metric
from engine.domain.words import family_name, number

_SIDES = ("training rows", "unseen rows")
_TICKS = 5


def learning(payload: Mapping[str, Any]) -> Figure | None:
    """Draw the score over the rows of a fit, on rows it saw and on rows it did not; nothing without two sizes."""
    curve = payload["learning"]
    if len(curve["points"]) < 2:
        return None
    metric = find_metric(curve["metric"])
    rows = [
        {"rows": one["size"], "on": side, "value": one[key]}
        for one in curve["points"]
        for side, key in zip(_SIDES, ("train", "validation"), strict=True)
    ]
    colour = alt.Color(
        "on:N",
        scale=alt.Scale(domain=list(_SIDES), range=[SIMPLE, BEST]),
        legend=alt.Legend(orient="top", title=None),
    )
    chart = (
        alt.Chart(data(rows))
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=60))
        .encode(
            x=alt.X("rows:Q", title="rows of a fit", axis=alt.Axis(tickCount=_TICKS)),
            y=alt.Y("value:Q", title=metric.title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=_TICKS)),
            color=colour,
            strokeDash=alt.StrokeDash("on:N", legend=None),
            tooltip=["on:N", "rows:Q", alt.Tooltip("value:Q", format=".4f")],
        )
        .properties(height=240)
    )
    sampled = "" if curve["rows"] == curve["of"] else f", {curve['rows']:,} of {curve['of']:,} rows, drawn at random"
    blend = ", the heaviest part of the blend" if payload["part_of_blend"] else ""
    return figure(
        chart,
        title=curve["growth"]["verdict"].capitalize(),
        subtitle=f"{family_name(payload['family'])}{blend}; mean of {curve['folds']} folds{sampled}",
        table=rows,
    )


def validation(one: Mapping[str, Any], metric_id: str) -> Figure:
    """Draw the scores of the recorded tries over one hyper-parameter."""
    metric = find_metric(metric_id)
    rows = [{"value": point["value"], "score": point["score"]} for point in one["points"]]
    scale = alt.Scale(type="log") if one["log"] and min(point["value"] for point in rows) > 0 else alt.Scale(zero=False)
    chart = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=50, color=BEST, opacity=0.7)
        .encode(
            x=alt.X("value:Q", title=one["name"], scale=scale, axis=alt.Axis(tickCount=_TICKS)),
            y=alt.Y("score:Q", title=metric.title, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=_TICKS)),
            tooltip=["value:Q", alt.Tooltip("score:Q", format=".4f")],
        )
        .properties(height=180)
    )
    where = "at the end of its range" if one["edge"] else "inside its range"
    return figure(
        chart,
        title=f"{one['name']}: best at {number(float(one['best']))}, {where}",
        subtitle=f"{one['meaning']} {len(rows)} tries; the other settings moved too",
        table=rows,
    )


def segments(payload: Mapping[str, Any]) -> Figure | None:
    """Draw the excess of loss of each weak segment with its corrected interval; nothing where none was found."""
    found = payload["segments"]
    rows = [
        {
            "segment": segment_name(one),
            "rows": one["rows"],
            "loss": one["loss"],
            "elsewhere": one["rest"],
            "gap": one["gap"],
            "low": one["low"],
            "high": one["high"],
            "p": one["p"],
        }
        for one in found["segments"]
    ]
    if not rows:
        return None
    y = alt.Y("segment:N", sort=[str(row["segment"]) for row in rows], title=None, axis=alt.Axis(labelLimit=260))
    base = alt.Chart(data(rows))
    bars = base.mark_rule(color=ATTENTION, strokeWidth=2).encode(
        y=y,
        x=alt.X("low:Q", title=f"more {payload['loss']} than elsewhere", axis=alt.Axis(tickCount=_TICKS)),
        x2="high:Q",
    )
    points = base.mark_point(filled=True, size=90, color=ATTENTION, opacity=1).encode(
        y=y, x="gap:Q", tooltip=["segment:N", "rows:Q", alt.Tooltip("gap:Q", format=".4f")]
    )
    sampled = "" if found["rows"] == found["of"] else f" {found['rows']:,} of {found['of']:,} rows, drawn at random."
    return figure(
        (bars + points).properties(height=max(60, 42 * len(rows))),
        title=f"{rows[0]['segment']} fails most",
        subtitle=f"{found['looked_at']:,} segments looked at; intervals hold for all of them together.{sampled}",
        table=rows,
    )


def segment_name(one: Mapping[str, Any]) -> str:
    """Write the conditions of a segment on one line."""
    return " and ".join(f"{part['column']}: {part['part']}" for part in one["conditions"])
