"""One row: finding it, why the model answers so, other values tried on it, rows like it, what would flip it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.actions import whatif, work
from engine.charts import explanation as figures
from engine.domain.project import Project
from engine.domain.run import Trial
from engine.domain.words import number
from engine.store import projects, results
from engine.store.db import connect
from pages.shared import charts, flip_view, messages, state, what_if

if TYPE_CHECKING:
    from engine.runs.jobs.one_row import Room

_BY_NUMBER, _BY_VALUE = "Its number", "A value in it"
_PARTS = ("What if", "Why this answer", "Rows like it", "What would change it")
_ANY = "any column"
_SHOWN_COLUMNS = 8


def show(project: Project, payload: dict[str, Any]) -> None:
    """Draw one row of the training part and what can be asked about it."""
    with messages.guard():
        trial = work.winner(state.settings(), project.slug)
        here = _fetched(project, trial)
        row = _find(here, trial)
        if row is None:
            return
        outcome = here.outcomes[here.place(row)]
        said = number(outcome) if isinstance(outcome, float) else f"'{outcome}'"
        st.markdown(
            f"**Row {row}** of the training part. {messages.plain(here.problem.target)}: {messages.plain(said)}."
        )
        held_out = whatif.held_out(state.settings(), here, trial, row)
        if held_out:
            st.markdown(messages.plain(held_out))
        part = st.segmented_control(
            "About this row",
            _PARTS,
            default=_PARTS[0],
            label_visibility="collapsed",
            key="one-row-part",
            bind="query-params",
        )
        if part == _PARTS[0]:
            what_if.show(project, here, trial, row, payload["scale"])
        elif part == _PARTS[1]:
            _why(project, trial, row, payload)
        elif part == _PARTS[2]:
            _similar(here, row)
        elif part == _PARTS[3]:
            flip_view.show(project, here, trial, row)


def _fetched(project: Project, trial: Trial) -> Room:
    settings = state.settings()
    with connect(settings) as db:
        sha256 = projects.get_split(db, project.slug).train_sha256
        known = results.has(db, "explanations", trial.id)
    return _room(str(settings.home), project.slug, trial, sha256, known)


@st.cache_resource(max_entries=4, show_spinner="Reading the training part")
def _room(home: str, slug: str, _trial: Trial, sha256: str, known: bool, /) -> Room:
    """Keep the training part between reruns; home, hash and whether it is explained only tell the copies apart."""
    return whatif.room(state.settings(), slug, _trial)


def _find(here: Room, trial: Trial) -> int | None:
    """Let a person choose a row in one of several ways; returns its number in the file."""
    ways = (*whatif.WAYS, _BY_NUMBER, _BY_VALUE)
    left, right = st.columns(2, vertical_alignment="bottom")
    way = left.selectbox("Which row", ways, key="one-row-way", bind="query-params")
    if way == _BY_NUMBER:
        given = right.number_input(
            "Its number in the file",
            min_value=0,
            step=1,
            value=int(here.frame.index[0]),
            key="one-row-number",
            bind="query-params",
        )
        here.place(int(given))
        return int(given)
    if way == _BY_VALUE:
        return _searched(here, right)
    right.caption("Chosen by what the model said while the row was held out of the fit.")
    return whatif.choose(state.settings(), here, trial, way)


def _searched(here: Room, place: Any) -> int | None:
    text = place.text_input("A part of a cell", placeholder="such as a name or a place", key="one-row-text")
    column = st.selectbox("Look in", (_ANY, *here.problem.features), key="one-row-column")
    if not text.strip():
        st.caption("Type a value, and the rows that have it are listed.")
        return None
    found = whatif.find(here, text, None if column == _ANY else column)
    if not found:
        st.info("No row of the training part holds that. Try a shorter part of it.", icon=":material/search_off:")
        return None
    chosen = st.selectbox(f"Found rows ({len(found)})", found, format_func=lambda row: f"row {row}", key="one-row-hit")
    return int(chosen)


def _why(project: Project, trial: Trial, row: int, payload: dict[str, Any]) -> None:
    """Draw what each column adds to the prediction, where a run has computed it."""
    found = whatif.explained(state.settings(), project.slug, trial)
    known = [one for one in payload["rows"] if one["row"] == row]
    known += [one.result["row"] for one in found if one.result.get("row") and one.params.get("row") == row]
    flip_view.watch(project, found, row)
    if known:
        charts.show(figures.waterfall(known[0], payload["scale"]), name="waterfall")
        for sentence in known[0]["words"]:
            st.markdown(messages.plain(sentence))
        return
    if any(not one.status.is_over for one in found):
        return
    st.markdown("What each column adds to this prediction has not been computed yet. It takes a few seconds.")
    if st.button("Explain this row", type="primary", icon=":material/search:", key=f"explain-{row}"):
        with messages.guard():
            whatif.start(state.settings(), project.slug, row)
            st.rerun()


def _similar(here: Room, row: int) -> None:
    """List the nearest rows, each with its outcome; what differs is marked."""
    found = whatif.similar_rows(here, row)
    if not found:
        st.markdown("There is no other row to compare with.")
        return
    place = here.place(row)
    names = list(found[0]["values"])[:_SHOWN_COLUMNS]
    target = here.problem.target
    from engine.explain.words import cell_text

    table = [
        {
            "row": f"{row} (this)",
            f"{target} ": _outcome(here.outcomes[place]),
            "other columns that differ": "",
            **{name: cell_text(here.frame[name].iloc[place]) for name in names},
        }
    ]
    table += [
        {
            "row": str(one["row"]),
            f"{target} ": _outcome(one["outcome"]),
            "other columns that differ": str(len([name for name in one["differs"] if name not in names])),
            **{name: f"{'≠ ' if name in one['differs'] else ''}{one['values'][name]}" for name in names},
        }
        for one in found
    ]
    same = sum(one["outcome"] == here.outcomes[place] for one in found)
    if here.problem.task.is_classification:
        st.markdown(f"**{same} of the {len(found)} nearest rows turned out the same way.**")
    else:
        values = [float(one["outcome"]) for one in found]
        st.markdown(
            f"**The {len(found)} nearest rows turned out between {number(min(values))} and {number(max(values))}.**"
        )
    st.dataframe(table, hide_index=True)
    st.caption(
        "≠ marks what differs from this row; columns stand by their importance. Nearness: Gower's distance (1971) over "
        "all columns, each weighted by its importance to the model."
    )


def _outcome(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)
