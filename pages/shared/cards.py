"""The cards of templates: each with its question, level, time, and the button that starts it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from engine.actions import projects as starting
from engine.domain.template import Template
from pages.shared import messages, state

_ICONS = {"binary": ":material/call_split:", "multiclass": ":material/category:", "regression": ":material/show_chart:"}
_IN_A_ROW = 3


def templates(found: Sequence[Template]) -> None:
    """Draw templates, given from the easiest on, as cards; the shortest of the easiest leads."""
    levels = list(dict.fromkeys(one.level for one in found))
    ordered = sorted(found, key=lambda one: (levels.index(one.level), one.minutes))
    for start in range(0, len(ordered), _IN_A_ROW):
        for place, column in enumerate(st.columns(_IN_A_ROW), start):
            if place < len(ordered):
                with column:
                    _template(ordered[place], leads=place == 0)


def _template(one: Template, *, leads: bool) -> None:
    """Draw one template and start its project at a click."""
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container():
            st.markdown(f"#### {_ICONS[str(one.task)]} {one.question}")
            with st.container(horizontal=True, gap="xsmall"):
                st.badge(one.level, color="blue")
                st.badge(one.domain, color="gray")
                st.badge(f"{one.minutes} minutes", icon=":material/schedule:", color="gray")
            st.caption(f"{one.title}. Source: {one.source}")
        kind: Literal["primary", "secondary"] = "primary" if leads else "secondary"
        if st.button("Start this project", key=f"start-{one.slug}", type=kind, icon=":material/play_arrow:"):
            with messages.guard(), st.spinner("Reading and checking the data …"):
                slug = starting.create_from_template(state.settings(), one.slug)
                state.go("train", slug)
