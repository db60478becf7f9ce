"""The job boards: link, last visit, search text, mark, count of applications; own ones besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from engine.actions import jobs
from engine.career.boards import fits
from engine.domain.application import EARLIEST
from engine.domain.posting import BOARD_MARKS, Board
from pages.shared import messages, state


def show() -> None:
    """Draw the boards."""
    st.markdown(
        "Eleven boards to begin with. Some may have moved or closed since: mark what you find. Nothing is fetched from "
        "them; a link opens in your browser."
    )
    wanted = jobs.wanted_skills(state.settings())
    found = jobs.boards(state.settings())
    for one in found:
        if fits(one, wanted):
            _board(one)
    others = [one for one in found if not fits(one, wanted)]
    if others:
        st.caption("For other skills than those of the role you aim at:")
        for one in others:
            _board(one)
    with st.expander("Add a board of your own", icon=":material/add:"):
        _form(Board(id="", name="", kind="", link="", is_own=True), "Add it")


def _board(one: Board) -> None:
    parts = [messages.plain(one.kind)] if one.kind else []
    parts.append(f"visited {one.visited_on:%-d %B %Y}" if one.visited_on else "not visited yet")
    parts += [f"{one.applications} {'application' if one.applications == 1 else 'applications'}"]
    mark = f" :{'green' if one.mark == 'works' else 'orange'}-badge[{BOARD_MARKS[one.mark]}]" if one.mark else ""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{messages.plain(one.name)}**{mark}  \n:gray[{', '.join(parts)}]", width="stretch")
            if one.link:
                st.link_button("Open", one.link, icon=":material/open_in_new:")
            if st.button("Visited today", key=f"visited-{one.id}"):
                jobs.save_board(state.settings(), replace(one, visited_on=date.today()))
                st.rerun()
        if one.tip:
            st.caption(one.tip)
        if one.id == "kaggle":
            _profile_link(one)
        if one.prepare:
            with st.expander("Before you apply there"):
                st.markdown("\n".join(f"- {step}" for step in one.prepare))
                st.page_link(state.FILES["practice"], label="Practice", icon=":material/quiz:")
        if one.search:
            st.caption(f"Search text: {messages.plain(one.search)}")
        with st.expander("Notes and mark", key=f"notes-{one.id}", on_change="rerun") as opened:
            if opened.open:
                _form(one, "Store it")


def _profile_link(one: Board) -> None:
    if jobs.links_to(state.settings(), one):
        st.caption("Your profile there is among your links.")
    else:
        st.page_link(state.FILES["profile"], label="Add the link to your profile", icon=":material/person:")


def _form(one: Board, label: str) -> None:
    with st.form(f"board-{one.id}", border=False, clear_on_submit=not one.id):
        left, right = st.columns(2)
        name = left.text_input("Name", one.name, max_chars=100) if one.is_own else one.name
        kind = right.text_input("Kind", one.kind, max_chars=100) if one.is_own else one.kind
        marks = list(BOARD_MARKS)
        mark = left.selectbox("Link", marks, marks.index(one.mark), format_func=BOARD_MARKS.__getitem__)
        link = right.text_input("Address", one.link, max_chars=1000, placeholder="https://")
        search = left.text_input("Search text you use there", one.search, max_chars=300)
        visited = right.date_input("Last visited", one.visited_on, min_value=EARLIEST, format="YYYY-MM-DD")
        note = st.text_area("Notes, such as your rate", one.note, max_chars=2000, height=80)
        if st.form_submit_button(label, icon=":material/save:"):
            with messages.guard():
                changed = replace(
                    one, name=name, kind=kind, mark=mark, link=link, search=search, visited_on=visited, note=note
                )
                jobs.save_board(state.settings(), changed)
                state.note("The board is stored.")
                st.rerun()
    if one.is_own and one.id and st.button("Take it away", key=f"forget-{one.id}"):
        jobs.forget_board(state.settings(), one.id)
        st.rerun()
