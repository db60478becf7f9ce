"""Path: the skills, coloured by level, each with the facts that prove it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import streamlit as st

from engine.actions import publishing
from engine.domain.skill import LEVELS
from pages.shared import messages, state

_MARKS = {"verified": "●", "imported": "◐", "self_reported": "○"}
_COLOURS = ("gray", "gray", "blue", "violet", "green")


def page() -> None:
    """Draw the page."""
    st.title("Path")
    found = publishing.skills(state.settings())
    proved = [one for one in found if one["level"] >= 2]
    if proved:
        st.markdown(
            f"**{len(proved)} of {len(found)} skills** are proved by recorded facts. "
            "A level is computed, never ticked by hand."
        )
    else:
        st.markdown(
            "No skill is proved yet. A level is computed from what you did, never ticked by hand: start a project."
        )
    st.caption("● verified: recomputable from stored facts · ◐ imported · ○ self-reported")
    for group, members in groupby(sorted(found, key=lambda one: one["group_name"]), key=lambda one: one["group_name"]):
        st.subheader(group)
        for one in members:
            _skill(one)


def _skill(one: dict[str, Any]) -> None:
    level = one["level"]
    mark = _MARKS[one["trust"]] if level else ""
    with st.expander(f"{one['name']} :{_COLOURS[level]}-badge[{LEVELS[level]}] {mark}"):
        for proof in one["evidence"]:
            st.markdown(
                f"**{LEVELS[proof['level']]}**: {messages.plain(proof['fact'])} {messages.plain(proof['value'])} "
                f"({messages.plain(proof['ref'])}, {proof['at'][:10]})"
            )
        for number, todo in one["todo"].items():
            if int(number) > level:
                st.caption(f"For {LEVELS[int(number)].lower()}: {todo}")


page()
