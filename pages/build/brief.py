"""Brief: the question and what would be good enough; the record of decisions and hypotheses; how it ends."""

from __future__ import annotations

import streamlit as st

from engine.actions import guidance
from engine.domain.project import Brief, Project
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import brief_form, closing, frame, hypothesis_form, reason, state, template_story


def page() -> None:
    """Draw the page."""
    project = frame.build_page("brief", "Brief")
    if project is None:
        return
    with connect(state.settings()) as db:
        last = projects.latest_brief(db, project.slug)
        trained = runs.latest(db, project.slug) is not None
    brief = last.brief if last else Brief()
    reason.ask(project, "target", "split", "metric")
    template = guidance.template_of(project)
    names = ["The brief", *(["The case"] if template else []), "Decisions", "Hypotheses", "Ending"]
    first, *case, decisions, expected, ending = st.tabs(names, key="part", on_change="rerun", bind="query-params")
    if template:
        with case[0]:
            template_story.case(template)
    with first:
        _brief(project, brief, last.version if last else 0, trained=trained)
    with decisions:
        reason.log(project)
    with expected:
        hypothesis_form.listed(project)
    with ending:
        if template:
            template_story.ending(template)
        closing.show(project)


def _brief(project: Project, brief: Brief, version: int, *, trained: bool) -> None:
    if brief.complete:
        st.caption(f":material/check_circle: Complete (version {version}). Runs from now on count as evidence.")
    else:
        said = (
            "The first run has already been made; runs after this brief is complete count as evidence."
            if trained
            else "Runs before it is complete are a look around and prove nothing."
        )
        st.caption(f":material/error: Still missing: {', '.join(brief.missing)}. {said}")
    brief_form.show(project, brief)


page()
