"""Hold-out: state the score that you expect, open the sealed rows once, read the verdict."""

from __future__ import annotations

import streamlit as st

from engine.actions import work
from engine.domain.metric import find_metric
from engine.domain.project import Project, ProjectStatus
from engine.domain.run import Opening, RunKind
from engine.domain.words import family_name, number, with_interval
from engine.store import projects, results, runs
from engine.store.db import connect
from pages.shared import closing, frame, messages, metric_table, openings_list, run_panel, standing, state


def page() -> None:
    """Draw the page."""
    project = frame.build_page("holdout", "Hold-out")
    if project is None:
        return
    with connect(state.settings()) as db:
        split = projects.get_split(db, project.slug)
        openings = results.openings(db, project.slug)
        newest = next((one for one in runs.all_of(db, project.slug, limit=10) if one.kind is RunKind.HOLDOUT), None)
    if split.holdout_sha256 is None:
        st.markdown("This project keeps no hold-out: all its rows are used for training, so it cannot be published.")
        return
    if newest is not None and (not newest.status.is_over or str(newest.status) in ("failed", "lost")):
        run_panel.show(project, newest)
    scored = [one for one in openings if one.result]
    if scored:
        _result(project, scored[0], openings)
    found = standing.of(project)
    if found is not None and (newest is None or newest.status.is_over):
        _open(project, split.holdout_rows, found.trial.family, found.run.result.get("best") or {}, len(openings))


def _open(project: Project, rows: int, family: str, best: dict[str, float], openings: int) -> None:
    """Ask for the expectation, then open."""
    metric = find_metric(project.problem.metric)
    if openings:
        st.subheader("Open it again")
        st.warning(
            "A second look is no longer a test of unseen rows. It is counted, and printed wherever the score is.",
            icon=":material/warning:",
        )
    else:
        st.markdown(
            f"**{rows:,} rows were sealed before anything was looked at.** They show, once, what the model "
            f"({family_name(family)}) does on new cases. State what you expect first: the gap between expectation and "
            "result says how well you know your model."
        )
    said = (
        f"On the rows to learn from it reached {with_interval(best['score'], best['low'], best['high'])}."
        if best
        else ""
    )
    with st.form("open", border=True):
        expected = st.number_input(
            f"The {metric.title} that you expect", value=None, step=0.001, format="%.4f", placeholder="0.8400"
        )
        st.caption(said)
        label = "Open the hold-out again" if openings else "Open the hold-out once"
        if not st.form_submit_button(label, type="primary", icon=":material/lock_open:"):
            return
    if expected is None:
        st.info("Write the score that you expect first.", icon=":material/info:")
        return
    with messages.guard():
        work.open_holdout(state.settings(), project.slug, float(expected))
        st.rerun()


def _result(project: Project, first: Opening, openings: list[Opening]) -> None:
    """Show the first opening, which is the one that counts, and list the others."""
    st.markdown(f"#### {messages.plain(first.result['verdict'])}")
    value = first.result["metrics"][0]
    left, middle, right = st.columns(3)
    left.metric("You expected", number(first.expected), border=True)
    middle.metric(
        find_metric(value["name"]).title,
        number(value["value"]),
        delta=number(value["value"] - first.expected),
        delta_color="normal" if find_metric(value["name"]).higher_is_better else "inverse",
        border=True,
    )
    right.metric("Openings", len(openings), border=True)
    for one in first.result["criteria"]:
        st.markdown(
            f"Criterion {messages.plain(one['text'])}: **{one['verdict']}** "
            f"({with_interval(one['value'], one['low'], one['high'])})"
        )
    baselines = {"simple model": first.result.get("simple") or [], "dummy": first.result["baseline"]}
    st.dataframe(metric_table.rows(first.result["metrics"], baselines), hide_index=True)
    st.caption(f"{first.result['n']:,} sealed rows, opened {first.opened_at:%d %B %Y}. {first.result['method']}")
    openings_list.show(project, openings)
    if project.status is ProjectStatus.OPEN:
        st.markdown("##### Close the project")
        closing.show(project)


page()
