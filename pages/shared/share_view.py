"""The share kit and the PDF of a project, on the Portfolio page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.actions import sharing
from pages.shared import messages, state


def show(titles: Mapping[str, str], here: str) -> None:
    """Offer drafts for the places where links are shared, and the PDF.

    Parameters
    ----------
    titles : mapping of slug to title
        Projects with a finished run.
    here : str
        Slug of the project at hand, empty if there is none.
    """
    st.subheader("Share it")
    slugs = list(titles)
    slug = st.selectbox(
        "Project to share", slugs, index=slugs.index(here) if here in slugs else 0, format_func=titles.__getitem__
    )
    with messages.guard():
        found = sharing.kit(state.settings(), slug)
        _warnings(found)
        tabs = st.tabs([one["title"] for one in found["drafts"]])
        for tab, one in zip(tabs, found["drafts"], strict=True):
            with tab:
                _draft(one)
    _pdf(slug, slugs)


def _warnings(found: Mapping[str, object]) -> None:
    if not found["address"]:
        st.caption("Without a site address there are no share links.")
        st.page_link(state.FILES["profile"], label="Give the site address", icon=":material/link:")
    elif not found["published"]:
        st.caption("The newest site does not show this project: publish it before you share its link.")


def _draft(one: Mapping[str, object]) -> None:
    st.code(str(one["text"]), language=None, wrap_lines=True)
    st.caption(f"{one['length']:,} of {one['limit']:,} characters. {messages.plain(one['note'])}")
    folds = one["folds"]
    for fold in folds if isinstance(folds, list) else ():
        st.caption(f"Seen {fold['where']} before it is cut: {messages.plain(fold['seen'])}…")
    if one["link"]:
        st.link_button(f"Open {one['title']}", str(one["link"]), icon=":material/open_in_new:")


def _pdf(slug: str, slugs: list[str]) -> None:
    st.subheader("As a PDF")
    kinds = {"one": "This project", "page": "This project on one page", "all": "All projects"}
    kind = st.segmented_control("What to set", list(kinds), default="one", format_func=kinds.__getitem__)
    if st.button("Set the PDF", icon=":material/picture_as_pdf:", disabled=kind is None):
        with messages.guard(), st.spinner("Setting the pages …"):
            chosen = slugs if kind == "all" else [slug]
            data = sharing.pdf(state.settings(), chosen, one_page=kind == "page")
            name = "portfolio" if kind == "all" else slug
            st.download_button(
                f"Download {name}.pdf ({len(data) / 1000:,.0f} kB)",
                data,
                file_name=f"{name}.pdf",
                mime="application/pdf",
                icon=":material/download:",
            )
