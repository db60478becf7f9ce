"""What stands beside the text of a write-up: advice, versions, fields of their own, shorter forms."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.actions import publishing, sharing
from engine.domain.fact import Fact
from engine.domain.project import Project
from engine.domain.writeup import Credit, ValueEstimate, WriteUp
from pages.shared import messages, state

_ICONS = {
    "grade": ":material/menu_book:",
    "sentence": ":material/short_text:",
    "jargon": ":material/translate:",
    "causal": ":material/psychology_alt:",
}


def advice(text: str, facts: Mapping[str, Fact]) -> None:
    """Point out typed numbers and what could be plainer; nothing is blocked."""
    for one in publishing.typed(text, facts):
        if one.agrees:
            st.caption(f":material/link: {messages.plain(one.sentence)}")
        else:
            st.warning(messages.plain(one.sentence), icon=":material/difference:")
    found = publishing.advice(text)
    if not found:
        return
    with st.expander(f"{len(found)} {'place' if len(found) == 1 else 'places'} could be plainer"):
        for place in found:
            quote = f"“{messages.plain(place.quote)}” " if place.quote else ""
            st.markdown(f"{_ICONS[place.kind]} {quote}{messages.plain(place.advice)}")
        st.caption("Advice from word lists and a reading formula; it looks only at what you wrote, and blocks nothing.")


def versions(project: Project) -> None:
    """List the saved versions, and show what changed in the chosen one."""
    found = publishing.versions(state.settings(), project.slug)
    if len(found) < 2:
        return
    with st.expander(f"{len(found)} versions"):
        number = st.selectbox(
            "Version", range(len(found)), format_func=lambda place: _name(found[place]), key=f"version-{project.slug}"
        )
        old = found[number + 1] if number + 1 < len(found) else None
        changed = publishing.changes(old, found[number])
        st.caption("Changed against the version before." if old else "The first version.")
        for one in changed:
            st.markdown(f"**{one.title}**")
            st.code(one.text, language="diff", wrap_lines=True)
        if not changed:
            st.caption("The text is the same; facts behind it changed.")


def _name(one: WriteUp) -> str:
    words = sum(len(text.split()) for text in one.sections.values())
    return f"Version {one.version}, {one.created_at:%d %B %Y, %H:%M} UTC, {words} words"


def fields(project: Project) -> None:
    """Edit the value estimate and the credits."""
    settings = state.settings()
    old = publishing.extras(settings, project.slug)
    with st.expander("What it could be worth, and who contributed"), st.form(f"extras-{project.slug}", border=False):
        left, middle, right = st.columns(3)
        low = left.number_input("At least", value=old.value.low, placeholder="20000")
        high = middle.number_input("At most", value=old.value.high, placeholder="45000")
        unit = right.text_input("Unit", old.value.unit, max_chars=60, placeholder="EUR a year")
        assumptions = st.text_area(
            "What has to hold for it, one line each", "\n".join(old.value.assumptions), max_chars=2000, height=90
        )
        credits = st.text_area(
            "Who contributed, one line each: name; what they did; link",
            "\n".join("; ".join(filter(None, (one.name, one.did, one.link))) for one in old.credits),
            max_chars=2000,
            height=90,
            placeholder="Grace Hopper; labelled 400 rows; https://example.org",
        )
        if st.form_submit_button("Save these fields", icon=":material/save:"):
            with messages.guard():
                value = ValueEstimate(low=low, high=high, unit=unit.strip(), assumptions=_lines(assumptions))
                publishing.save_extras(settings, project.slug, value, [_credit(one) for one in _lines(credits)])
                state.note("The fields are stored.")
                st.rerun()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _credit(line: str) -> Credit:
    name, _, rest = line.partition(";")
    did, _, link = rest.partition(";")
    return Credit(name=name.strip(), did=did.strip(), link=link.strip())


def shorter(project: Project) -> None:
    """Offer the outline of a talk, from the same facts; one page of it is set on the Portfolio page."""
    with st.expander("A talk of five minutes"), messages.guard():
        text = sharing.talk(state.settings(), project.slug)
        st.html(publishing.preview(text, {}))
        st.download_button(
            "Download the outline", text, file_name=f"{project.slug}-talk.md", icon=":material/download:"
        )
