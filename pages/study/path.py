"""Path: the skill map, coloured by level; beneath it each skill with the facts that prove it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import streamlit as st

from engine.actions import publishing
from engine.charts.skills import skill_map
from engine.domain.skill import LEVELS
from pages.shared import charts, messages, state

_MARKS = {"verified": "●", "imported": "◐", "self_reported": "○"}
_COLOURS = ("gray", "gray", "blue", "violet", "green")


def page() -> None:
    """Draw the page."""
    st.title("Path")
    found = publishing.skills(state.settings())
    st.markdown("A level is computed from what you did, never ticked by hand.")
    charts.show(skill_map(found), name="skills")
    st.caption("● verified: recomputable from stored facts · ◐ imported · ○ self-reported")
    ordered = sorted(found, key=lambda one: one["group_name"])
    groups = [(name, list(members)) for name, members in groupby(ordered, key=lambda one: one["group_name"])]
    for start in range(0, len(groups), 2):
        for column, (name, members) in zip(st.columns(2), groups[start : start + 2], strict=False):
            with column:
                st.markdown(f"##### {name}")
                for one in members:
                    _skill(one)


def _skill(one: dict[str, Any]) -> None:
    """Show one skill: its level, what proves it, what the next level asks for."""
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
