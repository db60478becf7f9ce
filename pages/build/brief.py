"""Brief: the question, who decides what with the answer, and what would be good enough."""

from __future__ import annotations

import streamlit as st

from engine.actions import projects as starting
from engine.actions import record
from engine.domain.metric import find_metric
from engine.domain.project import Brief, Criterion, Where
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import brief_fields, frame, messages, state

_WHERE = {Where.HOLDOUT: "the sealed hold-out", Where.OOF: "rows that each fold left out"}


def page() -> None:
    """Draw the page."""
    project = frame.build_page("brief", "Brief")
    if project is None:
        return
    with connect(state.settings()) as db:
        last = projects.latest_brief(db, project.slug)
        trained = runs.latest(db, project.slug) is not None
    brief = last.brief if last else Brief()
    _status(brief, last.version if last else 0, trained)
    with st.form("brief", border=False):
        question = st.text_area(
            "What is asked?",
            brief.question,
            max_chars=1000,
            height=90,
            placeholder="Which customers are likely to leave in the next month?",
        )
        left, right = st.columns(2)
        reader = left.text_input("Who decides with the answer?", brief.reader, max_chars=300)
        decision = right.text_input("What do they decide?", brief.decision, max_chars=500)
        st.markdown("##### Good enough if")
        criteria = brief_fields.criteria(project, brief)
        where = st.radio(
            "Judged on",
            list(_WHERE),
            index=list(_WHERE).index(brief.judged_on),
            format_func=_WHERE.__getitem__,
            horizontal=True,
        )
        st.markdown("##### What each error costs")
        costs, unit = brief_fields.costs(project, brief)
        matters = st.number_input(
            f"Smallest difference in {find_metric(project.problem.metric).title} that would matter",
            min_value=0.0,
            value=brief.matters,
            format="%g",
            help="Models that differ by less are called practically the same. Leave it empty if you cannot say.",
        )
        constraints = st.text_area(
            "Constraints: time, money, law, latency", brief.constraints, max_chars=1000, height=80
        )
        if st.form_submit_button("Save the brief", type="primary", icon=":material/save:"):
            with messages.guard():
                changed = Brief(
                    question=question.strip(),
                    reader=reader.strip(),
                    decision=decision.strip(),
                    constraints=constraints.strip(),
                    criteria=tuple(Criterion.parse(text) for text in criteria),
                    judged_on=where,
                    costs=costs or None,
                    cost_unit=unit.strip(),
                    matters=matters or None,
                )
                version = record.save_brief(state.settings(), project.slug, changed)
                if costs:
                    starting.change_problem(state.settings(), project.slug, costs=costs)
                state.note(f"Version {version} of the brief is stored.")
                st.rerun()


def _status(brief: Brief, version: int, trained: bool) -> None:
    if brief.complete:
        st.caption(f":material/check_circle: Complete (version {version}). Runs from now on count as evidence.")
    else:
        said = (
            "The first run has already been made; runs after this brief is complete count as evidence."
            if trained
            else ("Runs before it is complete are a look around and prove nothing.")
        )
        st.caption(f":material/error: Still missing: {', '.join(brief.missing)}. {said}")


page()
