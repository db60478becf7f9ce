"""Train: start a search, watch it, read the leaderboard, promote a model with a reason."""

from __future__ import annotations

import streamlit as st

from engine.actions import hypotheses
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.run import Run
from engine.store import projects, runs
from engine.store.db import connect
from pages.shared import (
    candidates_view,
    frame,
    hypothesis_form,
    messages,
    model_choice,
    reason,
    run_panel,
    search_form,
    state,
)


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
        rows = projects.get_split(db, project.slug).train_rows
    if newest is None or newest.status.is_over:
        _start(project, finished, count, rows, exploratory=brief is None or not brief.brief.complete)
    reason.ask(project, "family", "search")
    if newest is not None:
        run_panel.show(project, newest)
        hypothesis_form.outcome(newest)
    if finished is not None:
        model_choice.show(project, finished)
        candidates_view.show(project, name="train", heading="Ours and those made elsewhere")


def _start(project: Project, before: Run | None, count: int, rows: int, *, exploratory: bool) -> None:
    """Ask for a budget, families and ranges, and start."""
    if exploratory:
        st.caption(":material/info: The brief is not complete: this run will be a look around and prove nothing.")
    hypothesis, claim = hypothesis_form.ask(project, before)
    top = st.container(horizontal=True, vertical_alignment="bottom")
    with top:
        seconds, trials = search_form.budget()
    families, space, prefer = search_form.options(project, rows)
    asked = search_form.Asked(seconds=seconds, trials=trials, families=families, space=space, prefer=prefer)
    if top.button(f"Start a {asked.title} search", type="primary", icon=":material/play_arrow:"):
        with messages.guard():
            # Another seed for another run: the same one would repeat what is known. Counted trials are to be repeated.
            hypotheses.start(
                state.settings(),
                project.slug,
                hypothesis=hypothesis,
                claim=claim,
                seconds=asked.seconds,
                trial_budget=asked.trials,
                seed=0 if asked.trials is not None else count,
                families=asked.families,
                space=asked.space,
                prefer=asked.prefer,
            )
            st.rerun()
    if not count:
        metric = find_metric(project.problem.metric)
        st.caption(
            f"Models are compared by {metric.title}: {metric.meaning}. A dummy and a simple model run first, "
            "so that you see at once whether the columns say anything about the target."
        )


page()
