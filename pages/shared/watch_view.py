"""What is known of a model in use: one batch in detail, challengers, and the history of batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.actions import retraining
from engine.actions import watch as watching
from engine.charts import drift
from engine.domain.data import Finding, Outcome
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.watch import Batch, Champion, Retraining, Source
from engine.domain.words import number, with_interval
from pages.shared import charts, messages, state

_MOST_PICTURES = 3
_ICONS = {"keep": ":material/check_circle:", "retrain": ":material/error:", "label": ":material/label:"}


def headline(batch: Batch) -> None:
    """Say in one sentence whether the model is still good, and why."""
    advice = batch.report["retrain"]
    icon = _ICONS.get(advice["advice"], ":material/help:")
    st.markdown(f"#### {icon} {messages.plain(advice['headline'])}")
    st.markdown(messages.plain(advice["reason"]))
    labels = f", {batch.labelled:,} labelled" if batch.labelled else ", without labels"
    simulated = " · simulation" if batch.source is Source.SIMULATION else ""
    st.caption(f"{messages.plain(batch.name)}: {batch.rows:,} rows{labels}, {batch.created_at:%d %B %Y}{simulated}")
    if batch.report.get("simulation"):
        st.caption(messages.plain(batch.report["simulation"]))


def details(batch: Batch) -> None:
    """Draw the drift by column, the worst columns, and the findings in words."""
    report = batch.report
    charts.show(drift.by_column(report), name=f"drift-{batch.id}")
    drifted = [one for one in report["drift"] if one["verdict"] == "drift" and one["shares"]][:_MOST_PICTURES]
    if drifted:
        with st.expander("The columns that drifted most, before and now"):
            for one in drifted:
                charts.show(drift.one_column(one), name=f"column-{batch.id}-{one['column'][:40]}")
    found = [Finding.from_dict(one) for one in report["findings"]]
    loud = [one for one in found if one.outcome in (Outcome.ISSUE, Outcome.TIP)]
    for one in loud:
        with st.expander(f"**{one.code}** {messages.plain(one.message)}"):
            st.markdown(
                f"**Why it matters.** {messages.plain(one.why)}\n\n**What to do.** {messages.plain(one.advice)}"
            )
    quiet = [one for one in found if one not in loud]
    with st.expander(f"{len(quiet)} checks passed or do not apply"):
        for one in quiet:
            st.caption(f"{one.code} {one.title}: {one.outcome.replace('_', ' ')}. {messages.plain(one.message)}")
        if report["expected"]:
            st.caption(report["expected"]["method"])


def history(project: Project, batches: Sequence[Batch]) -> None:
    """Draw all batches over time, real ones and simulated ones apart, and let one be chosen."""
    for source, name in ((Source.FILE, "batches"), (Source.SIMULATION, "simulated batches")):
        found = [one for one in batches if one.source is source]
        if source is Source.SIMULATION and found:
            # Only the newest replay: two of them on one line would be two stories in one.
            found = [one for one in found if one.run_id == found[0].run_id]
        if not found:
            continue
        st.markdown(f"##### History of {name}")
        ordered = [{"name": one.period or one.name, "report": one.report} for one in reversed(found)]
        charts.show(drift.timeline(ordered, project.problem.metric), name=f"timeline-{source}")
        st.dataframe([_row(one) for one in found], hide_index=True)


def _row(one: Batch) -> dict[str, Any]:
    score = one.report["performance"]
    new = score["new"] if score else None
    return {
        "batch": one.name,
        "rows": one.rows,
        "columns drifted": f"{one.report['drifted']} of {one.report['columns']}",
        "score": with_interval(new["value"], new["low"], new["high"]) if new else "no labels",
        "advice": one.report["retrain"]["advice"],
        "model": f"{one.champion}, trial {one.trial_id}",
        "on": f"{one.created_at:%Y-%m-%d %H:%M}",
    }


def challengers(project: Project, batch: Batch | None, found: Sequence[Retraining], moves: Sequence[Champion]) -> None:
    """Draw champion and challenger, and what can be decided about them."""
    st.markdown("##### Champion and challenger")
    champion, trial = watching.standing(state.settings(), project.slug)
    st.markdown(f"Now stands: **{messages.plain(champion)}**, trial {trial.number} of run {trial.run_id}.")
    for one in found[:1]:
        if one.comparison:
            _compared(one)
            _promotion(project, one, (champion, trial.id))
        else:
            st.markdown(
                f"Challenger **{messages.plain(one.challenger)}** is being trained; then both are compared on "
                f"{one.kept_rows:,} newest rows that neither learns from."
            )
            _compare_again(project, one)
    if batch is not None and batch.labelled and batch.source is Source.FILE:
        _retrain(project, batch)
    if champion != project.slug:
        _back(project)
    if moves:
        st.dataframe(
            [
                {"on": f"{m.created_at:%Y-%m-%d}", "what": m.move, "model": m.champion, "reason": m.reason}
                for m in reversed(moves)
            ],
            hide_index=True,
        )


def _compare_again(project: Project, one: Retraining) -> None:
    """Offer the comparison where its run has ended without one, such as when the search was cancelled."""
    newest = watching.newest_run(state.settings(), project.slug)
    if newest is None or not newest.status.is_over:
        return
    if st.button("Compare again", key=f"compare-{one.id}", icon=":material/balance:"):
        with messages.guard():
            retraining.compare(state.settings(), one.id)
            st.rerun()


def _compared(one: Retraining) -> None:
    found = one.comparison
    title, gap = find_metric(found["metric"]).title, found["difference"]
    left, middle, right = st.columns(3)
    left.metric(f"Champion, {title}", number(found["champion"]["value"]), border=True)
    middle.metric(f"Challenger, {title}", number(found["challenger"]["value"]), border=True)
    right.metric("Difference (positive: better)", number(gap["value"]), border=True)
    st.caption(
        f"{messages.plain(one.challenger)}: difference {with_interval(gap['value'], gap['low'], gap['high'])}, "
        f"{gap['verdict']}, on {found['rows']:,} newest rows that neither learned from. {found['method']}"
    )


def _promotion(project: Project, one: Retraining, stands: tuple[str, int]) -> None:
    if stands == (one.challenger, int(one.comparison["challenger_trial"])):
        st.caption("The challenger was promoted.")
        return
    with st.form(f"promote-{one.id}", border=True):
        reason = st.text_input("Why should the challenger stand from now on?", max_chars=500)
        if not st.form_submit_button("Promote the challenger", icon=":material/trophy:"):
            return
    with messages.guard():
        retraining.promote(state.settings(), project.slug, reason, retraining_id=one.id)
        state.note("The challenger stands now; the reason is in the logs of both versions.")
        st.rerun()


def _retrain(project: Project, batch: Batch) -> None:
    with st.form("retrain", border=True):
        st.markdown(
            "**Retrain from the winner.** A newer version of the project learns from the old rows and the earlier half "
            "of the labelled new ones; on the newest half champion and challenger are compared."
        )
        seconds = st.number_input("Seconds for the search", min_value=5, max_value=3600, value=60, step=5)
        if not st.form_submit_button("Train a challenger", icon=":material/model_training:"):
            return
    with messages.guard():
        found, _ = retraining.retrain(state.settings(), project.slug, batch_id=batch.id, seconds=float(seconds))
        state.note(f"The challenger is the project {found.challenger}; its search has begun.")
        st.rerun()


def _back(project: Project) -> None:
    with st.popover("Roll back", icon=":material/undo:"):
        reason = st.text_input("Why should the earlier model stand again?", max_chars=500, key="rollback-reason")
        if st.button("Let the earlier model stand again", key="rollback"):
            with messages.guard():
                retraining.rollback(state.settings(), project.slug, reason)
                state.note("The earlier model stands again.")
                st.rerun()
