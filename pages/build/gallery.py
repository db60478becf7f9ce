"""Gallery: real questions to start from, and the door for one's own data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from engine.actions import projects as starting
from engine.actions import tables
from pages.shared import cards, messages, state

_TASKS = {
    "": "as the values of that column suggest",
    "binary": "one of two classes",
    "multiclass": "one of several classes",
    "regression": "a number",
}


def page() -> None:
    """Draw the page."""
    st.title("Choose a question")
    own, templates = st.tabs(["Your own data", "Real questions"], default="Real questions")
    with templates:
        _templates()
    with own:
        _own()


def _templates() -> None:
    found = list(starting.templates().values())
    domains = sorted({one.domain for one in found})
    chosen = st.pills("Domain", domains, selection_mode="multi", label_visibility="collapsed")
    shown = [one for one in found if not chosen or one.domain in chosen]
    for start in range(0, len(shown), 3):
        for column, one in zip(st.columns(3), shown[start : start + 3], strict=False):
            with column:
                cards.template(one)


def _own() -> None:
    """Take a file, look at it, and ask only what cannot be guessed."""
    st.markdown(
        "A CSV or Parquet file. It stays on this machine; a fifth of its rows is sealed before anything is looked at."
    )
    upload = st.file_uploader("File", type=["csv", "tsv", "txt", "parquet"], label_visibility="collapsed")
    if upload is None:
        return
    with tempfile.TemporaryDirectory() as folder, messages.guard():
        # The name of an upload never becomes a path: only its ending is kept.
        path = Path(folder) / f"your file{Path(upload.name).suffix.lower()}"
        path.write_bytes(upload.getbuffer())
        with st.spinner("Reading the file …"):
            checked = _check(upload.file_id, path)
        _ask(upload.name, path, checked)


def _check(file_id: str, path: Path) -> dict[str, Any]:
    """Check each file once, not at every click."""
    if st.session_state.get("checked", {}).get("file") != file_id:
        st.session_state["checked"] = {"file": file_id, "found": tables.schema(state.settings(), path)}
    found: dict[str, Any] = st.session_state["checked"]["found"]
    return found


def _ask(name: str, path: Path, checked: dict[str, Any]) -> None:
    columns = [column["name"] for column in checked["schema"]]
    st.success(f"{checked['rows']:,} rows and {checked['columns']} columns.", icon=":material/check:")
    guess = checked["target"]
    with st.form("own", border=True):
        target = st.selectbox(
            "Which column is to be predicted?", columns, index=columns.index(guess) if guess else None
        )
        task = st.selectbox("What kind of prediction?", list(_TASKS), format_func=_TASKS.__getitem__)
        title = st.text_input("Title of the project", value=Path(name).stem.replace("_", " "), max_chars=80)
        drop = st.multiselect(
            "Columns that a model must not use", columns, help="Identifiers, or what is only known afterwards"
        )
        source = st.text_input("Where is the data from?", max_chars=300)
        licence = st.text_input("Licence, or who allowed you to use it", max_chars=200)
        share = st.slider("Rows to seal for the final test (%)", 10, 40, 20, step=5)
        if not st.form_submit_button("Start a project with this data", type="primary", icon=":material/play_arrow:"):
            return
    if not target:
        st.warning("Choose the column that is to be predicted.", icon=":material/info:")
        return
    with messages.guard(), st.spinner("Splitting, sealing and checking …"):
        slug = starting.create_from_file(
            state.settings(),
            path,
            target=target,
            task=task or None,
            title=title,
            drop=drop,
            holdout=share / 100,
            original_name=name,
            source=source,
            licence=licence,
        )
        state.go("train", slug)


page()
