"""Practice: one card at a time; below it quizzes, what the log says, and the interview notes."""

from __future__ import annotations

import streamlit as st

from engine.actions import explain_back, practice
from engine.domain.words import share
from engine.errors import EngineError
from pages.shared import explain_back_view, messages, practice_view, question_view, state


def page() -> None:
    """Draw the page."""
    st.title("Practice")
    with messages.guard():
        if number := state.quiz():
            _quiz(number)
        else:
            _cards()
    st.divider()
    practice_view.quiz_starter()
    with st.expander("What the log says"), messages.guard():
        practice_view.log()
    with st.expander("Interview notes"), messages.guard():
        practice_view.notes()
    with st.expander("Take it with you"), messages.guard():
        practice_view.files()


def _cards() -> None:
    """Draw today's cards: the one that the address names if it is done, else the next one."""
    found = practice.today(state.settings())
    left = len(found["cards"])
    if left:
        st.markdown(f"Today: {left} {'card' if left == 1 else 'cards'}, about {found['minutes']} min")
    elif found["answered"]:
        st.markdown(f"Done for today: {found['answered']} answers. The next cards come on another day.")
    item, turn = state.card(), 2 if st.query_params.get("turn") == "2" else 1
    if not (item and _is_done(item, turn)):
        if not left:
            state.stay(card="", turn="")
            return
        # A card that was half explained stays; any other open one is the next in line.
        if not (item in found["cards"] and item.startswith(explain_back.PREFIX)):
            item, turn = found["cards"][0], found["turns"][0]
        state.stay(card=item, turn=turn)
    with st.container(border=True):
        if turn == 2:
            st.caption("Once more, since it was missed today.")
        own = item.startswith(explain_back.PREFIX)
        if explain_back_view.show(item) if own else question_view.show(item, turn):
            _next()


def _is_done(item: str, turn: int) -> bool:
    try:
        return practice.answered(state.settings(), item, turn) is not None
    except EngineError:
        return False


def _quiz(number: int) -> None:
    """Draw a quiz: the question that the address names if it is done, else the next one, else the result."""
    found = practice.quiz(state.settings(), number)
    asked = {one.item for one in found["answers"]}
    item = state.card()
    st.markdown(f"Quiz: {len(asked)} of {len(found['quiz'].items)} answered. Passed from 80 %.")
    if item not in asked:
        item = found["open"][0] if found["open"] else ""
        state.stay(card=item)
    if item:
        with st.container(border=True):
            if question_view.show(item, 1, number):
                _next()
        return
    right = sum(one.is_right for one in found["answers"]) / len(found["answers"])
    verdict = "The quiz is passed." if found["passed"] else "Not passed this time; what was missed joins your cards."
    st.markdown(f"{share(right)} right. {verdict}")
    if st.button("Back to today's cards", type="primary"):
        state.stay(quiz=0, card="", turn="")
        st.rerun()


def _next() -> None:
    if st.button("Next", type="primary", icon=":material/arrow_forward:"):
        state.stay(card="", turn="")
        st.rerun()


page()
