"""Data: what is wrong, worst first; then pictures of the columns; then the split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.domain.project import Project
from engine.store import datasets, projects
from engine.store.db import connect
from pages.shared import data_notes, findings_list, frame, knowing, messages, state


def page() -> None:
    """Draw the page."""
    project = frame.build_page("data", "Data")
    if project is None:
        return
    with connect(state.settings()) as db:
        findings = projects.get_findings(db, project.slug)
        profile = projects.get_profile(db, project.slug)
    _changes(project)
    findings_list.show(project, findings)
    tabs: dict[str, Callable[[], None]] = {
        "What stands out": lambda: knowing.highlights(project, profile),
        "Columns": lambda: knowing.columns(project, profile),
        "Against the target": lambda: knowing.against(project, profile),
        "Together": lambda: knowing.together(profile),
        "Split": lambda: _split(project, profile),
        "Notes": lambda: data_notes.show(project),
        "Origin": lambda: _origin(project),
    }
    frame.tabs("data", tabs, key="knowing")


def _changes(project: Project) -> None:
    """Say what is different from the version before, where there is one."""
    if not project.newer_than:
        return
    with st.container(border=True):
        st.markdown(f"##### What changed since “{messages.plain(project.newer_than)}”")
        for sentence in project.changes.get("sentences", ()):
            st.markdown(f"- {messages.plain(sentence)}")


def _split(project: Project, profile: dict[str, Any]) -> None:
    with connect(state.settings()) as db:
        split = projects.get_split(db, project.slug)
    left, right = st.columns(2)
    left.metric("Rows to learn from", f"{split.train_rows:,}", border=True)
    right.metric("Rows that are sealed", f"{split.holdout_rows:,}", border=True)
    st.markdown(f"**{str(split.spec.kind).replace('_', ' ').capitalize()} split.** {messages.plain(split.spec.reason)}")
    measured = profile.get("optimism", {})
    if measured.get("sentence"):
        st.markdown(f":material/balance: {messages.plain(measured['sentence'])}")
    st.caption("Everything on this page is computed from the rows to learn from; the sealed ones were never looked at.")


def _origin(project: Project) -> None:
    with connect(state.settings()) as db:
        dataset = datasets.get(db, project.dataset_sha256)
    known = dataset.provenance
    rows = {
        "Source": known.source,
        "Licence": known.licence or "not stated",
        "Tier": known.tier or "own data",
        "Retrieved": known.retrieved_at.date().isoformat() if known.retrieved_at else "not known",
        "Rows and columns": f"{dataset.rows:,} and {len(dataset.columns)}",
        "SHA-256 of the table": dataset.sha256,
        "SHA-256 of the file": known.original_sha256,
    }
    st.dataframe([{"what": key, "value": value} for key, value in rows.items()], hide_index=True)


page()
