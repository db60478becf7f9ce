"""What the diagnosis of a model shows, one part at a time, and the run that makes it."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from engine.actions import diagnosis
from engine.domain.project import Project
from engine.domain.run import RunKind, RunStatus
from engine.store import reviews, runs
from engine.store.db import connect
from pages.shared import fairness_view, fit_check, messages, run_panel, slices_view, state, submission_form, worst_rows

_PARTS = ("Over- and underfit", "Where it fails", "Groups of people", "Rows to review")


def show(project: Project, trial_id: int) -> None:
    """Draw the diagnosis of a trial, or the button that starts it, and below it the predictions made elsewhere."""
    st.subheader("Where it fails, and whether more could be had")
    with connect(state.settings()) as db:
        payload = reviews.diagnosis(db, trial_id)
        newest = runs.latest(db, project.slug, RunKind.DIAGNOSE)
    ended_badly = newest is not None and newest.status in (RunStatus.FAILED, RunStatus.LOST)
    if newest is not None and (not newest.status.is_over or ended_badly):
        run_panel.show(project, newest)
    running = newest is not None and not newest.status.is_over
    if payload is None and not running:
        st.markdown(
            "The model is fitted again on parts of the rows, and every part of the data is searched for rows on which "
            "it does worse. This takes a minute or two."
        )
    if not running:
        label = "Diagnose the model" if payload is None else "Diagnose it again"
        kind: Literal["primary", "tertiary"] = "primary" if payload is None else "tertiary"
        if st.button(label, type=kind, icon=":material/troubleshoot:", key="diagnose"):
            with messages.guard():
                diagnosis.start(state.settings(), project.slug)
                st.rerun()
    if payload is not None:
        part = st.segmented_control("Part", _PARTS, default=_PARTS[0], label_visibility="collapsed", key="diagnosis")
        if part == _PARTS[0]:
            fit_check.show(project, payload)
        elif part == _PARTS[1]:
            slices_view.show(payload)
        elif part == _PARTS[2]:
            fairness_view.show(project, payload)
        elif part == _PARTS[3]:
            worst_rows.show(project, payload)
    with st.expander("Predictions made elsewhere"):
        submission_form.show(project)
