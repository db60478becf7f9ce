"""The openings of a hold-out, and every candidate that was scored at them."""

from __future__ import annotations

import streamlit as st

from engine.domain.project import Project
from engine.domain.run import Opening
from engine.domain.words import number, with_interval
from pages.shared import candidates_view


def show(project: Project, openings: list[Opening]) -> None:
    """Draw what was made elsewhere beside ours, and every opening with what was expected of it."""
    candidates_view.show(project, name="holdout", heading="Ours and those made elsewhere")
    if len(openings) > 1:
        st.markdown("##### Every opening")
        st.dataframe([_opening(place, one) for place, one in enumerate(openings, start=1)], hide_index=True)


def _opening(place: int, one: Opening) -> dict[str, str]:
    value = one.result["metrics"][0] if one.result else None
    return {
        "opening": str(place),
        "on": f"{one.opened_at:%d %B %Y}",
        "expected": number(one.expected),
        "came": with_interval(value["value"], value["low"], value["high"]) if value else "not yet",
        "made elsewhere": ", ".join(other["name"] for other in one.result.get("submissions", ())),
    }
