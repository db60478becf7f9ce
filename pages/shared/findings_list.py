"""What the checks found, worst first, each with why it matters and what to do."""

from __future__ import annotations

import streamlit as st

from engine.actions import record
from engine.domain.data import Finding, Outcome, Severity
from engine.domain.project import Project
from pages.shared import messages, state

_ICONS = {
    Severity.HIGH: ":red[:material/error:]",
    Severity.MEDIUM: ":orange[:material/warning:]",
    Severity.LOW: ":gray[:material/info:]",
}


def show(project: Project, findings: list[Finding]) -> None:
    """Name what is wrong, worst first, and let the person accept it with a reason."""
    order = list(Severity)
    issues = sorted(
        (f for f in findings if f.outcome is Outcome.ISSUE), key=lambda f: (order.index(f.severity), f.code)
    )
    tips = [f for f in findings if f.outcome is Outcome.TIP]
    passed = [f for f in findings if f.outcome not in (Outcome.ISSUE, Outcome.TIP)]
    if issues:
        st.markdown(f"#### {len(issues)} finding{'s' if len(issues) > 1 else ''} to look at")
    else:
        st.markdown("#### Nothing wrong was found")
    for one in [*issues, *tips]:
        with st.expander(f"{_ICONS[one.severity]} **{one.code}** {messages.plain(one.message)}"):
            st.markdown(
                f"**Why it matters.** {messages.plain(one.why)}\n\n**What to do.** {messages.plain(one.advice)}"
            )
            if one.rows:
                st.caption("Rows, for example: " + ", ".join(map(str, one.rows[:20])))
    with st.expander(f"{len(passed)} checks passed or do not apply"):
        for one in passed:
            st.caption(f"{one.code} {one.title}: {one.outcome.replace('_', ' ')}. {messages.plain(one.message)}")
    if issues:
        with st.form("accept", border=True):
            reason = st.text_input(
                "What do you make of these findings?",
                max_chars=500,
                placeholder="One line: what you change, or why you accept them",
            )
            if st.form_submit_button("Record this decision", icon=":material/edit_note:"):
                with messages.guard():
                    record.decide(
                        state.settings(), project.slug, "data", reason, choice=", ".join(one.code for one in issues)
                    )
                    st.rerun()
