"""Rows of typed cells, as a sheet has them, become columns: titles, names and totals are found as in text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources import layout
from engine.data.sources.columns import as_texts, from_objects, joined, text_of
from engine.data.sources.origin import LONGEST_CELL, Loaded, Source, check_names, check_rows, refuse_huge_cell
from engine.domain.reading import Reading
from engine.errors import InputError

_BLOCK_ROWS = 20_000
_SAMPLE_ROWS = 200
_TAIL = 60

Cells = list[Any]


def read_grid(source: Source, rows: Iterator[Cells], reading: Reading, *, exact: bool) -> Loaded:
    """Find names, titles and totals among rows of cells, and build the columns.

    Parameters
    ----------
    source : Source
    rows : iterator of lists of cells
        ``None`` is an empty cell.
    reading : Reading
    exact : bool
        Whether it is settled to the last field, or only in what differs from the defaults.

    Raises
    ------
    InputError
        If there is no table, or a limit is passed.
    """
    head = list(islice(rows, _SAMPLE_ROWS))
    if not exact:
        reading = _with_layout(head, reading)
    filled = (row for row in islice(chain(head, rows), reading.skip_lines, None) if _filled(row))
    first = next(filled, None)
    if first is None:
        raise InputError(
            f"{source.name} has no row of column names.", hint="Choose another sheet, or skip fewer lines."
        )
    raw = layout.texts_of(first) if reading.header else []
    columns = _columns(source, filled if reading.header else chain([first], filled), len(first))
    raw += [""] * (len(columns) - len(raw))
    # Columns without a name and a value are formatting.
    used = [place for place, column in enumerate(columns) if raw[place].strip() or column.null_count < len(column)]
    names = check_names(source, [raw[place] for place in used])
    columns = [columns[place] for place in used]
    if not exact and not reading.skip_footer:
        reading = _with_footers(columns, reading)
    rows_left = max(0, len(columns[0]) - reading.skip_footer)
    check_rows(source, rows_left)
    return Loaded(names=tuple(names), columns=tuple(column.slice(0, rows_left) for column in columns), reading=reading)


def _with_layout(head: Sequence[Cells], reading: Reading) -> Reading:
    skip, notes = reading.skip_lines, list(reading.notes)
    kept = [(place, layout.texts_of(row)) for place, row in enumerate(head) if place >= skip and _filled(row)]
    rows = [row for _, row in kept]
    titles = 0 if skip else layout.count_titles(rows)
    if titles:
        skip = kept[titles][0]
        notes.append(layout.titles_note(skip, rows[0]))
    header = reading.header and (not rows[titles:] or layout.has_header(rows[titles:]))
    if reading.header and not header:
        notes.append(layout.NO_HEADER)
    return replace(reading, skip_lines=skip, header=header, notes=tuple(notes))


def _filled(row: Sequence[Any]) -> bool:
    return any(cell is not None for cell in row)


def _columns(source: Source, rows: Iterator[Cells], width: int) -> list[pa.ChunkedArray]:
    """Build the columns block by block; those that come late are empty in the rows before."""
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    count = 0
    while block := list(islice(rows, _BLOCK_ROWS)):
        width = max(len(parts), max(map(len, block)))
        parts += [[pa.nulls(count, pa.large_string())] if count else [] for _ in range(width - len(parts))]
        for place, row in enumerate(block):
            if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in row):
                refuse_huge_cell(source.name, f"Row {count + place + 2:,}")
        even = (row + [None] * (width - len(row)) for row in block)
        for part, cells in zip(parts, zip(*even, strict=True), strict=True):
            part.append(from_objects(cells))
        count += len(block)
        if count > source.settings.max_rows + layout.MOST_FOOTERS:
            break
    return [joined(part) for part in parts]


def _with_footers(columns: Sequence[pa.ChunkedArray], reading: Reading) -> Reading:
    def repeated(place: int, cell: str) -> int:
        texts = as_texts(columns[place])
        return int(pc.sum(pc.equal(texts, pa.scalar(cell, texts.type))).as_py() or 0)

    start = max(0, len(columns[0]) - _TAIL)
    tail = [[text_of(cell) or "" for cell in column.slice(start).to_pylist()] for column in columns]
    rows = list(zip(*tail, strict=True))
    count = layout.count_footers(rows, len(columns), repeated)
    if not count:
        return reading
    return replace(reading, skip_footer=count, notes=(*reading.notes, layout.footer_note(rows[-count:])))
