"""Prediction intervals: the band around predictions, and how often it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import BEST, SIMPLE, Figure, data, figure
from engine.domain.words import number, share


def band(payload: Mapping[str, Any], target: str) -> Figure:
    """Draw actual values over predictions with the 80 % interval as a band."""
    found, points = payload["intervals"], payload["residuals"]["points"]
    level = found["levels"][0]
    ends = [min(row["predicted"] for row in points), max(row["predicted"] for row in points)]
    reach = [level["width"] if found["kind"] == "same" else level["width"] * at for at in ends]
    edges = [
        {"predicted": at, "low": at - one, "high": at + one, "actual": at} for at, one in zip(ends, reach, strict=True)
    ]
    x = alt.X("predicted:Q", title=f"predicted {target}", scale=alt.Scale(zero=False))
    title = f"actual {target}"
    y = alt.Y("actual:Q", title=title, scale=alt.Scale(zero=False))
    area = alt.Chart(data(edges)).mark_area(opacity=0.2, color=BEST)
    around = area.encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q")
    middle = alt.Chart(data(edges)).mark_line(strokeDash=[5, 4], color=SIMPLE).encode(x=x, y=y)
    dots = (
        alt.Chart(data(points))
        .mark_point(filled=True, size=22, opacity=0.4, color=BEST)
        .encode(x=x, y=y, tooltip=["row:Q", "actual:Q", "predicted:Q"])
    )
    width = share(level["width"]) if found["kind"] != "same" else number(level["width"])
    return figure(
        alt.LayerChart(layer=[around, middle, dots]).properties(height=320),
        title=f"80 % interval: {target} within {width} of its prediction",
        subtitle=f"Actual over predicted {target}, {len(points):,} of {payload['rows']:,} rows; band: 80 % interval",
        table=[{key: row[key] for key in ("predicted", "low", "high")} for row in edges],
    )


def by_prediction(payload: Mapping[str, Any], target: str) -> Figure:
    """Draw the measured coverage in parts from low to high prediction."""
    found = payload["intervals"]
    rows = [
        {"interval": share(one["level"]), "level": one["level"], **part, "middle": (part["from"] + part["to"]) / 2}
        for one in found["levels"]
        for part in one["by_prediction"]
    ]
    names = [share(one["level"]) for one in found["levels"]]
    colours = alt.Scale(domain=names, range=[BEST, SIMPLE])
    colour = alt.Color("interval:N", scale=colours, legend=alt.Legend(orient="bottom", title="interval"))
    x = alt.X("middle:Q", title=f"predicted {target}", scale=alt.Scale(zero=False, padding=16))
    y = alt.Y("low:Q", title="share inside", axis=alt.Axis(format="%"), scale=alt.Scale(zero=False))
    wanted = [{"interval": share(one["level"]), "level": one["level"]} for one in found["levels"]]
    lines = alt.Chart(data(wanted)).mark_rule(strokeDash=[5, 4]).encode(y="level:Q", color=colour)
    bars = alt.Chart(data(rows)).mark_rule(strokeWidth=4, opacity=0.35).encode(x=x, y=y, y2="high:Q", color=colour)
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=x,
            y="coverage:Q",
            color=colour,
            shape=alt.Shape("interval:N", scale=alt.Scale(domain=names), legend=None),
            tooltip=["interval:N", "from:Q", "to:Q", alt.Tooltip("coverage:Q", format=".1%"), "count:Q"],
        )
    )
    first = found["levels"][0]
    parts = first["by_prediction"]
    held = sum(part["low"] <= first["level"] <= part["high"] for part in parts)
    return figure(
        (lines + bars + points).properties(height=260),
        title=f"In {held} of {len(parts)} parts the 80 % interval holds as often as it says",
        subtitle=f"Share inside with 95 % interval by size of prediction, {found['rows']:,} rows; dashed: promised",
        table=[{key: row[key] for key in row if key not in ("level", "middle")} for row in rows],
    )
