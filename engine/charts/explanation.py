"""Explanation: what the model uses, the shape of it, one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, INK, SIMPLE, Figure, data, figure
from engine.domain.metric import find_metric
from engine.domain.words import number, share

_MOST = 12


def importance(payload: Mapping[str, Any]) -> Figure:
    """Draw how much each column moves the prediction, with intervals."""
    rows = [dict(row) for row in payload["importance"][:_MOST]]
    order = [row["column"] for row in rows]
    y = alt.Y("column:N", sort=order, title=None, axis=alt.Axis(labelLimit=200))
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85, cornerRadiusEnd=3, height={"band": 0.65})
        .encode(
            y=y,
            x=alt.X("value:Q", title="mean size of the contribution"),
            tooltip=[
                "column:N",
                alt.Tooltip("value:Q", format=".4g"),
                alt.Tooltip("low:Q", format=".4g"),
                alt.Tooltip("high:Q", format=".4g"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    lines = alt.Chart(data(rows)).mark_rule(strokeWidth=2, color=SIMPLE).encode(y=y, x="low:Q", x2="high:Q")
    more = len(payload["importance"]) - len(rows)
    rest = f"; {more} more columns in the table" if more > 0 else ""
    first = payload["importance"][0]
    return figure(
        (bars + lines).properties(height=26 * len(rows)),
        title=f"The model uses {first['column']} most: {share(first['share'])} of all contributions",
        subtitle=(
            f"Mean absolute SHAP value ({payload['scale']}) with 95 % interval, {payload['sample_rows']:,} rows{rest}"
        ),
        table=payload["importance"],
    )


def held_out(payload: Mapping[str, Any]) -> Figure | None:
    """Draw how much worse the score is without each column; nothing where it has not been measured."""
    found = payload.get("held_out")
    if not found:
        return None
    joined = [
        {"column": " + ".join(one["columns"]), "what": "group", **{key: one[key] for key in ("value", "low", "high")}}
        for one in found["groups"]
    ]
    table = [dict(one, what="column") for one in found["columns"]] + joined
    rows = [dict(one) for one in sorted(table, key=lambda one: -one["value"])[:_MOST]]
    y = alt.Y("column:N", sort=[row["column"] for row in rows], title=None, axis=alt.Axis(labelLimit=150))
    title = find_metric(found["metric"]).title
    x = alt.X("value:Q", title=f"loss of {title}")
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=70, opacity=1, color=BEST)
        .encode(
            y=y,
            x=x,
            shape=alt.Shape(
                "what:N",
                title=None,
                scale=alt.Scale(domain=["column", "group"], range=["circle", "diamond"]),
                legend=alt.Legend(orient="bottom") if joined else None,
            ),
            tooltip=["column:N", *(alt.Tooltip(f"{name}:Q", format=".4g") for name in ("value", "low", "high"))],
        )
    )
    lines = alt.Chart(data(rows)).mark_rule(strokeWidth=2, color=BEST, opacity=0.5).encode(y=y, x="low:Q", x2="high:Q")
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(x="zero:Q")
    count = found["shown"] + found["not_shown"]
    return figure(
        (zero + lines + points).properties(height=26 * len(rows)),
        title=f"{found['shown']} of {count} columns are needed beyond chance on rows the model has not seen",
        subtitle=f"Permutation importance with 95 % interval, {found['rows']:,} held-out rows; dashed: no loss",
        table=table,
    )


def shape(one: Mapping[str, Any], scale: str) -> Figure:
    """Draw how the contribution of one column goes with its value."""
    rows = [dict(point) for point in one["points"]]
    numeric = one["kind"] == "numeric"
    x = (
        alt.X("x:Q", title=one["column"], scale=alt.Scale(zero=False, padding=14))
        if numeric
        else alt.X(
            "x:N", title=one["column"], sort=[row["x"] for row in rows], axis=alt.Axis(labelLimit=120, labelAngle=-30)
        )
    )
    y = alt.Y("low:Q", title="contribution")
    band = alt.Chart(data(rows)).mark_rule(strokeWidth=3, opacity=0.4, color=BEST).encode(x=x, y=y, y2="high:Q")
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=70, color=BEST, opacity=1)
        .encode(x=x, y="y:Q", tooltip=["x:Q" if numeric else "x:N", alt.Tooltip("y:Q", format=".4g"), "count:Q"])
    )
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(y="zero:Q")
    layers = zero + band + points
    if numeric:
        layers = zero + band + alt.Chart(data(rows)).mark_line(color=BEST, opacity=0.6).encode(x=x, y="y:Q") + points
    top = max(rows, key=lambda row: row["y"])
    where = number(top["x"]) if isinstance(top["x"], int | float) else str(top["x"])
    return figure(
        layers.properties(height=220),
        title=f"{one['column']}: contribution is highest around {where}",
        subtitle=f"Mean contribution to the {scale} with 95 % interval; zero is the average row",
        table=rows,
    )


def waterfall(row: Mapping[str, Any], scale: str) -> Figure:
    """Draw how one prediction is put together, from the average to the prediction."""
    parts = sorted(row["contributions"], key=lambda part: -abs(part["value"]))
    shown, rest = parts[:_MOST], parts[_MOST:]
    steps = [{"name": f"{part['column']} = {part['cell']}", "value": part["value"]} for part in shown]
    if rest:
        steps.append({"name": f"{len(rest)} other columns", "value": sum(part["value"] for part in rest)})
    at = row["base"]
    rows = []
    for step in steps:
        rows.append(
            step | {"from": at, "to": at + step["value"], "direction": "raises" if step["value"] >= 0 else "lowers"}
        )
        at += step["value"]
    order = [one["name"] for one in rows]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(height={"band": 0.65}, cornerRadius=2)
        .encode(
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=230)),
            x=alt.X("from:Q", title=scale, scale=alt.Scale(zero=False, padding=16)),
            x2="to:Q",
            color=alt.Color(
                "direction:N",
                title=None,
                legend=alt.Legend(orient="bottom"),
                scale=alt.Scale(domain=["raises", "lowers"], range=[BEST, ATTENTION]),
            ),
            tooltip=["name:N", alt.Tooltip("value:Q", format="+.4g"), "direction:N"],
        )
    )
    texts = (
        alt.Chart(data([one | {"label": f"{one['value']:+.3g}", "edge": max(one["from"], one["to"])} for one in rows]))
        .mark_text(align="left", dx=4, fontSize=10, color=INK)
        .encode(y=alt.Y("name:N", sort=order, title=None), x="edge:Q", text="label:N")
    )
    base = alt.Chart(data([{"base": row["base"]}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(x="base:Q")
    what = f" of {row['label']}" if row.get("label") else ""
    return figure(
        (base + bars + texts).properties(height=28 * len(rows)),
        title=f"From the average {number(row['base'])} to the prediction{what}: {number(row['prediction'])}",
        subtitle="Contribution of each column to this one prediction; dashed: the average",
        table=row["contributions"],
    )
