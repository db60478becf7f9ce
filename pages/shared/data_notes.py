"""What the person knows of the columns, and what they would ask somebody who knows the field."""

from __future__ import annotations

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.intake import DataNotes
from engine.domain.project import Project
from engine.store import datasets, recipes
from engine.store.db import connect
from pages.shared import messages, state


def show(project: Project) -> None:
    """Draw the data dictionary and the questions as two tables to fill in."""
    with connect(state.settings()) as db:
        columns = datasets.get(db, project.dataset_sha256).columns
        notes = recipes.notes(db, project.slug)
    missing = sum(not notes.dictionary.get(one.name) for one in columns)
    st.markdown("##### What each column means")
    st.caption(
        f"{missing} of {len(columns)} columns have no meaning yet: write it with its unit, and when it becomes known."
        if missing
        else "Every column has its meaning."
    )
    meanings = st.data_editor(
        [{"column": one.name, "kind": str(one.kind), "meaning": notes.dictionary.get(one.name, "")} for one in columns],
        disabled=["column", "kind"],
        hide_index=True,
        key=f"dictionary-{project.slug}",
    )
    st.markdown("##### Questions for somebody who knows the field")
    asked = st.data_editor(
        [{"question": question, "answer": answer} for question, answer in notes.questions]
        or [{"question": "", "answer": ""}],
        num_rows="dynamic",
        hide_index=True,
        key=f"questions-{project.slug}",
    )
    if st.button("Save these notes", icon=":material/save:"):
        with messages.guard():
            kitchen.save_notes(
                state.settings(),
                project.slug,
                DataNotes(
                    dictionary={row["column"]: row["meaning"] or "" for row in meanings},
                    questions=tuple((row.get("question") or "", row.get("answer") or "") for row in asked),
                ),
            )
            state.note("The notes are stored.")
            st.rerun()
