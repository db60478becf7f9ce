"""Data: what is wrong, worst first; then pictures of the columns; then the split."""

from __future__ import annotations

import streamlit as st

from engine.actions import record
from engine.charts import data as figures
from engine.domain.data import Finding, Outcome, Severity
from engine.domain.project import Project
from engine.store import datasets, projects
from engine.store.db import connect
from pages.shared import charts, frame, messages, state

_ICONS = {
    Severity.HIGH: ":red[:material/error:]",
    Severity.MEDIUM: ":orange[:material/warning:]",
    Severity.LOW: ":gray[:material/info:]",
}


def page() -> None:
    """Draw the page."""
    project = frame.build_page("data", "Data")
    if project is None:
        return
    with connect(state.settings()) as db:
        findings = projects.get_findings(db, project.slug)
    _findings(project, findings)
    columns, against, split, origin = st.tabs(["Columns", "Against the target", "Split", "Origin"])
    with columns:
        _columns(project)
    with against:
        _against(project)
    with split:
        _split(project)
    with origin:
        _origin(project)


def _findings(project: Project, findings: list[Finding]) -> None:
    """Name what is wrong, worst first, and let the person accept it with a reason."""
    order = list(Severity)
    issues = sorted(
        (f for f in findings if f.outcome is Outcome.ISSUE), key=lambda f: (order.index(f.severity), f.code)
    )
    tips = [f for f in findings if f.outcome is Outcome.TIP]
    passed = [f for f in findings if f.outcome not in (Outcome.ISSUE, Outcome.TIP)]
    if issues:
        st.markdown(f"#### {len(issues)} finding{'s' if len(issues) > 1 else ''} to look at")
    else:
        st.markdown("#### Nothing wrong was found")
    for one in [*issues, *tips]:
        with st.expander(f"{_ICONS[one.severity]} **{one.code}** {messages.plain(one.message)}"):
            st.markdown(
                f"**Why it matters.** {messages.plain(one.why)}\n\n**What to do.** {messages.plain(one.advice)}"
            )
            if one.rows:
                st.caption("Rows, for example: " + ", ".join(map(str, one.rows[:20])))
    with st.expander(f"{len(passed)} checks passed or do not apply"):
        for one in passed:
            st.caption(f"{one.code} {one.title}: {one.outcome.replace('_', ' ')}. {messages.plain(one.message)}")
    if issues:
        with st.form("accept", border=True):
            reason = st.text_input(
                "What do you make of these findings?",
                max_chars=500,
                placeholder="One line: what you change, or why you accept them",
            )
            if st.form_submit_button("Record this decision", icon=":material/edit_note:"):
                with messages.guard():
                    record.decide(
                        state.settings(), project.slug, "data", reason, choice=", ".join(one.code for one in issues)
                    )
                    st.rerun()


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
