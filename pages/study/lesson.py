"""Lessons: one skill, one worked example on real data, one thing to do; or the list of all of them."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from engine.evidence.skills import groups, skills
from engine.study import lessons
from engine.study.lessons import Lesson
from pages.shared import charts, lesson_link, messages, state

_TEXT_WIDTH = 720
_OTHERS = "More"


def page() -> None:
    """Draw the page."""
    asked = str(st.query_params.get("skill") or "")
    # A link from this page to itself changes what is shown but leaves the browser's address behind: it is sent again.
    st.query_params.from_dict(st.query_params.to_dict())
    if asked in lessons.lessons():
        _lesson(lessons.lesson(asked))
        return
    st.title("Lessons")
    if asked:
        st.warning("There is no lesson at this address. Here are those that there are.", icon=":material/info:")
    _list()


def _lesson(lesson: Lesson) -> None:
    """Draw one lesson: text, picture, text, what to do now."""
    # Imported here: the list needs no data and no library that computes.
    from engine.study.pictures import picture

    st.page_link(
        state.FILES["lesson"], label="All lessons", icon=":material/arrow_back:", query_params=state.place() or None
    )
    name = next((one.name for one in skills() if one.id == lesson.skill), "")
    with st.container(width=_TEXT_WIDTH):
        st.title(messages.plain(lesson.title))
        st.caption(messages.plain(f"{f'{name}, ' if name else ''}{lesson.minutes} minutes"))
        with st.spinner("Computing the picture from the data …"):
            shown = picture(lesson.picture)
        before, after = lesson.parts(shown.facts)
        st.markdown(before)
        option = None
        if shown.choice is not None:
            option = st.segmented_control(
                shown.choice.label,
                list(shown.choice.options),
                default=shown.choice.start,
                format_func=str,
                required=True,
                key=f"choice-{lesson.skill}",
            )
        charts.show(shown.figure(option), name=f"lesson-{lesson.skill}")
        st.caption(messages.plain(f"{shown.source}."))
        st.markdown(after)
        _now(lesson)


def _now(lesson: Lesson) -> None:
    """Say what to do with it, and lead there."""
    with st.container(border=True, gap="small"):
        st.markdown(f"**Now in your project.** {messages.plain(lesson.do)}")
        chosen = state.slug()
        st.page_link(
            state.FILES[lesson.page],
            label=f"Go to {_PAGES.get(lesson.page, lesson.page.capitalize())}",
            icon=":material/arrow_forward:",
            query_params=state.place() or None,
        )
        if not chosen:
            st.caption("No project is chosen yet; the page will show you where to choose one.")


_PAGES = {"holdout": "Hold-out", "writeup": "Write-up", "bring": "Bring data in"}


def _list() -> None:
    """List the lessons by group of skills, in the order of the skills."""
    st.markdown(
        "Each explains one thing with numbers computed from data, and ends with something to do in your own project."
    )
    known = {skill.id: (place, groups()[skill.group]) for place, skill in enumerate(skills())}
    last = (len(known), _OTHERS)
    ordered = sorted(lessons.lessons().values(), key=lambda one: (known.get(one.skill, last)[0], one.skill))
    found = [(name, list(few)) for name, few in groupby(ordered, key=lambda one: known.get(one.skill, last)[1])]
    for start in range(0, len(found), 2):
        for column, (name, few) in zip(st.columns(2), found[start : start + 2], strict=False):
            with column, st.container(gap="xsmall"):
                st.markdown(f"##### {name}")
                for one in few:
                    with st.container(gap=None):
                        lesson_link.to(one)
                        st.caption(messages.plain(one.title))


page()
