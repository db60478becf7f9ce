"""What stands around every page: project switcher, menu, the line of a run that goes on, the stepper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from engine.actions import study
from engine.domain.project import Project
from engine.domain.run import Run, RunKind, RunStatus
from engine.domain.words import duration
from engine.runs.watch import reap
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import hint, lesson_link, messages, state

# A picture of our own: an icon's name would be fetched from another host.
ICON = Path(__file__).with_name("icon.png")
_LOGO = Path(__file__).with_name("logo.svg")
_WIDTH = 1060
_STATES = {"open": "open", "met": "met", "not_met": "not met", "stopped": "stopped"}
_STATION_NAMES = {"holdout": "Hold-out", "writeup": "Write-up"}
_STATION_ICONS = {
    "done": ":material/check_circle:",
    "open": ":material/radio_button_unchecked:",
    "attention": ":material/error:",
}


def show(page: Page, pages: Mapping[str, Sequence[Page]]) -> None:
    """Draw the frame and the page in it; a fault of the store is one message, not a traceback."""
    st.logo(str(_LOGO), size="large")
    with messages.guard():
        with st.sidebar:
            _switcher()
            _menu(pages)
            _running()
        with st.container(width=_WIDTH):
            said = state.noted()
            if said:
                st.success(said, icon=":material/check:")
            page.run()
            # The stations of a project have theirs below the title; see build_page.
            if page.url_path not in study.STATIONS:
                lesson_link.at(page.url_path or "today")


def chosen(title: str) -> Project | None:
    """Return the project that the address names; where there is none, show under the title where to choose one."""
    project = state.project()
    if project is None:
        st.title(title)
        named = state.slug()
        text = f"There is no project “{messages.plain(named)}”. " if named else ""
        messages.empty(
            "No project is chosen",
            f"{text}Choose a question to work on, or bring your own data.",
            "Choose a project",
            "gallery",
        )
    return project


def build_page(station: str, title: str, lead: str = "") -> Project | None:
    """Head a Build page with its stepper; returns the project, or shows where to choose one."""
    project = chosen(title)
    if project is None:
        return None
    _stepper(project, station)
    st.title(title)
    if lead:
        st.markdown(lead)
    lesson_link.at(station)
    hint.show(project, station)
    return project


def tabs(page: str, parts: Mapping[str, Callable[[], None]], *, key: str) -> None:
    """Draw the parts of a page behind tabs, each with its lessons.

    Only the open one is drawn: a page should not pay for pictures that nobody sees.
    """
    for tab, (name, draw) in zip(st.tabs(list(parts), on_change="rerun", key=key), parts.items(), strict=True):
        with tab:
            if tab.open:
                lesson_link.at_part(page, name)
                draw()


def _switcher() -> None:
    """Draw the project switcher with state and last run."""
    with connect(state.settings()) as db:
        found = projects.all_of(db)
    if not found:
        st.caption("No project yet")
        return
    slugs = [one.slug for one in found]
    titles = {one.slug: f"{one.title} · {_STATES[str(one.status)]}" for one in found}
    current = state.slug()
    chosen = st.selectbox(
        "Project",
        slugs,
        index=slugs.index(current) if current in slugs else None,
        format_func=titles.__getitem__,
        placeholder="Choose a project",
    )
    if chosen and chosen != current:
        st.query_params["project"] = chosen
        st.session_state["project"] = chosen
        st.rerun()


def _menu(pages: Mapping[str, Sequence[Page]]) -> None:
    for section, members in pages.items():
        st.caption(section)
        with st.container(gap=None):
            for one in members:
                st.page_link(one, query_params=state.place(), width="stretch")


@st.fragment(run_every=2.0)
@messages.guard()  # a fragment draws itself again on its own, outside of the page's guard
def _running() -> None:
    """Draw one small line for a run that goes on, with a way back to it."""
    settings = state.settings()
    reap(settings)
    with connect(settings) as db:
        active = runs.active(db)
        waiting = len(runs.queued(db))
    for run in active[:1]:
        seconds = run.params.get("seconds")
        left = f", {duration(seconds * (1 - run.progress))} left" if seconds and run.status is RunStatus.RUNNING else ""
        more = f" · {waiting} waiting" if waiting else ""
        with st.container(border=True, gap="xsmall"):
            page, place = _place_of(run)
            st.page_link(
                state.FILES[page],
                label=f"Run {run.id}: {run.status}{left}{more}",
                icon=":material/progress_activity:",
                query_params=place,
            )


def _place_of(run: Run) -> tuple[str, dict[str, str]]:
    """Return the page on which a run is watched, and what its address carries."""
    if run.kind in (RunKind.CHECK, RunKind.START):
        return "bring", {"intake": str(run.params["intake"])}
    pages = {RunKind.RECIPE: "prepare", RunKind.DIAGNOSE: "evaluate", RunKind.WATCH: "watch"}
    return pages.get(run.kind, "train"), {"project": run.project}


def _stepper(project: Project, here: str) -> None:
    """Draw the stations of a project, each a link, with its state."""
    with connect(state.settings()) as db:
        states = study.stations(db, project)
    with st.container(horizontal=True, gap="small", key="stepper"):
        for station in study.STATIONS:
            name = _STATION_NAMES.get(station, station.capitalize())
            st.page_link(
                state.FILES[station],
                label=f"**{name}**" if station == here else name,
                icon=_STATION_ICONS[states[station]],
                query_params=state.place(project.slug),
                help={"done": "Done", "open": "Open", "attention": "Needs attention"}[states[station]],
            )
