"""The shape of a column, pairs that work together, and a model that can be read beside the best one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import work
from engine.charts import effects as pictures
from engine.charts import explanation, glassbox, interactions
from engine.domain.project import Project
from engine.domain.words import number, with_interval
from engine.explain.output import quantity
from pages.shared import charts, messages, state


def shape(project: Project, payload: dict[str, Any]) -> None:
    """Draw how the prediction goes along one column, in the picture that suits it."""
    found = payload.get("effects")
    by_shap = {one["column"]: one for one in payload["shape"]}
    columns = {one["column"]: one for one in found["columns"]} if found else {}
    names = list(dict.fromkeys([*columns, *by_shap]))
    if not names:
        st.markdown("No column has two values that can be told apart, so there is no shape to draw.")
        return
    with st.container(horizontal=True):
        chosen = st.selectbox("Column", names, key="shape-column", bind="query-params")
        one = columns.get(chosen)
        curve = _curve(one) if one else None
    if one is None or curve is None or found is None:
        charts.show(explanation.shape(by_shap[chosen], payload["scale"]), name="shape")
        if found is None:
            _offer(project)
        return
    kinds = ["partial", *(["local"] if curve["local"] else []), *(["shap"] if chosen in by_shap else [])]
    kinds.sort(key=lambda kind: kind != one["first"])
    picture = st.segmented_control(
        "Picture",
        kinds,
        default=kinds[0],
        required=True,
        format_func=lambda kind: pictures.PICTURES[kind],
        key=f"shape-picture-{chosen}",
    )
    st.markdown(messages.plain((curve.get(picture) or curve)["sentence"]))
    what = quantity(project.problem, curve["label"])
    if picture == "shap":
        charts.show(explanation.shape(by_shap[chosen], payload["scale"]), name="shape")
    else:
        draw = pictures.local if picture == "local" else pictures.partial
        charts.show(draw(one, curve, found, what), name=f"shape-{picture}")
    st.caption(messages.plain(one["why"]))
    if found["left_out"]:
        st.caption(
            messages.plain(f"Not drawn, since a text or a single value has no shape: {', '.join(found['left_out'])}.")
        )


def _curve(one: dict[str, Any]) -> dict[str, Any]:
    """Choose the class where there are several."""
    curves = {curve["label"]: curve for curve in one["curves"]}
    if len(curves) == 1:
        return next(iter(curves.values()))
    chosen: dict[str, Any] = curves[st.selectbox("Class", list(curves), key="shape-class", bind="query-params")]
    return chosen


def pairs(project: Project, payload: dict[str, Any]) -> None:
    """Draw which pairs of columns work together."""
    found = payload.get("interactions")
    if found is None:
        _offer(project)
        return
    for sentence in found["sentences"]:
        st.markdown(messages.plain(sentence))
    grids = {" × ".join(one["columns"]): one for one in found["grids"]}
    left, right = st.columns(2) if grids else (st.container(), None)
    with left:
        charts.show(interactions.pairs(found), name="pairs")
    if right is not None:
        with right:
            chosen = next(iter(grids))
            if len(grids) > 1:
                chosen = st.selectbox("Pair", list(grids), key="pair", bind="query-params")
            charts.show(interactions.grid(grids[chosen]), name="pair")
    st.caption(messages.plain(found["method"]))


def readable(project: Project, payload: dict[str, Any]) -> None:
    """Draw a model that can be read, and what it costs."""
    if "glassbox" not in payload:
        _offer(project)
        return
    found = payload["glassbox"]
    if found is None:
        st.markdown(
            "No small tree can be set beside this model: no column can be asked about, or the score is not defined."
        )
        return
    st.markdown(f"**{messages.plain(found['sentence'])}**")
    charts.show(glassbox.tree(found), name="tree")
    with st.expander("The same in words", icon=":material/format_list_numbered:"):
        for rule in found["rules"]:
            st.markdown(
                f"- If {messages.plain(rule['rule'])}: **{messages.plain(rule['answer'])}** ({rule['rows']:,} rows)"
            )
    st.dataframe(
        [
            {
                "Model": one["name"],
                "Out of fold": number(one["score"]),
                "What it costs against the best": with_interval(one["cost"], one["low"], one["high"]),
                "Verdict": _VERDICTS[one["verdict"]],
            }
            for one in found["models"]
        ],
        hide_index=True,
    )
    st.caption(messages.plain(found["method"]))


_VERDICTS = {
    "better beyond chance": "a cost that is shown",
    "worse beyond chance": "better than the best",
    "within chance": "no cost that is shown",
}


def _offer(project: Project) -> None:
    """Offer to compute what an earlier explanation lacks."""
    with st.container(border=True):
        st.markdown("This explanation was made without the shape of columns, their pairs and a model to read.")
        if st.button("Compute them", icon=":material/show_chart:", key="shapes"):
            with messages.guard():
                work.explain(state.settings(), project.slug, shapes=True)
                st.rerun()
