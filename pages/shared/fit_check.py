"""Over- and underfit: the findings, the curves behind them, and follow-up runs with their hypotheses."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import diagnosis, hypotheses
from engine.automl.space import in_words
from engine.charts import failing
from engine.domain.data import Finding, Outcome, Severity
from engine.domain.project import Project
from engine.domain.words import duration
from pages.shared import charts, messages, state

_ICONS = {
    Severity.HIGH: ":red[:material/error:]",
    Severity.MEDIUM: ":orange[:material/warning:]",
    Severity.LOW: ":gray[:material/info:]",
}
_TOLD = (Outcome.ISSUE, Outcome.TIP)


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw the findings, worst first, then the learning curve and the strongest settings."""
    findings = [Finding.from_dict(one) for one in payload["findings"]]
    told = sorted((one for one in findings if one.outcome in _TOLD), key=lambda one: list(Severity).index(one.severity))
    remedies = {one["code"]: one for one in payload["remedies"]}
    if not told:
        st.markdown("#### :green[:material/check_circle:] Nothing speaks of over- or underfit")
    for one in told:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"{_ICONS[one.severity]} **{one.code}** {messages.plain(one.message)}")
            st.caption(messages.plain(f"{one.why} {one.advice}"))
            if one.code in remedies:
                _remedy(project, remedies[one.code])
    quiet = [one for one in findings if one.outcome not in _TOLD]
    with st.expander(f"{len(quiet)} checks passed or do not apply"):
        for one in quiet:
            st.caption(f"{one.code} {one.title}: {one.outcome.replace('_', ' ')}. {messages.plain(one.message)}")
    charts.show(failing.learning(payload), name="learning")
    for one in payload["validation"]:
        charts.show(failing.validation(one, payload["metric"]), name=f"validation-{one['name']}")


def _remedy(project: Project, remedy: dict[str, Any]) -> None:
    code = remedy["code"]
    said = st.text_input(
        ":material/science: What the next run should show; say it in your own words to make it yours",
        value=remedy["hypothesis"],
        max_chars=hypotheses.LONGEST,
        key=f"hypothesis-{code}",
    )
    for line in in_words(remedy.get("space") or {}):
        st.caption(f":material/tune: {messages.plain(line)}")
    if st.button(
        f"{remedy['title']} ({duration(remedy['seconds'])})", key=f"follow-{code}", icon=":material/play_arrow:"
    ):
        with messages.guard():
            diagnosis.follow_up(state.settings(), project.slug, code, hypothesis=said)
            state.note("The follow-up run is on its way; what it should show stands with it.")
            state.go("train")
