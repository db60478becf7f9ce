"""What follows from the predictions: the decision, the calibration of probabilities, intervals of single numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.charts import classification, decision
from engine.domain.data import Problem
from pages.shared import charts, messages

_MISSING = "This was evaluated before decisions were part of it; train again to see them."


def parts(*, classes: bool) -> list[str]:
    """Name the parts, for classes or for numbers."""
    return ["Decision", "Probability"] if classes else ["Intervals"]


def show(part: str, payload: Mapping[str, Any], problem: Problem) -> None:
    """Draw one of the parts."""
    if part == "Decision":
        _decision(payload, problem)
    elif part == "Probability":
        _probability(payload)
    else:
        _coverage(payload)


def _decision(payload: Mapping[str, Any], problem: Problem) -> None:
    """Draw what the probabilities are worth in the person's units."""
    found = payload.get("decision")
    if not found:
        st.info(_MISSING if "decision" not in payload else "There is a single class, so there is nothing to decide.")
        return
    _said(found["words"])
    charts.show(decision.policies(found, problem), name="policies")
    if "curve" in found:
        left, right = st.columns(2)
        with left:
            charts.show(decision.cost_curve(found, problem), name="cost-curve", fill=True)
        with right:
            charts.show(decision.gains(found, problem), name="gains", fill=True)
    charts.show(decision.rejected(found), name="rejected")
    if not found["stated"]:
        st.caption("State in the brief what each error costs, and everything here is counted in your units.")


def _probability(payload: Mapping[str, Any]) -> None:
    """Draw whether the probabilities can be believed, and whether calibrating would help."""
    found = payload.get("recalibration")
    if found:
        _said(found["words"])
    if payload["calibration"]:
        charts.show(classification.calibration(payload), name="calibration")
    if found:
        charts.show(decision.recalibrated(found), name="recalibrated")


def _coverage(payload: Mapping[str, Any]) -> None:
    """Draw how often intervals around single predictions hold."""
    found = payload.get("coverage")
    if not found:
        few = "There are too few rows to put intervals around predictions."
        st.info(few if "coverage" in payload else _MISSING)
        return
    _said(found["words"])
    charts.show(decision.coverage(found), name="coverage")


def _said(words: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {messages.plain(sentence)}" for sentence in words))
