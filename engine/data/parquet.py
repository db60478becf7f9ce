"""Parquet: names and counts are read from the footer first, then the cells, as types that the engine knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import InputError

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
# What Arrow raises on damaged bytes: its own exceptions, and plain ones from thrift, dictionaries and text.
_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, OverflowError, TypeError)


def read_parquet(
    path: Path, check_names: Callable[[Sequence[str]], list[str]], check_rows: Callable[[int], None]
) -> pd.DataFrame:
    """Read a Parquet file; an unnamed index of pandas is left out, a named one is a column.

    Parameters
    ----------
    path : Path
    check_names : callable
        Takes the names as they stand in the file, returns those of the table.
    check_rows : callable
        Refuses a count of rows.

    Raises
    ------
    InputError
        If it is broken, or a column holds lists, structures or bytes.
    """
    try:
        with pq.ParquetFile(path) as file:
            wanted = [n for n, name in enumerate(file.schema_arrow.names) if not _UNNAMED_INDEX.fullmatch(name)]
            rows = file.metadata.num_rows
            raw = [file.schema_arrow.names[n] for n in wanted]
    except _FAULTS:
        raise _broken(path) from None
    if not raw:
        raise InputError(f"{path.name} has no columns.", hint="Export the table again.")
    names = check_names(raw)
    check_rows(rows)
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=None).select(wanted)
            table.validate(full=True)
    except _FAULTS:
        raise _broken(path) from None
    return _to_pandas(path, table, names)


def _broken(path: Path) -> InputError:
    return InputError(
        f"{path.name} is not a Parquet file, or it is damaged.", hint="Export it again, or bring the table as CSV."
    )


def _to_pandas(path: Path, table: pa.Table, names: list[str]) -> pd.DataFrame:
    columns = [_plain(path, name, column) for name, column in zip(names, table.columns, strict=True)]
    plain = pa.Table.from_arrays(columns, names=names)
    try:
        frame: pd.DataFrame = plain.to_pandas(ignore_metadata=True)
    except _FAULTS:
        raise _broken(path) from None
    return frame


def _plain(path: Path, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a column into numbers, truth values, moments or text."""
    kind = column.type
    target = _plain_type(kind)
    if target is None:
        raise InputError(
            f"The column {name!r} of {path.name} holds values of the type {kind}, which no model here can use.",
            hint="Leave it out, or split it into columns of numbers and text.",
        )
    try:
        # Moments finer than microseconds are cut: pandas keeps whole microseconds in every year.
        plain = column if kind == target else column.cast(target, safe=False)
        return plain.cast(pa.timestamp("us")) if pa.types.is_timestamp(target) and target.tz else plain
    except _FAULTS:
        raise _broken(path) from None


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
