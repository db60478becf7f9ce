"""The label of a look around: it stands wherever such a run shows."""

from __future__ import annotations

import streamlit as st

from engine.domain.run import Run


def mark(run: Run) -> None:
    """Say that a run began before the brief was complete; nothing for any other run."""
    if run.params.get("exploratory"):
        st.caption(
            f":material/explore: **Exploratory.** Run {run.id} began before the brief was complete: it is a look "
            "around, and nothing of it counts as evidence."
        )
