"""The card of a template: its question, level, time, and the button that starts it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.actions import projects as starting
from engine.domain.record import Guidance
from engine.domain.template import Template
from pages.shared import messages, state

_ICONS = {"binary": ":material/call_split:", "multiclass": ":material/category:", "regression": ":material/show_chart:"}


def template(one: Template, *, guidance: Guidance = Guidance.GUIDED, proves: Sequence[str] = ()) -> None:
    """Draw one template and start its project at a click, with some degree of help.

    ``proves`` names the skills that it exercises; the gallery says them, the first page does not.
    """
    with st.container(border=True, height="stretch"):
        st.markdown(f"#### {_ICONS[str(one.task)]} {one.question}")
        with st.container(horizontal=True, gap="xsmall"):
            st.badge(one.level, color="blue")
            st.badge(one.domain, color="gray")
            st.badge(f"{one.minutes} minutes", icon=":material/schedule:", color="gray")
        st.caption(f"{one.title} · {one.source}")
        if proves:
            st.caption(f":material/verified: Exercises {', '.join(proves[:3])}" + (" and more" if proves[3:] else ""))
        if st.button("Start this project", key=f"start-{one.slug}", type="primary", icon=":material/play_arrow:"):
            with messages.guard(), st.spinner("Reading and checking the data …"):
                slug = starting.create_from_template(state.settings(), one.slug, guidance=guidance)
                state.go("train", slug)
