"""Skills: the map of what recorded facts prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import INK, Figure, data, figure
from engine.domain.skill import LEVELS

_COLOURS = ("#A3ADBA", "#86A9CE", "#2F7FD1", "#7C5CE0", "#1E9E64")
_MARKS = {"verified": "circle", "imported": "diamond", "self_reported": "square"}
_ROW_HEIGHT = 46


def skill_map(skills: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw each skill as a mark in the row of its group, coloured by level, shaped by trust."""
    seen: dict[str, int] = {}
    rows = []
    for skill in sorted(skills, key=lambda one: (one["group_name"], -one["level"])):
        seen[skill["group_name"]] = place = seen.get(skill["group_name"], -1) + 1
        rows.append(
            {
                "group": skill["group_name"],
                "place": place,
                "skill": skill["name"],
                "level": LEVELS[skill["level"]],
                "trust": skill["trust"],
                "first": skill["name"].split()[0],
            }
        )
    proved = sum(skill["level"] >= 2 for skill in skills)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("place:O", axis=None),
        y=alt.Y("group:N", title=None, axis=alt.Axis(labelLimit=230, domain=False, ticks=False)),
    )
    marks = base.mark_point(filled=True, size=420, opacity=1).encode(
        color=alt.Color(
            "level:N", title=None, legend=alt.Legend(orient="bottom"), scale=alt.Scale(domain=LEVELS, range=_COLOURS)
        ),
        shape=alt.Shape("trust:N", legend=None, scale=alt.Scale(domain=list(_MARKS), range=list(_MARKS.values()))),
        tooltip=["skill:N", "level:N", "trust:N"],
    )
    names = base.mark_text(dy=20, fontSize=10, color=INK).encode(text="first:N")
    return figure(
        (marks + names).properties(height=_ROW_HEIGHT * len(seen)),
        title=f"{proved} of {len(skills)} skills are proved by recorded facts",
        subtitle="Each mark is a skill; its colour is the level that stored facts prove, its shape the trust",
        table=[{key: row[key] for key in ("group", "skill", "level", "trust")} for row in rows],
    )
