"""Parquet: names and counts are read from the footer first, then the cells, as types that the engine knows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.sources.origin import Loaded, Source, check_names, check_rows
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
_MEMORY_SHARE = 8
"""A table may take one part in so many of the memory of a run: what is made of it takes several times as much."""
_BATCH_ROWS = 65_536
# What Arrow raises on damaged bytes: its own exceptions, and plain ones from thrift, dictionaries and text.
_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, OverflowError, TypeError)


def read_parquet(source: Source, wish: Reading) -> Loaded:
    """Read a Parquet file; an unnamed index of pandas is left out, a named one is a column.

    Of a table with more rows than are allowed, or than memory holds, a sample is read, and a note says so.

    Parameters
    ----------
    source : Source
    wish : Reading
        Nothing of it matters but its notes.

    Raises
    ------
    InputError
        If it is broken, has too many columns, or one of them holds lists, structures or bytes.
    """
    try:
        with pq.ParquetFile(source.path) as file:
            wanted = [n for n, name in enumerate(file.schema_arrow.names) if not _UNNAMED_INDEX.fullmatch(name)]
            rows, most = file.metadata.num_rows, _affordable(source, file)
            raw = [file.schema_arrow.names[n] for n in wanted]
    except _FAULTS:
        raise _broken(source) from None
    names = check_names(source, raw)
    kept = min(rows, most)
    check_rows(source, kept)
    try:
        with pq.ParquetFile(source.path) as file:
            table = (file.read(columns=None) if kept == rows else _sampled(file, rows, kept)).select(wanted)
            table.validate(full=True)
    except _FAULTS:
        raise _broken(source) from None
    columns = tuple(_plain(source, name, column) for name, column in zip(names, table.columns, strict=True))
    if {len(column) for column in columns} != {kept}:
        raise _broken(source)
    reading = replace(wish, format=FileFormat.PARQUET)
    if kept < rows:
        said = f"The file has {rows:,} rows, more than fit here: {kept:,} of them, drawn by chance, were read."
        reading = replace(reading, notes=(*(note for note in wish.notes if note != said), said))
    return Loaded(names=tuple(names), columns=columns, reading=reading)


def _affordable(source: Source, file: pq.ParquetFile) -> int:
    """Say how many rows may be read, by the limit of rows and by what they take in memory."""
    meta = file.metadata
    size = sum(meta.row_group(place).total_byte_size for place in range(meta.num_row_groups))
    # Codes of a dictionary are smaller than what they stand for: at least eight bytes a cell are reckoned with.
    each = max(size / max(meta.num_rows, 1), 8.0 * meta.num_columns)
    return max(1, min(source.settings.max_rows, int(source.settings.memory_bytes / _MEMORY_SHARE / max(each, 1.0))))


def _sampled(file: pq.ParquetFile, rows: int, kept: int) -> pa.Table:
    """Draw rows without replacement, the same ones every time, in the order of the file; only a batch is in memory."""
    rng, parts, left = np.random.default_rng(0), [], rows
    for batch in file.iter_batches(batch_size=_BATCH_ROWS):
        count = min(len(batch), left)
        # How many of a part are drawn is hypergeometric where every set of rows has the same chance.
        drawn = int(rng.hypergeometric(kept, left - kept, count)) if left > kept else kept
        places = np.sort(rng.choice(count, min(drawn, count), replace=False))
        parts.append(batch.take(pa.array(places)))
        left, kept = left - count, kept - len(places)
        if not left:
            break
    return pa.Table.from_batches(parts, file.schema_arrow)


def _broken(source: Source) -> InputError:
    return InputError(
        f"{source.name} is not a Parquet file, or it is damaged.",
        hint="Export it again, or bring the table as CSV.",
    )


def _plain(source: Source, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a column into numbers, truth values, moments or text."""
    kind = column.type
    target = _plain_type(kind)
    if target is None:
        raise InputError(
            f"The column {name!r} of {source.name} holds values of the type {kind}, which no model here can use.",
            hint="Leave it out, or split it into columns of numbers and text.",
        )
    try:
        # Moments finer than microseconds are cut: pandas keeps whole microseconds in every year.
        plain = column if kind == target else column.cast(target, safe=False)
        return plain.cast(pa.timestamp("us")) if pa.types.is_timestamp(target) and target.tz else plain
    except _FAULTS:
        raise _broken(source) from None


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    """Name the plain type that holds the same values; ``None`` if there is none."""
    types = pa.types
    if types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if types.is_null(kind) or types.is_decimal(kind) or types.is_float16(kind):
        return pa.float64()
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind):
        return kind
    if types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC" if kind.tz else None)
    if types.is_date(kind):
        return pa.timestamp("us")
    if types.is_duration(kind):
        return pa.int64()
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_time(kind):
        return pa.large_string()
    return None
