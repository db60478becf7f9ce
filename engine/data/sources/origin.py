"""The file that is read, and the limits that hold for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pyarrow as pa

from engine.domain.reading import Reading
from engine.errors import InputError, NotFoundError
from engine.settings import Settings

LONGEST_CELL = 131_072
"""Most characters of one cell."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Bytes to read and the name that messages give them (an unpacked file lies under another name)."""

    path: Path
    name: str
    settings: Settings


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A table whose cells are still as they were found: text, or types that the file itself declares."""

    names: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    reading: Reading
    """With everything about the layout filled in."""


def check_file(path: Path, settings: Settings) -> None:
    """Make sure that there is a file that can be opened, of a size that is allowed.

    Raises
    ------
    NotFoundError
        If there is none.
    InputError
        If it is a folder, empty, locked or too large.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path.name or path} is a folder, not a file.", hint="Name the file inside it.")
        if not path.exists():
            raise NotFoundError("file", str(path), hint="Check the path and its spelling.")
        if not path.is_file():
            raise InputError(f"{path.name} is not an ordinary file.", hint="Save the table as a CSV or Parquet file.")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        # ValueError: a NUL character in the path.
        reason = getattr(error, "strerror", None) or "its name is not possible"
        raise InputError(f"{path.name!r} cannot be opened: {reason}.", hint="Check its name and permissions.") from None
    if size == 0:
        refuse_empty(path.name)
    if size > settings.max_upload_bytes:
        raise InputError(
            f"{path.name} has {size / 1024**2:,.0f} MiB; the limit is {settings.max_upload_bytes / 1024**2:,.0f} MiB.",
            hint="Take a sample of its rows, or raise PROOFOLIO_MAX_UPLOAD_MB.",
        )


def refuse_empty(name: str) -> NoReturn:
    """Say that there is nothing in the file."""
    raise InputError(f"{name} is empty.", hint="Export the table again, with a line of column names.")


def check_names(source: Source, raw: Sequence[str]) -> list[str]:
    """Return the names without surrounding blanks; an empty one becomes ``column_<position>``.

    Raises
    ------
    InputError
        If there are too many, or one stands twice.
    """
    settings = source.settings
    names = [" ".join(str(text).strip().splitlines()) or f"column_{place}" for place, text in enumerate(raw, start=1)]
    if not names:
        raise InputError(f"{source.name} has no columns.", hint="Export the table again.")
    if len(names) > settings.max_columns:
        raise InputError(
            f"{source.name} has {len(names):,} columns; the limit is {settings.max_columns:,}.",
            hint="Keep the columns that may help to predict, and leave the others out.",
        )
    huge = next((place for place, name in enumerate(names, start=1) if len(name) > 1_000), None)
    if huge:
        raise InputError(
            f"The name of column {huge:,} of {source.name} has more than 1,000 characters.",
            hint="Check where the line of column names stands, and which delimiter separates them.",
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        shown = ", ".join(repr(name) for name in twice[:5]) + (" and others" if len(twice) > 5 else "")
        raise InputError(
            f"{source.name} has more than one column named {shown}.",
            hint="Give every column a name of its own.",
        )
    return names


def check_rows(source: Source, count: int) -> None:
    """Refuse too many rows, and none.

    Raises
    ------
    InputError
        If the count is not allowed.
    """
    if count > source.settings.max_rows:
        raise InputError(
            f"{source.name} has more than {source.settings.max_rows:,} rows, the limit.",
            hint="Take a sample of its rows, or bring it as Parquet, of which a sample is read.",
        )
    if count == 0:
        raise InputError(f"{source.name} has column names but no rows.", hint="Export the table again, with its rows.")


def refuse_huge_cell(name: str, where: str) -> NoReturn:
    """Say where a cell stands that is longer than any text."""
    raise InputError(
        f"{where} of {name} has a cell of more than {LONGEST_CELL:,} characters.",
        hint="Look for a quotation mark that is never closed.",
    )
