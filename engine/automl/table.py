"""Bringing any table into the form that pipelines are fitted on, the same way for training and prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.errors import InputError

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_MOST_NAMED = 5


def align(frame: pd.DataFrame, problem: Problem) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Choose and order the features of a table, and give each the type that its kind asks for.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, any)
    problem : Problem

    Returns
    -------
    tuple of (DataFrame of shape (n_rows, n_features), tuple of str)
        Numbers as float64 (infinite ones become empty), categories and text as object, dates as datetime64;
        and one sentence for each repair that was made.

    Raises
    ------
    InputError
        If a feature is missing, or a number or date cannot be read as one.
    """
    missing = [name for name in problem.features if name not in frame.columns]
    if missing:
        named = ", ".join(repr(name) for name in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        raise InputError(
            f"The table lacks the column{'s' if len(missing) > 1 else ''} {named}{more}.",
            hint="Add what is missing; the model was fitted with these columns.",
        )
    notes = []
    extra = [str(name) for name in frame.columns if name not in problem.features and name != problem.target]
    if extra:
        notes.append(f"{len(extra)} columns that the model does not know were left out, such as {extra[0]!r}.")
    present = [name for name in frame.columns if name in problem.features]
    if present != list(problem.features):
        notes.append("The columns were put into the order of the training data.")
    tidy = {name: _typed(frame[name], problem.kinds[name]) for name in problem.features}
    return pd.DataFrame(tidy, index=frame.index), tuple(notes)


def _typed(column: pd.Series, kind: ColumnKind) -> pd.Series:
    if kind in _NUMBERS:
        return _numbers(column)
    if kind is ColumnKind.DATETIME:
        return _dates(column)
    text = _text(column)
    return text.where(text.notna(), "") if kind is ColumnKind.TEXT else text


def _numbers(column: pd.Series) -> pd.Series:
    try:
        values = pd.to_numeric(column).astype(np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(
            f"The column {column.name!r} should hold numbers, but {_culprit(column)!r} is none.",
            hint="Correct the cell, or leave it empty.",
        ) from error
    return values.where(np.isfinite(values))


def _culprit(column: pd.Series) -> str:
    readable = pd.to_numeric(column, errors="coerce")
    wrong = column[readable.isna() & column.notna()]
    return str(wrong.iloc[0])[:60] if len(wrong) else str(column.iloc[0])[:60]


def _dates(column: pd.Series) -> pd.Series:
    try:
        values = pd.to_datetime(column)
    except (ValueError, TypeError) as error:
        raise InputError(
            f"The column {column.name!r} should hold dates, but not every cell can be read as one.",
            hint="Write dates as 2026-01-31, or leave them empty.",
        ) from error
    return values.dt.tz_localize(None) if values.dt.tz is not None else values


def _text(column: pd.Series) -> pd.Series:
    """Write every value as text; whole numbers without a decimal point, so that 1 and 1.0 are one category."""
    if pd.api.types.is_float_dtype(column.dtype):
        written = column.map(lambda value: f"{value:g}" if pd.notna(value) else np.nan)
        return written.astype(object)
    values = column.astype(object)
    return values.map(str).where(values.notna(), np.nan).astype(object)
