"""Bringing any table into the form that pipelines are fitted on, the same way for training and prediction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import as_text
from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.errors import InputError

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_MOST_NAMED = 5
_LARGEST = 1e30
"""Trees compute in single precision, which ends at 3.4e38; nothing that was measured comes near."""


def names_of(problem: Problem, *kinds: ColumnKind) -> list[str]:
    """List the features of some kinds, in their order."""
    return [name for name in problem.features if problem.kinds[name] in kinds]


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
        If a feature is missing or stands there twice, or a number or date cannot be read as one.
    """
    _check_columns(frame, problem)
    numbers = names_of(problem, *_NUMBERS)
    dates = names_of(problem, ColumnKind.DATETIME)
    texts = [name for name in problem.features if name not in {*numbers, *dates}]
    # Whole blocks at a time: with one step per column, a single row would wait for the table longer than for the model.
    parts = [_numbers(frame, numbers), _texts(frame, texts, problem)] + [_dates(frame, name) for name in dates]
    tidy = pd.concat([part for part in parts if part.shape[1]], axis=1) if problem.features else frame[[]]
    return tidy[list(problem.features)], _repairs(frame, problem)


def _check_columns(frame: pd.DataFrame, problem: Problem) -> None:
    present = set(frame.columns)
    missing = [name for name in problem.features if name not in present]
    if missing:
        named = ", ".join(repr(name) for name in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        raise InputError(
            f"The table lacks the column{'s' if len(missing) > 1 else ''} {named}{more}.",
            hint="Add what is missing; the model was fitted with these columns.",
        )
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()]
        doubled = [name for name in problem.features if name in twice]
        if doubled:
            raise InputError(f"The column {doubled[0]!r} stands in the table twice.", hint="Remove one of them.")


def _repairs(frame: pd.DataFrame, problem: Problem) -> tuple[str, ...]:
    known = set(problem.features)
    present = [name for name in frame.columns if name in known]
    extra = [str(name) for name in frame.columns if name not in known and name != problem.target]
    notes = []
    if len(extra) == 1:
        notes.append(f"The column {extra[0]!r}, which the model does not know, was left out.")
    elif extra:
        notes.append(f"{len(extra)} columns that the model does not know were left out, such as {extra[0]!r}.")
    if present != list(problem.features):
        notes.append("The columns were put into the order of the training data.")
    return tuple(notes)


def _numbers(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    part = frame[list(names)]
    if all(dtype == np.float64 for dtype in part.dtypes):
        values = part.to_numpy()
    else:
        columns = [_number(part[name]) for name in names]
        values = np.column_stack(columns) if columns else np.empty((len(part), 0))
    with np.errstate(invalid="ignore"):
        sound = np.abs(values) < _LARGEST
    if not sound.all():
        values = np.where(sound, values, np.nan)
    return pd.DataFrame(values, columns=list(names), index=frame.index, copy=False)


def _number(column: pd.Series) -> npt.NDArray[np.float64]:
    try:
        return np.asarray(pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as error:
        readable = pd.to_numeric(column, errors="coerce")
        wrong = column[readable.isna() & column.notna()]
        culprit = str(wrong.iloc[0] if len(wrong) else column.iloc[0])[:60]
        raise InputError(
            f"The column {column.name!r} should hold numbers, but {culprit!r} is none.",
            hint="Correct the cell, or leave it empty.",
        ) from error


def _dates(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    column = frame[name]
    try:
        values = pd.to_datetime(column)
        if not pd.api.types.is_datetime64_any_dtype(values.dtype):
            # Offsets that differ from cell to cell leave Python objects behind; in UTC they are one scale.
            values = pd.to_datetime(column, utc=True)
    except (ValueError, TypeError) as error:
        raise InputError(
            f"The column {name!r} should hold dates, but not every cell can be read as one.",
            hint="Write dates as 2026-01-31, or leave them empty.",
        ) from error
    if values.dt.tz is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    return values.to_frame(name)


def _texts(frame: pd.DataFrame, names: Sequence[str], problem: Problem) -> pd.DataFrame:
    """Write every value as text, so that 1 and 1.0 are one category; empty cells are NaN, or no words at all."""
    block = frame[list(names)].to_numpy(dtype=object, copy=True)
    empty = np.asarray(pd.isna(block))
    block[empty] = np.nan
    for place, name in enumerate(names):
        present = block[~empty[:, place], place]
        if pd.api.types.infer_dtype(present, skipna=False) not in ("string", "empty"):
            block[~empty[:, place], place] = [as_text(value) for value in present]
        if problem.kinds[name] is ColumnKind.TEXT:
            block[empty[:, place], place] = ""
    return pd.DataFrame(block, columns=list(names), index=frame.index, dtype=object, copy=False)
