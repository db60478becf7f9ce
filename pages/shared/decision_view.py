"""What to decide at the stated costs: the sentence, the picture, then the numbers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.charts import decision
from engine.domain.words import number, rough, share, with_interval
from pages.shared import charts, messages


def show(payload: dict[str, Any]) -> None:
    """Draw the decision; nothing where an older evaluation has none."""
    found = payload.get("decision")
    if not found:
        return
    if found["reason"]:
        st.caption(messages.plain(found["reason"]))
        return
    first, *others = found["words"]
    st.markdown(f"#### {messages.plain(first)}")
    if not found["stated"]:
        st.caption("No costs are stated in the brief, so each error costs 1. State them there for a decision in money.")
    charts.show(decision.costs(payload), name="decision-costs")
    st.markdown("\n".join(f"- {messages.plain(one)}" for one in others))
    _counts(found)
    charts.show(decision.by_threshold(payload), name="decision-threshold")


def order(payload: dict[str, Any]) -> None:
    """Draw what it brings to begin with the cases of highest score."""
    found = payload["gains"]
    if found["reason"]:
        st.caption(messages.plain(found["reason"]))
        return
    charts.show(decision.savings(payload), name="decision-savings")
    left, right = st.columns(2)
    with left:
        charts.show(decision.found_share(payload), name="decision-gains", fill=True)
    with right:
        charts.show(decision.lift(payload), name="decision-lift", fill=True)


def _counts(found: dict[str, Any]) -> None:
    """Show what becomes of 1,000 cases."""
    st.markdown("##### Of 1,000 cases, decided like this")
    counts = decision.chosen_of(found)["counts"]
    st.dataframe(
        [
            {"": f"is {actual}"} | {f"said {said}": _count(counts[i][j]) for j, said in enumerate(found["labels"])}
            for i, actual in enumerate(found["labels"])
        ],
        hide_index=True,
    )


def _count(cases: float) -> str:
    return number(round(cases)) if cases >= 10 else rough(cases)


def doubtful(payload: dict[str, Any]) -> None:
    """Draw what it brings to send doubtful cases to a person."""
    found = payload["decision"]
    if found["reason"]:
        st.caption(messages.plain(found["reason"]))
        return
    charts.show(decision.reject(payload), name="decision-reject")
    st.dataframe(
        [
            {
                "sent to a person": share(one["share"]),
                "cost left per 1,000 cases": with_interval(**_ends(one["remaining"])),
                "pays while one review costs less than": number(float(one["worth"]["value"])),
            }
            for one in found["reject"]
        ],
        hide_index=True,
    )
    st.caption(
        f"The doubtful cases are those next to the threshold, or between two classes. It is assumed that the person "
        f"decides them without an error. Unit: {messages.plain(decision.unit_of(found))}."
    )


def _ends(one: dict[str, Any]) -> dict[str, Any]:
    return {key: one[key] for key in ("value", "low", "high")}
