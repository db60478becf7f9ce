"""Explain: what drives the model in words, the shape of it, and one row."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import work
from engine.charts import explanation as figures
from engine.domain.project import Project
from engine.domain.run import RunKind, RunStatus
from engine.store import runs
from engine.store.db import connect
from pages.shared import charts, frame, messages, run_panel, standing, state


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
    words, picture = st.columns([2, 3])
    with words:
        for sentence in payload["words"]:
            st.markdown(messages.plain(sentence))
        st.caption(f"{payload['method']}")
    with picture:
        charts.show(figures.importance(payload), name="importance")
    shape, row = st.tabs(["Shape of a column", "One row"])
    with shape:
        names = [one["column"] for one in payload["shape"]]
        chosen = st.selectbox("Column", names)
        charts.show(figures.shape(payload["shape"][names.index(chosen)], payload["scale"]), name="shape")
    with row:
        _row(project, payload)


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


def _row(project: Project, payload: dict[str, Any]) -> None:
    """Explain one of the stored rows, or one that the person asks for."""
    asked = _asked(project)
    rows = {f"{one['why_chosen']} (row {one['row']})": one for one in payload["rows"]}
    rows = {f"row {one['row']}, which you asked for": one for one in asked} | rows
    chosen = st.selectbox("Row", list(rows))
    one = rows[chosen]
    charts.show(figures.waterfall(one, payload["scale"]), name="waterfall")
    for sentence in one["words"]:
        st.markdown(messages.plain(sentence))
    with st.form("row", border=True):
        number = st.number_input(
            "Another row of the training part (its number in the file)", min_value=0, step=1, value=None
        )
        if st.form_submit_button("Explain this row", icon=":material/search:") and number is not None:
            with messages.guard():
                work.explain(state.settings(), project.slug, row=int(number))
                st.rerun()


def _asked(project: Project) -> list[dict[str, Any]]:
    """Fetch the newest rows that the person asked for; a run that goes on is shown meanwhile."""
    trial = work.winner(state.settings(), project.slug)
    with connect(state.settings()) as db:
        found = [
            one
            for one in runs.all_of(db, project.slug, limit=30)
            if one.kind is RunKind.EXPLAIN and one.params.get("trial") == trial.id
        ]
    if found and (not found[0].status.is_over or found[0].status is RunStatus.FAILED):
        run_panel.show(project, found[0])
    return [one.result["row"] for one in found if one.result.get("row")][:5]


page()
