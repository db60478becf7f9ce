"""The guess at the flaw of a case, and its solution."""

from __future__ import annotations

import streamlit as st

from engine.actions import cases
from engine.actions.cases import Standing
from engine.domain.case import Outcome
from engine.study.cases import Case
from engine.study.pictures import Picture
from pages.shared import charts, messages, state


def guess(found: Standing, case: Case) -> None:
    """Draw what was said so far, and ask for the step and the reason where they may be given today."""
    st.markdown("##### Where is the flaw?")
    for before in found.guesses:
        if before.outcome is Outcome.ELSEWHERE:
            st.info(f"Step {before.step + 1} holds up. {case.holds[before.step]}", icon=":material/check:")
    today = found.today
    if today is not None and today.outcome is Outcome.UNEXPLAINED:
        st.info(
            f"Step {today.step + 1} is the one. The reason does not say yet what is wrong with it: what would happen "
            "on the day the model is used?",
            icon=":material/lightbulb:",
        )
    if found.may_guess:
        _form(found, case)
    else:
        st.caption("One guess a day: read it again tomorrow.")
    if found.may_ask and st.button("Give it away", type="tertiary", help="It is shown, and proves nothing."):
        with messages.guard():
            cases.give_away(state.settings(), case.id)
            st.rerun()


def _form(found: Standing, case: Case) -> None:
    today = found.today
    with st.form(f"guess-{case.id}", border=False):
        if today is None:
            numbers = list(range(len(case.steps)))
            step = st.segmented_control("Step", numbers, format_func=lambda place: str(place + 1))
        else:
            step = today.step
        why = st.text_area("Why?", max_chars=cases.LONGEST_WHY, placeholder="What is wrong with it, and what follows")
        sent = st.form_submit_button("This is the flaw", type="primary", icon=":material/flag:")
    if sent and step is None:
        st.warning("Choose the step that you mean.", icon=":material/info:")
    elif sent:
        with messages.guard():
            cases.guess(state.settings(), case.id, int(step or 0), why)
            st.rerun()


def solution(found: Standing, case: Case, shown: Picture) -> None:
    """Draw the flaw, what the project is worth without it, and what to do instead."""
    said = "You found it" if found.found_at is not None else "Given away"
    st.success(f"**{said}: step {case.flaw + 1}.** {case.solution}", icon=":material/search_check:")
    charts.show(shown.figure(), name=f"case-{case.id}")
    st.markdown(f"**Instead.** {case.mend}")
    for before in found.guesses:
        if before.why:
            st.caption(f"You said on {before.at:%d %B %Y}, of step {before.step + 1}: {messages.plain(before.why)}")
    st.page_link(
        state.FILES["lesson"],
        label="The lesson to this",
        icon=":material/school:",
        query_params={"skill": case.skill, **state.place()},
    )
