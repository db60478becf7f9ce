"""Any two models of a run beside each other."""

from __future__ import annotations

import streamlit as st

from engine.automl.choosing import model_name
from engine.charts import comparison as drawn
from engine.domain.metric import find_metric
from engine.domain.project import Project
from engine.domain.run import Run
from engine.evaluate.comparison import compare
from engine.store import projects
from engine.store.db import connect
from pages.shared import charts, state


def show(project: Project, run: Run, trial_id: int) -> None:
    """Ask for two models and draw what the difference between them shows."""
    differences = run.result.get("differences")
    if not differences:
        st.info("This run is from before models were compared with each other; train again to see it.")
        return
    names = {row["trial"]: f"{model_name(row)}, trial {row['number']}" for row in run.result["leaderboard"]}
    ids = list(names)
    left, right = st.columns(2)
    first = left.selectbox(
        "One model", ids, index=ids.index(trial_id) if trial_id in ids else 0, format_func=names.__getitem__
    )
    others = [one for one in ids if one != first]
    second = right.selectbox("The other", others, index=_simple(run, others), format_func=names.__getitem__)
    with connect(state.settings()) as db:
        brief = projects.latest_brief(db, project.slug)
    band = brief.brief.matters if brief else None
    found = compare(differences, first, second, band) if second is not None else None
    if found is None:
        st.info("There is no second model that could be compared.")
        return
    metric = find_metric(run.result.get("metric", project.problem.metric))
    charts.show(drawn.difference(found, names[first], names[second], metric), name="difference")
    if band is None:
        st.caption("Say in the brief which difference would matter, and small ones are called practically the same.")


def _simple(run: Run, others: list[int]) -> int:
    """Begin with the simple model: that is what the other has to be worth more than."""
    simple = (run.result.get("simple") or {}).get("trial")
    return others.index(simple) if simple in others else 0
