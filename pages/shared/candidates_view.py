"""Ours and what was made elsewhere: the leaderboard of the hold-out, and what waits for an opening."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import candidates
from engine.charts import candidates as drawn
from engine.domain.metric import Metric, find_metric
from engine.domain.project import Project
from engine.domain.words import with_interval
from pages.shared import charts, state


def show(project: Project, *, name: str, heading: str = "") -> None:
    """Draw all candidates; nothing where nothing was made elsewhere."""
    found = candidates.board(state.settings(), project.slug)
    theirs = [one for one in found["rows"] if one["kind"] == "elsewhere"]
    if not theirs and not found["waiting"]:
        return
    if heading:
        st.subheader(heading)
    metric = find_metric(found["metric"])
    if theirs:
        charts.show(drawn.board(found["rows"], metric, found["words"], found["sealed"]), name=f"candidates-{name}")
    rows = [_row(one, metric) for one in (found["rows"] if theirs else [])]
    st.dataframe([*rows, *(_waiting(one, metric) for one in found["waiting"])], hide_index=True)
    for reason in dict.fromkeys(one["reason"] for one in found["waiting"]):
        st.caption(f":material/lock: {reason}")
    if theirs:
        st.caption(
            f"Scored together on the {found['sealed']:,} rows of the hold-out, not on those of the search. "
            f"Openings so far: {found['openings']}."
        )


def _row(one: dict[str, Any], metric: Metric) -> dict[str, str]:
    """Put a scored candidate on one line."""
    gap = one["difference"]
    ours = one["kind"] == "best"
    against = "" if gap is None else f"{with_interval(gap['value'], gap['low'], gap['high'])}, {gap['verdict']}"
    return {
        "name": one["name"],
        "made with": one["language"] or ("this application" if one["kind"] != "elsewhere" else ""),
        metric.title: with_interval(one["value"], one["low"], one["high"]),
        "against ours": "" if ours else against,
        "scored at": f"opening {one['opening']}",
        "note": _note(one),
    }


def _waiting(one: dict[str, Any], metric: Metric) -> dict[str, str]:
    return {
        "name": one["name"],
        "made with": one["language"],
        metric.title: "",
        "against ours": "",
        "scored at": "not yet",
        "note": _note(one),
    }


def _note(one: dict[str, Any]) -> str:
    return f"{one['note']}{' (labels only)' if one['labels_only'] else ''}"
