"""A run as it goes on: what it does now, the best so far, cancel and resume; read from its rows only."""

from __future__ import annotations

import streamlit as st

from engine.actions import work
from engine.charts import scores
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.run import Run, RunStatus, Trial
from engine.domain.words import duration, number
from engine.runs.watch import reap
from engine.store import runs, trials
from engine.store.db import connect
from pages.shared import charts, messages, state

_LOOK_SECONDS = 1.0


def show(project: Project, run: Run) -> None:
    """Draw a run; while it goes on, it draws itself again each second."""
    if run.status.is_over:
        _draw(project, run.id, live=False)
    else:
        _live(project, run.id)


@st.fragment(run_every=_LOOK_SECONDS)
@messages.guard()  # a fragment draws itself again on its own, outside of the frame's guard
def _live(project: Project, run_id: int) -> None:
    reap(state.settings())
    if _draw(project, run_id, live=True):
        st.rerun(scope="app")


def _draw(project: Project, run_id: int, *, live: bool) -> bool:
    """Draw the present state; returns whether the run is over."""
    with connect(state.settings()) as db:
        run = runs.get(db, run_id)
        found = trials.of_run(db, run_id)
        events = runs.events(db, run_id)
    with st.container(border=True):
        _head(run, found)
        _actions(run)
        if found:
            metric = find_metric(project.problem.metric, project.problem.task)
            rows = [{"number": t.number, "family": t.family, "kind": str(t.kind), "score": t.score} for t in found]
            charts.show(scores.race(rows, metric), name=f"race-{run.id}")
        _details(run, found, [event.message for event in events])
    return live and run.status.is_over


def _head(run: Run, found: list[Trial]) -> None:
    ok = sum(trial.ok for trial in found)
    counted = f"{ok} trials, {len(found) - ok} failed" if len(found) > ok else f"{ok} trials"
    if run.status is RunStatus.QUEUED:
        st.markdown(f"**Run {run.id} waits** until the run before it is done.")
    elif run.status.is_active:
        seconds = run.params.get("seconds")
        left = (
            f" · {duration(max(seconds * (1 - run.progress), 0))} left"
            if seconds and run.status is RunStatus.RUNNING
            else ""
        )
        st.progress(
            run.progress, text=f"**Run {run.id}** · {counted}{left} · {messages.plain(run.phase or 'starting')}"
        )
    elif run.status in (RunStatus.FAILED, RunStatus.LOST):
        st.error(
            f"**Run {run.id} {run.status}.** {messages.plain(run.error)}  \n{messages.plain(run.hint)}",
            icon=":material/error:",
        )
    else:
        word = "was cancelled and kept what it found" if run.status is RunStatus.CANCELLED else "is done"
        label = " It was a look around: the brief was not complete." if run.params.get("exploratory") else ""
        st.markdown(f"**Run {run.id} {word}**: {counted}.{label}")


def _actions(run: Run) -> None:
    """Offer what can be done with the run in its present state."""
    if run.status is RunStatus.QUEUED or run.status.is_active:
        text = "Stopping …" if run.cancel_requested else "Stop and keep what was found"
        if st.button(text, icon=":material/stop:", disabled=run.cancel_requested, key=f"cancel-{run.id}"):
            with messages.guard():
                work.cancel(state.settings(), run.id)
    elif run.status is not RunStatus.DONE and st.button(
        f"Resume run {run.id} from its recorded trials", icon=":material/replay:", key=f"resume-{run.id}"
    ):
        with messages.guard():
            work.resume(state.settings(), run.id)
            st.rerun(scope="app")


def _details(run: Run, found: list[Trial], events: list[str]) -> None:
    with st.expander(f"All {len(found)} trials and events"):
        rows = [
            {
                "trial": trial.number,
                "family": trial.family,
                "score": number(trial.score) if trial.score is not None else "failed",
                "fit (s)": round(trial.fit_seconds, 2),
                "settings": ", ".join(
                    f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}"
                    for k, v in trial.config.items()
                    if k != "members"
                ),
                "reason": trial.reason,
            }
            for trial in found
        ]
        st.dataframe(rows, hide_index=True)
        for message in events:
            st.caption(messages.plain(message))
