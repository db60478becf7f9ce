"""Watch: is the model still good? New rows against those that it learned from."""

from __future__ import annotations

import streamlit as st

from engine.actions import watch as watching
from engine.domain.project import Project
from engine.domain.watch import Batch, Source
from engine.store import runs, watch
from engine.store.db import connect
from pages.shared import frame, messages, run_panel, state, watch_form, watch_view


def page() -> None:
    """Draw the page."""
    project = frame.chosen("Watch")
    if project is None:
        return
    st.title("Watch")
    settings = state.settings()
    with connect(settings) as db:
        trained = runs.latest_result(db, project.slug) is not None or project.promoted is not None
        batches = watch.batches(db, project.slug)
        challengers = watch.retrainings(db, project.slug)
        moves = watch.champions(db, project.slug)
    if not trained:
        messages.empty("There is no model to watch yet", "Train one first.", "Train a model", "train")
        return
    newest = watching.newest_run(settings, project.slug)
    if newest is not None and str(newest.status) != "done":
        run_panel.show(project, newest)
    batch = _chosen(batches)
    if batch is None:
        st.markdown(
            "**Is the model still good?** Bring rows that came after those it learned from. Each column is compared, "
            "then all together, and the score where labels have come in."
        )
    else:
        watch_view.headline(batch)
        watch_view.details(batch)
    _more(project, batches)
    if batch is not None:
        watch_view.challengers(project, batch, challengers, moves)
        watch_view.history(project, batches)


def _more(project: Project, batches: list[Batch]) -> None:
    """Offer the forms: open while there is nothing else, one click away later."""
    with st.expander("Bring new rows", expanded=not batches):
        watch_form.bring(project)
    with st.expander("Replay the project's own rows", expanded=not batches):
        watch_form.replay(project)


def _chosen(batches: list[Batch]) -> Batch | None:
    """Let one batch be chosen, its number in the address; by default the newest that is no simulation."""
    if not batches:
        return None
    numbers = [one.id for one in batches]
    by_number = {one.id: one for one in batches}
    named = state.batch()
    real = [one.id for one in batches if one.source is Source.FILE]
    default = real[0] if real else numbers[0]
    place = numbers.index(named if named in numbers else default)
    if len(batches) == 1:
        return batches[0]
    chosen = st.selectbox(
        "Batch",
        numbers,
        index=place,
        format_func=lambda number: f"{by_number[number].name} ({by_number[number].report['retrain']['advice']})",
    )
    state.stay(batch=chosen if chosen != default else "")
    return by_number[chosen]


page()
