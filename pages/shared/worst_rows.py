"""The rows the model gets most wrong, to be looked at one by one and tagged; each tag is scored as a part."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import diagnosis
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.words import number, with_interval
from engine.store import reviews
from engine.store.db import connect
from pages.shared import messages, state


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw what the tags show, the rows with a place for tags, and a place to tag any other row."""
    with connect(state.settings()) as db:
        tags = reviews.tags(db, project.slug)
    scores(payload)
    st.caption(
        f"The {len(payload['worst'])} rows it gets most wrong. Look at them one by one: a wrong label, an odd cell, a "
        "case that no column describes? Give a row tags, parted by commas; each is then scored as a part of the rows."
    )
    table = [_line(one, tags) for one in payload["worst"]]
    if not table:
        return
    fixed = [name for name in table[0] if name != "tags"]
    edited = st.data_editor(table, hide_index=True, disabled=fixed, key="worst-rows")
    if st.button("Keep the tags", icon=":material/label:", type="primary"):
        _keep(
            project,
            {
                int(str(before["row"])): str(after["tags"] or "").split(",")
                for before, after in zip(table, edited, strict=True)
                if before["tags"] != after["tags"]
            },
        )
    with st.popover("Tag another row", icon=":material/add:", type="tertiary"), st.form("tag-row", border=False):
        row = st.number_input("Row number in the file that was brought, from 0", min_value=0, step=1, value=None)
        given = st.text_input("Tags, parted by commas", max_chars=400)
        if st.form_submit_button("Keep", icon=":material/label:"):
            if row is None:
                st.info("Write the number of the row first.", icon=":material/info:")
            else:
                _keep(project, {int(row): given.split(",")})


def scores(payload: dict[str, Any]) -> None:
    """Draw the score of each tag beside the other rows; nothing where there are no tags."""
    if not payload["tags"]:
        return
    metric = find_metric(payload["metric"])
    st.markdown("##### Your tags, as parts of the rows")
    st.dataframe(
        [
            {
                "tag": one["tag"],
                "rows": one["rows"],
                metric.title: with_interval(one["value"], one["low"], one["high"])
                if one.get("value") is not None
                else one.get("reason", ""),
                payload["loss"]: with_interval(one["loss"], one.get("loss_low"), one.get("loss_high")),
                "of all other rows": "" if one["rest"] is None else number(one["rest"]),
            }
            for one in payload["tags"]
        ],
        hide_index=True,
    )
    st.caption(
        "These rows were chosen because the model is wrong on them, so that they score worse proves nothing. The "
        "numbers say how much of the error sits there; an interval needs ten rows."
    )


def _line(one: dict[str, Any], tags: dict[int, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "row": one["row"],
        "tags": ", ".join(tags.get(one["row"], ())),
        "actual": _cell(one["actual"]),
        "predicted": _cell(one["predicted"]),
        "error": _cell(one["error"]),
        **{f"{name} ": value for name, value in one["values"].items()},
    }


def _keep(project: Project, given: dict[int, list[str]]) -> None:
    with messages.guard():
        run_id = diagnosis.tag(state.settings(), project.slug, given)
        state.note("The tags are kept, and are being scored." if run_id else "The tags are kept.")
        st.rerun()


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
