"""Pasting a posting, and the list of those that are kept."""

from __future__ import annotations

import streamlit as st

from engine.actions import jobs
from engine.domain.posting import DEGREES, ENGAGEMENTS, Posting
from engine.domain.words import number
from pages.shared import messages, paging, state

_REMOTE = {"any": None, "yes": True, "no": False}
_REMOTE_NAMES = {"any": "Anywhere", "yes": "Remote", "no": "On site or hybrid"}


def show() -> None:
    """Draw the form and the list."""
    st.markdown(
        "Paste a posting: each requirement is held against what you have proved. It is read on this machine, by word "
        "lists; nothing is fetched, sent or published."
    )
    _, every = jobs.find(state.settings(), limit=1)
    with st.expander("Paste a posting", expanded=not every, icon=":material/content_paste:"):
        _form()
    if every:
        _list()


def _form() -> None:
    boards = {one.id: one.name for one in jobs.boards(state.settings())}
    with st.form("paste", border=False):
        text = st.text_area("Text of the posting", height=220, placeholder="The whole text, as it stands on the page")
        left, right = st.columns(2)
        link = left.text_input("Address", placeholder="https://", help="So that you find it again")
        board = right.selectbox("Board", list(boards), index=None, format_func=boards.__getitem__, placeholder="Any")
        if st.form_submit_button("Read it", type="primary", icon=":material/search:"):
            with messages.guard():
                found = jobs.add(state.settings(), text, board=board or "", link=link.strip())
                state.stay(posting=found.id, view="postings")
                st.rerun()


def _list() -> None:
    first, second, third = st.columns([2, 1, 1])
    text = first.text_input("Title, company or place", key="posting-text")
    engagement = second.selectbox(
        "Engagement", list(ENGAGEMENTS), index=None, format_func=ENGAGEMENTS.__getitem__, placeholder="Any"
    )
    remote = third.selectbox("Where", list(_REMOTE), format_func=_REMOTE_NAMES.__getitem__)
    found, total = jobs.find(
        state.settings(),
        text=text.strip(),
        engagement=engagement or "",
        remote=_REMOTE[remote],
        limit=paging.EACH,
        offset=paging.offset(),
    )
    st.caption(f"{total:,} {'posting' if total == 1 else 'postings'}")
    for one in found:
        _row(one)
    paging.turn(total)


def _row(one: Posting) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{messages.plain(one.title)}**  \n:gray[{said(one)}, saved {one.saved_at:%-d %B %Y}]", width="stretch"
        )
        if st.button("Open", key=f"posting-{one.id}"):
            state.stay(posting=one.id)
            st.rerun()


def said(one: Posting) -> str:
    """Say company, place and number of skills in one line."""
    parts = [messages.plain(text) for text in (one.company, one.place) if text]
    parts.append(f"{len(one.skills)} {'skill' if len(one.skills) == 1 else 'skills'} recognised")
    return ", ".join(parts)


def marks(one: Posting) -> list[str]:
    """Say pay, remote, engagement and degree, each in words, as far as the posting does."""
    found = [pay(one.pay_low, one.pay_high, one.currency, one.period)]
    found += {True: ["Remote"], False: ["On site or hybrid"], None: []}[one.remote]
    found += [ENGAGEMENTS[one.engagement]] if one.engagement else []
    found += [f"Degree: {DEGREES[one.degree].lower()}"] if one.degree else []
    return [text for text in found if text]


def pay(low: float | None, high: float | None, currency: str, period: str) -> str:
    """Write a range of pay: ``60,000 to 75,000 EUR a year``."""
    ends = [
        number(round(value)) if value == round(value) else f"{value:,.2f}" for value in (low, high) if value is not None
    ]
    if not ends:
        return ""
    each = {"hour": "an hour", "": ""}.get(period, f"a {period}")
    return " ".join(part for part in (" to ".join(dict.fromkeys(ends)), messages.plain(currency), each) if part)
