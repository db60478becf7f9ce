"""A file becomes a table, or one sentence that says why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from engine.data.sources import workbook
from engine.data.sources.archives import list_members, unpacked
from engine.data.sources.columns import as_texts
from engine.data.sources.conversions import find
from engine.data.sources.convert import apply
from engine.data.sources.delimited import read_delimited
from engine.data.sources.formats import ZIP, ending_note, find_format, find_packing
from engine.data.sources.json_records import read_json
from engine.data.sources.origin import Loaded, Source, check_file, check_rows
from engine.data.sources.parquet import read_parquet
from engine.data.sources.preview import first_lines
from engine.data.sources.sqlite import list_tables, read_sqlite
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError
from engine.settings import Settings


def read_table(
    path: Path, settings: Settings, *, labelled: bool = True, reading: Reading | None = None
) -> pd.DataFrame:
    """Read a table from a file of any known format.

    Without a ``reading`` everything is detected, as :func:`detect` does, so that
    ``read_table(path, settings, reading=detect(path, settings))`` gives the same.

    Parameters
    ----------
    path : Path
    settings : Settings
        Holds the limits: bytes, rows and columns.
    labelled : bool
        Whether a model is to be made from it, so that it needs two columns and two rows.
    reading : Reading, optional
        How to read it; obeyed in every field.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        Numbers, ``bool`` or nullable ``boolean``, ``datetime64`` and ``str`` columns; rows counted from 0. Infinite
        numbers count as missing, moments with a zone are turned into UTC.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it cannot be read as a table in this way, or is larger than a limit.
    """
    with _opened(path, settings, reading) as (source, begun):
        loaded = _load(source, begun, exact=reading is not None)
    check_rows(source, len(loaded.columns[0]))
    if labelled:
        _check_enough(path.name, loaded)
    if reading is None:
        loaded = find(loaded, None, settings)
    return apply(loaded, settings)


def detect(path: Path, settings: Settings, *, wish: Reading | None = None) -> Reading:
    """Find how a file is best read; the whole file is looked at, so that counts of cells are exact.

    Parameters
    ----------
    path : Path
    settings : Settings
    wish : Reading, optional
        What a person has settled: every field that differs from its default is kept (also each conversion), the
        others are detected under it.

    Returns
    -------
    Reading
        With one note for each thing out of the ordinary and one conversion for each column whose text is changed.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it cannot be read as a table.
    """
    with _opened(path, settings, wish) as (source, begun):
        loaded = _load(source, begun, exact=False)
    check_rows(source, len(loaded.columns[0]))
    return find(loaded, wish, settings).reading


def choices(path: Path, settings: Settings) -> dict[str, list[str]]:
    """List what a person may choose from.

    Returns
    -------
    dict
        ``member`` (files of a zip archive), ``sheet`` (of a workbook), ``table`` (tables and views of an SQLite
        file); a list is empty where there is nothing to choose. Sheets and tables are those of the first member.

    Raises
    ------
    InputError
        If the file cannot be opened.
    """
    check_file(path, settings)
    outer = Source(path=path, name=path.name, settings=settings)
    packing = find_packing(outer)
    found: dict[str, list[str]] = {"member": list_members(outer) if packing == ZIP else [], "sheet": [], "table": []}
    with unpacked(outer, packing) as (source, _):
        match find_format(source):
            case FileFormat.EXCEL:
                found["sheet"] = workbook.list_sheets(source)
            case FileFormat.SQLITE:
                found["table"] = list_tables(source)
            case _:
                pass
    return found


def read_raw(path: Path, settings: Settings, reading: Reading, rows: int) -> pd.DataFrame:
    """Read the first rows as text, before anything is turned into numbers or dates.

    Parameters
    ----------
    path : Path
    settings : Settings
    reading : Reading
    rows : int
        Most rows that are returned.

    Returns
    -------
    DataFrame of shape (at most rows, n_columns)
        All columns are text; cells that do not fit the header stand in columns named by their position.

    Raises
    ------
    InputError
        If the file cannot be read in this way.
    """
    with _opened(path, settings, reading) as (source, begun):
        if begun.format is FileFormat.DELIMITED:
            return first_lines(source, begun, rows)
        loaded = _load(source, begun, exact=True)
    return pd.DataFrame(
        {
            name: as_texts(column.slice(0, rows)).to_pandas()
            for name, column in zip(loaded.names, loaded.columns, strict=True)
        }
    )


@contextmanager
def _opened(path: Path, settings: Settings, wish: Reading | None) -> Iterator[tuple[Source, Reading]]:
    """Give the file, unpacked if need be, and a reading with format, compression and member filled in."""
    check_file(path, settings)
    outer = Source(path=path, name=path.name, settings=settings)
    packing = find_packing(outer)
    if wish and wish.compression and wish.compression != packing:
        raise InputError(
            f"{path.name} is no {wish.compression} file.", hint="Let it be detected how the file is packed."
        )
    with unpacked(outer, packing, wish.member if wish else "") as (source, member):
        found = find_format(source)
        notes = [ending_note(source, found)]
        if packing == ZIP and len(members := list_members(outer)) > 1:
            notes.append(f"The archive holds {len(members)} files; {member} is read.")
        begun = replace(
            wish or Reading(format=found),
            compression=packing,
            member=member,
            notes=tuple(note for note in notes if note),
        )
        # The source keeps the name that the person knows.
        yield replace(source, name=path.name), begun


_LOADERS: dict[FileFormat, Callable[[Source, Reading, bool], Loaded]] = {
    FileFormat.DELIMITED: lambda source, wish, exact: read_delimited(source, wish, exact=exact),
    FileFormat.EXCEL: lambda source, wish, exact: workbook.read_workbook(source, wish, exact=exact),
    FileFormat.PARQUET: lambda source, wish, exact: read_parquet(source, wish),
    FileFormat.JSON: lambda source, wish, exact: read_json(source, wish),
    FileFormat.JSON_LINES: lambda source, wish, exact: read_json(source, wish),
    FileFormat.SQLITE: lambda source, wish, exact: read_sqlite(source, wish),
}


def _load(source: Source, begun: Reading, *, exact: bool) -> Loaded:
    return _LOADERS[begun.format](source, begun, exact)


def _check_enough(name: str, loaded: Loaded) -> None:
    if len(loaded.names) < 2:
        raise InputError(
            f"{name} has one column, {loaded.names[0]!r}: there is nothing to predict it from.",
            hint="Bring a table with a target and at least one more column, separated by comma, semicolon, tab or |.",
        )
    if len(loaded.columns[0]) < 2:
        raise InputError(f"{name} has one row: nothing can be learned from it.", hint="Bring a table with more rows.")
