"""Prepare: the recipe as a short list of sentences, each with its measured effect and its code."""

from __future__ import annotations

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.project import Project
from engine.domain.recipe import Recipe
from engine.domain.run import RunKind
from engine.runs.watch import reap
from engine.store import datasets, recipes, runs
from engine.store.db import connect
from pages.shared import frame, messages, reason, recipe_list, state, step_form


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
    reason.ask(project, "prepare")
    recipe_list.show(project, recipe, busy=newest is not None and not newest.status.is_over)
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
    what = messages.plain(kitchen.told(run.params["subject"]))
    st.progress(run.progress, text=f"Measuring {what} on the same folds: {messages.plain(run.phase or 'waiting')}")


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
