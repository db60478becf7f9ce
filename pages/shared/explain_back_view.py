"""Explain-back on the Practice page: the question, the person's words, then what they said at the time."""

from __future__ import annotations

import streamlit as st

from engine.actions import explain_back
from pages.shared import messages, state


def show(item: str) -> bool:
    """Show the card of a decision; returns whether it is done for today."""
    found, title = explain_back.decision(state.settings(), item)
    chosen = f" (“{found.choice}”)" if found.choice else ""
    st.markdown(f"#### In “{messages.plain(title)}” you decided on: {messages.plain(found.step + chosen)}. Why?")
    note = explain_back.said(state.settings(), item)
    if note is None:
        with st.form(f"explain-{item}", border=False):
            words = st.text_area("In your own words, as you would say it in an interview", max_chars=4000)
            sent = st.form_submit_button("Keep it and show what I wrote then", type="primary")
        if sent:
            with messages.guard():
                explain_back.explain(state.settings(), item, words)
                state.stay(card=item, turn=1)
                st.rerun()
        return False
    st.markdown(f"**Now:** {messages.plain(note.words)}")
    st.markdown(f"**On {found.created_at:%d %B %Y}:** {messages.plain(found.reason)}")
    if note.points is None:
        with st.form(f"compare-{item}", border=False):
            ticked = [key for key, point in explain_back.POINTS.items() if st.checkbox(point, key=f"{item}-{key}")]
            sent = st.form_submit_button("Done comparing", type="primary")
        if sent:
            with messages.guard():
                explain_back.compare(state.settings(), item, ticked)
                st.rerun()
        return False
    st.markdown(
        "\n".join(f"- {'✓' if key in note.points else '–'} {text}" for key, text in explain_back.POINTS.items())
    )
    st.caption("Kept among your interview notes.")
    return True
