"""What the model would say of a row that is a little different; who is like it; what would turn the answer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import whatif
from engine.actions.whatif import Desk
from engine.domain.project import Project
from engine.domain.task import ColumnKind, Task
from engine.domain.words import number, share
from engine.settings import Settings
from engine.store import tries
from engine.store.db import connect
from pages.shared import messages, state

_FIRST = 6
"""Columns that are shown at once; the others are one click away."""
_HISTORY = 8


@st.cache_resource(max_entries=2, show_spinner="Loading the model …")
def _desk(_settings: Settings, home: str, slug: str, trial_id: int, version: str) -> Desk:
    """Keep the model in memory; another trial, or a file that was changed, is loaded anew."""
    return whatif.open_desk(_settings, slug)


def show(project: Project, trial_id: int, rows: dict[str, int]) -> None:
    """Let the person choose a row, change it, and see the answer.

    ``rows`` are rows that are worth a look: what is said of each, and its number in the file that was brought.
    """
    settings = state.settings()
    with messages.guard():
        version = whatif.version_of(settings, project.slug)
        desk = _desk(settings, str(settings.home), project.slug, trial_id, version)
        row = _chosen(desk, rows)
        if row is None:
            return
        _answer(settings, desk, row)
        left, right = st.columns(2)
        with left:
            _turned(settings, project, desk, row)
        with right:
            _like(desk, row)
        _history(settings, desk)


def _chosen(desk: Desk, rows: dict[str, int]) -> int | None:
    """Ask for a row: one that is worth a look, or any by its number."""
    left, right = st.columns([2, 1])
    named = left.selectbox("A row that is worth a look", list(rows))
    typed = right.number_input("Or any row, by its number in the file", min_value=0, step=1, value=None)
    found = int(typed) if typed is not None else rows.get(named or "")
    if found is not None:
        # Refused here, in one sentence, before anything else is drawn.
        desk.place(found)
    return found


def _answer(settings: Settings, desk: Desk, row: int) -> None:
    """Draw the form with the cells of the row, and the answer to what was changed."""
    cells = desk.row(row)
    with st.form("what-if", border=True):
        st.markdown(f"**Row {row}**, which turned out: {messages.plain(_said(desk.actual[desk.place(row)]))}")
        fields = {}
        for start in range(0, len(desk.columns[:_FIRST]), 3):
            for column, name in zip(st.columns(3), desk.columns[:_FIRST][start : start + 3], strict=False):
                with column:
                    fields[name] = _field(desk, row, name, cells[name])
        if desk.columns[_FIRST:]:
            with st.expander(f"{len(desk.columns) - _FIRST} more columns"):
                for name in desk.columns[_FIRST:]:
                    fields[name] = _field(desk, row, name, cells[name])
        asked = st.form_submit_button("What would the model say?", type="primary", icon=":material/psychology_alt:")
    if not asked:
        return
    found = whatif.ask(settings, desk, row, fields)
    st.markdown(f"#### {messages.plain(found['words'])}")
    for caution in found["cautions"]:
        st.caption(f":material/warning: {messages.plain(caution)}")
    st.caption("This is what the model would say, not what would happen: changing a column changes no world.")


def _field(desk: Desk, row: int, name: str, cell: Any) -> Any:
    """Ask for one cell, with what it may hold."""
    known, key, label = desk.known[name], f"cell-{desk.trial.id}-{row}-{name}", messages.plain(name)
    empty = cell is None or cell != cell
    if known.kind in (ColumnKind.NUMERIC, ColumnKind.INTEGER):
        said = f"{number(float(known.low))} to {number(float(known.high))}" if known.low is not None else ""
        return st.number_input(label, value=None if empty else float(cell), format="%g", key=key, help=said or None)
    if known.kind is ColumnKind.DATETIME:
        return st.text_input(label, "" if empty else f"{cell:%Y-%m-%d}", key=key)
    if known.levels and known.kind is not ColumnKind.TEXT:
        options = list(dict.fromkeys([*([] if empty else [str(cell)]), *known.levels]))
        index = None if empty else options.index(str(cell))
        return st.selectbox(label, options, index=index, key=key, accept_new_options=True, placeholder="empty")
    return st.text_input(label, "" if empty else str(cell), key=key)


def _turned(settings: Settings, project: Project, desk: Desk, row: int) -> None:
    """Look for the smallest change that turns the answer."""
    with st.container(border=True):
        st.markdown("**What would turn the answer?**")
        with connect(settings) as db:
            fixed = tries.fixed(db, desk.project)
        chosen = st.multiselect("Columns that cannot change", desk.columns, default=fixed, key=f"fixed-{desk.trial.id}")
        if chosen != fixed:
            whatif.mark_fixed(settings, project.slug, chosen)
        target = None
        if desk.problem.task is Task.REGRESSION:
            target = st.number_input(f"Value of {messages.plain(desk.problem.target)} to pass", value=None, format="%g")
            if target is None:
                st.caption("Give a value: the smallest change that brings the prediction past it is looked for.")
                return
        found = whatif.turn(settings, desk, row, target=target)
        if not found:
            st.caption("No change of one, two or three columns to values that occur in the data turns the answer.")
        for one in found:
            parts = [
                f"{name}: {_said(one['from'][name])} → **{messages.plain(_said(value))}**"
                for name, value in one["changes"].items()
            ]
            st.markdown(f"- {'; '.join(parts)} · {_prediction(desk, one['prediction'])}")


def _like(desk: Desk, row: int) -> None:
    """Show the rows that are most like this one, and how they turned out."""
    with st.container(border=True):
        st.markdown("**Rows like it**")
        columns = desk.columns[:4]
        st.dataframe(
            [
                {"row": one["row"], "turned out": _said(one["actual"])}
                | {name: _said(one["cells"][name]) for name in columns}
                | {"distance": round(one["distance"], 3)}
                for one in whatif.like(desk, row)
            ],
            hide_index=True,
        )
        st.caption("Gower's distance over all columns, weighted by how much the model reads each; 0 is alike.")


def _history(settings: Settings, desk: Desk) -> None:
    with connect(settings) as db:
        found = tries.of_project(db, desk.project, limit=_HISTORY)
    if found:
        with st.expander("What you asked before"):
            st.dataframe(
                [
                    {
                        "when": f"{one['created_at']:%Y-%m-%d %H:%M}",
                        "row": one["row"],
                        "changed": "; ".join(f"{name} = {_said(value)}" for name, value in one["changes"].items()),
                        "answer": whatif.answer_words(desk.problem, one["before"], one["after"]),
                    }
                    for one in found
                ],
                hide_index=True,
            )


def _prediction(desk: Desk, values: list[float]) -> str:
    if desk.problem.task is Task.REGRESSION:
        return number(values[0])
    if desk.problem.task is Task.BINARY:
        return f"{messages.plain(desk.problem.positive)} {share(values[1])}"
    best = max(range(len(values)), key=lambda place: values[place])
    return f"{messages.plain(desk.problem.classes[best])} {share(values[best])}"


def _said(value: Any) -> str:
    if value is None or value != value:
        return "empty"
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
