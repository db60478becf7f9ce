"""One skill with what proves it, and the marks of trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.domain.skill import LEVELS
from pages.shared import messages, state

MARKS = {"verified": "●", "imported": "◐", "self_reported": "○"}
TOLD = {"verified": "verified", "imported": "imported", "self_reported": "self-reported"}
LEGEND = (
    "● verified: recomputable from stored facts · ◐ imported: read from a file you brought, its hash is stored · "
    "○ self-reported: your word, with a link"
)
_COLOURS = ("gray", "gray", "blue", "violet", "green")


def show(one: Mapping[str, Any], *, wanted: int = 0) -> None:
    """Show one skill: its level and trust, what proves it, what the next level asks for."""
    level = one["level"]
    mark = f" {MARKS[one['trust']]}" if level >= 2 else ""
    aim = f" → {LEVELS[wanted].lower()}" if wanted > level else ""
    with st.expander(f"{messages.plain(one['name'])} :{_COLOURS[level]}-badge[{LEVELS[level]}]{mark}{aim}"):
        for proof in one["evidence"]:
            _proof(proof)
        if not one["evidence"]:
            st.caption("No recorded fact proves anything of it yet.")
        for number, day in one["earlier"].items():
            st.caption(f"{LEVELS[number]} was reached on {day}; what is recorded now no longer proves it.")
        for number, todo in one["todo"].items():
            if number > level:
                st.markdown(f"**For “{LEVELS[number].lower()}”** {todo}")
        for number, why in one["closed"].items():
            st.caption(f"“{LEVELS[number]}” cannot be proved here: {why}")
        if "lesson" in state.FILES:
            st.page_link(
                state.FILES["lesson"], label="Lesson", icon=":material/menu_book:", query_params={"skill": one["id"]}
            )


def _proof(proof: Mapping[str, Any]) -> None:
    """Show a fact with its value and date, and the way to where it was recorded."""
    with st.container(gap="xsmall"):
        st.markdown(
            f"{MARKS[proof['trust']]} **{LEVELS[proof['level']]}**: {messages.plain(proof['value'])}  \n"
            f":gray[{messages.plain(proof['fact'])}, {TOLD[proof['trust']]}, {proof['at'][:10]}]"
        )
        slug, _, number = proof["ref"].partition("/")
        if slug not in ("brought", "practice"):
            run = f", run {number}" if number else ""
            st.page_link(
                state.FILES["train"],
                label=f"{messages.plain(slug)}{run}",
                icon=":material/folder_open:",
                query_params=state.place(slug),
            )
        if proof["link"]:
            st.caption(messages.plain(proof["link"]))
