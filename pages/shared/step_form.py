"""A step of one's own: its kind, its columns, its options."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.actions import recipe as kitchen
from engine.domain.project import Project
from engine.domain.recipe import Step, StepKind
from pages.shared import messages, state

_KINDS: dict[StepKind, str] = {
    StepKind.EXPRESSION: "Make a column by a formula",
    StepKind.RATIO: "Divide one column by another",
    StepKind.PRODUCT: "Multiply columns",
    StepKind.DATE_PARTS: "Take a date apart",
    StepKind.BIN: "Put numbers into ranges",
    StepKind.DROP_COLUMNS: "Leave columns out",
    StepKind.DROP_DUPLICATES: "Leave repeated rows out of the fit",
    StepKind.MISSING_WORDS: "Treat words or numbers as empty",
    StepKind.REPLACE: "Replace values",
    StepKind.TIDY_TEXT: "Tidy blanks and spellings",
    StepKind.LIMIT: "Limit numbers to a range",
    StepKind.IMPUTE: "Fill empty cells",
    StepKind.WINSORISE: "Draw outliers in",
    StepKind.SCALE: "Scale numbers",
    StepKind.ENCODE: "Encode categories",
    StepKind.GROUP_RARE: "Join rare categories",
    StepKind.TEXT: "Turn text into numbers",
    StepKind.TARGET_TRANSFORM: "Transform the target",
}
_TEXTS: dict[str, tuple[str, str]] = {
    "name": ("Name of the new column", "price_per_m2"),
    "formula": ("Formula over columns", "price / area"),
    "words": ("Words or numbers, with commas between", "unknown, -999"),
    "values": ("Old = new, with commas between", "M = male, F = female"),
}
_FIELDS: dict[StepKind, tuple[str, ...]] = {
    StepKind.EXPRESSION: ("name", "formula"),
    StepKind.RATIO: ("name",),
    StepKind.PRODUCT: ("name",),
    StepKind.MISSING_WORDS: ("words",),
    StepKind.REPLACE: ("values",),
}
_CHOICES: dict[StepKind, tuple[str, tuple[str, ...]]] = {
    StepKind.IMPUTE: ("strategy", ("median", "mean", "most_frequent")),
    StepKind.SCALE: ("method", ("standard", "robust", "min_max", "yeo_johnson")),
    StepKind.ENCODE: ("method", ("one_hot", "ordinal", "target")),
    StepKind.TEXT: ("method", ("tf_idf", "hashed")),
    StepKind.BIN: ("method", ("quantile", "uniform")),
    StepKind.TARGET_TRANSFORM: ("method", ("log1p", "yeo_johnson")),
}
_NUMBERS: dict[StepKind, tuple[tuple[str, str, float | None], ...]] = {
    StepKind.LIMIT: (("low", "Lowest value", None), ("high", "Highest value", None)),
    StepKind.WINSORISE: (("low", "Lower quantile", 0.01), ("high", "Upper quantile", 0.99)),
    StepKind.BIN: (("bins", "Ranges", 5.0),),
    StepKind.GROUP_RARE: (("least", "Rows that a value needs", 10.0),),
}
_NO_COLUMNS = (StepKind.EXPRESSION, StepKind.DROP_DUPLICATES, StepKind.TARGET_TRANSFORM)


def show(project: Project, names: list[str]) -> None:
    """Ask for a step and add it."""
    kind = st.selectbox("What should be done?", list(_KINDS), format_func=_KINDS.__getitem__)
    with st.form("step", border=True):
        columns: list[str] = []
        if kind not in _NO_COLUMNS:
            columns = st.multiselect("Columns", [name for name in names if name != project.problem.target])
        options = _options(kind)
        if kind is StepKind.EXPRESSION:
            st.caption(
                'Columns by name (`col("a b")` for odd ones), + − * / **, comparisons, and, or, not, log, sqrt, abs, '
                "min, max, round, where(condition, a, b), isempty(a), coalesce(a, b)."
            )
        reason = st.text_input("Why?", max_chars=300, placeholder="One line, for the record")
        if st.form_submit_button("Add this step and measure it", icon=":material/add:"):
            with messages.guard():
                step = Step(kind=kind, columns=tuple(columns), options=options, reason=reason.strip())
                kitchen.add_and_measure(state.settings(), project.slug, step, reason=step.reason)
                st.rerun()


def _options(kind: StepKind) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _FIELDS.get(kind, ()):
        label, example = _TEXTS[name]
        text = st.text_input(label, placeholder=example, max_chars=500).strip()
        if text:
            found[name] = _read(name, text)
    if kind in _CHOICES:
        name, choices = _CHOICES[kind]
        found[name] = st.selectbox("How?", choices, format_func=lambda one: one.replace("_", " "))
    for name, label, start in _NUMBERS.get(kind, ()):
        value = st.number_input(label, value=start)
        if value is not None:
            found[name] = int(value) if name in ("bins", "least") else value
    if kind is StepKind.IMPUTE:
        found["indicator"] = st.checkbox("Add a column that says where it was empty", True)
    if kind is StepKind.DATE_PARTS:
        parts = ("year", "month", "day", "weekday", "hour", "elapsed")
        found["parts"] = st.multiselect("Parts", parts, ["year", "month", "weekday"])
    return found


def _read(name: str, text: str) -> Any:
    if name == "words":
        return [_number(part.strip()) for part in text.split(",") if part.strip()]
    if name == "values":
        pairs = (part.split("=", 1) for part in text.split(",") if "=" in part)
        return {old.strip(): new.strip() or None for old, new in pairs}
    return text


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
