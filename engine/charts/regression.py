"""Regression: actual against predicted, size of errors, errors by prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, SIMPLE, Figure, data, figure
from engine.domain.words import number


def scatter(payload: Mapping[str, Any], target: str) -> Figure:
    """Draw actual against predicted values."""
    rows = payload["residuals"]["points"]
    values = [row[key] for row in rows for key in ("actual", "predicted")]
    ends = [{"x": min(values), "y": min(values)}, {"x": max(values), "y": max(values)}]
    x = alt.X("predicted:Q", title=f"predicted {target}", scale=alt.Scale(zero=False))
    y = alt.Y("actual:Q", title=f"actual {target}", scale=alt.Scale(zero=False))
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=22, opacity=0.4, color=BEST)
        .encode(x=x, y=y, tooltip=["row:Q", "actual:Q", "predicted:Q"])
    )
    line = alt.Chart(data(ends)).mark_line(strokeDash=[5, 4], color=SIMPLE).encode(x="x:Q", y="y:Q")
    low = sum(row["actual"] > row["predicted"] for row in rows)
    title = f"{low:,} of {len(rows):,} rows lie above their prediction"
    return figure(
        (line + points).properties(height=320),
        title=title,
        subtitle=f"Actual against predicted {target}, {len(rows):,} of {payload['rows']:,} rows; dashed: exact",
        table=rows,
    )


def histogram(payload: Mapping[str, Any], target: str) -> Figure:
    """Draw how large the errors are."""
    rows = [dict(row) | {"zero": 0} for row in payload["residuals"]["histogram"]]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85)
        .encode(
            x=alt.X("low:Q", title=f"predicted minus actual {target}"),
            x2="high:Q",
            y=alt.Y("count:Q", title="rows"),
            y2="zero",
            tooltip=["low:Q", "high:Q", "count:Q"],
        )
    )
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(x="zero:Q")
    most = max(rows, key=lambda row: row["count"])
    return figure(
        (bars + zero).properties(height=240),
        title=f"Most errors lie between {number(most['low'])} and {number(most['high'])}",
        subtitle=f"Errors of {payload['rows']:,} rows that were not fitted on",
        table=rows,
    )


def by_prediction(payload: Mapping[str, Any], target: str) -> Figure:
    """Draw the errors over the predicted value: a funnel or a slope shows where the model is off."""
    rows = [dict(row) | {"middle": (row["low"] + row["high"]) / 2} for row in payload["residuals"]["by_prediction"]]
    x = alt.X("middle:Q", title=f"predicted {target}", scale=alt.Scale(zero=False, padding=16))
    band = (
        alt.Chart(data(rows))
        .mark_rule(strokeWidth=6, opacity=0.35, color=BEST)
        .encode(x=x, y=alt.Y("p10:Q", title=f"predicted minus actual {target}"), y2="p90:Q")
    )
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=80, color=BEST, opacity=1)
        .encode(x=x, y="median_error:Q", tooltip=["low:Q", "high:Q", "median_error:Q", "p10:Q", "p90:Q", "count:Q"])
    )
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=ATTENTION).encode(y="zero:Q")
    widest = max(rows, key=lambda row: row["p90"] - row["p10"])
    return figure(
        (band + zero + points).properties(height=260),
        title=f"Errors spread most for predictions from {number(widest['low'])} to {number(widest['high'])}",
        subtitle="Median error and the middle 80 % of errors in tenths of the predictions",
        table=rows,
    )
