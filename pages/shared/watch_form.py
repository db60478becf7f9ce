"""Bringing new rows, and replaying a project's own rows over time."""

from __future__ import annotations

import io

import streamlit as st

from engine.actions import watch as watching
from engine.domain.project import Project
from pages.shared import messages, state


def bring(project: Project) -> None:
    """Ask for a file of new rows."""
    with st.form("watch-file", border=True, clear_on_submit=True):
        given = st.file_uploader(
            f"New rows (any kind of table; a column {project.problem.target!r} holds the labels where they are known)"
        )
        later = st.file_uploader("Labels that came later, in a file of their own (optional)")
        if not st.form_submit_button("Look at the new rows", type="primary", icon=":material/monitoring:"):
            return
    if given is None:
        st.info("Choose a file first.", icon=":material/info:")
        return
    with messages.guard():
        labels = io.BytesIO(later.getvalue()) if later is not None else None
        watching.look(state.settings(), project.slug, io.BytesIO(given.getvalue()), given.name, labels=labels)
        st.rerun()


def replay(project: Project) -> None:
    """Offer the replay of the project's own rows."""
    settings = state.settings()
    champion, _ = watching.standing(settings, project.slug)
    st.markdown(
        "A model is fitted on the earlier half of the project's own rows and meets the later ones batch by batch, as "
        "it would in use. Where nothing tells the time, a growing shift can be planted in a column."
    )
    ordering = [name for name in watching.ordering_columns(settings, champion) if name != project.problem.target]
    ways = ["Follow a column's order", "Plant a shift"] if ordering else ["Plant a shift"]
    planted = st.radio("What happens", ways, horizontal=True, key="replay-way") == "Plant a shift"
    choices = list(project.problem.features) if planted else ordering
    column = st.selectbox("Column", choices, key=f"replay-column-{planted}")
    if st.button("Replay", icon=":material/replay:", key="replay"):
        with messages.guard():
            watching.simulate(settings, project.slug, column=column or "", planted=planted)
            st.rerun()
