"""Whether the probabilities can be taken at their word."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.charts import probability
from engine.domain.words import share, with_interval
from engine.evaluate.probability import TITLES
from pages.shared import charts, messages


def show(payload: dict[str, Any]) -> None:
    """Draw the reliability of the probabilities; nothing where an older evaluation has none."""
    found = payload.get("probability")
    if not found:
        return
    if found["reason"]:
        st.caption(messages.plain(found["reason"]))
        return
    st.markdown("\n".join(f"- {messages.plain(one)}" for one in found["words"]))
    charts.show(probability.reliability(payload), name="reliability")
    st.dataframe(
        [
            {
                "probabilities": TITLES[one["name"]],
                "Brier score (lower is better)": _written(one["brier"]),
                "lowered by": _written(one["gain"]) if one["gain"] else "",
                "off on average": share(one["ece"]["value"]),
                "advised": "yes" if one["name"] == found["recommended"] else "",
            }
            for one in found["methods"]
        ],
        hide_index=True,
    )
    st.caption(
        "Each correction was fitted on some rows and judged on others. This is advice: the model, its predictions and "
        "its scores stay as they are."
    )


def _written(one: dict[str, Any]) -> str:
    return with_interval(one["value"], one["low"], one["high"])
