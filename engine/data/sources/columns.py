"""Columns of cells as Arrow arrays: from Python values, and from text to the plain types.

Arrow, because a million cells of text take a tenth of the room and time that Python's own strings take.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", " ", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A", "<NA>")
"""Cells that count as empty. ``None`` is not one of them: tables say it where something *has none*."""

ISO_DATE = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"

_LOOKED_AT_FIRST = 1_000
_FEW_TEXTS = 10_000
_CODE = r"^(?:[+-]?0[0-9xX]|\+[0-9]{7})[0-9a-fA-F]*$"
_TRUTH = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}
_WIDEST = 2**63


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A column in the plainest type that holds all its cells."""

    values: pa.ChunkedArray
    codes: bool = False
    """Whether it is text only because digits begin with a zero or a plus, as in post codes and phone numbers."""


def is_text(column: pa.ChunkedArray) -> bool:
    """Whether the cells are still text."""
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def without_missing(column: pa.ChunkedArray, words: Iterable[str] = ()) -> pa.ChunkedArray:
    """Empty the cells that stand for nothing, those in ``words`` beside the usual ones (blanks around them count not).

    Parameters
    ----------
    column : ChunkedArray of text
    words : iterable of str
    """
    marks = pc.is_in(column, value_set=pa.array(MISSING, column.type))
    extra = [word.strip() for word in words]
    if extra:
        marks = pc.or_(marks, pc.is_in(pc.utf8_trim_whitespace(column), value_set=pa.array(extra, column.type)))
    return pc.if_else(marks, pa.scalar(None, column.type), column) if pc.any(marks).as_py() else column


def plain(column: pa.ChunkedArray, words: Iterable[str] = (), *, declared: bool = False) -> Plain:
    """Turn text into whole numbers, numbers, truth values or ISO dates if every cell is one, else leave it.

    Parameters
    ----------
    column : ChunkedArray
        Anything but text is handed back as it is.
    words : iterable of str
        Cells that count as empty, beside the usual ones.
    declared : bool
        Whether the file itself says that it is text: then only dates are looked for.
    """
    if not is_text(column):
        return Plain(values=column)
    if words or not declared:
        column = without_missing(column, words)
    if column.null_count == len(column):
        return Plain(values=pa.chunked_array([pa.nulls(len(column), pa.float64())]))
    sample = column.slice(0, _LOOKED_AT_FIRST).drop_null()
    if len(sample) == 0:
        sample = column.drop_null().slice(0, _LOOKED_AT_FIRST)
    for read in (_dates,) if declared else (_numbers, _truth, _dates):
        if read(sample) is not None:
            values = read(column)
            if values is not None:
                return Plain(values=values)
        if read is _numbers and _cast(sample) is not None and _cast(column) is not None:
            return Plain(values=column, codes=True)
    return Plain(values=column)


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    values = _cast(column)
    if values is None or has_codes(column):
        return None
    if pa.types.is_floating(values.type) and _endless(column):
        return None
    return values


def _cast(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    for kind in (pa.int64(), pa.float64()):
        for text in (column, None):
            try:
                return pc.cast(pc.utf8_trim_whitespace(column) if text is None else text, kind)
            except pa.ArrowInvalid:
                continue
    return None


def has_codes(column: pa.ChunkedArray) -> bool:
    """Whether digits begin with a zero that a number would lose (``00123``) or a plus as phone numbers have."""
    first = pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(column), 0, 1)
    starts = pc.is_in(first, value_set=pa.array(["0", "+", "-"], column.type))
    long = pc.greater(pc.binary_length(column), 1)
    suspects = pc.utf8_trim_whitespace(column.filter(pc.and_(starts, long)))
    return len(suspects) > 0 and bool(pc.any(pc.match_substring_regex(suspects, _CODE)).as_py())


def _endless(column: pa.ChunkedArray) -> bool:
    """Whether most cells are digits too many for any number: card numbers, keys."""
    long = pc.match_substring_regex(column.filter(pc.greater(pc.binary_length(column), 18)), r"^\s*\d{19,}\s*$")
    return 2 * (pc.sum(long).as_py() or 0) > len(column) - column.null_count and len(column) > 3


def _truth(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    places = pc.index_in(column, value_set=pa.array(list(_TRUTH), column.type))
    if places.null_count > column.null_count:
        return None
    return pc.take(pa.array(list(_TRUTH.values())), places)


def _dates(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    if not pc.all(pc.match_substring_regex(column, ISO_DATE)).as_py():
        return None
    texts = pd.Series(pd.array(column, dtype="str"))
    dates = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    if int(dates.isna().sum()) > column.null_count:
        return None
    return pa.chunked_array([pa.array(dates.astype("datetime64[us]"), pa.timestamp("us"), from_pandas=True)])


def extract(texts: pa.Array, pattern: str) -> pa.StructArray:
    """Take the named groups out of texts that match a pattern as a whole; null where one does not.

    Arrow compiles a pattern anew at each call, which costs more than Python's loop over a few thousand texts.

    Parameters
    ----------
    texts : Array of text, shape (n,)
    pattern : str
        With ``^`` and ``$``, of a form that Python and RE2 read alike.
    """
    if len(texts) > _FEW_TEXTS:
        found = pc.extract_regex(texts, pattern)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    shape = re.compile(pattern, re.ASCII)
    matches = [None if text is None else shape.match(text) for text in texts.to_pylist()]
    kind = pa.struct([(name, texts.type) for name in shape.groupindex])
    return pa.array([one and one.groupdict("") for one in matches], kind)


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write every cell as text: whole numbers without a point, moments as ISO 8601, midnight left out."""
    kind = column.type
    if is_text(column):
        return column
    if pa.types.is_floating(kind) or pa.types.is_temporal(kind):
        return pa.chunked_array([pa.array([text_of(cell) for cell in column.to_pylist()], pa.large_string())])
    return pc.cast(column, pa.large_string())


def text_of(cell: Any) -> str | None:
    """Write one value as a person would type it; ``None`` for nothing."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time() and cell.tzinfo is None
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    return str(cell)


def from_objects(cells: Sequence[Any]) -> pa.Array:
    """Build a column of Python values: one type if all have the same, else text.

    Parameters
    ----------
    cells : sequence of None, bool, int, float, str, datetime, date, time or timedelta
    """
    kinds = {type(cell) for cell in cells} - {type(None)}
    if not kinds:
        return pa.nulls(len(cells), pa.large_string())
    if kinds == {bool}:
        return pa.array(cells, pa.bool_())
    if kinds == {int} and all(cell is None or -_WIDEST <= cell < _WIDEST for cell in cells):
        return pa.array(cells, pa.int64())
    if kinds <= {int, float}:
        return pa.array([None if cell is None else _float(cell) for cell in cells], pa.float64())
    if kinds <= {dt.datetime, dt.date} and not any(getattr(cell, "tzinfo", None) for cell in cells):
        moments = [dt.datetime(c.year, c.month, c.day) if type(c) is dt.date else c for c in cells]
        return pa.array(moments, pa.timestamp("us"))
    return pa.array([text_of(cell) for cell in cells], pa.large_string())


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # a whole number of more than 300 digits
        return math.inf


def joined(parts: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Join the blocks of one column; where their types differ, all become text or all become numbers."""
    kinds = {part.type for part in parts if part.null_count < len(part)}
    if len(kinds) == 1:
        kind = kinds.pop()
    elif kinds == {pa.int64(), pa.float64()}:
        kind = pa.float64()
    else:
        kind = pa.large_string()
    blocks = []
    for part in parts:
        if part.type == kind:
            blocks.append(part)
        elif part.null_count == len(part):
            blocks.append(pa.nulls(len(part), kind))
        elif kind == pa.float64():
            blocks.append(pc.cast(part, kind, safe=False))
        else:
            blocks.append(as_texts(pa.chunked_array([part])).combine_chunks())
    return pa.chunked_array(blocks, kind)


def to_series(column: pa.ChunkedArray) -> pd.Series:
    """Hand a column to pandas, as a type that the rest of the engine knows; infinite numbers count as missing."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return pd.Series(column.to_pandas(), dtype="boolean" if column.null_count else "bool")
    series: pd.Series = column.to_pandas()
    if pa.types.is_floating(kind):
        infinite = np.isinf(series.to_numpy())
        if infinite.any():
            series = series.where(~infinite)
    return series
