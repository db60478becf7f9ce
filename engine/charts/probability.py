"""Probabilities beside what happened, before and after a correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, SIMPLE, Chart, Figure, data, figure
from engine.domain.words import share
from engine.evaluate.probability import TITLES

_UNIT = alt.Scale(domain=[0, 1])
_PERCENT = alt.Axis(format="%")


def reliability(payload: Mapping[str, Any]) -> Figure:
    """Draw observed shares over predicted probabilities, with a band, and the advised correction beside it."""
    found = payload["probability"]
    methods = {one["name"]: one for one in found["methods"]}
    shown = ["before", *([found["recommended"]] if found["recommended"] else [])]
    rows = [{"probabilities": TITLES[name], **point} for name in shown for point in methods[name]["curve"]]
    names = [TITLES[name] for name in shown]
    x = alt.X("predicted:Q", title="predicted probability", scale=_UNIT, axis=_PERCENT)
    y = alt.Y("observed:Q", title="observed share", scale=_UNIT, axis=_PERCENT)
    perfect = (
        alt.Chart(data([{"predicted": 0, "observed": 0}, {"predicted": 1, "observed": 1}]))
        .mark_line(strokeDash=[5, 4], color=SIMPLE)
        .encode(x=x, y=y)
    )
    layers: list[Chart] = [perfect]
    before = [row for row in rows if row["probabilities"] == names[0]]
    if all(row["low"] is not None for row in before):
        band = alt.Chart(data(before)).mark_area(opacity=0.18, color=BEST)
        layers.append(band.encode(x=x, y=alt.Y("low:Q", title="observed share", scale=_UNIT), y2="high:Q"))
    legend = alt.Legend(orient="bottom", title=None) if len(names) > 1 else None
    layers.append(
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2.5, point={"filled": True, "size": 55})
        .encode(
            x=x,
            y=y,
            color=alt.Color("probabilities:N", scale=alt.Scale(domain=names, range=[BEST, ATTENTION]), legend=legend),
            strokeDash=alt.StrokeDash("probabilities:N", scale=alt.Scale(domain=names), legend=legend),
            tooltip=["probabilities:N", *(alt.Tooltip(f"{one}:Q", format=".3f") for one in ("predicted", "observed"))],
        )
    )
    return figure(
        alt.LayerChart(layer=layers).properties(height=300),
        title=f"The probability of {found['event']} is off by {share(methods['before']['ece']['value'])} on average",
        subtitle=f"Observed share by predicted probability with 95 % band, {found['rows']:,} rows; dashed: perfect",
        table=rows,
    )
