"""Arrow's reader for regular files; it answers ``None`` wherever its answer could differ from the exact reader's."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from engine.data.sources.layout import MOST_FOOTERS
from engine.data.sources.origin import LONGEST_CELL, Source
from engine.data.sources.rows import Rows
from engine.domain.reading import Reading

_PLAIN_ENCODINGS = ("utf-8", "utf-8-sig", "ascii", "cp1252", "latin-1", "iso-8859-1")
_BLOCK = 4 * 1024**2
_SCAN = 8 * 1024**2
_TAIL = 4 * LONGEST_CELL


def read_fast(
    source: Source, reading: Reading, width: int, odd: list[list[str]] | None = None
) -> list[pa.ChunkedArray] | None:
    """Read all cells below the header as text, blanks before them removed.

    Parameters
    ----------
    source : Source
    reading : Reading
    width : int
        Count of columns; at least two.
    odd : list of rows, optional
        Filled with the last rows of the file if these, and no others, have another width: totals and notes.

    Returns
    -------
    list of ChunkedArray of text, or None
        ``None`` if a row has another width, or quotation marks stand where readers differ.
    """
    if (
        reading.encoding not in _PLAIN_ENCODINGS
        or (reading.delimiter.isspace() and reading.delimiter != "\t")
        or width < 2
    ):
        return None
    quoted = _quotes(source, reading.delimiter)
    if quoted is None:
        return None
    skipped: list[str] = []

    def skip(row: pacsv.InvalidRow) -> str:
        if odd is None or quoted or len(skipped) >= MOST_FOOTERS:
            return "error"
        skipped.append(row.text)
        return "skip"

    try:
        table = _parse(
            source,
            reading,
            width,
            pacsv.ParseOptions(delimiter=reading.delimiter, newlines_in_values=quoted, invalid_row_handler=skip),
        )
    except (pa.ArrowException, ValueError, OSError, UnicodeError):
        return None
    if len(table) < 2 or (quoted and not _closed(source, reading, table)):
        return None
    if skipped and odd is not None and not _put_last(source, reading, skipped, odd):
        return None
    columns = [_trimmed(column) for column in table.slice(1 if reading.header else 0).columns]
    longest = max(pc.max(pc.utf8_length(column)).as_py() if _long(column) else 0 for column in columns)
    return columns if longest <= LONGEST_CELL else None


def _parse(source: Source, reading: Reading, width: int, options: pacsv.ParseOptions) -> pa.Table:
    names = [str(place) for place in range(width)]
    return pacsv.read_csv(
        source.path,
        read_options=pacsv.ReadOptions(
            column_names=names,
            skip_rows=reading.skip_lines,
            encoding="utf-8" if reading.encoding == "utf-8-sig" else reading.encoding,
            block_size=_BLOCK,
            use_threads=source.settings.threads > 1,
        ),
        parse_options=options,
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
        ),
    )


def _quotes(source: Source, delimiter: str) -> bool | None:
    """Whether there are quotation marks; ``None`` if their count is odd or one stands behind a blank."""
    count, last = 0, b""
    mark = delimiter.encode()
    with source.path.open("rb") as stream:
        while block := stream.read(_SCAN):
            count += block.count(b'"')
            joint = last + block
            if (count and any(one + b' "' in joint for one in (mark, b"\n", b"\r"))) or b"\n \n" in joint:
                return None
            last = block[-3:]
    return None if count % 2 else count > 0


def _put_last(source: Source, reading: Reading, skipped: list[str], odd: list[list[str]]) -> bool:
    """Split the rows that were skipped, if they are the last of the file; there are no quotation marks in it."""
    with source.path.open("rb") as stream:
        stream.seek(max(0, source.path.stat().st_size - _TAIL))
        tail = stream.read().decode(reading.encoding, "replace")
    last = [line for line in tail.splitlines()[1:] if line.strip()][-len(skipped) :]
    if sorted(last) != sorted(text.rstrip("\r\n") for text in skipped):
        return False
    odd += list(Rows([f"{line}\n" for line in last], reading.delimiter, name=source.name))
    return len(odd) == len(skipped)


def _closed(source: Source, reading: Reading, table: pa.Table) -> bool:
    """Whether the last cell is followed by the end of the file, and not by an end of quotation that never comes."""
    cell = table.column(table.num_columns - 1)[-1].as_py()
    if '"' in cell or "\n" in cell or "\r" in cell:
        return False
    with source.path.open("rb") as stream:
        stream.seek(max(0, source.path.stat().st_size - _TAIL))
        tail = stream.read().rstrip(b"\r\n")
    encoding = "utf-8" if reading.encoding == "utf-8-sig" else reading.encoding
    body = cell.encode(encoding)
    mark = reading.delimiter.encode()
    return tail.endswith((mark + body, mark + b'"' + body + b'"'))


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_ltrim(column, " ") if pc.any(pc.starts_with(column, " ")).as_py() else column


def _long(column: pa.ChunkedArray) -> bool:
    return bool((pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST_CELL)
