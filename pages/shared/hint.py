"""Help with a template project: as much as was chosen, and each hint that is asked for is recorded."""

from __future__ import annotations

import streamlit as st

from engine.actions import guidance
from engine.actions.guidance import HelpHere
from engine.domain.project import Project
from engine.domain.record import Guidance
from pages.shared import messages, state

NAMES = {Guidance.GUIDED: "Guided", Guidance.HALF: "Hints on request", Guidance.BLANK: "Only the brief"}
MEANING = {
    Guidance.GUIDED: "Each step is explained, and something to do is suggested.",
    Guidance.HALF: "Nothing is said until you ask; each hint that you ask for is recorded.",
    Guidance.BLANK: "No help. What you find, you found yourself.",
}


def show(project: Project, station: str) -> None:
    """Draw the help of a station, as much as the project's degree allows; nothing for a project of one's own."""
    here = guidance.here(state.settings(), project, station)
    if here is None:
        return
    with st.container(border=here.degree is Guidance.GUIDED or bool(here.shown), gap="small", key="help"):
        if here.degree is Guidance.GUIDED:
            st.markdown(f":material/signpost: {here.station.task}")
            st.markdown(f"**Now:** {here.station.suggestion}")
        for text in here.shown:
            st.markdown(f":material/lightbulb: {text}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if here.degree is not Guidance.BLANK and here.left:
                _more(project, station, here)
            _degree(project, here)
    if station == "data":
        _pitfalls(project, here)


def _more(project: Project, station: str, here: HelpHere) -> None:
    label = "Show a hint" if not here.shown else "Show another hint"
    if st.button(label, icon=":material/lightbulb:", type="tertiary", help="It is recorded that you asked."):
        with messages.guard():
            guidance.ask_hint(state.settings(), project.slug, station)
            st.rerun()


def _degree(project: Project, here: HelpHere) -> None:
    """Show the degree, and let it be changed."""
    with st.popover(f"Help: {NAMES[here.degree].lower()}", icon=":material/support:", type="tertiary"):
        chosen = st.radio(
            "How much help from now on?",
            list(Guidance),
            index=here.degree.place,
            format_func=NAMES.__getitem__,
            captions=list(MEANING.values()),
        )
        said = f"The record of this project says: {NAMES[here.counts].lower()}, the most help that it ever had."
        st.caption(f"{said} Less help from now on is noted with its day.")
        if st.button("Change the help"):
            with messages.guard():
                guidance.change(state.settings(), project.slug, Guidance(str(chosen)))
                st.rerun()


def _pitfalls(project: Project, here: HelpHere) -> None:
    """Draw the pitfalls that came to light, and take what the person found."""
    total = here.hidden + len(here.pitfalls)
    if not total:
        return
    found = sum(one.found for one in here.pitfalls)
    with st.expander(
        f"Pitfalls of this data: {found} found by you, {here.hidden} of {total} hidden", icon=":material/search:"
    ):
        for one in here.pitfalls:
            st.markdown(f":material/{'check_circle' if one.found else 'lightbulb'}: {messages.plain(one.text)}")
            if one.found:
                st.caption(f"You said: {messages.plain(one.note)}")
        if here.hidden:
            _hunt(project, here)


def _hunt(project: Project, here: HelpHere) -> None:
    with st.form("pitfall", border=False):
        text = st.text_input(
            "What did you find?",
            max_chars=guidance.LONGEST_FOUND,
            placeholder="The column, and what is odd about it",
        )
        with st.container(horizontal=True, gap="small"):
            told = st.form_submit_button("See whether it is one of them", icon=":material/search:")
            asked = here.degree is not Guidance.BLANK and st.form_submit_button("Give one away", type="tertiary")
    with messages.guard():
        if told:
            new = guidance.report_pitfall(state.settings(), project.slug, text)
            if new:
                state.note(f"Found: {messages.plain(new[0])}")
                st.rerun()
            st.info(
                "None of the hidden ones, as far as its words tell. It may matter all the same: write it into the "
                "record as a decision about the data.",
                icon=":material/info:",
            )
        elif asked:
            guidance.ask_pitfall(state.settings(), project.slug)
            st.rerun()
