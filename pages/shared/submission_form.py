"""Predictions made elsewhere: handing them in, and all candidates beside ours."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import submission
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.words import with_interval
from pages.shared import messages, state


def show(project: Project) -> None:
    """Draw what was handed in, and the form for more."""
    found = submission.listed(state.settings(), project.slug)
    if found:
        st.dataframe(rows(project, found), hide_index=True)
        for reason in dict.fromkeys(one["reason"] for one in found if one["reason"]):
            st.caption(reason)
    st.markdown(
        f"Take the rows out with `proofolio data export {project.slug} --out DIR`, predict `test_features.csv` with "
        "any tool, and hand the predictions in. They stay unscored while the hold-out is sealed."
    )
    with st.form("submission", border=True, clear_on_submit=True):
        given = st.file_uploader(
            "File of predictions (CSV with row, and prediction or probability_<label>)", type=["csv"]
        )
        left, right = st.columns(2)
        name = left.text_input("Name", max_chars=80, placeholder="Gradient boosting by hand")
        language = right.text_input("Made with", max_chars=40, placeholder="R, PyTorch, a spreadsheet")
        note = st.text_input("Note", max_chars=500, placeholder="What should a reader know of it?")
        if not st.form_submit_button("Check every row and hand in", icon=":material/upload:"):
            return
    if given is None:
        st.info("Choose a file first.", icon=":material/info:")
        return
    with messages.guard():
        submission.submit(state.settings(), project.slug, given.getvalue(), name=name, language=language, note=note)
        state.note("Every row was checked; the predictions are kept.")
        st.rerun()


def rows(project: Project, found: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Put what is known of each submission on one line."""
    metric = find_metric(project.problem.metric)
    return [
        {
            "name": one["name"],
            "made with": one["language"],
            metric.title: _score(one, metric.id),
            "against ours": _difference(one["difference"]),
            "scored at": f"opening {one['opening']}" if one["opening"] else "not yet",
            "note": one["note"] + (" (labels only)" if one["labels_only"] else ""),
        }
        for one in found
    ]


def _score(one: dict[str, Any], metric: str) -> str:
    value = next((value for value in one["metrics"] or () if value["name"] == metric), None)
    return with_interval(value["value"], value["low"], value["high"]) if value else ""


def _difference(gap: dict[str, Any]) -> str:
    if gap["value"] is None:
        return ""
    return f"{with_interval(gap['value'], gap['low'], gap['high'])}, {gap['verdict']}"
