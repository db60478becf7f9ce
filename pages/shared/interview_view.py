"""Practising for an interview: own decisions, questions that were asked, questions on what a posting asks for."""

from __future__ import annotations

import streamlit as st

from engine.actions import applications, jobs
from pages.shared import messages, state

_KINDS = {"own": "Your own decision", "asked": "You were asked this", "question": "On what the posting asks for"}
_MOST_POSTINGS = 200


def show() -> None:
    """Draw what to practise."""
    st.markdown("Answer aloud, then look. Your own decisions come from your notes under Practice.")
    settings = state.settings()
    known = {one.id: one for one in jobs.find(settings, limit=_MOST_POSTINGS)[0]}
    asked = state.number("posting")
    if known:
        numbers = list(known)
        posting = st.selectbox(
            "For the posting",
            numbers,
            index=numbers.index(asked) if asked in numbers else 0,
            format_func=lambda number: known[number].title,
        )
        state.stay(posting=posting)
    else:
        posting = None
        st.caption("Paste a posting, and questions on its skills come along.")
    turn = state.number("turn") or 0
    found = applications.practice(settings, posting, turn=turn)
    if not found:
        st.info(
            "Nothing to practise yet: paste a posting, or explain a decision under Practice once it is a week old.",
            icon=":material/forum:",
        )
        return
    for one in found:
        with st.container(border=True):
            st.caption(f"{_KINDS[one.kind]}: {messages.plain(one.about)}")
            if one.kind == "question":
                st.markdown(one.text)
            else:
                st.markdown(messages.plain(one.text))
            if one.help:
                with st.expander("Look"):
                    if one.kind == "question":
                        st.markdown(one.help)
                    else:
                        st.text(one.help)
    if posting is not None and st.button("Other questions", icon=":material/refresh:"):
        state.stay(turn=turn + 1)
        st.rerun()
