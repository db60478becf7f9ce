"""What a project needs to know of a file before its rows are set apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from engine.actions import intake as bringing
from engine.actions import projects as starting
from engine.domain.data import SplitKind, SplitSpec
from engine.domain.intake import Intake
from pages.shared import messages, state

TASKS = {
    "": "as the values of that column suggest",
    "binary": "one of two classes",
    "multiclass": "one of several classes",
    "regression": "a number",
}
_SPLITS = {
    "": "as the table suggests (groups and times are looked for)",
    "random": "at random",
    "stratified": "at random, with the same share of every class",
    "group": "whole groups: one customer, patient or place stays on one side",
    "time": "by time: the latest rows are sealed",
    "given": "as a column of the file says",
}


_WHY = "One line for the record; it can be left empty and added later"
_WHY_TARGET, _WHY_SPLIT = "Why this column?", "Why are the rows set apart so?"


def show(intake: Intake) -> None:
    """Ask what cannot be guessed, and start."""
    names = [column["name"] for column in intake.found["schema"]]
    guess = intake.target or intake.found["target"]
    with st.form("start", border=True):
        target = st.selectbox(
            "Which column is to be predicted?", names, index=names.index(guess) if guess in names else None
        )
        reasons = {"target": st.text_input(_WHY_TARGET, max_chars=500, placeholder=_WHY)}
        task = st.selectbox("What kind of prediction?", list(TASKS), format_func=TASKS.__getitem__)
        title = st.text_input("Title of the project", value=Path(intake.name).stem.replace("_", " ")[:80], max_chars=80)
        drop = st.multiselect(
            "Columns that a model must not use", names, help="What is only known afterwards, or must not be used"
        )
        kind, column, share = _split(names)
        reasons["split"] = st.text_input(_WHY_SPLIT, max_chars=500, placeholder=_WHY)
        counts = _counts(names)
        source = st.text_input("Where is the data from?", _known(intake.provenance.source), max_chars=300)
        licence = st.text_input("Licence, or who allowed you to use it", intake.provenance.licence, max_chars=200)
        newer = _newer_than(intake)
        if not st.form_submit_button("Seal the test rows and start", type="primary", icon=":material/lock:"):
            return
    if not target:
        st.warning("Choose the column that is to be predicted.", icon=":material/info:")
    elif _complete(kind, column):
        reason = "Chosen by the person."
        split = SplitSpec(kind=SplitKind(kind), column=column, fraction=share / 100, reason=reason) if kind else None
        wish = {"target": target, "title": title, "task": task or None, "drop": drop, "holdout": share / 100}
        _start(intake, (source, licence, newer), wish | counts | {"split": split, "reasons": reasons})


def _complete(kind: str, column: str) -> bool:
    """Say what is still missing, if anything is."""
    if kind in ("group", "time", "given") and not column:
        st.warning("Choose the column by which rows are set apart.", icon=":material/info:")
        return False
    return True


def _start(intake: Intake, origin: tuple[str, str, str | None], wish: dict[str, Any]) -> None:
    source, licence, newer = origin
    with messages.guard():
        settings = state.settings()
        bringing.set_origin(settings, intake.id, source=source, licence=licence, newer_than=newer)
        bringing.start(settings, intake.id, **wish)
        st.rerun()


def _counts(names: list[str]) -> dict[str, str]:
    """Ask whether some rows count more than others in a fit."""
    with st.expander("Rows that count more than others"):
        balanced = st.checkbox(
            "Each class counts as much as any other",
            help="For rare classes. Models are fitted so; scores still count every row alike.",
        )
        weight = st.selectbox(
            "Column that says how much each row counts",
            names,
            index=None,
            help="Such as the weights of a survey. Models are fitted with it and never read it.",
        )
    return {"class_weight": "balanced" if balanced else "", "weight": weight or ""}


def _split(names: list[str]) -> tuple[str, str, int]:
    """Ask how rows are set apart: kind, column, per cent."""
    left, right = st.columns(2)
    kind = left.selectbox("How are rows set apart?", list(_SPLITS), format_func=_SPLITS.__getitem__)
    column = right.selectbox("By which column?", names, index=None, help="For groups, times and given parts")
    return kind, column or "", st.slider("Rows to seal for the final test (%)", 10, 40, 20, step=5)


def _known(source: str) -> str:
    return "" if source.startswith("own file ") else source


def _newer_than(intake: Intake) -> str | None:
    """Ask whether this is a newer version of the data of a project."""
    own = starting.own_projects(state.settings())
    if not own:
        return None
    slugs = ["", *own]
    return (
        st.selectbox(
            "Is it a newer version of the data of a project?",
            slugs,
            index=slugs.index(intake.newer_than) if intake.newer_than in slugs else 0,
            format_func=lambda one: own[one] if one else "no, it is new",
            help="What changed is said in plain words; brief, notes and recipe are taken over",
        )
        or None
    )
