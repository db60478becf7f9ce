"""Practising for an interview: own decisions, questions that were asked, questions on what a posting asks for."""

from __future__ import annotations

import streamlit as st

from engine.actions import application_files, jobs
from engine.career.interview import Prompt
from pages.shared import messages, state

_KINDS = {"own": "Your own decision", "asked": "You were asked this", "question": "On what the posting asks for"}
_MOST_POSTINGS = 200


def show() -> None:
    """Draw what to practise."""
    st.markdown("Answer aloud, then look. Your own decisions come from your notes under Practice.")
    posting = _posting()
    turn = state.number("turn") or 0
    found = application_files.practice(state.settings(), posting, turn=turn)
    if not found:
        st.info(
            "Nothing to practise yet: paste a posting, or explain a decision under Practice once it is a week old.",
            icon=":material/forum:",
        )
    for one in found:
        _prompt(one)
    if posting is not None and st.button("Other questions", icon=":material/refresh:"):
        state.stay(turn=turn + 1)
        st.rerun()


def _posting() -> int | None:
    """Let the reader choose for which posting; nothing where none is kept."""
    known = {one.id: one for one in jobs.find(state.settings(), limit=_MOST_POSTINGS)[0]}
    if not known:
        st.caption("Paste a posting, and questions on its skills come along.")
        return None
    numbers, asked = list(known), state.number("posting")
    posting: int = st.selectbox(
        "For the posting",
        numbers,
        index=numbers.index(asked) if asked in numbers else 0,
        format_func=lambda number: known[number].title,
    )
    state.stay(posting=posting)
    return posting


def _prompt(one: Prompt) -> None:
    # A question is ours and holds marks; what was said or asked is the person's and holds none.
    is_ours = one.kind == "question"
    with st.container(border=True):
        st.caption(f"{_KINDS[one.kind]}: {messages.plain(one.about)}")
        st.markdown(one.text if is_ours else messages.plain(one.text))
        if one.help:
            with st.expander("Look"):
                if is_ours:
                    st.markdown(one.help)
                else:
                    st.text(one.help)
