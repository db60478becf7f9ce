"""The steps of a recipe: what each does, what it was measured to do, and where it stands in the list."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.project import Project
from engine.domain.recipe import Recipe
from engine.store import recipes
from engine.store.db import connect
from pages.shared import messages, state


def show(project: Project, recipe: Recipe, *, busy: bool) -> None:
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
