"""What the checks found, worst first: each with its rows, a fix that is measured, or a reason to accept it."""

from __future__ import annotations

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.data import Finding, Outcome, Severity
from engine.domain.intake import Measure
from engine.domain.project import Project
from engine.store import recipes
from engine.store.db import connect
from pages.shared import lesson_link, messages, state

_ICONS = {
    Severity.HIGH: ":red[:material/error:]",
    Severity.MEDIUM: ":orange[:material/warning:]",
    Severity.LOW: ":gray[:material/info:]",
}
_ORDER = list(Severity)
_MOST_OPEN = 8


def show(project: Project, findings: list[Finding]) -> None:
    """Draw the findings that are open, those that are settled, and what passed."""
    settings = state.settings()
    accepted = kitchen.accepted(settings, project.slug)
    with connect(settings) as db:
        _, recipe = recipes.latest(db, project.slug)
        measured = {one.subject: one for one in reversed(recipes.measures(db, project.slug))}
    mended = [step.as_dict() for step in recipe.steps]
    issues = sorted((f for f in findings if f.outcome is Outcome.ISSUE), key=_worst_first)
    tips = [f for f in findings if f.outcome is Outcome.TIP]
    settled = [f for f in [*issues, *tips] if _settled(f, accepted, mended)]
    left = [f for f in issues if f not in settled]
    if left:
        st.markdown(f"#### {len(left)} finding{'s' if len(left) > 1 else ''} to settle")
    else:
        st.markdown("#### Every finding is settled" if issues else "#### Nothing wrong was found")
    for one in left[:_MOST_OPEN]:
        _draw(project, one, measured)
    hidden = [*left[_MOST_OPEN:], *(f for f in tips if f not in settled)]
    if hidden:
        with st.expander(f"{len(hidden)} more that are good to know"):
            for one in hidden:
                _draw(project, one, measured)
    if settled:
        with st.expander(f"{len(settled)} settled by you"):
            for one in settled:
                _draw_settled(project, one, accepted, measured)
    quiet = [f for f in findings if f.outcome not in (Outcome.ISSUE, Outcome.TIP)]
    with st.expander(f"{len(quiet)} checks passed or do not apply"):
        for one in quiet:
            st.caption(f"{one.code} {one.title}: {one.outcome.replace('_', ' ')}. {messages.plain(one.message)}")


def _worst_first(one: Finding) -> tuple[int, bool, str]:
    return _ORDER.index(one.severity), not one.code.startswith("PF-L"), one.code


def _settled(one: Finding, accepted: object, mended: list[dict[str, object]]) -> bool:
    known = (one.code, one.columns) in accepted  # type: ignore[operator]
    return known or (one.fix is not None and one.fix.as_dict() in mended)


def _draw(project: Project, one: Finding, measured: dict[str, Measure]) -> None:
    key = f"{one.code}-{'-'.join(one.columns)[:80]}"
    with st.expander(f"{_ICONS[one.severity]} **{one.code}** {messages.plain(one.message)}"):
        st.markdown(f"**Why it matters.** {messages.plain(one.why)}\n\n**What to do.** {messages.plain(one.advice)}")
        lesson_link.at(f"finding:{one.code}")
        if one.rows:
            st.caption("Rows, for example: " + ", ".join(map(str, one.rows[:20])))
        _effect(one, measured)
        if one.fix is not None:
            st.markdown(f":material/tune: {messages.plain(kitchen.words(one.fix))}")
            if st.button("Add this step and measure what it does", key=f"fix-{key}", icon=":material/build:"):
                with messages.guard():
                    kitchen.mend(state.settings(), project.slug, one)
                    state.note(f"The fix of {one.code} stands in the recipe; its effect is being measured.")
                    st.rerun()
        with st.form(f"accept-{key}", border=False):
            reason = st.text_input(
                "Or accept it, with a reason", max_chars=500, placeholder="One line: why it does no harm here"
            )
            if st.form_submit_button("Accept", icon=":material/check:"):
                with messages.guard():
                    kitchen.accept(state.settings(), project.slug, one, reason)
                    st.rerun()


def _draw_settled(project: Project, one: Finding, accepted: object, measured: dict[str, Measure]) -> None:
    known = accepted.get((one.code, one.columns))  # type: ignore[attr-defined]
    how = f"accepted: {messages.plain(known.reason)}" if known else "its fix stands in the recipe"
    st.markdown(f"**{one.code}** {messages.plain(one.message)}  \n:material/check: {how}")
    _effect(one, measured)
    if known and st.button("Take this back", key=f"reopen-{one.code}-{'-'.join(one.columns)[:80]}", type="tertiary"):
        kitchen.reopen(state.settings(), project.slug, one)
        st.rerun()


def _effect(one: Finding, measured: dict[str, Measure]) -> None:
    known = measured.get(kitchen.subject_of(one))
    if known is not None:
        st.markdown(f":material/balance: {messages.plain(known.payload['sentence'])}")
