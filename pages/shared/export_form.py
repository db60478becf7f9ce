"""Taking a project out as a repository that reproduces its scores without this program."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from engine.actions import exporting
from pages.shared import messages, state


def show(titles: Mapping[str, str], here: str) -> None:
    """Offer the projects whose hold-out was opened; without one, say what is missing.

    Parameters
    ----------
    titles : mapping of slug to title
        Projects whose hold-out was opened.
    here : str
        Slug of the project at hand, empty if there is none.
    """
    st.subheader("As a repository")
    st.markdown(
        "Short Python of library objects that fits the model again, with tests, a notebook and cards. "
        "`make reproduce` in it gives the published scores."
    )
    if not titles:
        st.caption("Open the hold-out of a project first: its scores are what the repository reproduces.")
        return
    with st.form("repository", border=True):
        slugs = list(titles)
        slug = st.selectbox(
            "Project", slugs, index=slugs.index(here) if here in slugs else 0, format_func=titles.__getitem__
        )
        folder = st.text_input("Folder to write the repository into", str(Path.home() / f"{slug}"), max_chars=500)
        asked = st.form_submit_button("Write the repository", icon=":material/code:")
    if asked:
        with messages.guard(), st.spinner("Writing the model as code …"):
            done = exporting.export_repository(state.settings(), slug, Path(folder))
            st.success(
                f"{done['files']} files, {done['lines']} lines of Python without the tests.", icon=":material/task_alt:"
            )
            st.code(f"cd {shlex.quote(done['folder'])} && make reproduce", language="bash")
            st.caption("Anybody can build it again from the raw data and compare every score:")
            st.code(f"proofolio verify {shlex.quote(done['folder'])} --rebuild", language="bash")
