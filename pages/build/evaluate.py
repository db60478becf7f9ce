"""Evaluate: did it meet the criterion, how sure is that, which errors are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from engine.charts import classification, regression, scores
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.words import family_name, number, with_interval
from pages.shared import charts, compare_view, consequences_view, failing, frame, messages, metric_table, standing

_MARKS = {
    "met": ":green[:material/check_circle:]",
    "met, not beyond chance": ":orange[:material/check_circle:]",
    "not met, within chance": ":orange[:material/cancel:]",
    "not met": ":red[:material/cancel:]",
}


def page() -> None:
    """Draw the page."""
    project = frame.build_page("evaluate", "Evaluate")
    if project is None:
        return
    found = standing.of(project)
    if found is None:
        return
    if found.evaluation is None:
        messages.empty(
            "The evaluation is not there yet", "It is computed right after the search.", "Look at the run", "train"
        )
        return
    payload = found.evaluation
    _verdict(payload, found.trial.family)
    charts.show(scores.comparison(payload, find_metric(project.problem.metric)), name="comparison")
    st.markdown("\n".join(f"- {messages.plain(sentence)}" for sentence in payload["words"]))
    consequences_view.show(project, payload)
    consequences_view.settle(project, payload)
    frame.tabs("evaluate", _parts(project, found, payload), key="evaluation")
    failing.show(project, found.trial.id)


def _parts(project: Project, found: standing.Standing, payload: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """Name what can be opened, and say how it is drawn."""
    classes, metric = bool(payload["confusion"]), find_metric(project.problem.metric)
    return {
        "Errors": partial(_errors, project, payload),
        "Curves" if classes else "Residuals": partial(_curves, project, payload),
        "Folds": lambda: charts.show(scores.folds(payload, metric), name="folds"),
        "Compare": partial(compare_view.show, project, found.run, found.trial.id),
        "All metrics": partial(_everything, payload),
    }


def _everything(payload: dict[str, Any]) -> None:
    simple, dummy = payload["baselines"].get("simple", []), payload["baselines"].get("dummy", [])
    st.dataframe(metric_table.rows(payload["metrics"], {"simple model": simple, "dummy": dummy}), hide_index=True)


def _verdict(payload: dict[str, Any], family: str) -> None:
    """Answer the first question in one line for each criterion."""
    for one in payload["criteria"]:
        got = with_interval(one["value"], one["low"], one["high"]) if one["value"] is not None else "not defined"
        st.markdown(
            f"#### {_MARKS[one['verdict']]} {one['verdict'].capitalize()}: "
            f"{find_metric(one['metric']).title} {got}; asked: "
            f"{'at least' if one['at_least'] else 'at most'} {one['threshold']:g}"
        )
    if not payload["criteria"]:
        first = payload["metrics"][0]
        st.markdown(
            f"#### {find_metric(first['name']).title} {with_interval(first['value'], first['low'], first['high'])}"
        )
        st.caption("The success criterion is judged on the sealed hold-out.")
    st.caption(f"Model: {family_name(family)}. {payload['rows']:,} rows that were not fitted on. {payload['method']}")


def _errors(project: Project, payload: dict[str, Any]) -> None:
    if payload["confusion"]:
        charts.show(classification.confusion(payload), name="confusion")
        if payload.get("classes"):
            st.dataframe(metric_table.classes(payload["classes"]), hide_index=True)
    else:
        charts.show(regression.by_prediction(payload, project.problem.target), name="by-prediction")
    st.markdown("##### The rows it gets most wrong")
    st.dataframe(
        [
            {key: number(value) if isinstance(value, float) else str(value) for key, value in row.items()}
            for row in payload["worst"]
        ],
        hide_index=True,
    )


def _curves(project: Project, payload: dict[str, Any]) -> None:
    if payload["residuals"]:
        charts.show(regression.scatter(payload, project.problem.target), name="scatter")
        charts.show(regression.histogram(payload, project.problem.target), name="residuals")
        return
    left, right = st.columns(2)
    with left:
        charts.show(classification.roc(payload), name="roc")
    with right:
        charts.show(classification.precision_recall(payload), name="precision-recall")
    if payload["calibration"]:
        charts.show(classification.calibration(payload), name="calibration")


page()
