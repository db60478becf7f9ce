"""Explain: what drives the model in words, the shape of it, and one row."""

from __future__ import annotations

import streamlit as st

from engine.actions import work
from engine.domain.project import Project
from engine.store import runs
from engine.store.db import connect
from pages.shared import explained, frame, messages, one_row, run_panel, shapes_view, standing, state


def page() -> None:
    """Draw the page."""
    project = frame.build_page("explain", "Explain")
    if project is None:
        return
    found = standing.of(project)
    if found is None:
        return
    if found.explanation is None:
        _missing(project)
        return
    payload = found.explanation
    explained.show(project, payload)
    shape, pairs, readable, row = st.tabs(
        ["Shape of a column", "Pairs of columns", "A model you can read", "One row"],
        key="explain-part",
        on_change="rerun",
        bind="query-params",
    )
    for tab, draw in ((shape, shapes_view.shape), (pairs, shapes_view.pairs), (readable, shapes_view.readable)):
        if tab.open:
            with tab:
                draw(project, payload)
    if row.open:
        with row:
            one_row.show(project, payload)


def _missing(project: Project) -> None:
    """Show the run that computes it, or offer to start one."""
    with connect(state.settings()) as db:
        newest = next(iter(runs.all_of(db, project.slug, limit=1)), None)
    if newest is not None and not newest.status.is_over:
        run_panel.show(project, newest)
        return
    st.markdown("The explanation of this model has not been computed yet.")
    if st.button("Compute the explanation", type="primary", icon=":material/lightbulb:"):
        with messages.guard():
            work.explain(state.settings(), project.slug)
            st.rerun()


page()
