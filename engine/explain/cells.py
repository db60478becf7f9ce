"""A table of mixed columns as integers and back, so that rows can be mixed without losing a dtype."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.task import ColumnKind
from engine.explain.output import Floats, Places


@dataclass(frozen=True)
class Cells:
    """The distinct values of every column; a row is one integer per column that points at them."""

    values: dict[str, pd.Series[Any]]
    """Distinct values by column, in the column's own dtype."""

    def frame(self, codes: Places) -> pd.DataFrame:
        """Turn codes, shape (n_rows, n_columns), into a table with the dtypes of the original."""
        # With the dtype said, since pandas makes a text column of an object one that holds only texts.
        return pd.DataFrame(
            {
                name: pd.Series(one.array.take(codes[:, place]), dtype=one.dtype, copy=False)
                for place, (name, one) in enumerate(self.values.items())
            }
        )


def encode(frame: pd.DataFrame) -> tuple[Cells, Places]:
    """Give every cell the number of its value; equal values of a column share a number, so do empty ones.

    Returns
    -------
    Cells
        What the numbers mean.
    ndarray
        Codes, shape (n_rows, n_columns).
    """
    codes = np.empty(frame.shape, dtype=np.intp)
    values = {}
    for place, name in enumerate(frame.columns):
        column = frame[name]
        codes[:, place] = pd.factorize(column, use_na_sentinel=False)[0]
        firsts = np.unique(codes[:, place], return_index=True)[1]
        # Taken from the column itself: the distinct values that factorize returns may have another dtype.
        values[name] = column.iloc[firsts]
    return Cells(values), codes


def stack(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put rows below others with the same columns; categories that only the second knows are added at the end."""
    columns = {}
    for name in first.columns:
        parts = [first[name], second[name]]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            known = parts[0].cat.categories
            extra = [value for value in pd.unique(parts[1].dropna().astype(object)) if value not in known]
            dtype = pd.CategoricalDtype([*known, *extra], ordered=parts[0].cat.ordered)
            parts = [part.astype(dtype) for part in parts]
        columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


def as_numbers(column: pd.Series[Any], kind: ColumnKind) -> Floats | None:
    """Read a number or date as floats, shape (n_rows,), NaN where it is empty or infinite; ``None`` for other kinds.

    Dates are nanoseconds since 1970.
    """
    if kind is ColumnKind.DATETIME and pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments: Floats = column.to_numpy(dtype="datetime64[ns]").astype(np.int64).astype(np.float64)
        return np.where(column.isna().to_numpy(), np.nan, moments)
    if kind in (ColumnKind.NUMERIC, ColumnKind.INTEGER) and pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    return None
