"""How the prediction goes along a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, SIMPLE, Figure, Row, data, figure

PICTURES: Mapping[str, str] = {
    "partial": "Partial dependence",
    "local": "Accumulated local effects",
    "shap": "SHAP contributions",
}
"""The pictures of a column by their short names."""

_HEIGHT = 280


def partial(one: Mapping[str, Any], curve: Mapping[str, Any], found: Mapping[str, Any], what: str) -> Figure:
    """Draw partial dependence with the lines of single rows.

    Parameters
    ----------
    one, curve, found : mapping
        A column of :func:`engine.explain.effects.effects`, one of its curves, and the whole.
    what : str
        The explained number.
    """
    drawn = curve["partial"]
    rows = _rows(one["x"], drawn)
    for row, mean, count in zip(rows, drawn["mean"], one["counts"], strict=True):
        row |= {"mean prediction": mean, "rows near": count}
    single = [
        {"x": x, "y": y, "row": number}
        for number, line in enumerate(drawn["lines"])
        for x, y in zip(one["x"], line, strict=True)
    ]
    x = _x(one, one["x"])
    lines = (
        alt.Chart(data(single))
        .mark_line(color=SIMPLE, opacity=0.35, strokeWidth=1)
        .encode(x=x, y=alt.Y("y:Q"), detail="row:N")
    )
    table = [*rows, *_missing(curve)]
    return figure(
        _layers(one, rows, x, lines, what),
        title=f"{one['column']}: what the model predicts with all else as it is",
        subtitle=(
            f"Change of the {what} against its average; {found['rows']:,} rows, band: 95 % interval, thin: "
            f"{len(drawn['lines'])} single rows{_shaded(one)}"
        ),
        table=table,
    )


def local(one: Mapping[str, Any], curve: Mapping[str, Any], found: Mapping[str, Any], what: str) -> Figure | None:
    """Draw accumulated local effects; nothing where there are none."""
    drawn = curve["local"]
    if drawn is None:
        return None
    rows = _rows(drawn["x"], drawn)
    order = "; levels in the order of their likeness" if one["kind"] == "category" else ""
    return figure(
        _layers(one, rows, _x(one, drawn["x"]), None, what),
        title=f"{one['column']}: what small steps along it add up to",
        subtitle=(
            f"Change of the {what} against its average; {found['local_rows']:,} rows, band: 95 % interval"
            f"{order}{_shaded(one)}"
        ),
        table=rows,
    )


def _rows(x: list[float | str], drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"x": at, "effect": effect, "low": low, "high": high}
        for at, effect, low, high in zip(x, drawn["effect"], drawn["low"], drawn["high"], strict=True)
    ]


def _missing(curve: Mapping[str, Any]) -> list[Row]:
    return [] if curve["missing"] is None else [{"x": "empty", "mean prediction": curve["missing"]}]


def _x(one: Mapping[str, Any], order: list[float | str]) -> alt.X:
    if one["kind"] == "numeric":
        return alt.X("x:Q", title=one["column"], scale=alt.Scale(zero=False, nice=False, padding=6))
    # Every level is named; of many dates some are enough.
    axis = alt.Axis(labelLimit=110, labelAngle=-50, labelOverlap=one["kind"] == "date")
    return alt.X("x:N", title=one["column"], sort=[str(one) for one in order], axis=axis)


def _shaded(one: Mapping[str, Any]) -> str:
    return "; shaded: hardly any rows" if one["few"] else ""


def _layers(
    one: Mapping[str, Any], rows: list[dict[str, Any]], x: alt.X, lines: alt.Chart | None, what: str
) -> alt.LayerChart:
    y = alt.Y("effect:Q", title=f"change of the {what}"[:48])
    numeric = one["kind"] == "numeric"
    tooltip = [
        "x:Q" if numeric else "x:N",
        *(alt.Tooltip(f"{name}:Q", format=".4g") for name in ("effect", "low", "high")),
    ]
    base = alt.Chart(data(rows))
    parts: list[alt.Chart] = []
    if one["few"]:
        spans = alt.Chart(data(one["few"])).mark_rect(color=ATTENTION, opacity=0.14)
        parts.append(spans.encode(x=alt.X("from:Q"), x2="to:Q"))
    parts.append(alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(y="zero:Q"))
    if lines is not None:
        parts.append(lines)
    if numeric:
        parts.append(base.mark_area(color=BEST, opacity=0.25).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"))
    else:
        parts.append(base.mark_rule(color=BEST, strokeWidth=3, opacity=0.5).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"))
    if one["kind"] != "category":
        parts.append(base.mark_line(color=BEST, strokeWidth=2.5).encode(x=x, y=y))
    size = 60 if one["kind"] == "category" else 24
    parts.append(base.mark_point(filled=True, color=BEST, opacity=1, size=size).encode(x=x, y=y, tooltip=tooltip))
    return alt.LayerChart(layer=parts).properties(height=_HEIGHT)
