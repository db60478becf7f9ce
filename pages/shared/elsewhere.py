"""Data from elsewhere: the catalogues on this machine, and tables by address or number."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import catalogues
from engine.actions import intake as bringing
from pages.shared import messages, state

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


def catalogue() -> None:
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


def hubs() -> None:
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
