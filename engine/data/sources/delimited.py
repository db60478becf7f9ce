"""Delimited text becomes columns of text: by Arrow where the file is regular, row by row where it is not."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources import layout
from engine.data.sources.encodings import check_encoding, find_encoding
from engine.data.sources.fast import read_fast
from engine.data.sources.origin import Loaded, Source, check_names, check_rows
from engine.data.sources.rows import Rows, find_delimiter, first_rows, read_sample
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError

_BLOCK_ROWS = 20_000
_TAIL = 60


@dataclass(kw_only=True)
class _Body:
    """The rows below the header, as columns of text."""

    columns: list[pa.ChunkedArray]
    tail: list[list[str]]
    """The last rows, with all their cells."""
    short: int = 0
    """Count of rows with fewer cells than the header."""
    odd: int = 0
    """Count of the last rows that have another width, where the fast reader left the others to be looked at."""
    long: list[tuple[int, int, int]] = field(default_factory=list)
    """Number of the row, line and count of cells of rows with more cells than the header."""


def read_delimited(source: Source, wish: Reading, *, exact: bool) -> Loaded:
    """Read a delimited text file; at most one row more than the limit, so that the excess is seen.

    Parameters
    ----------
    source : Source
    wish : Reading
        What is settled already.
    exact : bool
        Whether it is settled to the last field, or only in what differs from the defaults.

    Raises
    ------
    InputError
        If it is not text, the encoding is unknown, or a line does not fit the header.
    """
    reading = find_layout(source, wish, exact=exact)
    header, first = _head(source, reading)
    if first is not None and len(first) > len(header) and not _fits(first, len(header)) and not reading.skip_footer:
        line = _line_of(source, reading, len(header))
        _refuse_long(source, line, len(first), len(header))
    names = check_names(source, header if reading.header else [""] * len(header))
    body = _fast_body(source, reading, len(names)) or _slow_body(source, reading, len(names))
    cut = _with_footers(reading, body, len(names)) if not exact and not reading.skip_footer else reading
    if body.odd > cut.skip_footer:
        # They are rows of the table: their lines matter.
        body = _slow_body(source, reading, len(names))
        cut = _with_footers(reading, body, len(names)) if not exact and not reading.skip_footer else reading
    reading = cut
    rows = len(body.columns[0]) - reading.skip_footer
    _check_long(source, body, rows, len(names))
    check_rows(source, max(0, rows))
    columns = [column.slice(0, rows) for column in body.columns]
    if body.short and not exact and (short := _short(body, reading)):
        reading = replace(reading, notes=(*reading.notes, _short_note(short)))
    return _without_empty_edge(header, names, columns, reading)


def find_layout(source: Source, wish: Reading, *, exact: bool) -> Reading:
    """Find encoding, delimiter, title lines and header of a file, as far as they are not settled.

    Raises
    ------
    InputError
        If what is settled is not possible.
    """
    if wish.encoding:
        check_encoding(source, wish.encoding)
    encoding = wish.encoding or find_encoding(source)
    skip = max(0, wish.skip_lines)
    lines = read_sample(source, encoding, skip)
    delimiter = _checked_delimiter(wish.delimiter) or find_delimiter(lines)
    reading = replace(wish, format=FileFormat.DELIMITED, encoding=encoding, delimiter=delimiter, skip_lines=skip)
    if exact:
        return reading
    rows, begins = first_rows(lines, delimiter)
    notes = list(reading.notes)
    titles = 0 if skip else layout.count_titles(rows)
    if titles:
        skip = begins[titles]
        notes.append(layout.titles_note(skip, rows[0]))
    header = wish.header and layout.has_header(rows[titles:])
    if not header and wish.header:
        notes.append(layout.NO_HEADER)
    notes += _marks(encoding, delimiter)
    return replace(reading, skip_lines=skip, header=header, notes=tuple(notes))


def _checked_delimiter(delimiter: str) -> str:
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if delimiter in ("", "  "):
        return delimiter
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or delimiter.isalnum():
        raise InputError(
            f"{delimiter!r} cannot separate columns.", hint="Use one character such as a comma, a semicolon or a tab."
        )
    return delimiter


def _marks(encoding: str, delimiter: str) -> list[str]:
    notes = []
    if encoding == "cp1252":
        notes.append("The text is not UTF-8; it is read as Windows-1252.")
    elif encoding.startswith(("utf-16", "utf-32")):
        notes.append(f"The text is in {encoding[:6].upper()}.")
    words = {
        "~": "a tilde",
        "^": "a caret",
        " ": "blanks",
        "  ": "gaps of two or more blanks",
        "\x1f": "a control mark",
    }
    if delimiter in words:
        notes.append(f"The columns are separated by {words[delimiter]}.")
    return notes


def _head(source: Source, reading: Reading) -> tuple[list[str], list[str] | None]:
    """Read the row of names (or of the first values) and the row below it."""
    with source.path.open(encoding=reading.encoding, newline="") as stream:
        rows = iter(Rows(stream, reading.delimiter, skip=reading.skip_lines, name=source.name))
        header = next(rows, None)
        if header is None:
            raise InputError(f"{source.name} has no line of column names.", hint="Skip fewer lines.")
        below = [row for row, _ in zip(rows, range(20), strict=False)]
    if reading.header and len(below) > 2 and all(len(row) == len(header) + 1 for row in below):
        # As R writes tables: no name for the names of the rows.
        header = ["", *header]
    return header, below[0] if below else None


def _fits(row: Sequence[str], width: int) -> bool:
    return not any(cell.strip() for cell in row[width:])


def _line_of(source: Source, reading: Reading, width: int) -> int:
    with source.path.open(encoding=reading.encoding, newline="") as stream:
        rows = Rows(stream, reading.delimiter, skip=reading.skip_lines, name=source.name)
        for row in rows:
            if len(row) > width and not _fits(row, width):
                return rows.line
    return reading.skip_lines + 2


def _fast_body(source: Source, reading: Reading, width: int) -> _Body | None:
    odd: list[list[str]] = []
    columns = read_fast(source, reading, width, odd)
    if columns is None:
        return None
    start = max(0, len(columns[0]) - _TAIL)
    tail = [list(cells) for cells in zip(*(column.slice(start).to_pylist() for column in columns), strict=True)]
    if odd:
        even = zip(*((row + [""] * width)[:width] for row in odd), strict=True)
        last = [pa.array(cells, pa.large_string()) for cells in even]
        columns = [pa.chunked_array([*column.chunks, more]) for column, more in zip(columns, last, strict=True)]
    return _Body(columns=columns, tail=[*tail, *odd], odd=len(odd))


def _slow_body(source: Source, reading: Reading, width: int) -> _Body:
    """Read row by row; short rows are filled, long ones are cut and remembered."""
    body = _Body(columns=[], tail=[])
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    block: list[list[str]] = []
    tail: deque[list[str]] = deque(maxlen=_TAIL)
    count = 0
    with source.path.open(encoding=reading.encoding, newline="") as stream:
        rows = Rows(stream, reading.delimiter, skip=reading.skip_lines, name=source.name)
        for place, row in enumerate(rows):
            if place == 0 and reading.header:
                continue
            tail.append(row)
            if len(row) < width:
                body.short += 1
                row = row + [""] * (width - len(row))
            elif len(row) > width:
                if not _fits(row, width) and len(body.long) < layout.MOST_FOOTERS + 1:
                    body.long.append((count, rows.line, len(row)))
                row = row[:width]
            block.append(row)
            count += 1
            if len(block) == _BLOCK_ROWS:
                _flush(block, parts)
            if count > source.settings.max_rows + layout.MOST_FOOTERS:
                break
        if rows.unclosed:
            raise InputError(
                f"{source.name} has a quotation mark that is never closed.",
                hint='Look for a single " in the text, and double or remove it.',
            )
    _flush(block, parts)
    body.columns = [pa.chunked_array(part, pa.large_string()) for part in parts]
    body.tail = list(tail)
    return body


def _flush(block: list[list[str]], parts: list[list[pa.Array]]) -> None:
    for part, cells in zip(parts, zip(*block, strict=True), strict=False):
        part.append(pc.utf8_ltrim(pa.array(cells, pa.large_string()), " "))
    block.clear()


def _with_footers(reading: Reading, body: _Body, width: int) -> Reading:
    def repeated(place: int, cell: str) -> int:
        equal = pc.equal(pc.utf8_trim_whitespace(body.columns[place]), pa.scalar(cell.strip(), pa.large_string()))
        return int(pc.sum(equal).as_py() or 0)

    count = layout.count_footers(body.tail, width, repeated)
    if not count:
        return reading
    return replace(reading, skip_footer=count, notes=(*reading.notes, layout.footer_note(body.tail[-count:])))


def _short(body: _Body, reading: Reading) -> int:
    """Count the short rows that are not among the footers."""
    width = len(body.columns)
    return body.short - sum(len(row) < width for row in body.tail[len(body.tail) - reading.skip_footer :])


def _short_note(count: int) -> str:
    what = "One row has" if count == 1 else f"{count:,} rows have"
    return f"{what} fewer cells than there are columns: the cells at the end count as empty."


def _check_long(source: Source, body: _Body, rows: int, width: int) -> None:
    for place, line, found in body.long:
        if place < rows:
            _refuse_long(source, line, found, width)


def _refuse_long(source: Source, line: int, found: int, width: int) -> NoReturn:
    raise InputError(
        f"Line {line:,} of {source.name} has {found:,} fields, but the header names {width:,}.",
        hint="Put text that holds the delimiter in quotation marks, or name every column.",
    )


def _without_empty_edge(
    header: Sequence[str], names: Sequence[str], columns: Sequence[pa.ChunkedArray], reading: Reading
) -> Loaded:
    """Leave out columns without a name and a value: spreadsheets export them at the right edge."""
    kept = [
        place
        for place, text in enumerate(header)
        if (text.strip() and reading.header)
        or pc.any(pc.not_equal(pc.utf8_trim_whitespace(columns[place]), "")).as_py()
    ]
    kept = kept or list(range(len(names)))
    return Loaded(
        names=tuple(names[place] for place in kept), columns=tuple(columns[place] for place in kept), reading=reading
    )
