"""The week: days of work as small marks, and the plan behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import rhythm
from engine.store import study
from engine.store.db import connect
from engine.study.rhythm import WEEKDAYS, written
from pages.shared import messages, state


def show(week: dict[str, Any]) -> None:
    """Draw the week, with its plan one click away."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="week"):
        for name, day in zip(WEEKDAYS, week["days"], strict=True):
            text = f"**{name}**" if day["today"] else name
            st.markdown(f":gray[{text}] {_mark(day)}", width="content")
        st.markdown(week["sentence"], width="content")
        with st.popover("Plan", icon=":material/tune:", type="tertiary"):
            _plan()


def _mark(day: dict[str, Any]) -> str:
    if day["worked"]:
        return ":material/check_circle:"
    return ":material/bedtime:" if day["on_break"] else ":gray[:material/radio_button_unchecked:]"


def _plan() -> None:
    settings = state.settings()
    with connect(settings) as db:
        days = study.days_a_week(db)
    chosen = st.slider("Days a week", 1, 7, days)
    if chosen != days:
        rhythm.set_days(settings, chosen)
        st.rerun()
    for number, first, last, note in rhythm.breaks(settings):
        with st.container(horizontal=True, vertical_alignment="center"):
            told = f" {messages.plain(note)}" if note else ""
            st.markdown(f"Break {written(first)} to {written(last)}{told}", width="stretch")
            if st.button("Drop", key=f"break-{number}", type="tertiary"):
                rhythm.drop_break(settings, number)
                st.rerun()
    with st.form("break", border=False, clear_on_submit=True):
        left, right = st.columns(2)
        first = left.date_input("Break from", "today", min_value="today")
        last = right.date_input("to", "today", min_value="today", help="The last day of the break")
        note = st.text_input("What for", max_chars=200, placeholder="Holidays")
        if not st.form_submit_button("Plan the break"):
            return
    with messages.guard():
        rhythm.plan_break(settings, first, last, note)
        st.rerun()
