"""Rows in the order of their time, and the group that each row belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import plain
from engine.domain.data import SplitKind, SplitSpec
from engine.errors import InputError

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Ordering:
    """Time of each row as a code: equal times, equal codes; later times, higher codes; no time, the lowest (-1)."""

    codes: Rows
    """Shape (n_rows,)."""
    values: pd.Index
    """The time that each code from 0 stands for, ascending."""


def split_column(frame: pd.DataFrame, name: str, what: str) -> pd.Series:
    """Fetch the column that a split needs.

    Raises
    ------
    InputError
        If none is named, or there is none of that name.
    """
    if not name:
        raise InputError(f"The split needs a column that holds the {what}.", hint="Name one.")
    if name not in frame.columns:
        raise InputError(f"The split needs the column {name!r}, which the table does not have.", hint="Name another.")
    return plain(frame[name])


def time_order(frame: pd.DataFrame, spec: SplitSpec) -> Ordering:
    """Order the rows of a split by time; with groups, each row has the time at which its group first appears.

    Raises
    ------
    InputError
        If the column of the time holds neither numbers nor dates.
    """
    grouped = spec.kind is SplitKind.GROUP_TIME
    name = spec.time_column if grouped else spec.column
    series = split_column(frame, name, "time")
    if not pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_datetime64_any_dtype(series.dtype):
        dates = pd.to_datetime(series.astype("str"), format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
        if dates.isna().sum() > series.isna().sum():
            raise InputError(
                f"The column {name!r} cannot order the rows: it holds neither numbers nor dates.",
                hint="Write its dates like 2024-12-31, or split in another way.",
            )
        series = dates
    codes, values = pd.factorize(series, sort=True)
    codes = codes.astype(np.intp)
    if grouped:
        first = pd.Series(codes).groupby(group_codes(frame, spec)).transform("min")
        codes = first.to_numpy(dtype=np.intp)
    return Ordering(codes, pd.Index(values))


def group_codes(frame: pd.DataFrame, spec: SplitSpec) -> Rows:
    """Give every group of a split a number from 0; a row without a group is a group of its own.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    names = list(spec.group_columns)
    return joint_codes(pd.DataFrame({name: split_column(frame, name, "groups") for name in names}), names)


def joint_codes(frame: pd.DataFrame, names: Sequence[str]) -> Rows:
    """Give a number to each combination of the values of some columns; a row with a gap is one of its own.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    key = np.zeros(len(frame), dtype=np.int64)
    gap = np.zeros(len(frame), dtype=np.bool_)
    for name in names:
        codes, values = pd.factorize(plain(frame[name]), sort=True)
        gap |= codes < 0
        key = key * (len(values) + 1) + codes + 1
        if len(names) > 1:
            key = pd.factorize(key, sort=True)[0].astype(np.int64)
    codes = pd.factorize(np.where(gap, -1, key), sort=True, use_na_sentinel=True)[0].astype(np.intp)
    codes = codes - 1 if gap.any() else codes
    codes[gap] = codes.max(initial=-1) + 1 + np.arange(int(gap.sum()))
    return codes


def _moment(after: float | str) -> pd.Timestamp:
    # Times of a table are kept without a zone, in UTC.
    moment = pd.Timestamp(after)
    return moment if moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None)


def later_than(ordering: Ordering, after: float | str, name: str) -> npt.NDArray[np.bool_]:
    """Mark the rows whose time is later than ``after``.

    Raises
    ------
    InputError
        If ``after`` is no value of the same kind.
    """
    try:
        limit = _moment(after) if isinstance(ordering.values, pd.DatetimeIndex) else float(after)
    except ValueError:
        raise InputError(
            f"{after!r} is no point in the times of the column {name!r}.",
            hint=f"Its first one is {ordering.values[0]}.",
        ) from None
    marked = np.append(np.asarray(ordering.values > limit), False)  # the last one is for the code -1
    return np.asarray(marked[ordering.codes], dtype=np.bool_)
