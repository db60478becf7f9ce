"""The diversity meter: one row for each dimension, one mark for each project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

from engine.charts.figure import ATTENTION, BEST, DUMMY, HOLDOUT, INK, SIMPLE, Figure, data, figure

_COLOURS = (BEST, ATTENTION, HOLDOUT, SIMPLE, DUMMY)
_SHAPES = ("circle", "diamond", "square", "triangle-up", "cross")
_ROW_HEIGHT = 50
_MOST_NAMED = 3


def diversity(counts: Mapping[str, Mapping[str, int]], names: Mapping[str, str], projects: int) -> Figure:
    """Draw each project as a mark in each dimension: the same shape and colour in a row is the same value.

    Parameters
    ----------
    counts : mapping
        Dimension to value to count of projects.
    names : mapping
        Dimension to how it is called, in the order in which they are drawn.
    projects : int
    """
    rows = [row for dimension, title in names.items() for row in _marks(title, counts[dimension])]
    said = [{"dimension": title, "said": _said(counts[dimension])} for dimension, title in names.items()]
    order = list(names.values())
    y = alt.Y("dimension:N", title=None, sort=order, axis=alt.Axis(domain=False, ticks=False, labelLimit=150))
    kinds = [str(kind) for kind in range(len(_COLOURS))]
    marks = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=190, opacity=1)
        .encode(
            x=alt.X("place:Q", axis=None, scale=alt.Scale(domain=[-0.5, max(projects, 12)])),
            y=y,
            color=alt.Color("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=list(_COLOURS))),
            shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=list(_SHAPES))),
            tooltip=["dimension:N", "value:N"],
        )
    )
    text = (
        alt.Chart(data([{**one, "place": -0.35} for one in said]))
        .mark_text(align="left", fontSize=11, color=INK, dy=17)
        .encode(x="place:Q", y=y, text="said:N")
    )
    varied = sum(len(values) > 1 for values in counts.values())
    return figure(
        (marks + text).properties(height=_ROW_HEIGHT * len(order)),
        title=f"{projects} project{'s' if projects != 1 else ''}, varied in {varied} of {len(order)} respects",
        subtitle="One mark for each project in each row; the same shape and colour means the same value",
        table=[
            {"dimension": names[dimension], "value": value, "projects": count}
            for dimension, values in counts.items()
            for value, count in values.items()
        ],
        alt_text="; ".join(f"{one['dimension']}: {one['said']}" for one in said),
    )


def _marks(title: str, values: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Place one mark for each project, those with the same value beside each other."""
    spread = [(kind, value) for kind, (value, count) in enumerate(values.items()) for _ in range(count)]
    for place, (kind, value) in enumerate(spread):
        yield {"dimension": title, "place": place, "kind": str(min(kind, len(_SHAPES) - 1)), "value": value}


def _said(values: Mapping[str, int]) -> str:
    named = [f"{value} ({count})" for value, count in list(values.items())[:_MOST_NAMED]]
    more = len(values) - _MOST_NAMED
    return ", ".join([*named, f"{more} more"] if more > 0 else named) or "not known yet"
