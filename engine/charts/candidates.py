"""Ours and what was made elsewhere, on the rows of the hold-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, DUMMY, HOLDOUT, SIMPLE, Figure, data, figure
from engine.charts.scores import direction
from engine.domain.metric import Metric
from engine.domain.words import with_interval

_ROW_HEIGHT = 34
_KINDS = {
    "best": ("our model", BEST, "circle"),
    "simple": ("our simple model", SIMPLE, "square"),
    "dummy": ("dummy", DUMMY, "triangle-up"),
    "elsewhere": ("made elsewhere", HOLDOUT, "diamond"),
}


def board(rows: Sequence[Mapping[str, Any]], metric: Metric, words: str, sealed: int) -> Figure:
    """Draw all candidates of an opening with their intervals, best first.

    Parameters
    ----------
    rows : sequence of mapping
        ``rank name kind language value low high``, at least one.
    metric : Metric
    words : str
        The sentence that says what the picture shows.
    sealed : int
        Count of the sealed rows.
    """
    drawn = [
        {
            "model": f"{row['rank']}. {row['name']}" + (f" ({row['language']})" if row["language"] else ""),
            "whose": _KINDS[row["kind"]][0],
            "value": row["value"],
            "low": row["value"] if row["low"] is None else row["low"],
            "high": row["value"] if row["high"] is None else row["high"],
        }
        for row in rows
    ]
    used = [one for kind, one in _KINDS.items() if any(row["kind"] == kind for row in rows)]
    names = [one[0] for one in used]
    models = [row["model"] for row in drawn]
    y = alt.Y("model:N", sort=models, scale=alt.Scale(domain=models), title=None, axis=alt.Axis(labelLimit=240))
    legend = alt.Legend(orient="top", title=None)
    base = alt.Chart(data(drawn)).encode(
        y=y, color=alt.Color("whose:N", scale=alt.Scale(domain=names, range=[one[1] for one in used]), legend=legend)
    )
    place: dict[str, Any] = {
        "title": f"{metric.title} ({direction(metric)})",
        "scale": alt.Scale(zero=False, nice=False, padding=24),
        "axis": alt.Axis(tickCount=6),
    }
    bars = base.mark_rule(strokeWidth=4, opacity=0.55).encode(x=alt.X("low:Q", **place), x2="high:Q")
    points = base.mark_point(size=100, filled=True, opacity=1).encode(
        x=alt.X("value:Q", **place),
        shape=alt.Shape("whose:N", scale=alt.Scale(domain=names, range=[one[2] for one in used]), legend=legend),
        tooltip=["model:N", *(alt.Tooltip(f"{one}:Q", format=".4f") for one in ("value", "low", "high"))],
    )
    return figure(
        alt.LayerChart(layer=[bars, points]).properties(height=_ROW_HEIGHT * len(drawn)),
        title=words,
        subtitle=f"{metric.title} with 95 % interval on {sealed:,} sealed rows, all on the same resamples",
        table=drawn,
        alt_text=f"{words} "
        + "; ".join(f"{row['model']} {with_interval(row['value'], row['low'], row['high'])}" for row in drawn),
    )
