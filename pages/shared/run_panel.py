"""A run as it goes on: what it does now, the race so far, stop and resume; read from its rows only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from engine.actions import work
from engine.automl.space import in_words, special
from engine.charts import race
from engine.domain.clock import from_text, utc_now
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.run import Run, RunKind, RunStatus, Trial, TrialKind
from engine.domain.words import duration, family_name, number
from engine.runs.watch import reap
from engine.store import runs, trials
from engine.store.db import connect
from pages.shared import charts, messages, outlook_line, state

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
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(width="stretch", gap="xsmall"):
                _head(run, found)
            _actions(run)
        if run.kind is RunKind.TRAIN:
            _race(project, run, found, live=live and not run.status.is_over)
            _failures(found)
            for line in in_words(run.params.get("space") or {}):
                st.caption(f":material/tune: Changed by you: {messages.plain(line)}")
        if found or events:
            _details(found, [event.message for event in events])
    return live and run.status.is_over


def _head(run: Run, found: Sequence[Trial]) -> None:
    # The blend is made of trials and is none itself.
    fitted = [trial for trial in found if trial.kind is not TrialKind.ENSEMBLE]
    failed = sum(not trial.ok for trial in fitted)
    counted = f"{len(fitted)} trials, {failed} failed" if failed else f"{len(fitted)} trials"
    if run.status is RunStatus.QUEUED:
        with connect(state.settings()) as db:
            busy = [one for one in runs.active(db) if one.id != run.id]
        waits = f"waits until run {busy[0].id} is done" if busy else "is starting"
        st.markdown(f"**Run {run.id} {waits}.**")
    elif run.status.is_active:
        st.progress(*_bar(run, len(found)))
        st.caption(_now(run, found, counted))
    elif run.status in (RunStatus.FAILED, RunStatus.LOST):
        st.error(
            f"**Run {run.id} {run.status}.** {messages.plain(run.error)}  \n{messages.plain(run.hint)}",
            icon=":material/error:",
        )
    else:
        word = "was cancelled and kept what it found" if run.status is RunStatus.CANCELLED else "is done"
        label = " It was a look around: the brief was not complete." if run.params.get("exploratory") else ""
        said = f": {counted}" if run.kind is RunKind.TRAIN else ""
        st.markdown(f"**Run {run.id} {word}**{said}.{label}")


def _bar(run: Run, count: int) -> tuple[float, str]:
    """Return the share that is done and what is said of it: the time left, the trials left, or the step after them."""
    seconds, budget = run.params.get("seconds"), run.params.get("trials")
    if run.kind is not RunKind.TRAIN or run.status is not RunStatus.RUNNING:
        return run.progress, f"**Run {run.id}** · {messages.plain(run.phase or 'starting')}"
    if budget:
        return min(count / budget, 1.0), f"**Run {run.id}** · {min(count, budget)} of {budget} trials"
    if not seconds or run.started_at is None:
        return run.progress, f"**Run {run.id}**"
    used = min((utc_now() - run.started_at).total_seconds() / seconds, 1.0)
    left = round(seconds * (1 - used))
    return max(used, 0.0), f"**Run {run.id}** · {f'{duration(left)} left' if left else 'coming to its end'}"


def _now(run: Run, found: Sequence[Trial], counted: str) -> str:
    """Say which trial is being fitted, what is special about it, and since when."""
    trial = run.in_hand
    if run.status is not RunStatus.RUNNING or not trial or any(one.number >= trial["number"] for one in found):
        return f"{counted} · {messages.plain(run.phase or 'the worker is starting')}" if found else "Reading the rows."
    since = max((utc_now() - from_text(trial["since"])).total_seconds(), 0.0)
    what = messages.plain(special(trial["family"], trial["config"]))
    return (
        f"{counted} · now trial {trial['number']}: **{family_name(trial['family'])}**, {what}"
        f" · for {duration(round(since)) if since >= 1 else 'a moment'}"
    )


def _race(project: Project, run: Run, found: Sequence[Trial], *, live: bool) -> None:
    """Draw the best so far and the families side by side, and say what more time would bring."""
    rows = _timed(run, found)
    if not any(row["score"] is not None for row in rows):
        if live:
            st.markdown("The dummy and the simple model go first: the first scores are here within a few seconds.")
        return
    metric = find_metric(project.problem.metric, project.problem.task)
    left, right = st.columns([3, 2])
    with left:
        charts.show(race.curve(rows, metric), name=f"race-{run.id}", live=live, fill=True)
    with right:
        charts.show(race.lanes(rows, metric), name=f"lanes-{run.id}", live=live, fill=True)
    if run.status is RunStatus.RUNNING or run.status.is_over:
        outlook_line.show(found, rows, metric)


def _timed(run: Run, found: Sequence[Trial]) -> list[dict[str, Any]]:
    """Put the seconds since the start beside each trial; a run that was resumed began with its first trial."""
    if not found:
        return []
    first = found[0].created_at
    start: datetime = run.started_at if run.started_at and run.started_at <= first else first
    return [
        {
            "number": one.number,
            "family": one.family,
            "kind": str(one.kind),
            "score": one.score,
            "at": (one.created_at - start).total_seconds(),
        }
        for one in found
    ]


def _failures(found: Sequence[Trial]) -> None:
    """Say what failed so far, each reason once."""
    for (family, reason), count in Counter((one.family, one.reason) for one in found if not one.ok).most_common(4):
        times = f"{count} trials" if count > 1 else "one trial"
        st.caption(f":material/warning: **{family_name(family)}**, {times}: {messages.plain(reason)}")


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


def _details(found: Sequence[Trial], events: Sequence[str]) -> None:
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
