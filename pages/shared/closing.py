"""Closing a project, at any time: met, not met or stopped, each with a reason."""

from __future__ import annotations

import streamlit as st

from engine.actions import publishing, record
from engine.domain.project import Project, ProjectStatus
from engine.evidence.stated import ENDINGS
from pages.shared import messages, state

_MEANING = {
    ProjectStatus.MET: "The criterion was reached.",
    ProjectStatus.NOT_MET: "It was not, and that is now known: a result which others can build on.",
    ProjectStatus.STOPPED: "You learned enough to see that going on is not worth it.",
}


def show(project: Project) -> None:
    """Draw the ending of a project, or the question how it ends."""
    if project.status is ProjectStatus.OPEN:
        _ask(project)
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"#### Closed: {ENDINGS[project.status]}")
        why = [one for one in record.decisions(state.settings(), project.slug) if one.step == "close"]
        if why:
            st.markdown(messages.plain(why[-1].reason))
        if project.closed_at:
            st.caption(f"{project.closed_at:%d %B %Y}. It stands on the published page as it is here.")
    with st.popover("Open it again", icon=":material/lock_open:", type="tertiary"):
        _form(project, {ProjectStatus.OPEN: "open"}, "Open the project again")


def _ask(project: Project) -> None:
    verdict = publishing.facts(state.settings(), project.slug).get("criterion.1.verdict")
    st.markdown("A project may end at any time. Not met is a result too, and so is having stopped.")
    if verdict is not None:
        st.caption(f"The first criterion was judged: {messages.plain(verdict.text)}.")
    _form(project, ENDINGS, "Close the project")


def _form(project: Project, endings: dict[ProjectStatus, str], label: str) -> None:
    with st.form(f"close-{project.slug}", border=False):
        ending = next(iter(endings))
        if len(endings) > 1:
            ending = st.radio(
                "How does it end?",
                list(endings),
                format_func=lambda one: endings[one].capitalize(),
                captions=[_MEANING[one] for one in endings],
            )
        reason = st.text_input("Why?", max_chars=500, placeholder="One line, which stands on the page")
        if st.form_submit_button(label, icon=":material/flag:"):
            with messages.guard():
                record.close(state.settings(), project.slug, ending, reason)
                state.note(f"The project is {'open again' if len(endings) == 1 else f'closed: {endings[ending]}'}.")
                st.rerun()
