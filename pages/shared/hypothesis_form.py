"""What is expected of the next run, and how earlier expectations came out."""

from __future__ import annotations

import streamlit as st

from engine.actions import hypotheses
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.record import NOT_SHOWN, OPPOSITE, SUPPORTED, Claim, Hypothesis
from engine.domain.run import Run
from pages.shared import messages, state

_MARKS = {
    SUPPORTED: ":green[:material/check_circle:]",
    NOT_SHOWN: ":gray[:material/help:]",
    OPPOSITE: ":orange[:material/swap_horiz:]",
}


def ask(project: Project, before: Run | None) -> tuple[str, str]:
    """Ask for one hypothesis about the run that is about to start; nothing on the first one."""
    if before is None:
        return "", Claim.BETTER
    metric = find_metric(project.problem.metric).title
    claims = {Claim.BETTER: f"better {metric}", Claim.SAME: "practically the same", Claim.WORSE: f"worse {metric}"}
    text = st.text_input(
        f"What do you expect, compared with run {before.id}? One change, one line; it can be left empty",
        max_chars=hypotheses.LONGEST,
        placeholder=f"One change and what it does: leaving out a column improves {metric}",
        key=f"hypothesis-{before.id}",
    )
    claim = Claim.BETTER
    if text.strip():
        claim = st.segmented_control(
            "So the new run is", list(claims), format_func=claims.__getitem__, default=Claim.BETTER, required=True
        )
    return text, claim


def outcome(run: Run) -> None:
    """Draw what was expected of a run and what it showed."""
    if run.params.get("hypothesis") and run.status.is_over:
        with st.container(border=True, gap="xsmall"):
            _one(hypotheses.hypothesis_of(run))


def listed(project: Project) -> None:
    """Draw every hypothesis of a project, newest first."""
    found = hypotheses.of(state.settings(), project.slug)
    if not found:
        st.caption(
            "No hypothesis yet. From the second run on, the Train page asks what you expect before it starts; here "
            "stands how each came out, also those that turned out wrong."
        )
    for one in found:
        with st.container(border=True, gap="xsmall"):
            _one(one)
    if found:
        st.caption(
            "Judged by the 95 % interval of the paired difference on the same rows. A new search is also a new try: "
            "part of a small gain may be the luck of having searched again."
        )


def _one(one: Hypothesis) -> None:
    mark = _MARKS.get(str(one.outcome.get("outcome")), ":gray[:material/hourglass_empty:]")
    st.markdown(f"{mark} **{messages.plain(one.text)}**")
    st.markdown(messages.plain(one.outcome.get("sentence") or "Not judged yet: its run has no result."))
    st.caption(f"Run {one.run_id} against run {one.against}, stated {one.stated_at:%d %B %Y}, before it began.")
