"""How a file is read: everything that was detected, each part editable, with its first rows beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from engine.actions import intake as bringing
from engine.domain.intake import Intake
from engine.domain.reading import Conversion, ConversionKind, FileFormat, Reading
from pages.shared import messages, state

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", "^": "caret", "~": "tilde"}
_FORMATS = {
    FileFormat.DELIMITED: "delimited text",
    FileFormat.EXCEL: "workbook",
    FileFormat.PARQUET: "Parquet",
    FileFormat.JSON: "JSON",
    FileFormat.JSON_LINES: "JSON lines",
    FileFormat.SQLITE: "SQLite database",
}


def show(intake: Intake) -> None:
    """Draw the first rows and the form."""
    reading, choices = intake.reading, intake.found["choices"]
    assert reading is not None
    preview = intake.found["preview"]
    st.caption(f"The first rows as they are written ({_FORMATS[reading.format]}):")
    st.dataframe(
        [dict(zip(preview["columns"], row, strict=True)) for row in preview["rows"]], hide_index=True, height=280
    )
    with st.form("reading", border=True):
        changed = _layers(reading, choices)
        refused = st.multiselect(
            "Columns that should stay text as they are",
            [one["name"] for one in intake.found["schema"]],
            [one.column for one in reading.conversions if one.to is ConversionKind.TEXT],
            help="Undoes what was detected: numbers, dates or spellings",
        )
        if st.form_submit_button("Read it like this", icon=":material/refresh:"):
            with messages.guard():
                bringing.look_again(state.settings(), intake.id, reading=_merged(reading, changed, refused))
                st.rerun()
    if st.button("Detect everything anew", type="tertiary", icon=":material/restart_alt:"):
        bringing.look_again(state.settings(), intake.id)
        st.rerun()


def _layers(reading: Reading, choices: dict[str, list[str]]) -> dict[str, Any]:
    """Ask for everything that stands above the cells."""
    changed: dict[str, Any] = {}
    for name, label in (("member", "File in the archive"), ("sheet", "Sheet"), ("table", "Table")):
        if choices.get(name):
            changed[name] = _choice(label, choices[name], getattr(reading, name))
    if reading.format is FileFormat.SQLITE:
        query = st.text_input("Or a query that begins with SELECT", max_chars=5000)
        if query.strip():
            changed["table"] = query.strip()
    if reading.format is FileFormat.DELIMITED:
        changed |= _text_parts(reading)
    if reading.format in (FileFormat.DELIMITED, FileFormat.EXCEL):
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        changed["skip_lines"] = left.number_input("Title lines above the header", 0, 100, reading.skip_lines)
        changed["skip_footer"] = middle.number_input("Lines of totals at the end", 0, 100, reading.skip_footer)
        changed["header"] = right.checkbox("The first line names the columns", reading.header)
    words = st.text_input(
        "Words that stand for an empty cell, with commas between", ", ".join(reading.missing), max_chars=300
    )
    return changed | {"missing": tuple(word.strip() for word in words.split(",") if word.strip())}


def _choice(label: str, options: list[str], current: str) -> str:
    return str(st.selectbox(label, options, index=options.index(current) if current in options else 0))


def _text_parts(reading: Reading) -> dict[str, Any]:
    left, right = st.columns(2)
    encodings = list(dict.fromkeys([reading.encoding, *_ENCODINGS]))
    delimiters = list(dict.fromkeys([reading.delimiter, *_DELIMITERS]))
    return {
        "encoding": left.selectbox("Encoding", encodings),
        "delimiter": right.selectbox(
            "Delimiter", delimiters, format_func=lambda one: _DELIMITERS.get(one, "blanks" if one.isspace() else one)
        ),
    }


def _merged(reading: Reading, changed: dict[str, Any], refused: list[str]) -> Reading:
    """Keep what was detected beneath an unchanged layer; another delimiter or sheet makes other columns."""
    layers = ("member", "sheet", "table", "encoding", "delimiter", "skip_lines", "skip_footer", "header", "missing")
    moved = any(name in changed and changed[name] != getattr(reading, name) for name in layers)
    kept = () if moved else tuple(one for one in reading.conversions if one.column not in refused)
    told = tuple(Conversion(column=name, to=ConversionKind.TEXT) for name in refused)
    fresh = tuple(one for one in kept if one.to is not ConversionKind.TEXT) + told
    return replace(reading, **changed, conversions=fresh, notes=())
