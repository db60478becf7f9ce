"""Write-up: the page as the reader will see it, the editor beside it, the facts to insert."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.actions import publishing
from engine.domain.fact import Fact
from engine.domain.project import Project
from engine.domain.writeup import WriteUp
from pages.shared import frame, messages, rubric_view, standing, state, writeup_view


def page() -> None:
    """Draw the page."""
    project = frame.build_page("writeup", "Write-up")
    if project is None or standing.of(project) is None:
        return
    settings = state.settings()
    facts = publishing.facts(settings, project.slug)
    saved = publishing.writeup(settings, project.slug)
    draft = publishing.draft(settings, project.slug)
    titles = publishing.section_titles()
    _status(saved, facts)
    editor, reader = st.columns(2)
    with editor:
        key = st.selectbox("Section", list(titles), format_func=titles.__getitem__)
        text = _edit(project, key, saved.sections if saved else draft, draft)
        _facts(facts)
    with reader:
        st.caption("As the reader will see it")
        with st.container(border=True):
            _preview(text, facts, key, titles)
        writeup_view.advice(text, facts)
    writeup_view.fields(project)
    writeup_view.shorter(project)
    writeup_view.versions(project)
    rubric_view.show(project.slug)


def _status(saved: WriteUp | None, facts: Mapping[str, Fact]) -> None:
    if saved is None:
        st.caption(
            ":material/edit_note: Drafted from the stored facts; nothing is saved yet. "
            "Change what you would say otherwise."
        )
        return
    stale = publishing.stale(saved, facts)
    st.caption(f":material/check_circle: Version {saved.version}, saved {saved.created_at:%d %B %Y, %H:%M} UTC.")
    for one in stale:
        st.warning(
            f"{messages.plain(one.reason)} Was {messages.plain(one.saved)}, "
            f"is now {messages.plain(one.now or 'not recorded')}. Read the sentence again and save.",
            icon=":material/history:",
        )


def _edit(project: Project, key: str, sections: Mapping[str, str], draft: Mapping[str, str]) -> str:
    """Edit one section; what is not saved stays only as long as the page is open."""
    text = st.text_area(
        "Markdown",
        sections.get(key, ""),
        height=360,
        key=f"text-{project.slug}-{key}",
        max_chars=20_000,
        help="A number is a reference to a fact: {{ best.score }}",
    )
    with st.container(horizontal=True):
        if st.button("Save as a new version", type="primary", icon=":material/save:"):
            with messages.guard():
                version = publishing.save_writeup(state.settings(), project.slug, {**draft, **sections, key: text})
                state.note(f"Version {version} is stored.")
                st.rerun()
        st.page_link(
            state.FILES["portfolio"], label="Publish it", icon=":material/language:", query_params=state.place()
        )
    return text


def _facts(facts: Mapping[str, Fact]) -> None:
    with st.expander(f"{len(facts)} facts to insert"):
        st.dataframe(
            [
                {"write": f"{{{{ {fact.id} }}}}", "shows": fact.text, "what": fact.title, "run": str(fact.run_id or "")}
                for fact in facts.values()
            ],
            hide_index=True,
        )


def _preview(text: str, facts: Mapping[str, Fact], key: str, titles: Mapping[str, str]) -> None:
    """Render the section as the published page does: sanitised, each number with its fact."""
    st.markdown(f"### {titles[key]}")
    missing = publishing.unknown_references(text, facts)
    for name in missing:
        st.warning(f"There is no fact “{messages.plain(name)}”. Choose one from the list.", icon=":material/link_off:")
    if text.strip():
        st.html(publishing.preview(text, facts))
    else:
        st.caption("This section has nothing to say yet, so it will not be on the page.")


page()
