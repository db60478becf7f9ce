"""Bring data in: how a file is read, what its columns are, which split suits it; then a project starts."""

from __future__ import annotations

import streamlit as st

from engine.actions import intake as bringing
from engine.domain.intake import Intake
from engine.domain.run import Run, RunKind, RunStatus
from engine.runs.watch import reap
from engine.store import intakes, projects, runs
from engine.store.db import connect
from pages.shared import messages, reading_form, reason, start_form, state


def page() -> None:
    """Draw the page."""
    st.title("Bring data in")
    number = state.intake()
    if number is None:
        messages.empty(
            "No file is chosen", "Bring a file, or fetch a table from a catalogue.", "Bring your own data", "gallery"
        )
        return
    with connect(state.settings()) as db:
        intake = intakes.get(db, number)
        run = runs.get(db, intake.run_id) if intake.run_id else None
    if run is not None and not run.status.is_over:
        _live(run.id)
        return
    if run is not None and run.kind is RunKind.START and run.status is RunStatus.DONE:
        _started(run)
    elif run is not None and run.status in (RunStatus.FAILED, RunStatus.LOST):
        st.error(f"**{messages.plain(run.error)}**  \n{messages.plain(run.hint)}", icon=":material/error:")
    _looked_at(intake)


@st.fragment(run_every=1.0)
@messages.guard()
def _live(run_id: int) -> None:
    """Draw a look that goes on, and the page anew when it is over."""
    reap(state.settings())
    with connect(state.settings()) as db:
        run = runs.get(db, run_id)
    if run.status.is_over:
        st.rerun(scope="app")
    with st.container(border=True):
        st.progress(run.progress, text=messages.plain(run.phase or "Waiting for its turn"))
        if st.button("Stop", icon=":material/stop:", disabled=run.cancel_requested):
            bringing.stop(state.settings(), run_id)


def _started(run: Run) -> None:
    slug = str(run.result["slug"])
    st.success("The project is ready: its hold-out is sealed, and what is left was looked at.", icon=":material/lock:")
    with connect(state.settings()) as db:
        reason.ask(projects.get(db, slug), "target", "split", "metric")
    left, right = st.columns(2)
    if left.button("See what is wrong with the data", type="primary", icon=":material/fact_check:", width="stretch"):
        state.go("data", slug)
    if right.button("Go to the search", icon=":material/model_training:", width="stretch"):
        state.go("train", slug)


def _looked_at(intake: Intake) -> None:
    """Show how the file was read, what it holds, and what a project needs to know."""
    st.markdown(f"#### {messages.plain(intake.name)}")
    if intake.reading is None or not intake.found:
        if intake.sha256 and st.button("Look at it again", icon=":material/refresh:"):
            with messages.guard():
                bringing.look_again(state.settings(), intake.id)
                st.rerun()
        return
    found = intake.found
    st.markdown(f"**{found['rows']:,} rows, {found['columns']:,} columns.** Nothing but its form was looked at so far.")
    for note in intake.reading.notes:
        st.markdown(f":material/info: {messages.plain(note)}")
    first, second, third = st.tabs(["Start a project", "How it is read", "Columns"])
    with first:
        start_form.show(intake)
    with second:
        reading_form.show(intake)
    with third:
        _columns(intake)


def _columns(intake: Intake) -> None:
    st.dataframe(
        [
            {
                "column": one["name"],
                "kind": one["kind"],
                "empty": one["missing"],
                "distinct": one["unique"],
                "examples": ", ".join(one["examples"]),
            }
            for one in intake.found["schema"]
        ],
        hide_index=True,
    )


page()
