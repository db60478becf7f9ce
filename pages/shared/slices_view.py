"""Where the model fails: weak segments, the parts of a column, and the tags that were given."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.charts import failing
from engine.domain.metric import find_metric
from engine.domain.words import number, with_interval
from pages.shared import charts, worst_rows


def show(payload: dict[str, Any]) -> None:
    """Draw the segments that are weak beyond chance, then one column at a time."""
    found = payload["segments"]
    if not found["segments"]:
        st.markdown("#### :green[:material/check_circle:] No part of the rows fails more than chance explains")
        st.caption(
            f"{found['looked_at']:,} segments of one and two columns, each of at least {found['fewest']:,} rows, "
            f"were looked at on {found['rows']:,} of {found['of']:,} rows."
        )
    charts.show(failing.segments(payload), name="segments")
    _columns(payload)
    worst_rows.scores(payload)


def _columns(payload: dict[str, Any]) -> None:
    names = list(dict.fromkeys(one["column"] for one in payload["slices"]))
    if not names:
        return
    chosen = st.selectbox("Parts of the column", names, key="slice-column")
    metric = find_metric(payload["metric"])
    st.dataframe(
        [
            {
                "part": one["part"],
                "rows": one["rows"],
                metric.title: with_interval(one["value"], one["low"], one["high"])
                if one["value"] is not None
                else one["reason"],
                payload["loss"]: number(one["loss"]),
            }
            for one in payload["slices"]
            if one["column"] == chosen
        ],
        hide_index=True,
    )
    if payload["slices_rows"] < payload["of"]:
        st.caption(f"{payload['slices_rows']:,} of {payload['of']:,} rows, drawn at random.")
