"""Pairs of columns that work together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, SIMPLE, Figure, Row, data, figure
from engine.explain.interactions import MATTERS

_MOST = 8


def pairs(found: Mapping[str, Any]) -> Figure | None:
    """Draw how much of the predictions each pair makes up; nothing where there are no pairs."""
    rows = [
        {"pair": f"{one['first']} × {one['second']}", **{key: one[key] for key in ("value", "low", "high", "top")}}
        | {"verdict": "shown" if one["shown"] else "not shown"}
        for one in found["pairs"]
    ]
    if not rows:
        return None
    count = found["shown"]
    title = (
        "No pair of columns is shown to work together"
        if not count
        else f"{count} of {len(rows)} pairs of columns {'is' if count == 1 else 'are'} shown to work together"
    )
    return figure(
        _drawn(rows[:_MOST]),
        title=title,
        subtitle=f"Interaction as a share of the variance of the predictions ({found['scale']}) with 95 % interval; "
        "circle: shown, square: not shown; dashed: what the interval must lie above",
        table=rows,
    )


def _drawn(rows: Sequence[Row]) -> alt.LayerChart:
    drawn = [{**row} | {name: 100 * (row[name] or 0.0) for name in ("value", "low", "high")} for row in rows]
    y = alt.Y("pair:N", sort=[row["pair"] for row in drawn], title=None, axis=alt.Axis(labelLimit=170))
    base = alt.Chart(data(drawn))
    # Never so near that a thousandth of the variance looks large.
    scale = alt.Scale(domain=[0, max(2 * 100 * MATTERS, *(row["high"] for row in drawn))], nice=True)
    x = alt.X("value:Q", title="% of variance", scale=scale, axis=alt.Axis(tickCount=5))
    lines = base.mark_rule(strokeWidth=2, color=BEST, opacity=0.5).encode(y=y, x=alt.X("low:Q"), x2="high:Q")
    verdicts = ["shown", "not shown"]
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        y=y,
        x=x,
        color=alt.Color("verdict:N", legend=None, scale=alt.Scale(domain=verdicts, range=[BEST, SIMPLE])),
        shape=alt.Shape("verdict:N", legend=None, scale=alt.Scale(domain=verdicts, range=["circle", "square"])),
        tooltip=[
            "pair:N",
            *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("value", "low", "high")),
            alt.Tooltip("top:Q", format=".0%"),
        ],
    )
    least = alt.Chart(data([{"least": 100 * MATTERS}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(x="least:Q")
    return alt.LayerChart(layer=[least, lines, points]).properties(height=28 * len(drawn))


def grid(one: Mapping[str, Any]) -> Figure:
    """Draw the prediction for every combination of two columns' values that occurs."""
    first, second = one["columns"]
    cells = [dict(cell) for cell in one["cells"]]
    chart = (
        alt.Chart(data(cells))
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("x:O", sort=one["x"], title=first, axis=alt.Axis(labelAngle=-30, labelLimit=80)),
            y=alt.Y("y:O", sort=list(reversed(one["y"])), title=second, axis=alt.Axis(labelLimit=90)),
            color=alt.Color(
                "value:Q",
                title=None,
                scale=alt.Scale(scheme="blues"),
                legend=alt.Legend(orient="bottom", gradientLength=180),
            ),
            tooltip=["x:N", "y:N", alt.Tooltip("value:Q", format=".4g"), "count:Q"],
        )
        .properties(height=max(180, 32 * len(one["y"])))
    )
    lowest, highest = (pick(cells, key=lambda cell: cell["value"]) for pick in (min, max))
    blank = f"; blank: {one['empty']} combinations that do not occur" if one["empty"] else ""
    return figure(
        chart,
        title=f"{first} and {second}: highest at {highest['x']} and {highest['y']}",
        subtitle=f"Mean predicted {one['what']}, {one['rows']:,} rows in each cell{blank}",
        table=cells,
        alt_text=(
            f"A grid of {first} against {second}. The mean predicted {one['what']} is lowest at {lowest['x']} and "
            f"{lowest['y']} and highest at {highest['x']} and {highest['y']}{blank}."
        ),
    )
