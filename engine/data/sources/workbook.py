"""Workbooks (xlsx, xlsm, xlsb, xls, ods): values as they were saved; formulas and macros never run."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, NoReturn

from engine.data.sources.archives import check_zip
from engine.data.sources.formats import head_of, member_names
from engine.data.sources.grid import read_grid
from engine.data.sources.layout import MOST_TITLES
from engine.data.sources.origin import Loaded, Source
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError

MOST_SECONDS = 120
"""Longest time for one sheet."""
MEMORY = 4 * 1024**3
"""Most memory, in bytes, that the process of a workbook may ask for (where the system can limit it)."""
UNPACKED_TIMES = 8
"""How many times the largest allowed file a workbook may have unpacked: its cells are wordy."""

_CHILD = Path(__file__).with_name("sheet_process.py")


@dataclass(frozen=True, kw_only=True)
class _Sheets:
    """What a workbook says of itself, and the rows that follow."""

    known: list[str]
    name: str
    rows: Iterator[list[Any]]


def list_sheets(source: Source) -> list[str]:
    """Name the sheets that hold cells, in their order.

    Raises
    ------
    InputError
        If it is no workbook, damaged or locked.
    """
    _check_container(source)
    with _opened(source, "", 0) as sheets:
        return sheets.known


def read_workbook(source: Source, wish: Reading, *, exact: bool) -> Loaded:
    """Read one sheet of a workbook; without a wish the first visible one that holds a table.

    Parameters
    ----------
    source : Source
    wish : Reading
    exact : bool
        Whether it is settled to the last field, or only in what differs from the defaults.

    Raises
    ------
    InputError
        If it is no workbook, damaged, locked or beyond a limit.
    """
    notes = [*wish.notes, *_check_container(source)]
    with _opened(source, wish.sheet, source.settings.max_rows + 2 * MOST_TITLES + 2) as sheets:
        if wish.sheet and wish.sheet not in sheets.known:
            raise InputError(
                f"{source.name} has no sheet {wish.sheet!r}.", hint=f"It has: {', '.join(sheets.known[:10])}."
            )
        if not sheets.name:
            raise InputError(f"{source.name} has no sheet with cells.", hint="Save the table as CSV.")
        if len(sheets.known) > 1 and not wish.sheet:
            notes.append(f"The workbook has {len(sheets.known)} sheets; {sheets.name!r} is read.")
        reading = replace(wish, format=FileFormat.EXCEL, sheet=sheets.name, notes=tuple(notes))
        return read_grid(source, sheets.rows, reading, exact=exact)


def _check_container(source: Source) -> list[str]:
    """Check the sizes of a workbook before it is unpacked; return notes about what it carries."""
    head = head_of(source)
    notes = []
    if head.startswith(b"PK"):
        check_zip(source, UNPACKED_TIMES)
        names = member_names(source)
        if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
            notes.append("The workbook carries macros; they are not run.")
        if any(name.startswith("xl/externalLinks/") for name in names):
            notes.append("The workbook has links to other files; the values that were saved are read.")
    elif "_VBA_PROJECT".encode("utf-16-le") in source.path.read_bytes():
        notes.append("The workbook carries macros; they are not run.")
    return notes


@contextmanager
def _opened(source: Source, sheet: str, rows: int) -> Iterator[_Sheets]:
    """Start the process that reads the workbook, and hand on what it writes."""
    command = [sys.executable, "-I", str(_CHILD), str(source.path.absolute()), sheet, str(rows), str(MEMORY)]
    with tempfile.TemporaryFile(prefix="proofolio-") as out:
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InputError(
                f"{source.name} takes longer than {MOST_SECONDS} seconds to read.", hint="Save the sheet as CSV."
            ) from None
        out.seek(0)
        first = _line(source, out)
        begin = _line(source, out) if rows and (not sheet or sheet in first.get("sheets", [])) else {}
        yield _Sheets(
            known=first.get("sheets", []),
            name=begin.get("sheet", ""),
            rows=_rows(source, out) if "sheet" in begin else iter(()),
        )


def _line(source: Source, out: IO[bytes]) -> dict[str, Any]:
    line = out.readline()
    if not line:
        _refuse_damaged(source)
    found = json.loads(line)
    if not isinstance(found, dict):
        _refuse_damaged(source)
    if "fault" in found:
        _refuse_fault(source, found["fault"])
    return found


def _rows(source: Source, out: IO[bytes]) -> Iterator[list[Any]]:
    """Give the rows; the last line must say that there are no more, else the process broke off."""
    for line in out:
        try:
            row = json.loads(line)
        except ValueError:
            break
        if isinstance(row, dict):
            if "fault" in row:
                _refuse_fault(source, row["fault"])
            return
        yield [_cell(cell) for cell in row]
    _refuse_damaged(source)


def _cell(cell: Any) -> Any:
    if isinstance(cell, list):
        mark, text = cell
        if mark == "m":
            return dt.datetime.fromisoformat(text)
        return dt.date.fromisoformat(text) if mark == "d" else text
    if isinstance(cell, str):
        return cell if cell.strip() else None
    return cell


def _refuse_fault(source: Source, fault: str) -> NoReturn:
    if fault == "password":
        raise InputError(f"{source.name} is locked with a password.", hint="Save it without a password.")
    _refuse_damaged(source)


def _refuse_damaged(source: Source) -> NoReturn:
    raise InputError(
        f"{source.name} is not an Excel workbook that can be read, or it is damaged.",
        hint="Open it in a spreadsheet and save it again, or save the sheet as CSV.",
    )
