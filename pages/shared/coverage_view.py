"""How far off a prediction may be: intervals and how often they hold."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.charts import coverage
from engine.domain.words import number, share, with_interval
from pages.shared import charts, messages


def show(payload: dict[str, Any], target: str) -> None:
    """Draw the prediction intervals; nothing where an older evaluation has none."""
    found = payload.get("intervals")
    if not found:
        return
    if found["reason"]:
        st.caption(messages.plain(found["reason"]))
        return
    first, *others = found["words"]
    others += (payload.get("quote") or {}).get("words", [])
    st.markdown(f"#### {messages.plain(first)}")
    charts.show(coverage.band(payload, target), name="interval-band")
    st.markdown("\n".join(f"- {messages.plain(one)}" for one in others))
    charts.show(coverage.by_prediction(payload, target), name="interval-coverage")
    proportion = found["kind"] != "same"
    st.dataframe(
        [
            {
                "interval": share(one["level"]),
                "give or take": share(one["width"]) if proportion else number(one["width"]),
                "held for": f"{share(one['coverage'])} ({share(one['low'])} to {share(one['high'])})",
                f"mean width, {target}": number(one["mean_width"]),
                f"pinball loss, {target}": _pinball(one),
            }
            for one in found["levels"]
        ],
        hide_index=True,
    )
    st.caption(
        "Conformal intervals from errors on rows that were not fitted on. Each fold was measured with a width learned "
        "without it. On rows of another kind or a later time they may hold less often."
    )


def _pinball(one: dict[str, Any]) -> str:
    """Write the mean loss of the ends; an older evaluation has none."""
    loss = one.get("pinball")
    return with_interval(loss["value"], loss["low"], loss["high"]) if loss else ""
