"""The rows the model gets most wrong, to be looked at one by one and tagged."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import diagnosis
from engine.domain.project import Project
from engine.domain.words import number
from engine.store import reviews
from engine.store.db import connect
from pages.shared import messages, state


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw the rows with a place for tags; a tag that is stored becomes a part of the next diagnosis."""
    with connect(state.settings()) as db:
        tags = reviews.tags(db, project.slug)
    st.caption(
        "Look at them one by one: a wrong label, an odd cell, a case that no column describes? Give a row tags, parted "
        "by commas; the next diagnosis shows each tag as a part of the rows."
    )
    table = [
        {
            "row": one["row"],
            "tags": ", ".join(tags.get(one["row"], ())),
            "actual": _cell(one["actual"]),
            "predicted": _cell(one["predicted"]),
            "error": _cell(one["error"]),
            **{f"{name} ": value for name, value in one["values"].items()},
        }
        for one in payload["worst"]
    ]
    if not table:
        return
    fixed = [name for name in table[0] if name != "tags"]
    edited = st.data_editor(table, hide_index=True, disabled=fixed, key="worst-rows")
    if st.button("Keep the tags", icon=":material/label:", type="primary"):
        with messages.guard():
            for before, after in zip(table, edited, strict=True):
                if before["tags"] != after["tags"]:
                    given = str(after["tags"] or "").split(",")
                    diagnosis.tag(state.settings(), project.slug, int(str(before["row"])), given)
            state.note("The tags are kept.")
            st.rerun()


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
