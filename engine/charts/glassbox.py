"""A small tree, drawn from its first question on the left to its answers on the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, SIMPLE, Figure, data, figure

_ROW = 46


def tree(found: Mapping[str, Any]) -> Figure:
    """Draw the tree of :func:`engine.explain.glassbox.glassbox`."""
    nodes, edges = found["nodes"], _edges(found["nodes"])
    leaves = sum(one["leaf"] for one in nodes)
    deepest = max(one["depth"] for one in nodes)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, deepest + 0.9], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.6, leaves - 0.4], reverse=True, nice=False))
    marks = [_mark(one) for one in nodes]
    lines = (
        alt.Chart(data(edges))
        .mark_line(color=SIMPLE, strokeWidth=1.2)
        .encode(x=x, y=y, detail="edge:N", order="step:Q")
    )
    base = alt.Chart(data(marks))
    points = base.mark_point(filled=True, opacity=1, size=90).encode(
        x=x,
        y=y,
        color=alt.Color("what:N", legend=None, scale=alt.Scale(domain=["answer", "question"], range=[BEST, SIMPLE])),
        tooltip=["condition:N", "says:N", "rows:Q"],
    )
    above = base.mark_text(align="right", dx=-8, dy=-8, fontSize=11, color=INK, limit=150).encode(
        x=x, y=y, text="condition:N"
    )
    answers = (
        alt.Chart(data([one for one in marks if one["what"] == "answer"]))
        .mark_text(align="left", dx=9, fontSize=12, fontWeight="bold", color=BEST)
        .encode(x=x, y=y, text="says:N")
    )
    return figure(
        (lines + points + above + answers).properties(height=_ROW * leaves),
        title=f"A model of {leaves} rules",
        subtitle=f"Predicted {found['what']} at the end of each branch; fitted on {found['rows']:,} rows",
        table=found["rules"],
        alt_text="A tree. " + " ".join(f"If {one['rule']}: {one['answer']}." for one in found["rules"]),
    )


def _edges(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the corners of each branch: along the parent's depth first, then over to the child."""
    edges: list[dict[str, Any]] = []
    for number, node in enumerate(nodes):
        if node["parent"] is not None:
            parent = nodes[node["parent"]]
            corner = [(parent["depth"], parent["row"]), (parent["depth"], node["row"]), (node["depth"], node["row"])]
            edges += [{"edge": number, "step": step, "x": x, "y": y} for step, (x, y) in enumerate(corner)]
    return edges


def _mark(node: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "x": node["depth"],
        "y": node["row"],
        "condition": node["condition"] if node["parent"] is not None else "",
        "says": node["answer"],
        "rows": node["rows"],
        "what": "answer" if node["leaf"] else "question",
    }
