"""Jobs: postings with what answers them, applications, practice for interviews, boards."""

from __future__ import annotations

import streamlit as st

from pages.shared import application_list, application_view, job_boards, messages, posting_list, posting_view, state
from pages.shared.interview_view import show as practise

VIEWS = {
    "postings": "Postings",
    "applications": "Applications",
    "interview": "Interview",
    "boards": "Boards",
}


def page() -> None:
    """Draw the page."""
    st.title("Jobs")
    with messages.guard():
        if number := state.number("application"):
            application_view.show(number)
            return
        view = _view()
        if view == "postings":
            posting = state.number("posting")
            if posting is None:
                posting_list.show()
            else:
                posting_view.show(posting)
        elif view == "applications":
            application_list.show()
        elif view == "interview":
            practise()
        else:
            job_boards.show()


def _view() -> str:
    """Let the reader choose a part of the page; the address keeps it."""
    asked = st.query_params.get("view", "postings")
    view = st.segmented_control(
        "Show",
        list(VIEWS),
        default=asked if asked in VIEWS else "postings",
        format_func=VIEWS.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    if view != asked:
        state.stay(view=view, page=0, posting=0)
    return str(view)


page()
