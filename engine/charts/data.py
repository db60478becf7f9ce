"""Data: one column alone, and one column against the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import BEST, SIMPLE, Figure, data, figure
from engine.domain.words import number, share

_ROW_HEIGHT = 22
_MOST_TITLE = 60


def column(picture: Mapping[str, Any], *, shown_on: int, of: int) -> Figure | None:
    """Draw the distribution of a column; nothing for free text and identifiers."""
    on = f"{shown_on:,} rows" if shown_on == of else f"shown on {shown_on:,} of {of:,} rows"
    if picture["histogram"]:
        return _histogram(picture, on)
    if picture["levels"]:
        return _levels(picture, on)
    return None


def _histogram(picture: Mapping[str, Any], on: str) -> Figure:
    edges, counts = picture["histogram"]["edges"], picture["histogram"]["counts"]
    rows = [{"low": a, "high": b, "rows": n, "zero": 0} for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    kind = "T" if isinstance(edges[0], str) else "Q"
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85, binSpacing=1)
        .encode(
            x=alt.X(f"low:{kind}", title=picture["name"], scale=alt.Scale(zero=False)),
            x2="high",
            y=alt.Y("rows:Q", title="rows"),
            y2="zero",
            tooltip=[f"low:{kind}", f"high:{kind}", "rows:Q"],
        )
    )
    most = max(rows, key=lambda row: row["rows"])
    return figure(
        bars.properties(height=190),
        title=f"{picture['name']}: most rows between {_edge(most['low'])} and {_edge(most['high'])}",
        subtitle=f"Distribution, {on}; {share(picture['missing_share'])} empty",
        table=rows,
    )


def _edge(value: float | str) -> str:
    return value[:10] if isinstance(value, str) else number(value)


def _levels(picture: Mapping[str, Any], on: str) -> Figure:
    rows = [{"value": _short(level["value"]), "rows": level["count"]} for level in picture["levels"]]
    if picture["other"]:
        rows.append({"value": "(other)", "rows": picture["other"]})
    total = sum(row["rows"] for row in rows)
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85, cornerRadiusEnd=3, height={"band": 0.7})
        .encode(
            y=alt.Y("value:N", sort=[row["value"] for row in rows], title=None, axis=alt.Axis(labelLimit=180)),
            x=alt.X("rows:Q", title="rows"),
            tooltip=["value:N", "rows:Q"],
        )
    )
    return figure(
        bars.properties(height=_ROW_HEIGHT * len(rows) + 20),
        title=f"{picture['name']}: {rows[0]['value']} in {share(rows[0]['rows'] / max(total, 1))} of the rows",
        subtitle=f"Most frequent values, {on}; {share(picture['missing_share'])} empty",
        table=rows,
    )


def against(one: Mapping[str, Any], *, target: str, positive: str, unit: str = "") -> Figure:
    """Draw what the target is like over the values of one feature."""
    if one["measure"] == "shares":
        return _shares(one, target)
    key = "rate" if one["measure"] == "rate" else "median"
    what = f"share of {target} = {positive}" if key == "rate" else f"median {target}{f' ({unit})' if unit else ''}"
    rows = [{"value": _short(g["label"]), "target": g[key], "rows": g["count"], "zero": 0} for g in one["groups"]]
    y = alt.Y("value:N", sort=[row["value"] for row in rows], title=one["column"], axis=alt.Axis(labelLimit=160))
    x = alt.X("target:Q", title=what, axis=alt.Axis(format="%") if key == "rate" else alt.Axis())
    chart = (
        alt.Chart(data(rows))
        .mark_point(filled=True, color=BEST, opacity=1)
        .encode(
            y=y,
            x=x,
            size=alt.Size("rows:Q", title="rows", scale=alt.Scale(range=[30, 320]), legend=None),
            tooltip=["value:N", alt.Tooltip("target:Q", format=".3g"), "rows:Q"],
        )
    )
    line = (
        alt.Chart(data(rows))
        .mark_rule(color=SIMPLE, opacity=0.5)
        .encode(y=y, x=alt.X("zero:Q", title=what), x2="target:Q")
    )
    high = max(rows, key=lambda row: row["target"])
    low = min(rows, key=lambda row: row["target"])
    write = share if key == "rate" else number
    return figure(
        ((line + chart) if key == "rate" else chart).properties(height=_ROW_HEIGHT * len(rows) + 20),
        title=f"{one['column']}: {write(low['target'])} at {low['value']}, {write(high['target'])} at {high['value']}",
        subtitle=f"{what[0].upper()}{what[1:]} by {one['column']}; the size of a point is its count of rows",
        table=rows,
    )


def _shares(one: Mapping[str, Any], target: str) -> Figure:
    rows = [
        {"value": _short(group["label"]), "class": label, "share": value, "rows": group["count"]}
        for group in one["groups"]
        for label, value in group["shares"].items()
    ]
    order = [_short(group["label"]) for group in one["groups"]]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(opacity=0.9)
        .encode(
            y=alt.Y("value:N", sort=order, title=one["column"], axis=alt.Axis(labelLimit=160)),
            x=alt.X("share:Q", stack="normalize", title=f"share of each {target}", axis=alt.Axis(format="%")),
            color=alt.Color("class:N", title=target, legend=alt.Legend(orient="bottom")),
            tooltip=["value:N", "class:N", alt.Tooltip("share:Q", format=".1%"), "rows:Q"],
        )
    )
    purest = max(rows, key=lambda row: row["share"])
    return figure(
        bars.properties(height=_ROW_HEIGHT * len(order) + 20),
        title=f"{one['column']} {purest['value']}: {share(purest['share'])} are {purest['class']}",
        subtitle=f"Share of each {target} by {one['column']}",
        table=rows,
    )


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TITLE else f"{text[: _MOST_TITLE - 1]}…"
