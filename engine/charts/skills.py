"""Skills: the map of what recorded facts prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import INK, Chart, Figure, data, figure
from engine.domain.skill import LEVELS

_COLOURS = ("#A3ADBA", "#86A9CE", "#2F7FD1", "#7C5CE0", "#1E9E64")
_LEVELS = tuple(f"{number} {name}" if number else name for number, name in enumerate(LEVELS))
_HALF = "M0,-0.5A0.5,0.5,0,0,0,0,0.5Z"
_WHOLE = "circle"
_ROW_HEIGHT, _SIZE = 62, 460
_FILLED = "datum.trust == 'verified' || datum.number == 1"
_DIGIT: Mapping[str, Any] = {"fontSize": 12, "fontWeight": "bold", "baseline": "middle"}
_FEWEST_PLACES = 6
_WIDE = "width > 620"
"""Below this many pixels names would run into each other: the list beneath has them."""


def skill_map(skills: Sequence[Mapping[str, Any]], *, groups: Sequence[str] = ()) -> Figure:
    """Draw each skill as a disc in the row of its group: its level as number and colour, its trust as the filling.

    Parameters
    ----------
    skills : sequence of mapping
        With ``name short group_name level trust``.
    groups : sequence of str
        Names of the groups in the order in which they are drawn; else the order in which they come.
    """
    order = list(dict.fromkeys([*groups, *(one["group_name"] for one in skills)]))
    order = [name for name in order if any(one["group_name"] == name for one in skills)]
    places = dict.fromkeys(order, -1)
    rows = []
    for one in skills:
        group = one["group_name"]
        places[group] += 1
        rows.append(
            {
                "group": group,
                "place": places[group],
                "skill": one["name"],
                "short": one["short"],
                "level": _LEVELS[one["level"]],
                "number": one["level"] or "",
                "trust": str(one["trust"]).replace("_", "-") if one["level"] >= 2 else "",
            }
        )
    widest = max(places.values(), default=0) + 1
    proved = sum(one["level"] >= 2 for one in skills)
    return figure(
        _drawn(rows, order, widest).properties(height=_ROW_HEIGHT * max(1, len(order))),
        title=f"{proved} of {len(skills)} skills are proved by recorded facts",
        subtitle="Each disc is a skill. Its number and colour are the level; full: verified, half: imported, "
        "empty: self-reported or not started",
        table=[{key: row[key] for key in ("group", "skill", "level", "trust")} for row in rows],
    )


def _drawn(rows: Sequence[Mapping[str, Any]], order: Sequence[str], widest: int) -> Chart:
    base = alt.Chart(data(rows)).encode(
        x=alt.X("place:O", axis=None, scale=alt.Scale(domain=list(range(max(widest, _FEWEST_PLACES))))),
        y=alt.Y("group:N", sort=list(order), title=None, axis=None),
    )
    colour = alt.Color(
        "level:N",
        title=None,
        legend=alt.Legend(orient="bottom", symbolType="circle", columns=alt.ExprRef(f"{_WIDE} ? 5 : 2")),
        scale=alt.Scale(domain=list(_LEVELS), range=list(_COLOURS)),
    )
    told = ["skill:N", "level:N", "trust:N"]
    rings = base.mark_point(filled=False, size=_SIZE, strokeWidth=2, opacity=1).encode(color=colour, tooltip=told)
    whole = base.transform_filter(_FILLED)
    discs = whole.mark_point(filled=True, shape=_WHOLE, size=_SIZE, opacity=1).encode(color=colour, tooltip=told)
    half = base.transform_filter("datum.trust == 'imported'")
    halves = half.mark_point(filled=True, shape=_HALF, size=_SIZE, opacity=1).encode(color=colour, tooltip=told)
    numbers = (
        base.transform_filter("datum.trust != 'imported'")
        .mark_text(**_DIGIT)
        .encode(
            text="number:N",
            color=alt.condition(_FILLED, alt.value("#FFFFFF"), alt.value(INK)),
            tooltip=told,
        )
    )
    # Beside the filled half, where it can be read.
    beside = half.mark_text(dx=5, color=INK, **_DIGIT).encode(text="number:N", tooltip=told)
    names = base.mark_text(dy=20, fontSize=11, color=INK, opacity=alt.ExprRef(f"{_WIDE} ? 1 : 0")).encode(
        text="short:N"
    )
    heads = (
        base.transform_filter("datum.place == 0")
        .mark_text(align="left", dy=-22, fontSize=11, fontWeight="bold", color=INK, x=0)
        .encode(text="group:N", x=alt.value(0))
    )
    layers: Chart = rings + discs + halves + numbers + beside + names + heads
    return layers
