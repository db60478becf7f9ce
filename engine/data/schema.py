"""From a table to a problem: what its columns are, what is predicted, from what, scored how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from engine.data.kinds import describe_column, words_of
from engine.data.target import (
    check_numbers,
    check_target,
    classes_of,
    cost_matrix,
    encode_target,
    order_binary,
)
from engine.domain.data import Column, Problem
from engine.domain.metric import DEFAULT_METRIC, find_metric
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError

__all__ = [
    "cost_matrix",
    "describe",
    "drop_unlabelled",
    "encode_target",
    "guess_target",
    "guess_task",
    "make_problem",
]

_TARGET_NAMES = (
    "target", "label", "class", "outcome", "response", "y", "churn", "churned", "survived", "default", "defaulted",
    "is_fraud", "fraud", "spam", "diagnosis", "species", "status", "price", "sale_price", "saleprice", "medv",
    "quality", "rating",
)  # fmt: skip
_FEW_WHOLE_NUMBERS = 10


def describe(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Find the kind, the counts and the range of every column, in the order of the table."""
    return tuple(describe_column(str(name), frame[name]) for name in frame.columns)


def drop_unlabelled(frame: pd.DataFrame, target: str) -> tuple[pd.DataFrame, int]:
    """Leave out the rows without a target; the others keep their row numbers.

    Returns
    -------
    tuple of (DataFrame, int)
        The labelled rows, and how many were left out.

    Raises
    ------
    InputError
        If there is no such column.
    """
    _check_exists(target, frame.columns)
    labelled = frame[target].notna()
    gaps = int((~labelled).sum())
    return (frame[labelled] if gaps else frame), gaps


def guess_target(frame: pd.DataFrame, columns: Sequence[Column]) -> str | None:
    """Propose a target: a column with the name of one, else the last column, else the first; one that can be predicted.

    Returns
    -------
    str or None
        ``None`` if none of them can be predicted.
    """
    for column in _candidates(columns):
        try:
            _plan(frame[column.name], column)
        except InputError:
            continue
        return column.name
    return None


def _candidates(columns: Sequence[Column]) -> Iterator[Column]:
    by_name = {"_".join(words_of(column.name)): column for column in reversed(columns)}
    yield from (by_name[name] for name in _TARGET_NAMES if name in by_name)
    yield from (columns[-1], columns[0]) if columns else ()


def guess_task(series: pd.Series, column: Column) -> Task:
    """Propose the task: classes for truth values, categories and few whole numbers, else a number.

    Whole numbers count as classes if there are two of them, or at most ten that follow one another from 0 or
    1 with at least ten rows each (labels, not counts of something).

    Parameters
    ----------
    series : Series of shape (n_rows,)
    column : Column
        Its description.

    Raises
    ------
    InputError
        If the column cannot be predicted at all.
    """
    present = series.dropna()
    check_target(present, column)
    if column.kind not in (ColumnKind.NUMERIC, ColumnKind.INTEGER):
        return Task.BINARY if column.unique == 2 else Task.MULTICLASS
    if column.unique == 2:
        return Task.BINARY
    if column.kind is ColumnKind.INTEGER and column.unique <= _FEW_WHOLE_NUMBERS:
        follow = column.low in (0, 1) and column.high == column.unique - 1 + int(column.low or 0)
        if follow and int(present.value_counts().min()) >= 10:
            return Task.MULTICLASS
    return Task.REGRESSION


def make_problem(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    target: str,
    task: Task | None = None,
    metric: str | None = None,
    positive: str | None = None,
    drop: Iterable[str] = (),
    costs: Mapping[str, float] | None = None,
    log_target: bool = False,
) -> Problem:
    """Settle what is predicted from which columns, and how it is scored.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Rows without a target are not counted.
    columns : sequence of Column
        What :func:`describe` found in it.
    target : str
    task, metric, positive
        Guessed where ``None``: task from the values, the task's default metric, the positive class of two by
        its name or as the rarer one.
    drop : iterable of str
        Columns that no model may use. Identifiers and constants are left out anyway.
    costs : mapping, optional
        What each error costs, as a brief states it.
    log_target : bool
        Whether a number is fitted on the log scale.

    Raises
    ------
    InputError
        If the target cannot be predicted, or one of the wishes does not fit it.
    """
    known = {column.name: column for column in columns}
    drop = set(drop)
    for name in (target, *sorted(drop)):
        _check_exists(name, known)
    present = frame[target].dropna()
    task, classes = _plan(frame[target], known[target], task=task, positive=positive)
    metric_id = find_metric(metric, task).id if metric else DEFAULT_METRIC[task]
    if task is Task.REGRESSION:
        check_numbers(present, target, metric=metric_id, log_target=log_target)
    elif log_target:
        raise InputError(f"The target {target!r} has classes, so it has no log scale.", hint="Leave the log scale out.")
    features = tuple(c.name for c in columns if c.name != target and c.name not in drop and c.kind.is_feature)
    if not features:
        raise InputError(
            f"No column is left to predict {target!r} from: the others are identifiers, constant or left out.",
            hint="Bring a table with columns that are known before the target is.",
        )
    return Problem(
        target=target,
        task=task,
        metric=metric_id,
        features=features,
        kinds={name: known[name].kind for name in features},
        classes=classes,
        costs=cost_matrix(costs, classes),
        log_target=log_target,
    )


def _plan(
    series: pd.Series, column: Column, *, task: Task | None = None, positive: str | None = None
) -> tuple[Task, tuple[str, ...]]:
    """Settle the task and its classes. Raises ``InputError`` if the target does not allow them."""
    present = series.dropna()
    guessed = guess_task(series, column)
    task = task or guessed
    if task is Task.REGRESSION:
        return task, ()
    counts = classes_of(present, column.name)
    if task is Task.BINARY and len(counts) != 2:
        raise InputError(
            f"The target {column.name!r} has {len(counts)} classes, not two.", hint="Choose the task multiclass."
        )
    if task is Task.MULTICLASS and len(counts) == 2:
        raise InputError(f"The target {column.name!r} has just two classes.", hint="Choose the task binary.")
    if task is Task.MULTICLASS:
        return task, tuple(counts)
    return task, order_binary(counts, positive, column.name)


def _check_exists(name: str, names: Iterable[str]) -> None:
    known = [str(one) for one in names]
    if name not in known:
        more = f" and {len(known) - 20} more" if len(known) > 20 else ""
        raise InputError(f"There is no column {name!r} in the table.", hint=f"It has: {', '.join(known[:20])}{more}.")
