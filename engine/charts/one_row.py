"""One prediction before and after some values are changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, SIMPLE, Figure, data, figure
from engine.domain.words import number

_BEFORE, _AFTER = "as it is", "as tried"


def before_after(tried: Mapping[str, Any], scale: str) -> Figure:
    """Draw two predictions of the same row, one below the other; a probability on its whole range.

    Between two classes the probability is marked at which the decision changes.
    """
    border = tried["border"]
    rows = [
        {"which": _BEFORE, "value": tried["prediction_before"]},
        {"which": _AFTER, "value": tried["prediction_after"]},
    ]
    ends = alt.Scale(domain=[0, 1]) if tried["label"] is not None else alt.Scale(zero=False, padding=40)
    y = alt.Y("which:N", sort=[_BEFORE, _AFTER], title=None)
    x = alt.X("value:Q", title=scale, scale=ends)
    domain = [_BEFORE, _AFTER]
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            y=y,
            x=x,
            color=alt.Color("which:N", legend=None, scale=alt.Scale(domain=domain, range=[SIMPLE, BEST])),
            shape=alt.Shape("which:N", legend=None, scale=alt.Scale(domain=domain, range=["square", "circle"])),
            tooltip=["which:N", alt.Tooltip("value:Q", format=".4g")],
        )
    )
    texts = (
        alt.Chart(data([one | {"label": number(one["value"])} for one in rows]))
        .mark_text(dy=-14, color=INK)
        .encode(y=y, x=x, text="label:N")
    )
    rule = alt.Chart(data([{"border": border}])).mark_rule(strokeDash=[5, 4], color=SIMPLE).encode(x="border:Q")
    changed = len(tried["changes"])
    return figure(
        (rule + points + texts if border is not None else points + texts).properties(height=110),
        title=f"From {number(tried['prediction_before'])} to {number(tried['prediction_after'])}",
        subtitle=f"Row {tried['row']} with {changed} value{'s' if changed > 1 else ''} changed"
        + ("; dashed: where the decision changes" if border is not None else ""),
        table=rows,
    )
