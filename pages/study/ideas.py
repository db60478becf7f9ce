"""Ideas: three questions of your own to take up next, and how varied your projects are."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import ideas as finding
from engine.charts.diversity import diversity
from engine.domain.words import number
from engine.study.diversity import DIMENSIONS
from engine.study.ideas import areas
from pages.shared import charts, messages, state

_TASKS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "a number"}


def page() -> None:
    """Draw the page."""
    st.title("Ideas for your next project")
    st.markdown("Public tables on this machine, chosen by what you care about, what you have not done, what is open.")
    names = areas()
    chosen = st.pills(
        "What do you care about?",
        list(names),
        selection_mode="multi",
        format_func=names.__getitem__,
        key="areas",
        bind="query-params",
    )
    words = st.text_input(
        "Anything else?", placeholder="birds, wine, wages …", max_chars=80, key="words", bind="query-params"
    )
    with messages.guard():
        found = finding.find(state.settings(), interests=chosen, words=words)
        for column, one in zip(st.columns(3), found, strict=False):
            with column:
                _card(one)
    st.caption("Each starts as a project of your own: rows are sealed, and the brief is empty, for you to write.")
    _meter()


def _card(one: dict[str, Any]) -> None:
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"#### {messages.plain(one['ask'])}")
        with st.container(horizontal=True, gap="xsmall"):
            if one["domain"]:
                st.badge(messages.plain(one["domain"]), color="gray")
            st.badge(f"predicts {_TASKS[one['task']]}", color="blue")
            st.badge(f"{number(one['rows'])} rows", color="gray")
        if one["reasons"]:
            st.markdown("\n".join(f"- {messages.plain(reason)}" for reason in one["reasons"]))
        target = f" Column to predict: {messages.plain(one['target'])}." if one["target"] else ""
        st.caption(f"{messages.plain(one['title'])} ({messages.plain(one['id'])}).{target}")
        if st.button("Start it as my own", key=f"idea-{one['id']}", icon=":material/play_arrow:"):
            with messages.guard(), st.spinner("Reading and checking the data …"):
                state.go("brief", finding.start(state.settings(), one["id"]))


def _meter() -> None:
    """Draw how varied the projects are, and say what would add most."""
    st.subheader("How varied your projects are")
    found = finding.variety(state.settings())
    st.markdown(messages.plain(found.advice))
    if found.projects:
        charts.show(diversity(found.counts, DIMENSIONS, found.projects), name="diversity")


page()
