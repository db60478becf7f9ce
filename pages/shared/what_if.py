"""A form with every column of a row, and what the model answers to other values."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from engine.actions import whatif
from engine.charts import one_row as figures
from engine.domain.project import Project
from engine.domain.run import Trial
from engine.domain.task import ColumnKind
from engine.domain.words import number
from pages.shared import charts, messages, state

if TYPE_CHECKING:
    from engine.automl.model import Model
    from engine.explain.ranges import Range
    from engine.runs.jobs.one_row import Room

_FIRST = 8
"""Columns that stand open; the rest is one click behind."""
_EMPTY = "empty"
_EARLIEST, _LATEST = datetime.date(1700, 1, 1), datetime.date(2250, 1, 1)
"""What can be chosen at all, far beyond any training row."""
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)


def show(project: Project, here: Room, trial: Trial, row: int, scale: str) -> None:
    """Draw the form beside the newest answer for this row, and below it what was tried before."""
    left, right = st.columns([3, 2])
    with left:
        _form(project, here, trial, row)
    tries = whatif.history(state.settings(), project.slug)
    mine = [one for one in tries if one["row"] == row and one["trial"] == trial.id]
    with right:
        if mine:
            _answer(mine[0], scale)
        else:
            st.markdown("Change one or more values and ask: the answer before and after stands here.")
    if tries:
        _history(tries, trial)


def _form(project: Project, here: Room, trial: Trial, row: int) -> None:
    one = here.frame.iloc[here.place(row)]
    weights = here.space.weights
    names = sorted(here.problem.features, key=lambda name: -weights[name])
    given: dict[str, Any] = {}
    with st.form(f"what-if-{row}", border=True):
        _fields(names[:_FIRST], one, here, row, given)
        if names[_FIRST:]:
            with st.expander(f"{len(names) - _FIRST} more columns, which count less"):
                _fields(names[_FIRST:], one, here, row, given)
        asked = st.form_submit_button("Ask the model", type="primary", icon=":material/question_answer:")
    if asked:
        with messages.guard(), st.spinner("Loading the model", show_time=False):
            model = _loaded(project, trial)
            whatif.try_out(state.settings(), project.slug, here, model, trial, row, given)


def _fields(names: list[str], one: Any, here: Room, row: int, given: dict[str, Any]) -> None:
    columns = st.columns(2)
    for place, name in enumerate(names):
        with columns[place % 2]:
            given[name] = _field(here.known[name], one[name], f"try-{row}-{name}")


def _field(known: Range, value: Any, key: str) -> Any:
    """Draw the field of one column with its range in the training part; nothing outside it is forbidden."""
    label = messages.plain(known.name)
    if known.is_ordered:
        label += f" :small[({messages.plain(known.text)})]"
    missing = pd.isna(value)
    if known.kind in _NUMBERS:
        whole = known.kind is ColumnKind.INTEGER and (missing or float(value).is_integer())
        if whole:
            return st.number_input(label, value=None if missing else int(value), step=1, key=key)
        return st.number_input(
            label, value=None if missing else float(value), step=_step(known), format="%.8g", key=key
        )
    if known.kind is ColumnKind.DATETIME:
        if missing or value == value.normalize():
            shown = None if missing else value.date()
            return st.date_input(label, value=shown, min_value=_EARLIEST, max_value=_LATEST, key=key)
        return st.text_input(label, value=value.isoformat(sep=" "), key=key)
    if known.kind is ColumnKind.TEXT:
        return st.text_area(label, value="" if missing else str(value), height=68, key=key)
    now = _EMPTY if missing else str(value)
    options = list(dict.fromkeys([now, *known.levels, _EMPTY]))
    return st.selectbox(label, options, accept_new_options=known.kind is not ColumnKind.BOOLEAN, key=key)


def _step(known: Range) -> float:
    """Choose a step of about a fiftieth of the range, a power of ten."""
    width = float(known.high - known.low) if known.low is not None else 0.0
    return float(10.0 ** math.floor(math.log10(width / 20))) if width > 0 else 1.0


def _loaded(project: Project, trial: Trial) -> Model:
    settings = state.settings()
    return _model(project.slug, trial.id, whatif.model_key(settings, trial), trial)


@st.cache_resource(max_entries=2, show_spinner=False)
def _model(slug: str, trial_id: int, key: str, _trial: Trial) -> Model:
    """Keep the loaded model in this process; other files have another key."""
    return whatif.load_model(state.settings(), slug, _trial)


def _answer(tried: dict[str, Any], scale: str) -> None:
    charts.show(figures.before_after(tried, scale), name="what-if")
    for flag in tried["flags"]:
        st.warning(messages.plain(flag), icon=":material/straighten:")
    for sentence in tried["words"][:-1]:
        st.markdown(messages.plain(sentence))
    st.caption(messages.plain(tried["words"][-1]))


def _history(tries: list[dict[str, Any]], trial: Trial) -> None:
    with st.expander(f"What was tried ({len(tries)})"):
        st.dataframe(
            [
                {
                    "when": one["at"].strftime("%Y-%m-%d %H:%M UTC"),
                    "row": one["row"],
                    "changed": "; ".join(
                        f"{change['column']}: {change['before']} → {change['after']}" for change in one["changes"]
                    ),
                    "before": number(one["prediction_before"]),
                    "after": number(one["prediction_after"]),
                    "notes": len(one["flags"]),
                    "model": "this one" if one["trial"] == trial.id else "an earlier one",
                }
                for one in tries
            ],
            hide_index=True,
        )
