"""The parts of the brief's form that depend on the task: success criteria and costs of errors."""

from __future__ import annotations

from itertools import permutations

import streamlit as st

from engine.domain.metric import INTERVAL_METRICS, METRICS
from engine.domain.project import Brief, Project
from pages.shared import messages

_MOST_CRITERIA = 3


def criteria(project: Project, brief: Brief) -> list[str]:
    """Build each success criterion as a sentence of fields."""
    known = METRICS | INTERVAL_METRICS
    fitting = [metric for metric in known.values() if project.problem.task in metric.tasks]
    ids = ["", *(metric.id for metric in fitting)]
    texts = []
    for number in range(_MOST_CRITERIA):
        old = brief.criteria[number] if number < len(brief.criteria) else None
        start = old.metric if old else (project.problem.metric if number == 0 else "")
        metric_column, value_column = st.columns([2, 1])
        chosen = metric_column.selectbox(
            f"Metric {number + 1}",
            ids,
            index=ids.index(start) if start in ids else 0,
            format_func=lambda one: (
                "none" if not one else f"{known[one].title} {'at least' if known[one].higher_is_better else 'at most'}"
            ),
            label_visibility="collapsed",
        )
        value = value_column.text_input(
            f"Threshold {number + 1}",
            f"{old.threshold:g}" if old else "",
            placeholder="0.84",
            label_visibility="collapsed",
        )
        if chosen and value.strip():
            texts.append(f"{chosen} {'>=' if known[chosen].higher_is_better else '<='} {value.strip()}")
    return texts


def costs(project: Project, brief: Brief) -> tuple[dict[str, float], str]:
    """Ask for the cost of each kind of error."""
    classes = project.problem.classes
    kinds = [f"{a} -> {b}" for a, b in permutations(classes, 2)] if classes else ["too high", "too low"]
    old = brief.costs or {}
    if len(kinds) > 12:
        st.caption("With this many classes each error counts alike, unless costs are given by command line.")
        return dict(old), brief.cost_unit
    found = {}
    for start in range(0, len(kinds), 3):
        for column, kind in zip(st.columns(3), kinds[start : start + 3], strict=False):
            label = f"is {kind.split(' -> ')[0]}, said {kind.split(' -> ')[1]}" if classes else f"predicted {kind}"
            # The project is part of the key: another one with the same classes has its own costs.
            key = f"cost-{project.slug}-{kind}"
            value = column.number_input(messages.plain(label), min_value=0.0, value=old.get(kind), key=key)
            if value is not None:
                found[kind] = float(value)
    unit = st.text_input("Unit of these costs", brief.cost_unit, max_chars=60, placeholder="EUR, hours, offers")
    return found, unit
