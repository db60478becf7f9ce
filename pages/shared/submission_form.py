"""Predictions made elsewhere: handing them in, and all candidates beside ours."""

from __future__ import annotations

import streamlit as st

from engine.actions import submission
from engine.domain.project import Project
from pages.shared import candidates_view, messages, state


def show(project: Project) -> None:
    """Draw what was handed in, and the form for more."""
    candidates_view.show(project, name="form")
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
