"""Prepare: the recipe as a short list of sentences, each with its measured effect and its code."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.project import Project
from engine.domain.recipe import Recipe
from engine.domain.run import RunKind
from engine.runs.watch import reap
from engine.store import datasets, recipes, runs
from engine.store.db import connect
from pages.shared import frame, messages, state, step_form


def page() -> None:
    """Draw the page."""
    project = frame.build_page("prepare", "Prepare")
    if project is None:
        return
    settings = state.settings()
    with connect(settings) as db:
        _, recipe = recipes.latest(db, project.slug)
        newest = runs.latest(db, project.slug, RunKind.RECIPE)
        names = [one.name for one in datasets.get(db, project.dataset_sha256).columns]
    if newest is not None and not newest.status.is_over:
        _measuring(newest.id)
    elif newest is not None and newest.error:
        st.warning(f"{messages.plain(newest.error)} {messages.plain(newest.hint)}", icon=":material/info:")
    _steps(project, recipe, busy=newest is not None and not newest.status.is_over)
    worth, own, code = st.tabs(["Worth trying", "A step of your own", "As code"])
    with worth:
        _suggestions(project)
    with own:
        step_form.show(project, names)
    with code:
        _code(project, recipe)


@st.fragment(run_every=1.0)
@messages.guard()
def _measuring(run_id: int) -> None:
    """Draw a measurement that goes on, and the page anew when it is over."""
    reap(state.settings())
    with connect(state.settings()) as db:
        run = runs.get(db, run_id)
    if run.status.is_over:
        st.rerun(scope="app")
    what = messages.plain(run.params["subject"])
    st.progress(run.progress, text=f"Measuring {what} on the same folds: {messages.plain(run.phase or 'waiting')}")


def _steps(project: Project, recipe: Recipe, *, busy: bool) -> None:
    """Draw the list; every step is fitted inside the folds, so none of it can leak."""
    if not recipe.steps:
        with st.container(border=True):
            st.markdown("#### The recipe is empty")
            st.markdown(
                "The search already fills gaps and encodes categories inside each fold. A step is worth adding when "
                "you know something that the columns do not say, or when a finding asks for it."
            )
        return
    with connect(state.settings()) as db:
        measured = {one.subject: one for one in reversed(recipes.measures(db, project.slug))}
    for place, step in enumerate(recipe.steps):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{place + 1}.** {messages.plain(kitchen.words(step))}")
            if step.reason or step.finding:
                st.caption(f"{step.finding} {messages.plain(step.reason)}".strip())
            known = measured.get(kitchen.subject_of_step(recipe, place))
            if known is not None:
                st.markdown(f":material/balance: {messages.plain(known.payload['sentence'])}")
            _buttons(project, recipe, place, busy=busy)
    if st.button("Measure the whole recipe against none", icon=":material/balance:", disabled=busy, type="primary"):
        with messages.guard():
            kitchen.measure(state.settings(), project.slug, Recipe(), recipe, kitchen.WHOLE)
            st.rerun()
    known = measured.get(kitchen.WHOLE)
    if known is not None and known.after == recipe.as_dict():
        _compared(dict(known.payload))


def _buttons(project: Project, recipe: Recipe, place: int, *, busy: bool) -> None:
    settings, last = state.settings(), len(recipe.steps) - 1
    with st.container(horizontal=True, gap="xsmall"), messages.guard():
        if st.button("Measure", key=f"measure-{place}", icon=":material/balance:", type="tertiary", disabled=busy):
            kitchen.measure_step(settings, project.slug, place)
            st.rerun()
        if st.button(
            "Earlier", key=f"up-{place}", icon=":material/arrow_upward:", type="tertiary", disabled=place == 0
        ):
            kitchen.move(settings, project.slug, place, place - 1)
            st.rerun()
        if st.button(
            "Later", key=f"down-{place}", icon=":material/arrow_downward:", type="tertiary", disabled=place == last
        ):
            kitchen.move(settings, project.slug, place, place + 1)
            st.rerun()
        if st.button("Remove", key=f"remove-{place}", icon=":material/delete:", type="tertiary"):
            kitchen.remove(settings, project.slug, place)
            st.rerun()


def _compared(payload: dict[str, Any]) -> None:
    """Draw a measured comparison: a row for each of the small models."""
    st.markdown(f"**{messages.plain(payload['sentence'])}**")
    st.dataframe(
        [
            {
                "model": one["title"],
                "without": round(one["first"], 4),
                "with": round(one["second"], 4),
                "gain": f"{one['difference']:+.4f} ({one['low']:+.4f} to {one['high']:+.4f})",
                "verdict": one["verdict"],
            }
            for one in payload["models"]
        ],
        hide_index=True,
    )
    shown = "" if payload["rows"] == payload["of"] else f" Measured on {payload['rows']:,} of {payload['of']:,} rows."
    st.caption(f"The same small models on the same {payload['folds']} folds.{shown}")


def _suggestions(project: Project) -> None:
    found = kitchen.suggestions(state.settings(), project.slug)
    if not found:
        st.caption("Nothing in these columns asks for a step.")
        return
    for place, one in enumerate(found):
        with st.container(border=True, gap="xsmall"):
            st.markdown(messages.plain(kitchen.words(one["step"])))
            st.caption(messages.plain(one["meaning"]))
            if st.button("Add and measure", key=f"add-{place}", icon=":material/add:", type="tertiary"):
                with messages.guard():
                    kitchen.add_and_measure(state.settings(), project.slug, one["step"])
                    st.rerun()


def _code(project: Project, recipe: Recipe) -> None:
    if not recipe.steps:
        st.caption("The code of each step stands here once there is one.")
        return
    with messages.guard():
        code = kitchen.code(state.settings(), project.slug)
        python, spark = st.tabs(["pandas and scikit-learn", "PySpark"])
        python.code(code["script"], language="python")
        spark.code(code["pyspark"], language="python")


page()
