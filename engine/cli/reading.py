"""Options that say how a file is read, where what is detected is not what is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.actions import tables
from engine.domain.reading import Reading
from engine.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--encoding", help="Such as utf-8, utf-16, cp1252; detected if not given."),
    click.option("--delimiter", help="What stands between the cells of a text file."),
    click.option("--skip-lines", type=int, help="Title lines above the header."),
    click.option("--skip-footer", type=int, help="Lines at the end that are totals or notes."),
    click.option("--sheet", help="Sheet of a workbook."),
    click.option("--table", help="Table of an SQLite file, or a query that begins with SELECT."),
    click.option("--member", help="File inside a zip archive."),
    click.option("--missing", multiple=True, help="A word that stands for an empty cell (repeatable)."),
    click.option("--as-text", multiple=True, help="A column whose text is left as it is (repeatable)."),
)

READING = (
    "encoding", "delimiter", "skip_lines", "skip_footer", "sheet", "table", "member", "missing", "as_text"
)  # fmt: skip
"""Names of these options."""


def reading_options(function: F) -> F:
    """Add these options to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def as_reading(file: Path, settings: Settings, given: Mapping[str, Any]) -> Reading | None:
    """Turn what was given into a reading; ``None`` where nothing was, so that everything is detected."""
    named = {key: value for key, value in given.items() if value not in (None, ())}
    return tables.reading(settings, file, named) if named else None
