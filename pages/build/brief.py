"""Brief: the question, who decides what with the answer, and what would be good enough."""

from __future__ import annotations

from itertools import permutations

import streamlit as st

from engine.actions import projects as starting
from engine.actions import record
from engine.domain.metric import METRICS
from engine.domain.project import Brief, Criterion, Project, Where
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import frame, messages, state

_MOST_CRITERIA = 3
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
        criteria = _criteria(project, brief)
        where = st.radio(
            "Judged on",
            list(_WHERE),
            index=list(_WHERE).index(brief.judged_on),
            format_func=_WHERE.__getitem__,
            horizontal=True,
        )
        st.markdown("##### What each error costs")
        costs, unit = _costs(project, brief)
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


def _criteria(project: Project, brief: Brief) -> list[str]:
    """Build each success criterion as a sentence of fields."""
    fitting = [metric for metric in METRICS.values() if project.problem.task in metric.tasks]
    ids = ["", *(metric.id for metric in fitting)]
    texts = []
    for number in range(_MOST_CRITERIA):
        old = brief.criteria[number] if number < len(brief.criteria) else None
        start = old.metric if old else (project.problem.metric if number == 0 else "")
        metric_column, value_column = st.columns([2, 1])
        chosen = metric_column.selectbox(
            f"Metric {number + 1}",
            ids,
            index=ids.index(start) if start in ids else 0,
            format_func=lambda one: (
                "none"
                if not one
                else f"{METRICS[one].title} {'at least' if METRICS[one].higher_is_better else 'at most'}"
            ),
            label_visibility="collapsed",
        )
        value = value_column.text_input(
            f"Threshold {number + 1}",
            f"{old.threshold:g}" if old else "",
            placeholder="0.84",
            label_visibility="collapsed",
        )
        if chosen and value.strip():
            texts.append(f"{chosen} {'>=' if METRICS[chosen].higher_is_better else '<='} {value.strip()}")
    return texts


def _costs(project: Project, brief: Brief) -> tuple[dict[str, float], str]:
    """Ask for the cost of each kind of error."""
    classes = project.problem.classes
    kinds = [f"{a} -> {b}" for a, b in permutations(classes, 2)] if classes else ["too high", "too low"]
    old = brief.costs or {}
    if len(kinds) > 12:
        st.caption("With this many classes each error counts alike, unless costs are given by command line.")
        return dict(old), brief.cost_unit
    costs = {}
    for start in range(0, len(kinds), 3):
        for column, kind in zip(st.columns(3), kinds[start : start + 3], strict=False):
            label = f"is {kind.split(' -> ')[0]}, said {kind.split(' -> ')[1]}" if classes else f"predicted {kind}"
            value = column.number_input(messages.plain(label), min_value=0.0, value=old.get(kind), key=f"cost-{kind}")
            if value is not None:
                costs[kind] = float(value)
    unit = st.text_input("Unit of these costs", brief.cost_unit, max_chars=60, placeholder="EUR, hours, offers")
    return costs, unit


page()
