"""The form of the brief: what is asked, for whom, what would be good enough, what errors cost."""

from __future__ import annotations

import streamlit as st

from engine.actions import projects as starting
from engine.actions import record
from engine.domain.metric import METRICS, find_metric
from engine.domain.project import Brief, Criterion, Project, Where
from pages.shared import brief_fields, messages, state

_WHERE = {Where.HOLDOUT: "the sealed hold-out", Where.OOF: "rows that each fold left out"}


def show(project: Project, brief: Brief) -> None:
    """Draw the form and store what was written."""
    with st.form("brief", border=False):
        texts = _question(brief)
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
        metric, matters = _measure(project, brief)
        constraints = st.text_area(
            "Constraints: time, money, law, latency", brief.constraints, max_chars=1000, height=80
        )
        if not st.form_submit_button("Save the brief", type="primary", icon=":material/save:"):
            return
    with messages.guard():
        changed = Brief(
            **texts,
            constraints=constraints.strip(),
            criteria=tuple(Criterion.parse(text) for text in criteria),
            judged_on=where,
            costs=costs or None,
            cost_unit=unit.strip(),
            matters=matters or None,
        )
        _save(project, changed, metric)


def _question(brief: Brief) -> dict[str, str]:
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
    return {"question": question.strip(), "reader": reader.strip(), "decision": decision.strip()}


def _measure(project: Project, brief: Brief) -> tuple[str, float | None]:
    """Ask by which metric models are compared, and which difference of it would matter."""
    now = project.problem.metric
    fitting = [one.id for one in METRICS.values() if project.problem.task in one.tasks]
    left, right = st.columns(2)
    metric = left.selectbox(
        "Models are compared by",
        fitting,
        index=fitting.index(now),
        format_func=lambda one: find_metric(one).title,
        help="A change holds for the next runs, and stands in the record of decisions.",
    )
    matters = right.number_input(
        f"Smallest difference in {find_metric(now).title} that would matter",
        min_value=0.0,
        value=brief.matters,
        format="%g",
        help="Models that differ by less are called practically the same. Leave it empty if you cannot say.",
    )
    return metric, matters


def _save(project: Project, changed: Brief, metric: str) -> None:
    settings = state.settings()
    version = record.save_brief(settings, project.slug, changed)
    if changed.costs:
        starting.change_problem(settings, project.slug, costs=changed.costs)
    if metric != project.problem.metric:
        starting.change_problem(settings, project.slug, metric=metric)
        record.choose(settings, project.slug, "metric", find_metric(metric).title)
    state.note(f"Version {version} of the brief is stored.")
    st.rerun()
