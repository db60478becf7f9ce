"""How groups of people are treated: columns to mark, rates by group, gaps, and what equalising costs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import diagnosis
from engine.domain.project import Project
from engine.domain.words import number, share, with_interval
from engine.evaluate.fairness import RATES, TITLES
from engine.store import reviews
from engine.store.db import connect
from pages.shared import messages, state


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw the form that marks columns, and the table of each that was marked before the diagnosis."""
    with connect(state.settings()) as db:
        marked = reviews.sensitive(db, project.slug)
    with st.form("sensitive", border=True):
        names = st.multiselect(
            "Columns that describe people and must not decide",
            diagnosis.markable(state.settings(), project.slug),
            default=marked,
        )
        if st.form_submit_button("Mark them and compare their groups", icon=":material/groups:"):
            with messages.guard():
                diagnosis.mark_sensitive(state.settings(), project.slug, names)
                diagnosis.start(state.settings(), project.slug)
                st.rerun()
    if not payload["fairness"]:
        st.caption(
            "Leaving a column out does not make a model fair: others may stand in for it. So compare the groups."
        )
    for one in payload["fairness"]:
        _column(one, project.problem.positive)


def _column(found: dict[str, Any], positive: str) -> None:
    st.markdown(f"#### {messages.plain(found['column'])}")
    if found["reason"]:
        st.markdown(messages.plain(found["reason"]))
    for gap in found["gaps"]:
        title = TITLES.get(gap["name"], "")
        st.markdown(f"- {title}: largest gap {with_interval(gap['value'], gap['low'], gap['high'])}")
    if found["groups"]:
        st.dataframe([_row(one) for one in found["groups"]], hide_index=True)
        st.caption(
            f"Positive: {messages.plain(positive)}. Groups of fewer than 20 rows make no gap. Calibration: the mean "
            "probability that was said beside the share that came."
        )
    if found["equalised"]:
        _equalised(found["equalised"])


def _row(one: dict[str, Any]) -> dict[str, str]:
    cells = {"group": one["group"], "rows": f"{one['rows']:,}", "positives": f"{one['positives']:,}"}
    for rate in RATES:
        value = one[rate]
        cells[TITLES[rate]] = (
            with_interval(value, one[f"{rate}_low"], one[f"{rate}_high"]) if value is not None else "not defined"
        )
    return cells | {"said": share(one["said"]), "came": share(one["came"])}


def _equalised(found: dict[str, Any]) -> None:
    said = (
        f"With a threshold of its own for each group, all find about {share(found['aim'])} of the positives. "
        f"Accuracy goes from {share(found['accuracy_before'])} to {share(found['accuracy_after'])}"
    )
    if found["cost_before"] is not None:
        said += (
            f", the cost of 1,000 cases from {number(found['cost_before'])} to {number(found['cost_after'])} "
            "in the units of the brief"
        )
    st.markdown(messages.plain(f"{said}."))
    with st.expander("The thresholds"):
        st.dataframe(
            [
                {"group": one["group"], "threshold": number(one["threshold"]), "finds": share(one["reached"])}
                for one in found["thresholds"]
            ],
            hide_index=True,
        )
        st.caption("Chosen and judged on the same rows, so equalising costs at least this much.")
