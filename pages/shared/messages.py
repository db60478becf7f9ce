"""Faults and empty places in words, each with its next step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from engine.errors import EngineError
from pages.shared import state

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]()#+-=.!|<>$~:&@"})

# What Streamlit looks for in the text that is left once the marks are gone, where a backslash no longer helps: icons,
# emoji, arrows and dashes, addresses. An invisible character that joins words keeps each from being what it looks for.
_LOOKS_LIKE_A_MARK = re.compile(r":(?=\S)|@|www(?=\.)|[-<>~](?=[-=>])", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"


def plain(text: object) -> str:
    """Write text so that Markdown takes none of it for a mark: names and cells come from people's files.

    It stays one line, since a line break could begin a heading, a list or a table.
    """
    line = " ".join(str(text).split())
    return _LOOKS_LIKE_A_MARK.sub(rf"\g<0>{_JOINER}", line).translate(_MARKS)


@contextmanager
def guard() -> Iterator[None]:
    """Show a fault as a friendly message with its next step instead of a traceback."""
    try:
        yield
    except EngineError as error:
        st.error(f"**{plain(error.message)}**  \n{plain(error.hint)}", icon=":material/error:")


def empty(title: str, text: str, button: str, page: str) -> None:
    """Show an empty place: what will stand here, and the one action that fills it."""
    with st.container(border=True, gap="small"):
        st.markdown(f"#### {title}")
        st.markdown(text)
        if st.button(button, type="primary", key=f"empty-{page}"):
            state.go(page)
