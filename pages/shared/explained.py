"""What a model uses, over all rows: the sentence and the picture first, the numbers beneath."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import work
from engine.charts import explanation as figures
from engine.domain.project import Project
from engine.domain.words import number
from pages.shared import charts, messages, state


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw the global view of an explanation."""
    lead, *more, limits = payload["words"] if len(payload["words"]) > 1 else ["", *payload["words"]]
    st.markdown(messages.plain(lead))
    left, right = st.columns(2)
    with left:
        charts.show(figures.importance(payload), name="importance", fill=True)
    with right:
        if payload.get("held_out"):
            charts.show(figures.held_out(payload), name="held-out", fill=True)
        else:
            _missing(project)
    st.info(messages.plain(limits), icon=":material/info:")
    with st.expander("How sure this is, and what else was found", icon=":material/straighten:"):
        for sentence in more:
            st.markdown(f"- {messages.plain(sentence)}")
    with st.expander("How it was measured", icon=":material/science:"):
        st.markdown(messages.plain(payload["method"]))
        st.markdown(
            "The contributions of a row add up to its prediction; the largest gap is "
            f"{messages.plain(number(payload['additivity_error']))} of the range of the predictions."
        )
        for found in (payload.get("held_out"), payload.get("trees")):
            if found:
                st.markdown(messages.plain(found["method"]))
        if payload.get("trees"):
            st.dataframe(payload["trees"]["importance"], hide_index=True)
            st.caption(messages.plain(f"Mean absolute contribution to the {payload['trees']['scale']}."))


def _missing(project: Project) -> None:
    """Offer to measure on rows that were held out, where fits take too long to do it unasked."""
    with st.container(border=True):
        st.markdown("**Rows the model has not seen**")
        st.markdown("How much worse the score is without each column. The model is fitted again on a part of the rows.")
        if st.button("Measure it", icon=":material/science:", key="held-out"):
            with messages.guard():
                work.explain(state.settings(), project.slug, held_out=True)
                st.rerun()
