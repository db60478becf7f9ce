"""What gives another answer: the nearest real row that turned out otherwise, and the smallest change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.actions import whatif
from engine.domain.project import Project
from engine.domain.run import Run, RunStatus, Trial
from engine.domain.task import Task
from engine.domain.words import number
from pages.shared import messages, run_panel, state

if TYPE_CHECKING:
    from engine.runs.jobs.one_row import Room

_ANY = "any other"


def show(project: Project, here: Room, trial: Trial, row: int) -> None:
    """Draw the form that starts the search, and what the newest search for this row found."""
    runs = whatif.explained(state.settings(), project.slug, trial)
    watch(project, runs, row)
    fixed = whatif.fixed(state.settings(), project.slug)
    _form(project, here, row, fixed)
    found = next((one.result for one in runs if one.params.get("row") == row and one.result.get("flip")), None)
    if found is None:
        if any(not one.status.is_over for one in runs):
            return
        st.caption(
            "The search changes one, two and three columns at a time to values that real rows have, and keeps the "
            "smallest changes after which the model answers otherwise. It takes a few seconds."
        )
        return
    flip = found["flip"]
    if sorted(flip["fixed"]) != sorted(fixed):
        st.caption("The marks have changed since this search; search again to take them into account.")
    for sentence in flip["words"]:
        st.markdown(messages.plain(sentence))
    if flip["options"]:
        st.dataframe([_option(one) for one in flip["options"]], hide_index=True)
    _other(found.get("other"), here.problem.target)
    if flip["left_out"]:
        st.caption(f"Free text is left as it is: {messages.plain(', '.join(flip['left_out']))}.")
    st.caption(messages.plain(_limit()))


def watch(project: Project, runs: Sequence[Run], row: int) -> None:
    """Show a run that goes on, or the newest one for this row if it failed."""
    newest = next((one for one in runs if not one.status.is_over), None)
    mine = next((one for one in runs if one.params.get("row") == row), None)
    if newest is None and mine is not None and mine.status in (RunStatus.FAILED, RunStatus.LOST):
        newest = mine
    if newest is not None:
        run_panel.show(project, newest)


def _form(project: Project, here: Room, row: int, fixed: list[str]) -> None:
    problem = here.problem
    with st.form(f"flip-{row}", border=True):
        left, right = st.columns(2)
        held = left.multiselect("Columns that cannot change, such as age", list(problem.features), default=fixed)
        wanted: Any = None
        if problem.task is Task.REGRESSION:
            wanted = right.number_input(f"Move {messages.plain(problem.target)} past", value=None, step=1.0)
        elif problem.task is Task.MULTICLASS:
            chosen = right.selectbox("Class to reach", (_ANY, *problem.classes))
            wanted = None if chosen == _ANY else chosen
        asked = st.form_submit_button("Search for the smallest change", type="primary", icon=":material/swap_horiz:")
    if asked:
        with messages.guard():
            whatif.mark_fixed(state.settings(), project.slug, held)
            if problem.task is Task.REGRESSION and wanted is None:
                st.info("Say the value that the answer should move past.", icon=":material/edit:")
                return
            whatif.start(state.settings(), project.slug, row, wanted=wanted)
            st.rerun()


def _option(one: dict[str, Any]) -> dict[str, str]:
    decided = f"'{one['decision']}', " if one["decision"] is not None else ""
    return {
        "change": "; ".join(f"{part['column']}: {part['before']} → {part['after']}" for part in one["changes"]),
        "columns": str(len(one["changes"])),
        "the model then says": f"{decided}{number(one['prediction'])} for {one['what']}",
    }


def _other(other: dict[str, Any] | None, target: str) -> None:
    """Name the nearest row that turned out otherwise."""
    if other is None:
        st.markdown("No row of the training part turned out otherwise.")
        return
    outcome = other["outcome"]
    said = number(outcome) if isinstance(outcome, float) else f"'{outcome}'"
    names = other["differs"]
    differs = (
        f"It differs in {len(names)} column{'s' if len(names) != 1 else ''}: {', '.join(names[:6])}" if names else ""
    )
    more = ", and more" if len(names) > 6 else ""
    end = f"{differs}{more}." if differs else "It is alike in every column."
    st.markdown(
        messages.plain(f"The nearest row that turned out otherwise is row {other['row']} ({target}: {said}). {end}")
    )


def _limit() -> str:
    from engine.explain.whatif import NOT_CAUSAL

    return NOT_CAUSAL
