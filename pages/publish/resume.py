"""Resume: put together from what is recorded, in the order of a posting; as JSON, page or PDF."""

from __future__ import annotations

import streamlit as st

from engine.actions import jobs, resume
from engine.domain.posting import Posting
from pages.shared import messages, resume_view, state

_MOST_POSTINGS = 200


def page() -> None:
    """Draw the page."""
    st.title("Resume")
    st.markdown(
        "Finished projects with their number, and skills with how far each is checked. Name and contact come from your "
        "profile."
    )
    with messages.guard():
        settings = state.settings()
        posting = _posting()
        found = resume.sources(settings)
        chosen = resume_view.choose(found, posting.id if posting else None)
        document = resume.composed(found, chosen, posting)
        resume_view.preview(document)
        resume_view.downloads(document)
    with (
        st.expander("Bring a JSON Resume in", icon=":material/upload:", key="bring", on_change="rerun"),
        messages.guard(),
    ):
        resume_view.bring()


def _posting() -> Posting | None:
    """Let the reader choose the posting whose order the resume follows; the address keeps it."""
    settings, asked = state.settings(), state.number("posting")
    known = {one.id: one for one in jobs.find(settings, limit=_MOST_POSTINGS)[0]}
    if asked is not None and asked not in known:
        known[asked] = jobs.get(settings, asked)
    if not known:
        return None
    numbers = list(known)
    number = st.selectbox(
        "In the order of the posting",
        numbers,
        index=numbers.index(asked) if asked is not None else None,
        format_func=lambda one: known[one].title,
        placeholder="None: the newest project first",
    )
    state.stay(posting=number or 0)
    return known[number] if number else None


page()
