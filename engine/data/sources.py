"""A file becomes a table, or one sentence that says why it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.delimited import read_delimited
from engine.data.parquet import read_parquet
from engine.errors import InputError, NotFoundError
from engine.settings import Settings

DELIMITED = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")

_ISO_DATE = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_LOOKED_AT_FIRST = 200


def read_table(path: Path, settings: Settings, *, labelled: bool = True) -> pd.DataFrame:
    """Read a CSV or Parquet file.

    Blanks around column names are removed, columns of ISO 8601 dates become ``datetime64`` (moments with a
    zone are turned into UTC), infinite numbers count as missing. Nothing else is changed.

    Parameters
    ----------
    path : Path
    settings : Settings
        Holds the limits: bytes, rows and columns.
    labelled : bool
        Whether a model is to be made from it, so that it needs two columns and two rows.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        Numbers, ``bool`` or nullable ``boolean``, ``datetime64`` and ``str`` columns; rows counted from 0.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it cannot be read as a table, or is larger than a limit.
    """
    _check_file(path, settings)
    limits = _Limits(path.name, settings)
    if path.suffix.lower() in PARQUET:
        frame = read_parquet(path, limits.check_names, limits.check_rows)
    else:
        frame = read_delimited(path, limits.check_names, max_rows=settings.max_rows)
    limits.check_rows(len(frame))
    if labelled:
        _check_enough(path.name, frame)
    return _typed(frame)


def _check_file(path: Path, settings: Settings) -> None:
    known = (*DELIMITED, *PARQUET)
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
    if path.suffix.lower() not in known:
        ending = f"files ending in {path.suffix!r}" if path.suffix else "a file without an ending"
        raise InputError(f"{path.name}: {ending} cannot be read.", hint=f"Use one of: {', '.join(known)}.")
    if size == 0:
        raise InputError(f"{path.name} is empty.", hint="Export the table again, with a line of column names.")
    if size > settings.max_upload_bytes:
        raise InputError(
            f"{path.name} has {size / 1024**2:,.0f} MiB; the limit is {settings.max_upload_bytes / 1024**2:,.0f} MiB.",
            hint="Take a sample of its rows, or raise PROOFOLIO_MAX_UPLOAD_MB.",
        )


class _Limits:
    """Checks names and counts as soon as they are known, before the cells are read."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings

    def check_names(self, raw: Sequence[str]) -> list[str]:
        """Return the names without surrounding blanks; an empty one becomes ``column_<position>``."""
        names = [str(text).strip() or f"column_{place}" for place, text in enumerate(raw, start=1)]
        if len(names) > self.settings.max_columns:
            raise InputError(
                f"{self.name} has {len(names):,} columns; the limit is {self.settings.max_columns:,}.",
                hint="Keep the columns that may help to predict, and leave the others out.",
            )
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            shown = ", ".join(repr(name) for name in twice[:5]) + (" and others" if len(twice) > 5 else "")
            raise InputError(
                f"{self.name} has more than one column named {shown}.",
                hint="Give every column a name of its own.",
            )
        return names

    def check_rows(self, count: int) -> None:
        if count > self.settings.max_rows:
            raise InputError(
                f"{self.name} has more than {self.settings.max_rows:,} rows, the limit.",
                hint="Take a sample of its rows.",
            )
        if count == 0:
            raise InputError(
                f"{self.name} has column names but no rows.", hint="Export the table again, with its rows."
            )


def _check_enough(name: str, frame: pd.DataFrame) -> None:
    if frame.shape[1] < 2:
        raise InputError(
            f"{name} has one column, {frame.columns[0]!r}: there is nothing to predict it from.",
            hint="Bring a table with a target and at least one more column, separated by comma, semicolon, tab or |.",
        )
    if len(frame) < 2:
        raise InputError(f"{name} has one row: nothing can be learned from it.", hint="Bring a table with more rows.")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every column a type that the rest of the engine knows."""
    changed: dict[str, pd.Series] = {}
    for name in frame.columns:
        series = frame[name]
        if pd.api.types.is_float_dtype(series.dtype):
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
            if np.isinf(values).any():
                changed[name] = pd.Series(np.where(np.isinf(values), np.nan, values), index=frame.index)
        elif series.dtype == object:
            changed[name] = _from_objects(series)
        elif isinstance(series.dtype, pd.StringDtype):
            dates = _as_dates(series)
            if dates is not None:
                changed[name] = dates
    return frame.assign(**changed) if changed else frame


def _from_objects(series: pd.Series) -> pd.Series:
    """Turn a column of Python objects into truth values, numbers or text."""
    found = pd.api.types.infer_dtype(series, skipna=True)
    if found == "boolean":
        return series.astype("boolean")
    if found == "integer":  # whole numbers of more than 64 bits
        return series.astype(np.float64)
    return series.astype("str")


def _as_dates(series: pd.Series) -> pd.Series | None:
    """Read a text column as dates if every cell of it is an ISO 8601 date, else return ``None``."""
    present = series.dropna()
    if present.empty or not present.iloc[:_LOOKED_AT_FIRST].str.fullmatch(_ISO_DATE).all():
        return None
    if not present.str.fullmatch(_ISO_DATE).all():
        return None
    dates = pd.to_datetime(series, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    return dates if int(dates.isna().sum()) == len(series) - len(present) else None
