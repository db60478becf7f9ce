"""Links to lessons, drawn where the matter of a lesson occurs."""

from __future__ import annotations

import streamlit as st

from engine.study.lessons import Lesson, offered_at
from pages.shared import messages, state

_ICON = ":material/school:"


def at(context: str) -> None:
    """Offer the lessons of a page, of a part of one (``evaluate/curves``) or of a finding (``finding:PF-L02``).

    One lesson is a link; several stand behind one small button, so that they take no room from the page. Nothing is
    drawn where there is no lesson.
    """
    found = offered_at(context)
    if len(found) == 1:
        to(found[0], said="Learn: ")
    elif found:
        with st.popover("Learn", icon=_ICON, type="tertiary"), st.container(gap="xsmall"):
            for one in found:
                to(one)


def at_part(page: str, name: str) -> None:
    """Offer the lessons of a part of a page, by the name that stands on its tab."""
    at(f"{page}/{name.lower().replace(' ', '-')}")


def to(lesson: Lesson, *, said: str = "") -> None:
    """Draw the link to one lesson."""
    st.page_link(
        state.FILES["lesson"],
        label=f"{said}{messages.plain(lesson.about)} ({lesson.minutes} min)",
        icon=_ICON,
        query_params={"skill": lesson.skill, **state.place()},
    )
