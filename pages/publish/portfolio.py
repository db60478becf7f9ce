"""Portfolio: choose projects, write the site, verify it."""

from __future__ import annotations

import shlex
from pathlib import Path

import streamlit as st

from engine.actions import publishing
from engine.domain.run import RunKind
from engine.store import projects, results, runs, writeups
from engine.store.db import connect
from pages.shared import export_form, messages, run_panel, share_view, state


def page() -> None:
    """Draw the page."""
    st.title("Portfolio")
    settings = state.settings()
    with connect(settings) as db:
        found = [one for one in projects.all_of(db) if runs.latest_result(db, one.slug) is not None]
        opened = {one.slug: len(results.openings(db, one.slug)) for one in found}
        published = writeups.publications(db)
        newest = next((one for one in runs.all_of(db, limit=30) if one.kind is RunKind.PUBLISH), None)
    if not found:
        messages.empty(
            "Nothing to publish yet",
            "A project with a finished run can be published as a page that anybody can verify.",
            "Choose a project",
            "gallery",
        )
        return
    titles = {
        one.slug: f"{one.title} ({'hold-out opened' if opened[one.slug] else 'hold-out still sealed'})" for one in found
    }
    here = state.slug()
    with st.form("publish", border=True):
        chosen = st.multiselect(
            "Projects on the site",
            list(titles),
            default=[here] if here in titles else list(titles)[:1],
            format_func=titles.__getitem__,
        )
        folder = st.text_input("Folder to write into", str(Path.home() / "proofolio-site"), max_chars=500)
        if st.form_submit_button("Write the site", type="primary", icon=":material/language:"):
            with messages.guard():
                publishing.start(settings, chosen, Path(folder))
                st.rerun()
    if newest is not None and newest.status != "done":
        with connect(settings) as db:
            run_panel.show(projects.get(db, newest.project), newest)
    if published:
        last = published[0]
        st.subheader("The newest site")
        card = Path(last.folder) / "card.png"
        if card.is_file():
            st.image(card.read_bytes(), width=420, caption="How a shared link to it looks")
        st.markdown(f"{', '.join(map(messages.plain, last.projects))}, written {last.created_at:%d %B %Y, %H:%M} UTC.")
        st.code(f"proofolio verify {shlex.quote(last.folder)}", language="bash")
        st.caption(f"Open {messages.plain(last.folder)}/index.html in a browser. Signed with key {last.fingerprint}.")
        if st.button("Verify it now", icon=":material/verified:"):
            _verify(last.folder)
    share_view.show({one.slug: one.title for one in found}, here or "")
    export_form.show({one.slug: one.title for one in found if opened[one.slug]}, here or "")


def _verify(folder: str) -> None:
    """Recompute what the site claims, as a stranger would."""
    with messages.guard(), st.spinner("Checking files, signature and numbers …"):
        found = publishing.verify(folder)
        wrong = [check for check in found["checks"] if not check["ok"]]
        if wrong:
            st.error(f"{len(wrong)} checks do not hold.", icon=":material/error:")
            st.dataframe([{key: str(value) for key, value in check.items()} for check in wrong], hide_index=True)
        else:
            st.success(f"Level {found['level']} holds: {len(found['checks'])} checks.", icon=":material/verified:")


page()
