"""Which split suits the table, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from engine.data.kinds import words_of
from engine.data.split.holdout import holdout_rows
from engine.domain.data import Column, Problem, SplitKind, SplitSpec
from engine.domain.task import ColumnKind
from engine.errors import InputError

_FEWEST_TIMES = 10
_FEWEST_GROUPS = 10
_FEWEST_ROWS_FOR_TIME = 50
_NOT_THE_EVENT = frozenset(["birth", "birthday", "birthdate", "dob", "born", "expiry", "expires", "expiration", "due"])


def propose(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> SplitSpec:
    """Propose a split: by group where an identifier repeats, by time where there is one clear date, else at random.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    columns : sequence of Column
    problem : Problem
    """
    others = [column for column in columns if column.name != problem.target]
    for spec in (_by_group(others, len(frame)), _by_time(others, len(frame))):
        if spec is not None and _possible(frame, spec, problem):
            return spec
    if problem.task.is_classification:
        return SplitSpec(
            kind=SplitKind.STRATIFIED,
            reason=f"No column groups or dates the rows, so they are drawn at random, with the same share of every "
            f"class of {problem.target!r} on both sides.",
        )
    return SplitSpec(kind=SplitKind.RANDOM, reason="No column groups or dates the rows, so they are drawn at random.")


def find_group_column(columns: Sequence[Column], rows: int) -> Column | None:
    """Find the identifier that repeats: rows of one customer, patient or place. The coarsest, if there are several."""
    found = [
        column
        for column in columns
        if column.kind is ColumnKind.IDENTIFIER and _FEWEST_GROUPS <= column.unique < 0.9 * (rows - column.missing)
    ]
    return min(found, key=lambda column: column.unique, default=None)


def find_time_column(columns: Sequence[Column], rows: int) -> Column | None:
    """Find the one date that every row has and that orders the events; ``None`` if there is none, or no single one."""
    found = [
        column
        for column in columns
        if column.kind is ColumnKind.DATETIME
        and column.unique >= _FEWEST_TIMES
        and column.missing <= 0.01 * rows
        and not _NOT_THE_EVENT & set(words_of(column.name))
    ]
    return found[0] if len(found) == 1 and rows >= _FEWEST_ROWS_FOR_TIME else None


def _by_group(columns: Sequence[Column], rows: int) -> SplitSpec | None:
    column = find_group_column(columns, rows)
    if column is None:
        return None
    return SplitSpec(
        kind=SplitKind.GROUP,
        column=column.name,
        reason=f"{column.name!r} repeats ({column.unique:,} values in {rows:,} rows), so all rows of one value stay on "
        "one side: the model is tested on values that it has never seen.",
    )


def _by_time(columns: Sequence[Column], rows: int) -> SplitSpec | None:
    column = find_time_column(columns, rows)
    if column is None:
        return None
    return SplitSpec(
        kind=SplitKind.TIME,
        column=column.name,
        reason=f"{column.name!r} dates every row (from {column.low} to {column.high}), so the latest rows are set "
        "apart: the model is tested on a time that it has not seen.",
    )


def _possible(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> bool:
    try:
        holdout_rows(frame, spec, problem)
    except InputError:
        return False
    return True
