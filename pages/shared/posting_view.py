"""One posting: each requirement with its evidence, or with what would prove it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine.actions import applications, jobs, resume
from engine.actions import projects as starting
from engine.actions import skills as standing
from engine.career.tailoring import Answer
from engine.domain.posting import DEGREES, ENGAGEMENTS, PERIODS, Posting
from pages.shared import messages, posting_list, skill_card, state

_REMOTE = {"unknown": None, "yes": True, "no": False}
_REMOTE_NAMES = {"unknown": "Not said", "yes": "Yes", "no": "No, or hybrid"}


def show(number: int) -> None:
    """Draw the posting with this number."""
    if st.button("All postings", icon=":material/arrow_back:", type="tertiary"):
        state.stay(posting=0)
        st.rerun()
    posting = jobs.get(state.settings(), number)
    st.header(messages.plain(posting.title))
    if posting.company or posting.place:
        st.markdown(", ".join(messages.plain(one) for one in (posting.company, posting.place) if one))
    with st.container(horizontal=True, gap="xsmall"):
        for mark in posting_list.marks(posting):
            st.badge(mark, color="gray")
    templates = {slug: one.skills for slug, one in starting.templates().items()}
    found = jobs.answered(state.settings(), posting, templates)
    _actions(posting, found)
    _table(found)
    with st.expander("Correct what was recognised", icon=":material/edit:"):
        _correct(posting)
    with st.expander("The posting as you pasted it", icon=":material/article:"):
        st.text(posting.text)
        if posting.link:
            st.text(posting.link)


def _actions(posting: Posting, found: tuple[Answer, ...]) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Tailored resume", type="primary", icon=":material/contact_page:"):
            st.switch_page(state.FILES["resume"], query_params={"posting": str(posting.id)})
        mine, _ = applications.find(state.settings(), posting=posting.id, limit=1)
        if mine and st.button("Open the application", icon=":material/work:"):
            state.stay(application=mine[0].id)
            st.rerun()
        if not mine and st.button("Begin an application", icon=":material/work:"):
            begun = applications.add(state.settings(), posting=posting.id)
            state.stay(application=begun.id)
            st.rerun()
        if st.button("Practise for it", icon=":material/forum:"):
            state.stay(view="interview")
            st.rerun()
        st.download_button(
            "Letter: the facts",
            lambda: resume.cover_letter(state.settings(), posting, found),
            f"letter-{posting.id}.txt",
            "text/plain",
            icon=":material/mail:",
            help="What is recorded, with its place, and gaps for your own words. No sentence is made up for you.",
        )


def _table(found: tuple[Answer, ...]) -> None:
    if not found:
        st.info("No skill was recognised. Add those that it asks for below.", icon=":material/search_off:")
        return
    st.markdown("### What it asks for, and what you can show")
    for one in found:
        with st.container(border=True):
            left, right = st.columns([2, 3])
            with left:
                _asked(one)
            with right:
                if one.is_missing:
                    _missing(one)
                else:
                    _proved(one)
    st.caption(skill_card.LEGEND)


def _asked(one: Answer) -> None:
    welcome = " :gray-badge[nice to have]" if one.requirement.is_helpful else ""
    st.markdown(f"**{messages.plain(one.name)}**{welcome}")
    st.caption(messages.plain(one.requirement.said) or "Added by you")


def _proved(one: Answer) -> None:
    mark, said = skill_card.MARKS[one.trust], skill_card.TOLD[one.trust]
    st.markdown(f"{mark} **{one.level_name}**, {said}: {messages.plain(one.value)}")
    with st.container(horizontal=True, gap="small"):
        if one.project:
            st.page_link(
                state.FILES["evidence"],
                label=messages.plain(one.project_title),
                icon=":material/folder_open:",
                query_params=state.place(one.project),
            )
        if one.link:
            st.page_link(one.link, label="Published page" if one.project else "What was made", icon=":material/link:")


def _missing(one: Answer) -> None:
    st.markdown(f":orange-badge[Missing] {messages.plain(one.todo)}")
    with st.container(horizontal=True, gap="small"):
        st.page_link(
            state.FILES["lesson"],
            label="Lesson",
            icon=":material/menu_book:",
            query_params={"skill": one.requirement.skill},
        )
        if one.templates:
            title = starting.templates()[one.templates[0]].title
            st.page_link(state.FILES["gallery"], label=f"Project: {messages.plain(title)}", icon=":material/grid_view:")


def _correct(posting: Posting) -> None:
    names = {one["id"]: one["name"] for one in standing.skills(state.settings())}
    with st.form(f"correct-{posting.id}", border=False):
        title = st.text_input("Title", posting.title, max_chars=300)
        left, right = st.columns(2)
        company = left.text_input("Company", posting.company, max_chars=300)
        place = right.text_input("Place", posting.place, max_chars=300)
        skills = st.multiselect(
            "Skills, in the order of the posting", list(names), list(posting.skills), format_func=names.__getitem__
        )
        values = _fields(posting)
        link = st.text_input("Address", posting.link, max_chars=1000)
        if st.form_submit_button("Store the corrections", icon=":material/save:"):
            with messages.guard():
                jobs.save(
                    state.settings(),
                    replace(
                        posting, title=title, company=company, place=place, skills=tuple(skills), link=link, **values
                    ),
                )
                state.note("The corrections are stored.")
                st.rerun()
    _delete(posting)


def _delete(posting: Posting) -> None:
    with st.popover("Delete the posting", icon=":material/delete:"):
        st.markdown("Applications for it stay.")
        if st.button("Delete it", type="primary"):
            jobs.delete(state.settings(), posting.id)
            state.stay(posting=0)
            state.note("The posting is deleted.")
            st.rerun()


def _fields(posting: Posting) -> dict[str, Any]:
    """Let the reader correct pay, remote, engagement and degree."""
    low, high, currency, period = st.columns(4)
    pay_low = low.number_input("Pay from", 0.0, jobs.LARGEST_PAY, posting.pay_low, step=1000.0)
    pay_high = high.number_input("to", 0.0, jobs.LARGEST_PAY, posting.pay_high, step=1000.0)
    money = currency.text_input("Currency", posting.currency, max_chars=3, placeholder="EUR")
    per = period.selectbox(
        "for each", ["", *PERIODS], ["", *PERIODS].index(posting.period), format_func=lambda name: name or "Not said"
    )
    first, second, third = st.columns(3)
    remote = first.selectbox(
        "Remote",
        list(_REMOTE),
        list(_REMOTE.values()).index(posting.remote),
        format_func=_REMOTE_NAMES.__getitem__,
    )
    kinds, degrees = ["", *ENGAGEMENTS], ["", *DEGREES]
    engagement = second.selectbox(
        "Engagement",
        kinds,
        kinds.index(posting.engagement),
        format_func=lambda one: ENGAGEMENTS.get(one, "Not said"),
    )
    degree = third.selectbox(
        "Degree asked for",
        degrees,
        degrees.index(posting.degree),
        format_func=lambda one: DEGREES.get(one, "Not said"),
    )
    return {
        "pay_low": pay_low,
        "pay_high": pay_high,
        "currency": money,
        "period": per,
        "remote": _REMOTE[remote],
        "engagement": engagement,
        "degree": degree,
    }
