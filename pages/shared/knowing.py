"""Knowing the rows to learn from: what stands out, each column, the target against it, columns together."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import record
from engine.charts import associations, over_time
from engine.charts import data as figures
from engine.domain.project import Project
from pages.shared import charts, messages, state


def highlights(project: Project, profile: dict[str, Any]) -> None:
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


def together(profile: dict[str, Any]) -> None:
    """Draw how columns go together, and which are empty together."""
    if "associations" not in profile:
        return
    drawn = [associations.associations(profile), associations.missing(profile)]
    for name, one in zip(("associations", "missing"), drawn, strict=True):
        charts.show(one, name=name)
    if not any(drawn):
        st.caption("There are no two columns to compare, and no cell is empty.")


def columns(project: Project, profile: dict[str, Any]) -> None:
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


def against(project: Project, profile: dict[str, Any]) -> None:
    """Draw the target over the values of one feature."""
    found = {one["column"]: one for one in profile["against"]}
    if not found:
        st.caption("There is no column that could be drawn against the target.")
        return
    chosen = st.selectbox("Feature", list(found))
    charts.show(
        figures.against(found[chosen], target=project.problem.target, positive=project.problem.positive), name="against"
    )
