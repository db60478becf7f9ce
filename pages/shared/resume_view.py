"""What stands in a resume: the choice of it, a preview, the files, and what was brought in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from engine.actions import resume
from engine.domain.resume import Sources
from engine.publish.resume_pages import outline
from pages.shared import messages, state


def choose(found: Sources, posting: int | None) -> resume.Tailoring:
    """Let the reader leave projects and skills out."""
    if not found.projects:
        messages.empty(
            "No finished project yet",
            "A project that you closed or published stands here with its headline number.",
            "Choose a project",
            "gallery",
        )
    titles = {one.slug: one.title for one in found.projects}
    names = {one.id: f"{one.name} ({one.level.lower()}, {one.trust})" for one in found.skills}
    with st.expander("What stands in it", icon=":material/checklist:"):
        slugs = st.multiselect("Projects", list(titles), list(titles), format_func=titles.__getitem__)
        skills = st.multiselect("Skills", list(names), list(names), format_func=names.__getitem__)
    return resume.Tailoring(posting=posting, projects=tuple(slugs), skills=tuple(skills))


def preview(document: Mapping[str, Any]) -> None:
    """Show the resume as it will read."""
    shown = outline(document)
    with st.container(border=True):
        st.markdown(f"## {messages.plain(shown['name'])}")
        for text in (shown["label"], " · ".join([*shown["reach"], *shown["links"]]), shown["summary"]):
            if text:
                st.markdown(messages.plain(text))
        for section in shown["sections"]:
            st.markdown(f"### {messages.plain(section['title'])}")
            for item in section["items"]:
                _item(item)
        if not shown["sections"]:
            st.caption("Nothing to show yet: no project is finished, no skill proved, no resume brought in.")


def _item(item: Mapping[str, Any]) -> None:
    beside = ", ".join(text for text in (item["beside"], item["when"]) if text)
    lines = [f"**{messages.plain(item['head'])}**" + (f" :gray[{messages.plain(beside)}]" if beside else "")]
    lines += [messages.plain(line) for line in (*item["lines"], *item["points"])]
    if item["words"]:
        lines.append(f":gray[{messages.plain(item['words'])}]")
    if item["link"]:
        lines.append(messages.plain(item["link"]))
    st.markdown("  \n".join(lines))


def downloads(document: Mapping[str, Any]) -> None:
    """Offer the three files."""
    kinds = {
        "pdf": ("PDF", "application/pdf", ":material/picture_as_pdf:"),
        "html": ("Page", "text/html", ":material/language:"),
        "json": ("JSON Resume", "application/json", ":material/data_object:"),
    }
    with st.container(horizontal=True):
        for form, (label, mime, icon) in kinds.items():
            # Made at once, some hundredths of a second: a letter without a font is said before anybody clicks.
            with messages.guard():
                content = resume.as_file(document, form)
                kind: Literal["primary", "secondary"] = "primary" if form == "pdf" else "secondary"
                st.download_button(label, content, f"resume.{form}", mime, icon=icon, type=kind)
    st.caption("One column, real text and plain headings, so that programs which read resumes do not stumble.")


def bring() -> None:
    """Take a JSON Resume file in, or away again."""
    settings = state.settings()
    kept = resume.kept(settings)
    if kept:
        entries = sum(len(value) for value in kept.values() if isinstance(value, list))
        st.markdown(f"A resume with {entries:,} entries is kept; what is recorded here stands before it.")
        if st.button("Take it away", icon=":material/delete:"):
            resume.forget(settings)
            state.note("The resume that was brought in is gone.")
            st.rerun()
    given = st.file_uploader("A file in the format JSON Resume", type="json")
    st.caption("Work, education and all else in it is kept, also keys that no standard knows.")
    if given is not None and st.button("Bring it in", icon=":material/upload:", type="primary"):
        resume.bring(settings, given.getvalue())
        state.note("The resume is brought in.")
        st.rerun()
