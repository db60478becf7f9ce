"""Data: what is wrong, worst first; then pictures of the columns; then the split."""

from __future__ import annotations

import streamlit as st

from engine.charts import data as figures
from engine.domain.project import Project
from engine.store import datasets, projects
from engine.store.db import connect
from pages.shared import charts, findings_list, frame, messages, state


def page() -> None:
    """Draw the page."""
    project = frame.build_page("data", "Data")
    if project is None:
        return
    with connect(state.settings()) as db:
        findings = projects.get_findings(db, project.slug)
    findings_list.show(project, findings)
    columns, against, split, origin = st.tabs(["Columns", "Against the target", "Split", "Origin"])
    with columns:
        _columns(project)
    with against:
        _against(project)
    with split:
        _split(project)
    with origin:
        _origin(project)


def _columns(project: Project) -> None:
    """Draw each column of the training part."""
    with connect(state.settings()) as db:
        profile = projects.get_profile(db, project.slug)
    names = [one["name"] for one in profile["columns"]]
    chosen = st.selectbox("Column", names, index=names.index(project.problem.target))
    picture = next(one for one in profile["columns"] if one["name"] == chosen)
    drawn = figures.column(picture, shown_on=profile["shown_on"], of=profile["of"])
    if drawn is None:
        st.caption(
            f"{picture['kind'].capitalize()} with {picture['unique']:,} different values: there is nothing to draw."
        )
    charts.show(drawn, name="column")
    st.dataframe(
        [
            {
                "column": one["name"],
                "kind": one["kind"],
                "empty": one["missing"],
                "distinct": one["unique"],
                "smallest": str(one["low"] if one["low"] is not None else ""),
                "largest": str(one["high"] if one["high"] is not None else ""),
            }
            for one in profile["columns"]
        ],
        hide_index=True,
    )


def _against(project: Project) -> None:
    """Draw the target over the values of one feature."""
    with connect(state.settings()) as db:
        profile = projects.get_profile(db, project.slug)
    found = {one["column"]: one for one in profile["against"]}
    if not found:
        st.caption("There is no column that could be drawn against the target.")
        return
    chosen = st.selectbox("Feature", list(found))
    charts.show(
        figures.against(found[chosen], target=project.problem.target, positive=project.problem.positive), name="against"
    )


def _split(project: Project) -> None:
    with connect(state.settings()) as db:
        split = projects.get_split(db, project.slug)
    left, right = st.columns(2)
    left.metric("Rows to learn from", f"{split.train_rows:,}", border=True)
    right.metric("Rows that are sealed", f"{split.holdout_rows:,}", border=True)
    st.markdown(f"**{str(split.spec.kind).replace('_', ' ').capitalize()} split.** {messages.plain(split.spec.reason)}")
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
