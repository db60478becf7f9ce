"""The difference between two models, beside what would matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, SIMPLE, Figure, data, figure
from engine.domain.metric import Metric
from engine.evaluate.comparison import comparison_words

_HEIGHT = 70


def difference(found: Mapping[str, Any], first: str, second: str, metric: Metric) -> Figure:
    """Draw an interval, zero, and the band within which two models are practically the same."""
    row = {"value": found["value"], "low": found["low"], "high": found["high"]}
    x = alt.X("value:Q", title=f"gain of {first} over {second} in {metric.title} (right of zero: better)")
    layers: list[alt.Chart] = []
    if found["band"]:
        layers.append(
            alt.Chart(data([{"low": -found["band"], "high": found["band"]}]))
            .mark_rect(opacity=0.18, color=SIMPLE)
            .encode(x="low:Q", x2="high:Q")
        )
    layers.append(alt.Chart(data([{"value": 0}])).mark_rule(strokeDash=[5, 4], color=INK, strokeWidth=1.5).encode(x=x))
    if found["low"] is not None:
        layers.append(
            alt.Chart(data([row])).mark_rule(strokeWidth=4, opacity=0.6, color=BEST).encode(x="low:Q", x2="high:Q")
        )
    layers.append(alt.Chart(data([row])).mark_point(filled=True, size=130, opacity=1, color=BEST).encode(x=x))
    shaded = "; shaded: too small to matter" if found["band"] else ""
    return figure(
        alt.LayerChart(layer=layers).properties(height=_HEIGHT),
        title=comparison_words(found, first, second, metric),
        subtitle=f"Difference with 95 % interval, both models on the same resamples of the same rows{shaded}",
        table=[row | {"band": found["band"], "verdict": found["verdict"]}],
    )
