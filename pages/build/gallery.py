"""Gallery: real questions to start from, and the doors for one's own data and for catalogues."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import catalogues
from engine.actions import intake as bringing
from engine.actions import projects as starting
from engine.store import intakes
from engine.store.db import connect
from pages.shared import cards, messages, state

_TASKS = {"": "any task", "binary": "two classes", "multiclass": "several classes", "regression": "a number"}
_HUBS = {
    "url": ("Address of a file", "https://example.org/table.csv"),
    "openml": ("Number of the data set on OpenML", "31"),
    "uci": ("Number of the data set at UCI", "53"),
    "kaggle": ("Name on Kaggle: owner/name", "owner/name"),
}
_HUB_NAMES = {"url": "A web address", "openml": "OpenML", "uci": "UCI", "kaggle": "Kaggle"}
_SIZES = {
    "any size": (None, None),
    "up to 500 rows": (None, 500),
    "500 to 10,000 rows": (500, 10_000),
    "more than 10,000 rows": (10_000, None),
}


def page() -> None:
    """Draw the page."""
    st.title("Choose a question")
    names = ["Real questions", "Your own data", "Catalogue", "From elsewhere"]
    # Only the open tab is drawn: searching a catalogue takes longer than showing three cards.
    for tab, draw in zip(
        st.tabs(names, on_change="rerun", key="doors"), (_templates, _own, _catalogue, _hubs), strict=True
    ):
        with tab:
            if tab.open:
                draw()


def _templates() -> None:
    found = list(starting.templates().values())
    domains = sorted({one.domain for one in found})
    chosen = st.pills("Domain", domains, selection_mode="multi", label_visibility="collapsed")
    shown = [one for one in found if not chosen or one.domain in chosen]
    for start in range(0, len(shown), 3):
        for column, one in zip(st.columns(3), shown[start : start + 3], strict=False):
            with column:
                cards.template(one)


def _own() -> None:
    """Take a file; how it is read and what it holds is shown on a page of its own."""
    st.markdown(
        "CSV and other delimited text, Excel, Parquet, JSON, SQLite, or a zip or gzip of one of them. "
        "The file stays on this machine."
    )
    upload = st.file_uploader("File", label_visibility="collapsed")
    if upload is not None:
        with messages.guard():
            state.go_intake(bringing.bring(state.settings(), upload, upload.name))
    with connect(state.settings()) as db:
        waiting = intakes.waiting(db)
    if waiting:
        st.markdown("##### Files on their way in")
    for one in waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                state.FILES["bring"],
                label=f"**{messages.plain(one.name)}** · {one.created_at:%d %B %Y}",
                icon=":material/draft:",
                query_params={"intake": str(one.id)},
            )
            if st.button("Throw away", key=f"away-{one.id}", icon=":material/delete:", type="tertiary"):
                with messages.guard():
                    bringing.throw_away(state.settings(), one.id)
                    st.rerun()


def _catalogue() -> None:
    """Search the data sets that are on this machine."""
    st.caption("Real data sets that came with the application: no network is needed.")
    words, size, task = st.columns([3, 2, 2])
    wanted = words.text_input("Words", placeholder="wages, birds, heart …", label_visibility="collapsed")
    rows = size.selectbox("Size", list(_SIZES), label_visibility="collapsed")
    kind = task.selectbox("Task", list(_TASKS), format_func=_TASKS.__getitem__, label_visibility="collapsed")
    with messages.guard():
        found = catalogues.search(wanted, task=kind or None, rows=_SIZES[rows], limit=60)
        _entries(found)


def _entries(found: list[dict[str, Any]]) -> None:
    if not found:
        st.info("Nothing fits. Use fewer words, or another size or task.", icon=":material/search_off:")
        return
    shown = [
        {"title": one["title"], "rows": one["rows"], "columns": one["columns"], "tasks": ", ".join(one["tasks"])}
        for one in found
    ]
    picked = st.dataframe(shown, hide_index=True, on_select="rerun", selection_mode="single-row", key="entries")
    chosen = picked["selection"]["rows"]
    if not chosen:
        st.caption("Choose a row to see where the data is from.")
        return
    one = found[chosen[0]]
    with st.container(border=True):
        st.markdown(f"**{messages.plain(one['title'])}**")
        st.caption(f"{one['source']} {messages.plain(one['id'])}. Licence: {messages.plain(one['licence'])}")
        if st.button("Look at this data", type="primary", icon=":material/visibility:"):
            state.go_intake(bringing.fetch(state.settings(), one["source"], one["id"]))


def _hubs() -> None:
    """Fetch a table by its address or its number; this needs a network."""
    st.caption("These need a network. Nothing of yours is sent; the table is fetched once and kept on this machine.")
    source = st.segmented_control(
        "Source", list(_HUB_NAMES), format_func=_HUB_NAMES.__getitem__, default="url", required=True
    )
    label, example = _HUBS[str(source)]
    with st.form("hub", border=True):
        identifier = st.text_input(label, placeholder=example, max_chars=2000)
        if st.form_submit_button("Fetch and look at it", type="primary", icon=":material/download:"):
            with messages.guard():
                state.go_intake(bringing.fetch(state.settings(), str(source), identifier))


page()
