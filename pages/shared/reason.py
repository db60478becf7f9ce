"""One line of reason, asked for where the choice is made; and the log in which it stands."""

from __future__ import annotations

import streamlit as st

from engine.actions import record
from engine.domain.project import Decision, Project
from pages.shared import messages, state

_LONGEST = 500
_NAMES = {"prepare": "recipe", "promote": "model", "close": "ending"}
_ASKED = {
    "target": "Why this column?",
    "split": "Why are the rows set apart so?",
    "metric": "Why this metric?",
    "prepare": "Why this step?",
    "family": "Why these families?",
    "search": "Why these ranges?",
    "threshold": "Why this threshold?",
    "promote": "Why this model?",
}


def ask(project: Project, *steps: str) -> None:
    """Ask for the reason of the newest of these choices that has none; one line, which can be left out."""
    waiting = [
        one
        for one in record.decisions(state.settings(), project.slug)
        if one.step in steps and not one.reason and not one.skipped
    ]
    if not waiting:
        return
    one = waiting[-1]
    with st.container(border=True, gap="xsmall", key=f"ask-{one.id}"):
        said = messages.plain(one.choice or one.step)
        st.markdown(f":material/edit_note: {_name(one.step)}: **{said}**. {_ASKED.get(one.step, 'Why?')}")
        _line(project, one, skip=True)


def log(project: Project) -> None:
    """Draw the decision log: every choice with its day and reason, and a place to add one that is missing."""
    found = record.decisions(state.settings(), project.slug)
    if not found:
        st.caption("Nothing is decided yet. Each choice will stand here with its day and your reason.")
        return
    without = sum(not one.reason for one in found)
    if without:
        st.caption(
            f"{without} of {len(found)} choices have no reason yet. A reason that is added later carries both days."
        )
    for one in reversed(found):
        with st.container(gap=None, key=f"decision-{one.id}"):
            _entry(project, one)


def _entry(project: Project, one: Decision) -> None:
    choice = f" {messages.plain(one.choice)}" if one.choice else ""
    st.markdown(f"**{_name(one.step)}.**{choice}")
    day = f"{one.created_at:%d %B %Y}" + (f" · run {one.run_id}" if one.run_id else "")
    if not one.reason:
        st.caption(f"{day} · :material/help: no reason recorded")
        with st.popover("Add the reason", icon=":material/edit:", type="tertiary"):
            _line(project, one, skip=False)
        return
    later = f" · reason added {one.reasoned_at:%d %B %Y}" if one.added_later and one.reasoned_at else ""
    st.markdown(messages.plain(one.reason))
    st.caption(f"{day}{later}")


def _line(project: Project, one: Decision, *, skip: bool) -> None:
    # The same choice may be asked about at the top of a page and stand in the log below.
    place = "asked" if skip else "log"
    with st.form(f"why-{place}-{one.id}", border=False):
        text = st.text_input(
            _ASKED.get(one.step, "Why?"),
            max_chars=_LONGEST,
            placeholder="One line: what speaks for it",
            label_visibility="collapsed",
            key=f"reason-{place}-{one.id}",
        )
        with st.container(horizontal=True, gap="small"):
            kept = st.form_submit_button("Keep the reason", icon=":material/check:")
            left_out = skip and st.form_submit_button("Skip", type="tertiary")
    if not kept and not left_out:
        return
    with messages.guard():
        if left_out:
            record.skip_reason(state.settings(), project.slug, one.id)
        else:
            record.add_reason(state.settings(), project.slug, one.id, text)
        st.rerun()


def _name(step: str) -> str:
    return messages.plain(_NAMES.get(step, step).capitalize())
