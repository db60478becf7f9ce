"""Cases: finished projects with one hidden flaw; the person names the step and says why."""

from __future__ import annotations

import streamlit as st

from engine.actions import cases
from engine.actions.cases import Standing
from pages.shared import case_view, messages, state

_WIDTH = 760


def page() -> None:
    """Draw the page."""
    name = str(st.query_params.get("case") or "")
    # A link from this page to itself changes what is shown but leaves the browser's address behind: it is sent again.
    st.query_params.from_dict(st.query_params.to_dict())
    with messages.guard():
        if name:
            _one(cases.standing(state.settings(), name))
        else:
            _list(cases.every(state.settings()))


def _list(found: list[Standing]) -> None:
    st.title("Find the flaw")
    st.markdown("Each of these projects looks finished, and each has one flaw. Name the step, and say why.")
    for start in range(0, len(found), 2):
        for column, one in zip(st.columns(2), found[start : start + 2], strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"##### {messages.plain(one.case.title)}")
                st.caption(messages.plain(one.case.reader))
                st.markdown(_state(one))
                st.page_link(
                    state.FILES["cases"],
                    label="Look at it again" if one.is_over else "Look for the flaw",
                    icon=":material/search:",
                    query_params={"case": one.case.id, **state.place()},
                )


def _state(one: Standing) -> str:
    if one.found_at is not None:
        return f":green-badge[Found on {one.found_at:%d %B %Y}]"
    if one.given:
        return ":gray-badge[Given away]"
    if one.today is not None and not one.may_guess:
        return ":gray-badge[Looked at today]"
    return ":blue-badge[Open]"


def _one(found: Standing) -> None:
    # Imported here: the list needs no data and no library that computes.
    from engine.study.pictures import picture

    st.page_link(
        state.FILES["cases"], label="All cases", icon=":material/arrow_back:", query_params=state.place() or None
    )
    with st.container(width=_WIDTH):
        st.title(messages.plain(found.case.title))
        st.markdown(messages.plain(found.case.reader))
        with st.spinner("Computing the numbers from the data …"):
            shown = picture(found.case.picture)
        case = found.case.filled(shown.facts)
        st.markdown("##### What was done")
        for place, step in enumerate(case.steps, start=1):
            st.markdown(f"{place}. {step}")
        with st.container(border=True):
            st.markdown("##### What it says of itself")
            st.markdown(case.result)
        st.caption(messages.plain(f"{shown.source}."))
        if found.is_over:
            case_view.solution(found, case, shown)
        else:
            case_view.guess(found, case)


page()
