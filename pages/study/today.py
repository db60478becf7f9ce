"""Today: one next step, why, how long it takes; below, the projects."""

from __future__ import annotations

import streamlit as st

from engine.actions import projects as starting
from engine.actions import study
from engine.domain.project import Project
from engine.domain.words import with_interval
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import cards, messages, state


def page() -> None:
    """Draw the page."""
    with connect(state.settings()) as db:
        found = projects.all_of(db)
    if not found:
        _first()
        return
    _next()
    st.subheader("Your projects")
    for start in range(0, min(len(found), 12), 3):
        for column, one in zip(st.columns(3), found[start : start + 3], strict=False):
            with column:
                _card(one)
    if len(found) > 12:
        st.caption(f"The newest 12 of {len(found)} projects; all are in the switcher on the left.")


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
    """Draw the one next step, and at most two others."""
    found = study.today(state.settings())
    step = found["next"]
    st.title(messages.plain(step["sentence"]))
    st.markdown(f"{step['why']} About {step['minutes']} minutes.")
    if st.button(step["button"], type="primary", icon=":material/arrow_forward:"):
        state.go(step["page"], step["project"])
    if found["alternatives"]:
        st.caption("Or:")
        for other in found["alternatives"]:
            st.page_link(
                state.FILES[other["page"]],
                label=messages.plain(other["sentence"]),
                icon=":material/subdirectory_arrow_right:",
                query_params=state.place(other["project"]),
            )


def _card(project: Project) -> None:
    with connect(state.settings()) as db:
        run = runs.latest_result(db, project.slug)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{messages.plain(project.title)}**")
        if run:
            best = run.result["best"]
            st.caption(f"{run.result['metric']} {with_interval(best['score'], best['low'], best['high'])}")
        else:
            st.caption("No run yet")
        st.page_link(
            state.FILES["train"], label="Open", icon=":material/folder_open:", query_params=state.place(project.slug)
        )


page()
