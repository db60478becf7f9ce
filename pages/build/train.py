"""Train: start a search, watch it, read the leaderboard, promote a model with a reason."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import record, work
from engine.charts import scores
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.run import Run
from engine.domain.words import duration, family_name, number, with_interval
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import charts, frame, messages, run_panel, state

_BUDGETS = {"20-second": 20.0, "60-second": 60.0, "3-minute": 180.0, "10-minute": 600.0}


def page() -> None:
    """Draw the page."""
    project = frame.build_page("train", "Train")
    if project is None:
        return
    with connect(state.settings()) as db:
        newest = runs.latest(db, project.slug)
        finished = runs.latest_result(db, project.slug)
        brief = projects.latest_brief(db, project.slug)
        count = len(runs.all_of(db, project.slug))
    if newest is None or newest.status.is_over:
        _start(project, count, exploratory=brief is None or not brief.brief.complete)
    if newest is not None:
        run_panel.show(project, newest)
    if finished is not None:
        _leaderboard(project, finished)


def _start(project: Project, count: int, *, exploratory: bool) -> None:
    """Ask for a budget and start."""
    if exploratory:
        st.caption(":material/info: The brief is not complete: this run will be a look around and prove nothing.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control("Budget", list(_BUDGETS), default="60-second", required=True, key="budget")
        if st.button(f"Start a {chosen} search", type="primary", icon=":material/play_arrow:"):
            with messages.guard():
                # Another seed for another run: the same one would repeat what is known.
                work.start_training(state.settings(), project.slug, seconds=_BUDGETS[str(chosen)], seed=count)
                st.rerun()
    if not count:
        metric = find_metric(project.problem.metric)
        st.caption(
            f"Models are compared by {metric.title}: {metric.meaning}. A dummy and a simple model run first, "
            "so that you see at once whether the columns say anything about the target."
        )


def _leaderboard(project: Project, run: Run) -> None:
    """Draw the leaderboard of a finished run and the choice of the model that counts."""
    metric, best = find_metric(run.result["metric"]), run.result["best"]
    st.subheader("Leaderboard")
    charts.show(scores.leaderboard(run.result["leaderboard"], metric), name="leaderboard")
    corrected = best.get("corrected")
    st.markdown(
        f"Best: **{family_name(best['family'])}**, {metric.title} "
        + with_interval(best["score"], best["low"], best["high"])
        + (f"; {number(corrected)} when corrected for having been chosen." if corrected is not None else ".")
    )
    st.caption(
        f"Run {run.id}: {run.result['trials']} trials in {duration(run.result['seconds'])}. Scores are on rows that "
        "a model was not fitted on. Models of one tie group cannot be told apart on these rows."
    )
    _promote(project, run, {row["trial"]: row for row in run.result["leaderboard"]})


def _promote(project: Project, run: Run, rows: dict[int, dict[str, Any]]) -> None:
    """Let the person choose the model that counts, with a reason."""
    counts = project.promoted if project.promoted in rows else run.result["recommended"]
    promoted = project.promoted in rows
    st.subheader("The model that counts")
    said = "promoted by you" if promoted else "recommended: the best that answers a row within 30 ms"
    st.markdown(f"**{family_name(rows[counts]['family'])}** (trial {rows[counts]['number']}), {said}.")
    with st.form("promote", border=True):
        chosen = st.selectbox(
            "Model",
            list(rows),
            index=list(rows).index(counts),
            format_func=lambda trial: (
                f"{rows[trial]['rank']}. {family_name(rows[trial]['family'])} (trial {rows[trial]['number']})"
            ),
        )
        reason = st.text_input(
            "Why this one?", max_chars=500, placeholder="One line: what you gain and what you give up"
        )
        if st.form_submit_button("Promote this model", icon=":material/verified:"):
            with messages.guard():
                record.promote(state.settings(), project.slug, int(chosen), reason)
                state.note("Promoted. The evaluation and the explanation now speak of this model.")
                st.rerun()


page()
