"""Data: what is wrong, worst first; then pictures of the columns; then the split."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import record
from engine.charts import associations, over_time
from engine.charts import data as figures
from engine.domain.project import Project
from engine.store import datasets, projects
from engine.store.db import connect
from pages.shared import charts, data_notes, findings_list, frame, messages, state


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
    tabs = {
        "What stands out": lambda: _highlights(project, profile),
        "Columns": lambda: _columns(project, profile),
        "Against the target": lambda: _against(project, profile),
        "Together": lambda: _together(profile),
        "Split": lambda: _split(project, profile),
        "Notes": lambda: data_notes.show(project),
        "Origin": lambda: _origin(project),
    }
    # Only the open tab is drawn: a page should not pay for pictures that nobody sees.
    for tab, draw in zip(st.tabs(list(tabs), on_change="rerun", key="knowing"), tabs.values(), strict=True):
        with tab:
            if tab.open:
                draw()


def _changes(project: Project) -> None:
    """Say what is different from the version before, where there is one."""
    if not project.newer_than:
        return
    with st.container(border=True):
        st.markdown(f"##### What changed since “{messages.plain(project.newer_than)}”")
        for sentence in project.changes.get("sentences", ()):
            st.markdown(f"- {messages.plain(sentence)}")


def _highlights(project: Project, profile: dict[str, Any]) -> None:
    """Draw the strongest sentences, each of which can be kept as a decision, and the target against every column."""
    for place, one in enumerate(profile.get("highlights", ())):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(messages.plain(one["sentence"]), width="stretch")
            if st.button("Keep", key=f"keep-{place}", icon=":material/bookmark_add:", type="tertiary"):
                with messages.guard():
                    record.decide(
                        state.settings(), project.slug, "data", one["sentence"], choice=", ".join(one["columns"])
                    )
                    state.note("Kept in the record of decisions.")
                    st.rerun()
    if "strengths" in profile:
        charts.show(associations.strengths(profile), name="strengths")
        charts.show(over_time.over_time(profile), name="over-time")


def _together(profile: dict[str, Any]) -> None:
    """Draw how columns go together, and which are empty together."""
    if "associations" not in profile:
        return
    drawn = [associations.associations(profile), associations.missing(profile)]
    for name, one in zip(("associations", "missing"), drawn, strict=True):
        charts.show(one, name=name)
    if not any(drawn):
        st.caption("There are no two columns to compare, and no cell is empty.")


def _columns(project: Project, profile: dict[str, Any]) -> None:
    """Draw each column of the training part."""
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


def _against(project: Project, profile: dict[str, Any]) -> None:
    """Draw the target over the values of one feature."""
    found = {one["column"]: one for one in profile["against"]}
    if not found:
        st.caption("There is no column that could be drawn against the target.")
        return
    chosen = st.selectbox("Feature", list(found))
    charts.show(
        figures.against(found[chosen], target=project.problem.target, positive=project.problem.positive), name="against"
    )


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
