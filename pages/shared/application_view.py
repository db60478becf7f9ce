"""One application: where it stands, what is next, contacts, interviews, files."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.actions import applications, jobs
from engine.domain.application import EARLIEST, LATEST, Application, ApplicationStatus, Contact, Interview
from engine.domain.posting import PERIODS
from pages.shared import messages, state


def show(number: int) -> None:
    """Draw the application with this number."""
    if st.button("All applications", icon=":material/arrow_back:", type="tertiary"):
        state.stay(application=0, view="applications")
        st.rerun()
    one = applications.get(state.settings(), number)
    st.header(messages.plain(one.title))
    moved = applications.moves(state.settings(), number)
    st.caption(" → ".join(f"{status} {at.astimezone():%-d %B %Y}" for status, at in moved))
    if one.posting is not None and st.button("Posting with your evidence", icon=":material/fact_check:"):
        state.stay(application=0, view="postings", posting=one.posting)
        st.rerun()
    _form(one)
    # Kept open over a rerun: a file is chosen, then attached.
    talks = f"Interviews ({len(one.interviews)})"
    with st.expander(talks, icon=":material/forum:", key=f"talks-{one.id}", on_change="rerun") as opened:
        if opened.open:
            for place, talk in enumerate((*one.interviews, Interview())):
                _talk(one, place, talk)
    with st.expander("Files", icon=":material/attach_file:", key=f"files-{one.id}", on_change="rerun") as opened:
        if opened.open:
            _files(one)
    with st.popover("Delete the application", icon=":material/delete:"):
        st.markdown("Its notes and files go with it.")
        if st.button("Delete it", type="primary"):
            applications.delete(state.settings(), one.id)
            state.stay(application=0, view="applications")
            state.note("The application is deleted.")
            st.rerun()


def _form(one: Application) -> None:
    with st.form(f"application-{one.id}", border=True):
        statuses = [str(status) for status in ApplicationStatus]
        values: dict[str, Any] = {}
        # Two to a row: on a narrow screen what belongs together stays together.
        left, right = st.columns(2)
        values["title"] = left.text_input("Position", one.title, max_chars=300)
        values["company"] = right.text_input("Company", one.company, max_chars=300)
        left, right = st.columns(2)
        status = left.selectbox("Status", statuses, statuses.index(one.status), format_func=str.capitalize)
        values["board"] = _board(right, one)
        left, right = st.columns(2)
        values["next_step"] = left.text_input("Next step", one.next_step, max_chars=300)
        values["next_on"] = _day(right, "On", one.next_on)
        left, right = st.columns(2)
        values["applied_on"] = _day(left, "Applied on", one.applied_on)
        values["closes_on"] = _day(right, "Last day to apply", one.closes_on)
        values |= _pay(one)
        values["link"] = st.text_input("Address", one.link, max_chars=1000, placeholder="https://")
        edited = _contacts(one)
        values["note"] = st.text_area("Notes", one.note, max_chars=applications.LONGEST_NOTE, height=110)
        if st.form_submit_button("Store it", type="primary", icon=":material/save:"):
            with messages.guard():
                rows = edited.fillna("").to_dict("records")
                contacts = tuple(Contact(**{str(key): str(cell) for key, cell in row.items()}) for row in rows)
                changed = replace(one, **values, contacts=contacts, status=ApplicationStatus(status))
                applications.save(state.settings(), changed)
                state.note("The application is stored.")
                st.rerun()


def _board(place: DeltaGenerator, one: Application) -> str:
    boards = {"": "Other"} | {board.id: board.name for board in jobs.boards(state.settings())}
    known = list(boards) if one.board in boards else [*boards, one.board]
    return place.selectbox("Board", known, known.index(one.board), format_func=lambda board: boards.get(board, board))


def _contacts(one: Application) -> pd.DataFrame:
    st.caption("Contacts")
    return st.data_editor(
        pd.DataFrame([asdict(contact) for contact in one.contacts] or [asdict(Contact(name=""))]),
        num_rows="dynamic",
        column_config={"name": "Name", "role": "Role", "address": "Mail, telephone or page"},
        key=f"contacts-{one.id}",
    )


def _day(place: DeltaGenerator, label: str, value: date | None) -> date | None:
    return place.date_input(label, value, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD")


def _pay(one: Application) -> dict[str, Any]:
    low, high, currency, period = st.columns(4)
    periods = ["", *PERIODS]
    return {
        "pay_low": low.number_input("Pay from", 0.0, jobs.LARGEST_PAY, one.pay_low, step=1000.0),
        "pay_high": high.number_input("to", 0.0, jobs.LARGEST_PAY, one.pay_high, step=1000.0),
        "currency": currency.text_input("Currency", one.currency, max_chars=3, placeholder="EUR"),
        "period": period.selectbox(
            "for each", periods, periods.index(one.period), format_func=lambda name: name or "Not said"
        ),
    }


def _talk(one: Application, place: int, talk: Interview) -> None:
    is_new = place == len(one.interviews)
    with st.form(f"talk-{one.id}-{place}", border=True):
        left, right = st.columns(2)
        on = _day(left, "Day", talk.on)
        kind = right.text_input("Kind", talk.kind, max_chars=300, placeholder="First call, technical, on site …")
        asked = st.text_area("Questions that were asked, one a line", "\n".join(talk.questions), height=100)
        note = st.text_area("How it went", talk.note, max_chars=applications.LONGEST_NOTE, height=80)
        if st.form_submit_button("Add the interview" if is_new else "Store the interview"):
            with messages.guard():
                told = Interview(on=on, kind=kind, questions=tuple(asked.splitlines()), note=note)
                talks = (*one.interviews[:place], told, *one.interviews[place + 1 :])
                applications.save(state.settings(), replace(one, interviews=talks))
                state.note("The interview is stored.")
                st.rerun()


def _files(one: Application) -> None:
    settings = state.settings()
    for file in applications.files(settings, one.id):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{messages.plain(file.name)} :gray[{file.size_bytes / 1000:,.0f} kB]", width="stretch")
            st.download_button(
                "Save",
                partial(applications.content, settings, file),
                file.name,
                "application/octet-stream",
                key=f"file-{file.id}",
            )
            if st.button("Take away", key=f"detach-{file.id}"):
                applications.detach(settings, file.id)
                st.rerun()
    given = st.file_uploader("Attach a file of your own, up to 10 MB", key=f"attach-{one.id}", max_upload_size=10)
    if given is not None and st.button("Attach it", icon=":material/attach_file:"):
        with messages.guard():
            applications.attach(settings, one.id, given.name, given.getvalue())
            state.note("The file is attached.")
            st.rerun()
