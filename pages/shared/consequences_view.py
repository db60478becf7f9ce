"""What follows from the predictions: the decision and the trust in probabilities, or the prediction intervals."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.domain.project import Project
from pages.shared import coverage_view, decision_view, probability_view, threshold_choice

settle = threshold_choice.show
"""Below the sections: the threshold that the person settles on."""


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw the sections that the evaluation has."""
    if payload.get("intervals"):
        st.markdown("### How far off a prediction may be")
        coverage_view.show(payload, project.problem.target)
    if payload.get("decision"):
        st.markdown("### What to decide")
        # Only the open tab is drawn: a page should not pay for pictures that nobody sees.
        views = {
            "Decision": decision_view.show,
            "Doubtful cases": decision_view.doubtful,
            "Best first": decision_view.order,
            "Probabilities": probability_view.show,
        }
        if not payload["gains"]["points"]:
            del views["Best first"]
        for tab, view in zip(st.tabs(list(views), on_change="rerun", key="consequences"), views.values(), strict=True):
            with tab:
                if tab.open:
                    view(payload)
