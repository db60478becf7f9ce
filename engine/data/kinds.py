"""What the values of one column mean, found from its type, its name and its values."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Column
from engine.domain.task import ColumnKind

MOST_LEVELS = 50
"""Categories with at most this many values are listed in full."""
TIME_WORDS = frozenset(
    ["date", "time", "timestamp", "datetime", "year", "month", "week", "quarter", "day", "hour", "period"]
)

_EXAMPLES = 5
_COUNTED = 100_000
_MEASURED = 5_000
_LONGEST_EXAMPLE = 60
_FEWEST_IDENTIFIED = 20
_ID_WORDS = frozenset(["id", "ids", "uid", "uuid", "guid", "identifier", "rownames", "rowid", "pk"])
_WEAK_ID_WORDS = frozenset(["key", "no", "nr", "number", "code", "index", "ref", "row"])
_JOINED_ID = re.compile(
    r"(?:user|customer|client|case|patient|passenger|person|member|employee|student|account|order|session"
    r"|transaction|product|record|row|sample|subject|device)(?:ids?|no|nr|key)"
)


def plain(series: pd.Series) -> pd.Series:
    """Return the column as numbers, truth values, dates or ``str``: categories and Python objects are resolved."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if series.dtype != object:
        return series
    found = pd.api.types.infer_dtype(series, skipna=True)
    if found == "boolean":
        return series.astype("boolean")
    if found in ("integer", "floating", "mixed-integer-float", "decimal"):
        return series.astype(np.float64)
    if found in ("datetime64", "datetime", "date"):
        return pd.to_datetime(series, errors="coerce", utc=True).dt.tz_localize(None)
    return series.astype("str")


def words_of(name: str) -> list[str]:
    """Split a column name such as ``customerId`` or ``Year_Sold`` into lower-case words, accents left out."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", bare.lower())


def describe_column(name: str, series: pd.Series) -> Column:
    """Find the kind, the counts and the range of one column.

    Parameters
    ----------
    name : str
    series : Series of shape (n_rows,)
    """
    series = plain(series)
    present = series.dropna()
    unique = int(present.nunique())
    kind = _kind(name, present, unique, missing=len(series) - len(present))
    low, high = _range(present, kind)
    counts = _frequent(present, unique)
    levels: tuple[str, ...] = ()
    if kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN) and unique <= MOST_LEVELS:
        levels = tuple(as_text(value) for value in counts.index)
    return Column(
        name=name,
        kind=kind,
        missing=len(series) - len(present),
        unique=unique,
        low=low,
        high=high,
        examples=tuple(_example(value) for value in counts.index[:_EXAMPLES]),
        levels=levels,
    )


def as_text(value: Any) -> str:
    """Write one value: whole numbers without a point, dates in ISO 8601, midnight left out."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return str(value)


def _example(value: Any) -> str:
    text = as_text(value)
    return f"{value:.6g}" if isinstance(value, float) and not text.lstrip("-").isdigit() else text[:_LONGEST_EXAMPLE]


def is_whole(present: pd.Series) -> bool:
    """Whether all values of a number column without gaps are whole."""
    if pd.api.types.is_integer_dtype(present.dtype):
        return True
    values = present.to_numpy(dtype=np.float64)
    return bool(np.all(values == np.floor(values)) and np.all(np.isfinite(values)))


def _kind(name: str, present: pd.Series, unique: int, *, missing: int) -> ColumnKind:
    if unique == 0 or (unique == 1 and missing == 0):
        return ColumnKind.CONSTANT
    if pd.api.types.is_bool_dtype(present.dtype):
        return ColumnKind.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(present.dtype):
        return ColumnKind.DATETIME
    if pd.api.types.is_numeric_dtype(present.dtype):
        if not is_whole(present):
            return ColumnKind.NUMERIC
        return ColumnKind.IDENTIFIER if _numbers_identify(name, present, unique) else ColumnKind.INTEGER
    return _text_kind(name, present, unique)


def _named_identifier(name: str) -> bool:
    words = words_of(name)
    return bool(words) and (words[-1] in _ID_WORDS or words[0] in _ID_WORDS or bool(_JOINED_ID.fullmatch(words[-1])))


def _repeats_as_identifier(name: str, present: pd.Series, unique: int) -> bool:
    """Whether a column with the name of an identifier has too many values to be a category."""
    return _named_identifier(name) and (unique > 2 * MOST_LEVELS or unique >= max(2.0, 0.2 * len(present)))


def _numbers_identify(name: str, present: pd.Series, unique: int) -> bool:
    if len(present) < _FEWEST_IDENTIFIED:
        return False
    if _repeats_as_identifier(name, present, unique):
        return True
    words = set(words_of(name))
    if unique < len(present) or words & TIME_WORDS:
        return False
    counts_rows = int(present.max()) - int(present.min()) == len(present) - 1
    return counts_rows or bool(words & _WEAK_ID_WORDS)


def _text_kind(name: str, present: pd.Series, unique: int) -> ColumnKind:
    measured = present.iloc[:: max(1, len(present) // _MEASURED)]
    length = float(measured.str.len().mean())
    words = float(measured.str.count(r"\S+").mean())
    if _repeats_as_identifier(name, present, unique) and words < 2:
        return ColumnKind.IDENTIFIER
    if unique == len(present) >= _FEWEST_IDENTIFIED and words < 1.5 and length <= 64:
        return ColumnKind.IDENTIFIER
    many = unique > MOST_LEVELS
    if (many and (words >= 4 or length >= 40)) or (unique > len(present) / 2 and (many or words >= 4)):
        return ColumnKind.TEXT
    return ColumnKind.CATEGORICAL


def _range(present: pd.Series, kind: ColumnKind) -> tuple[float | str | None, float | str | None]:
    if present.empty or kind is ColumnKind.BOOLEAN:
        return None, None
    if pd.api.types.is_datetime64_any_dtype(present.dtype):
        return as_text(present.min()), as_text(present.max())
    if not pd.api.types.is_numeric_dtype(present.dtype) or pd.api.types.is_bool_dtype(present.dtype):
        return None, None
    low, high = present.min(), present.max()
    return (float(low), float(high)) if kind is ColumnKind.NUMERIC else (int(low), int(high))


def _frequent(present: pd.Series, unique: int) -> pd.Series:
    """Count the most frequent values, ties in the order of their text; of many, those of evenly spaced rows."""
    if unique > 1_000 and len(present) > _COUNTED:
        present = present.iloc[:: len(present) // _COUNTED + 1]
    counts = present.value_counts()
    top = counts.iloc[: 2 * MOST_LEVELS]
    order = sorted(range(len(top)), key=lambda place: (-int(top.iloc[place]), as_text(top.index[place])))
    return top.iloc[order]
