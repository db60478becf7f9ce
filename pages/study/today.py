"""Today: one next step, why, how long it takes; the week; below, the projects."""

from __future__ import annotations

import streamlit as st

from engine.actions import projects as starting
from engine.actions import study
from engine.domain.metric import find_metric
from engine.domain.project import Project, ProjectStatus
from engine.domain.words import with_interval
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import cards, messages, state, week

_STATES = {
    ProjectStatus.OPEN: ":blue-badge[in work]",
    ProjectStatus.MET: ":green-badge[met]",
    ProjectStatus.NOT_MET: ":gray-badge[not met]",
    ProjectStatus.STOPPED: ":gray-badge[stopped]",
}
_MOST = 12


def page() -> None:
    """Draw the page."""
    with connect(state.settings()) as db:
        found = projects.all_of(db)
    if not found:
        _first()
        return
    _next()
    st.subheader("Your projects")
    for start in range(0, min(len(found), _MOST), 3):
        for column, one in zip(st.columns(3), found[start : start + 3], strict=False):
            with column:
                _card(one)
    if len(found) > _MOST:
        st.caption(f"The newest {_MOST} of {len(found)} projects; all are in the switcher on the left.")


def _first() -> None:
    """Draw the two doors of an empty home."""
    st.title("Build a project that a stranger can check")
    st.markdown(
        "Start with a question, let the search do the labour, and publish a page whose every number can be recomputed."
    )
    st.subheader("Start with a real question")
    for column, one in zip(st.columns(3), starting.templates().values(), strict=False):
        with column:
            cards.template(one)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("**Bring your own data**: a CSV or Parquet file, up to 500 MB. It stays on this machine.")
        if st.button("Choose a file", icon=":material/upload_file:"):
            state.go("gallery")


def _next() -> None:
    """Draw the one next step, at most two others, and the week."""
    found = study.today(state.settings())
    step = found["next"]
    st.title(messages.plain(step["sentence"]))
    st.markdown(f"{messages.plain(step['why'])} About {step['minutes']} minutes.")
    if st.button(step["button"], type="primary", icon=":material/arrow_forward:"):
        state.go(step["page"], step["project"])
    if found["alternatives"]:
        st.caption("Or:")
    with st.container(gap=None):
        for other in found["alternatives"]:
            st.page_link(
                state.FILES[other["page"]],
                label=messages.plain(other["sentence"]),
                icon=":material/subdirectory_arrow_right:",
                query_params=state.place(other["project"]) or None,
                help=f"{messages.plain(other['why'])} About {other['minutes']} minutes.",
            )
    week.show(found["week"])
    if not found["role"]:
        st.page_link(
            state.FILES["path"],
            label="Choose a role to aim at",
            icon=":material/flag:",
            query_params={"view": "role"},
        )


def _card(project: Project) -> None:
    with connect(state.settings()) as db:
        run = runs.latest_result(db, project.slug)
        states = study.stations(db, project)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{messages.plain(project.title)}**")
        done = sum(one == "done" for one in states.values())
        steps = f" :gray-badge[{done} of {len(states)} steps]" if project.status is ProjectStatus.OPEN else ""
        st.markdown(f"{_STATES[project.status]}{steps}")
        if run:
            best = run.result["best"]
            metric = find_metric(run.result["metric"]).title
            st.caption(f"{metric} {with_interval(best['score'], best['low'], best['high'])}")
        else:
            st.caption("No run yet")
        st.page_link(
            state.FILES["train"], label="Open", icon=":material/folder_open:", query_params=state.place(project.slug)
        )


page()
