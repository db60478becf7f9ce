"""Pictures that belong to a practice question."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from engine.charts.figure import BEST, INK, Figure, data, figure

_HEIGHT = 260
_SERIES = (BEST, "#D97706", "#8B5CF6", "#64748B")


def picture(kind: str, x_title: str, y_title: str, values: Sequence[Sequence[str | float]]) -> Figure:
    """Draw the picture of a question.

    Parameters
    ----------
    kind : str
        ``bars`` (rows of label and value), ``line``, ``scatter`` (rows of x, y and, for several series, a name) or
        ``matrix`` (rows of numbers).
    x_title, y_title : str
        Titles of the axes.
    values : sequence of rows

    Returns
    -------
    Figure
        Its title names the axes and no message: reading the picture is the question.
    """
    rows = _rows(kind, values)
    base = alt.Chart(data(rows))
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False))
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(zero=False))
    chart: alt.Chart | alt.LayerChart
    if kind == "bars":
        chart = base.mark_bar(color=BEST).encode(
            x=alt.X("x:N", title=x_title, sort=None, axis=alt.Axis(labelAngle=0)), y=alt.Y("y:Q", title=y_title)
        )
    elif kind == "matrix":
        cells = base.encode(x=alt.X("x:O", title=x_title, axis=alt.Axis(labelAngle=0)), y=alt.Y("y:O", title=y_title))
        fill = alt.Color("value:Q", legend=None, scale=alt.Scale(range=["#7A869422", "#2F7FD166"]))
        chart = cells.mark_rect().encode(color=fill) + cells.mark_text(color=INK, fontSize=16).encode(text="value:Q")
    else:
        mark = base.mark_line(point=True) if kind == "line" else base.mark_point(filled=True, size=60)
        chart = mark.encode(x=x, y=y)
        if any("series" in row for row in rows):
            names = list(dict.fromkeys(str(row["series"]) for row in rows))
            scale = alt.Scale(domain=names, range=[_SERIES[place % len(_SERIES)] for place in range(len(names))])
            legend = alt.Legend(orient="bottom", title=None)
            chart = mark.encode(
                x=x,
                y=y,
                color=alt.Color("series:N", scale=scale, legend=legend),
                shape=alt.Shape("series:N", legend=legend) if kind == "scatter" else alt.Undefined,
                strokeDash=alt.StrokeDash("series:N", legend=legend) if kind == "line" else alt.Undefined,
            )
    title = f"{y_title} by {x_title}"
    said = "; ".join(", ".join(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row) for row in values)
    return figure(
        chart.properties(height=_HEIGHT),
        title=title,
        subtitle=f"{len(rows)} values",
        table=rows,
        alt_text=f"{title}: {said}",
    )


def _rows(kind: str, values: Sequence[Sequence[str | float]]) -> list[dict[str, str | float]]:
    if kind == "matrix":
        return [
            {"x": column, "y": place, "value": cell}
            for place, row in enumerate(values, 1)
            for column, cell in enumerate(row, 1)
        ]
    return [dict(zip(("x", "y", "series"), row, strict=False)) for row in values]
