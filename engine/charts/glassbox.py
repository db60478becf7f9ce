"""A small tree, drawn as a list from its first question down to its answers, each step further in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, SIMPLE, Figure, data, figure

_ROW = 34
_WIDTH = 16
"""Steps across the picture; a tree of three questions in a row takes the first three, the rest is for words."""


def tree(found: Mapping[str, Any]) -> Figure:
    """Draw the tree of :func:`engine.explain.glassbox.glassbox`."""
    nodes = found["nodes"]
    leaves = sum(one["leaf"] for one in nodes)
    marks = [_mark(place, one) for place, one in enumerate(nodes)]
    x = alt.X("x:Q", axis=None, title="step", scale=alt.Scale(domain=[-0.3, _WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, title="order", scale=alt.Scale(domain=[len(nodes) - 0.4, -0.6], nice=False))
    lines = (
        alt.Chart(data(_edges(nodes)))
        .mark_line(color=SIMPLE, strokeWidth=1.2)
        .encode(x=x, y=y, detail="edge:N", order="step:Q")
    )
    base = alt.Chart(data(marks))
    colour = alt.Color("what:N", legend=None, scale=alt.Scale(domain=["answer", "question"], range=[BEST, SIMPLE]))
    tooltip = ["condition:N", "says:N", "rows:Q"]
    points = base.mark_point(filled=True, opacity=1, size=80).encode(x=x, y=y, color=colour, tooltip=tooltip)
    asked = base.mark_text(align="left", baseline="middle", dx=9, fontSize=12, color=INK, limit=240)
    # Beneath its condition, not beside it: so that long words have room on a phone as well.
    answers = alt.Chart(data([one for one in marks if one["what"] == "answer"])).mark_text(
        align="left", baseline="middle", dx=9, dy=15, fontSize=12, fontWeight="bold", color=BEST, limit=240
    )
    return figure(
        (
            lines
            + points
            + asked.encode(x=x, y=y, text="condition:N", tooltip=tooltip)
            + answers.encode(x=x, y=y, text="says:N", tooltip=tooltip)
        ).properties(height=_ROW * len(nodes)),
        title=f"A model of {leaves} {'rule' if leaves == 1 else 'rules'}",
        subtitle=f"Predicted {found['what']} at the end of each branch; fitted on {found['fitted_rows']:,} rows",
        table=found["rules"],
        alt_text="A tree. " + " ".join(f"If {one['rule']}: {one['answer']}." for one in found["rules"]),
    )


def _edges(nodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List the corners of each branch: down from the question, then over to what follows."""
    return [
        {"edge": place, "step": step, "x": x, "y": y}
        for place, node in enumerate(nodes)
        if node["parent"] is not None
        for step, (x, y) in enumerate(
            [(node["depth"] - 1, node["parent"]), (node["depth"] - 1, place), (node["depth"], place)]
        )
    ]


def _mark(place: int, node: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "x": node["depth"],
        "y": place,
        "condition": node["condition"],
        "says": node["answer"],
        "rows": node["rows"],
        "what": "answer" if node["leaf"] else "question",
    }
