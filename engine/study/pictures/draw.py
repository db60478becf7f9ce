"""The few kinds of plots that the lessons need, in the colours of all charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from engine.charts.figure import ATTENTION, BEST, FAULT, HOLDOUT, INK, SIMPLE, Chart, data

HEIGHT = 280
_SERIES = (BEST, ATTENTION, SIMPLE, HOLDOUT, FAULT)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4])
_MARKS = ("circle", "triangle-up", "square", "diamond", "cross")
_BELOW = alt.Legend(orient="bottom", title=None, labelLimit=260, columns=2)

Row = Mapping[str, Any]
Ends = Sequence[float] | None


def _series(names: Sequence[str]) -> dict[str, alt.Scale]:
    n = len(names)
    return {
        "colour": alt.Scale(domain=list(names), range=list(_SERIES[:n])),
        "dash": alt.Scale(domain=list(names), range=[list(one) for one in _DASHES[:n]]),
        "mark": alt.Scale(domain=list(names), range=list(_MARKS[:n])),
    }


def _axis(title: str, ends: Ends, zero: bool) -> dict[str, Any]:
    scale = alt.Scale(domain=list(ends), clamp=True) if ends else alt.Scale(zero=zero)
    return {"title": title, "scale": scale, "axis": alt.Axis(tickCount=7, labelOverlap=True)}


def over(*charts: Chart) -> alt.LayerChart:
    """Lay plots over each other, the first at the bottom."""
    layered: alt.LayerChart = alt.LayerChart(layer=list(charts)).properties(height=HEIGHT)
    return layered


def lines(rows: Sequence[Row], x: str, y: str, *, by: str = "", x_ends: Ends = None, y_ends: Ends = None) -> Chart:
    """Draw lines of ``y`` over ``x``, one for each value of ``by``; the keys are the titles of the axes."""
    names = list(dict.fromkeys(str(row[by]) for row in rows)) if by else []
    scales = _series(names)
    drawn: alt.Chart = (
        alt.Chart(data([{**row, "order": place} for place, row in enumerate(rows)]))
        .mark_line(strokeWidth=2.5, clip=y_ends is not None)
        .encode(
            x=alt.X(_field(x), **_axis(x, x_ends, False)),
            y=alt.Y(_field(y), **_axis(y, y_ends, False)),
            order="order:Q",
            color=alt.Color(_field(by, "N"), scale=scales["colour"], legend=_BELOW) if by else alt.value(BEST),
            strokeDash=alt.StrokeDash(_field(by, "N"), scale=scales["dash"], legend=_BELOW)
            if by
            else alt.value([1, 0]),
            tooltip=[_field(x), _field(y), *([_field(by, "N")] if by else [])],
        )
    )
    return drawn.properties(height=HEIGHT)


def dots(
    rows: Sequence[Row],
    x: str,
    y: str,
    *,
    by: str = "",
    size: int = 45,
    faint: bool = False,
    x_ends: Ends = None,
    y_ends: Ends = None,
) -> Chart:
    """Draw one dot a row, in colour and shape by the value of ``by``."""
    names = list(dict.fromkeys(str(row[by]) for row in rows)) if by else []
    scales = _series(names)
    drawn: alt.Chart = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=size, opacity=0.45 if faint else 0.85, clip=y_ends is not None)
        .encode(
            x=alt.X(_field(x), **_axis(x, x_ends, False)),
            y=alt.Y(_field(y), **_axis(y, y_ends, False)),
            color=alt.Color(_field(by, "N"), scale=scales["colour"], legend=_BELOW)
            if by
            else alt.value(SIMPLE if faint else BEST),
            shape=alt.Shape(_field(by, "N"), scale=scales["mark"], legend=_BELOW) if by else alt.value("circle"),
            tooltip=[_field(x), _field(y), *([_field(by, "N")] if by else [])],
        )
    )
    return drawn.properties(height=HEIGHT)


def bars(
    rows: Sequence[Row],
    name: str,
    value: str,
    *,
    by: str = "",
    marked: Sequence[str] = (),
    interval: bool = False,
    ends: Ends = None,
    form: str = ",.3~r",
) -> Chart:
    """Draw horizontal bars in the order of the rows, each with its number; ``marked`` ones in the colour of attention.

    With ``interval`` each row has ``low`` and ``high``. With ``by`` there is one bar for each of its values.
    """
    order = list(dict.fromkeys(str(row[name]) for row in rows))
    kinds = list(dict.fromkeys(str(row[by]) for row in rows)) if by else []
    offset: Any = alt.YOffset(_field(by, "N"), sort=kinds) if by else alt.Undefined
    base = alt.Chart(data(rows)).encode(
        y=alt.Y(_field(name, "N"), sort=order, title=None, axis=alt.Axis(labelLimit=190)),
        yOffset=offset,
    )
    colour = _bar_colour(by, kinds, name, order, marked)
    scale = _axis(value, ends, True)["scale"]
    axis = alt.Axis(tickCount=6, labelOverlap=True, format=".0%" if form.endswith("%") else ",~f")
    long = base.mark_bar(cornerRadiusEnd=3, opacity=0.9, clip=True).encode(
        x=alt.X(_field(value), title=value, scale=scale, stack=None, axis=axis),
        color=colour,
        tooltip=[_field(name, "N"), _field(value)],
    )
    places = [{**row, "at": row["high"] if interval else max(row[value], 0)} for row in rows]
    texts = (
        alt.Chart(data(places))
        .mark_text(align="left", dx=5, fontSize=12, color=INK)
        .encode(
            y=alt.Y(_field(name, "N"), sort=order, title=None),
            x=alt.X("at:Q", title=value),
            text=alt.Text(_field(value), format=form),
            yOffset=offset,
        )
    )
    whiskers = base.mark_rule(strokeWidth=1.6, color=INK).encode(x="low:Q", x2="high:Q") if interval else None
    layers = (long, whiskers, texts) if whiskers is not None else (long, texts)
    return over(*layers).properties(height=max(90, (26 if by else 38) * len(rows) + 20))


def _bar_colour(by: str, kinds: Sequence[str], name: str, order: Sequence[str], marked: Sequence[str]) -> alt.Color:
    if by:
        return alt.Color(_field(by, "N"), scale=_series(kinds)["colour"], legend=_BELOW)
    # A condition on a list of names that may hold quotes: the colours stand in a scale instead.
    tones = [ATTENTION if one in marked else BEST for one in order]
    return alt.Color(_field(name, "N"), scale=alt.Scale(domain=list(order), range=tones), legend=None)


def histogram(values: np.ndarray, name: str, *, bins: int = 40, ends: Ends = None) -> Chart:
    """Draw how often values fall into each of equally wide steps."""
    counts, edges = np.histogram(values, bins=bins, range=(ends[0], ends[1]) if ends else None)
    rows = [
        {"from": float(a), "to": float(b), "rows": int(n)}
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    drawn: alt.Chart = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85)
        .encode(
            x=alt.X("from:Q", title=name, scale=alt.Scale(zero=False)),
            x2="to:Q",
            y=alt.Y("rows:Q", title="number"),
            y2=alt.datum(0),
            tooltip=["from:Q", "to:Q", "rows:Q"],
        )
    )
    return drawn.properties(height=HEIGHT)


def upright(marks: Mapping[str, float], name: str, *, faults: Sequence[str] = ()) -> Chart:
    """Draw upright lines with their names: at the top, one below the other."""
    rows = [{"name": key, "at": value, "y": 14 + 16 * place} for place, (key, value) in enumerate(marks.items())]
    domain, tones = list(marks), [FAULT if one in faults else ATTENTION for one in marks]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("at:Q", title=name), color=alt.Color("name:N", scale=alt.Scale(domain=domain, range=tones), legend=None)
    )
    text = base.mark_text(align="left", dx=5, fontSize=12, fontWeight="bold").encode(
        y=alt.Y("y:Q", scale=None, title=None), text="name:N"
    )
    return over(base.mark_rule(strokeWidth=2), text)


def level(value: float, y: str) -> Chart:
    """Draw one dashed level line."""
    drawn: alt.Chart = (
        alt.Chart(data([{"level": value}]))
        .mark_rule(strokeDash=[5, 4], color=SIMPLE, strokeWidth=1.5)
        .encode(y=alt.Y("level:Q", title=y))
    )
    return drawn.properties(height=HEIGHT)


def grid(cells: np.ndarray) -> Chart:
    """Draw a small matrix of shape (rows, columns) as tones, dark for high."""
    rows = [
        {"column": j + 1, "row": i + 1, "tone": round(float(cells[i, j]), 2)}
        for i in range(cells.shape[0])
        for j in range(cells.shape[1])
    ]
    drawn: alt.Chart = (
        alt.Chart(data(rows))
        .mark_rect()
        .encode(
            x=alt.X("column:O", axis=alt.Axis(labelAngle=0)),
            y="row:O",
            color=alt.Color("tone:Q", scale=alt.Scale(range=["#EEF3F9", "#0B3A6F"]), legend=None),
            tooltip=["row:O", "column:O", "tone:Q"],
        )
    )
    return drawn.properties(height=HEIGHT)


def _field(name: str, kind: str = "Q") -> str:
    # Names here hold no dot, bracket or colon, which Vega-Lite and Altair read as something else.
    return f"{name}:{kind}"


def strip(rows: Sequence[Row], x: str, name: str) -> Chart:
    """Draw one short stroke a row, on one band for each value of ``name``."""
    drawn: alt.Chart = (
        alt.Chart(data(rows))
        .mark_tick(thickness=1.5, opacity=0.6, color=BEST, bandSize=34)
        .encode(
            x=alt.X(_field(x), title=x, scale=alt.Scale(zero=False)),
            y=alt.Y(_field(name, "N"), title=None),
            tooltip=[_field(name, "N"), _field(x)],
        )
    )
    return drawn.properties(height=60 * len({row[name] for row in rows}))


def whole(name: str) -> alt.X:
    """Return an axis of whole numbers such as years, without a separator."""
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=12, labelOverlap=True)
    return alt.X(_field(name), title=name, axis=axis, scale=alt.Scale(zero=False))


def ranges(rows: Sequence[Row], name: str, value: str, *, form: str) -> Chart:
    """Draw a dot with its interval for each row; unlike a bar it needs no nought on its axis."""
    base = alt.Chart(data(rows)).encode(
        y=alt.Y(_field(name, "N"), sort=[str(row[name]) for row in rows], title=None, axis=alt.Axis(labelLimit=190))
    )
    scale, axis = alt.Scale(zero=False), alt.Axis(tickCount=6, format=form)
    whiskers = base.mark_rule(strokeWidth=2, color=SIMPLE).encode(x=alt.X("low:Q", title=value), x2="high:Q")
    marks = base.mark_point(filled=True, size=110, color=BEST, opacity=1).encode(
        x=alt.X(_field(value), title=value, scale=scale, axis=axis), tooltip=[_field(name, "N"), _field(value)]
    )
    return over(whiskers, marks).properties(height=38 * len(rows) + 20)


def whole_years(name: str) -> alt.X:
    """Return an axis of years, without a thousands separator."""
    return alt.X(_field(name), title=name, axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(zero=False))
