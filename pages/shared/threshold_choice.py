"""The threshold that the person settles on: the costs propose one, and the reason is asked for in its place."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import record
from engine.charts import decision
from engine.domain.project import Project
from engine.domain.words import share
from pages.shared import messages, reason, state


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw what was settled, and a place to settle it; nothing where there are not exactly two classes."""
    found = payload.get("decision")
    given = None if not found or found["reason"] else decision.chosen_of(found)["threshold"]
    if not found or given is None:
        return
    settled = [one for one in record.decisions(state.settings(), project.slug) if one.step == "threshold"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if settled:
            st.markdown(f":material/check: {messages.plain(settled[-1].choice)}.", width="content")
        with st.popover(
            "Settle the threshold" if not settled else "Settle another threshold",
            icon=":material/tune:",
            type="tertiary",
        ):
            _ask(project, str(found["labels"][1]), min(float(given), 1.0))
    reason.ask(project, "threshold")


def _ask(project: Project, label: str, given: float) -> None:
    with st.form("threshold", border=False):
        percent = st.number_input(
            f"Say “{messages.plain(label)}” from this probability on (%)",
            min_value=0.0,
            max_value=100.0,
            value=round(100 * given, 1),
            step=1.0,
            format="%g",
        )
        st.caption(f"Your costs ask for {share(given)}.")
        if st.form_submit_button("Settle it", icon=":material/check:"):
            with messages.guard():
                chosen = f"Say “{label}” from {share(percent / 100)} on (the costs ask for {share(given)})"
                record.choose(state.settings(), project.slug, "threshold", chosen)
                st.rerun()
