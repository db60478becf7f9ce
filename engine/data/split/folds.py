"""Folds inside the training part; by scikit-learn's splitters where it has one, so that anybody can redo them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from engine.data.split.ordering import Rows, group_codes, time_order
from engine.domain.data import Problem, SplitKind, SplitSpec
from engine.domain.run import HURRIED_SECONDS
from engine.errors import InputError

Folds = list[tuple[Rows, Rows]]

_REPEATS = ((1_000, 3), (3_000, 2))
"""Up to so many rows, the folds are drawn so many times."""
_MOST_WORK = 200_000
"""Rows times columns times classes beyond which fits take too long to be repeated."""
_DRAWS = 10
# Balancing the target over the groups takes a step for each group; with many groups chance balances it as well.
_MOST_BALANCED_GROUPS = 5_000


def folds(frame: pd.DataFrame, y: npt.NDArray[np.generic], spec: SplitSpec, problem: Problem) -> Folds:
    """Make the folds of the training part.

    Classes are stratified also where the split is random or given: a fold without a class cannot be scored. A given
    split may name groups that are kept whole.
    There are fewer folds than asked for where a class has fewer rows, or the column fewer groups or times.
    With time, each fold is fitted on everything before the rows that it scores (forward chaining), and the
    earliest block is never scored.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The training part, with the columns that the split needs.
    y : ndarray of shape (n_rows,)
        Class codes or values.
    spec : SplitSpec
    problem : Problem

    Returns
    -------
    list of tuple of (ndarray, ndarray)
        Positions of the rows to fit on and of those to score, both ascending.

    Raises
    ------
    InputError
        If not even two folds are possible.
    """
    if spec.folds < 2:
        raise InputError(f"{spec.folds} folds are not possible.", hint="Choose 2 or more; 5 is usual.")
    classes = y.astype(np.intp) if problem.task.is_classification else None
    if spec.kind in (SplitKind.TIME, SplitKind.GROUP_TIME):
        return _forward(time_order(frame, spec).codes, classes, spec, problem)
    if spec.group_columns:
        return _grouped(group_codes(frame, spec), classes, spec, problem)
    return _shuffled(len(frame), classes, spec, problem)


def repeated(
    frame: pd.DataFrame, y: npt.NDArray[np.generic], spec: SplitSpec, problem: Problem, *, seconds: float | None = None
) -> Folds:
    """Make the folds that a search fits: on few rows several draws one after the other, the first as :func:`folds`.

    With few rows the score of one draw is mostly chance; the mean over several is less so (Kim: Estimating
    classification error rate, Computational Statistics & Data Analysis 2009). Folds that follow time are not drawn,
    so there is nothing to repeat.

    Parameters
    ----------
    frame, y, spec, problem
        As for :func:`folds`.
    seconds : float, optional
        Budget of the search; in less than half a minute, trying more is worth more than knowing better.

    Returns
    -------
    list of tuple of (ndarray, ndarray)
        Each row is scored once in each draw.
    """
    first = folds(frame, y, spec, problem)
    hurried = seconds is not None and seconds < HURRIED_SECONDS
    if hurried or spec.kind in (SplitKind.TIME, SplitKind.GROUP_TIME) or len(first) >= len(frame):
        return first
    found = list(first)
    work = len(frame) * len(problem.features) * max(len(problem.classes), 1)
    times = 1 if work > _MOST_WORK else next((times for most, times in _REPEATS if len(frame) <= most), 1)
    for draw in range(1, times):
        more = folds(frame, y, replace(spec, seed=spec.seed + _DRAWS * draw), problem)
        if len(more) == len(first):
            found += more
    return found


def _shuffled(rows: int, classes: Rows | None, spec: SplitSpec, problem: Problem) -> Folds:
    if classes is None:
        if rows < 2:
            raise _impossible(f"The training part has {rows} rows")
        return _list(KFold(min(spec.folds, rows), shuffle=True, random_state=spec.seed).split(np.zeros(rows)))
    splitter = StratifiedKFold(_shrunk(classes, spec, problem), shuffle=True, random_state=spec.seed)
    return _list(splitter.split(np.zeros(rows), classes))


def _shrunk(classes: Rows, spec: SplitSpec, problem: Problem) -> int:
    counts = np.bincount(classes, minlength=len(problem.classes))
    if counts.min() < 2:
        label = problem.classes[int(np.argmin(counts))]
        raise _impossible(f"The class {label!r} has {int(counts.min())} rows in the training part")
    return min(spec.folds, int(counts.min()))


def _grouped(groups: Rows, classes: Rows | None, spec: SplitSpec, problem: Problem) -> Folds:
    present = len(np.unique(groups))
    if present < 2:
        raise _impossible(f"The column {spec.group_columns[0]!r} forms {present} group in the training part")
    rows = np.zeros(len(groups))
    if classes is None:
        splitter = GroupKFold(min(spec.folds, present), shuffle=True, random_state=spec.seed)
        return _list(splitter.split(rows, groups=groups))
    most = min(_shrunk(classes, spec, problem), present)
    for count in range(most, 1, -1):
        for draw in range(_DRAWS):
            found = _grouped_once(groups, classes, count, spec.seed + draw)
            if all(len(score) and len(np.unique(classes[fit])) == len(problem.classes) for fit, score in found):
                return found
    raise _impossible(f"A class of {problem.target!r} occurs in too few groups of {spec.group_columns[0]!r}")


def _grouped_once(groups: Rows, classes: Rows, count: int, seed: int) -> Folds:
    balanced = len(np.unique(groups)) <= _MOST_BALANCED_GROUPS
    kind = StratifiedGroupKFold if balanced else GroupKFold
    return _list(kind(count, shuffle=True, random_state=seed).split(np.zeros(len(groups)), classes, groups))


def _forward(codes: Rows, classes: Rows | None, spec: SplitSpec, problem: Problem) -> Folds:
    """Cut the times into one block more than folds, of even row counts; fold ``i`` scores block ``i + 1``."""
    _, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    middles = (np.cumsum(counts) - counts / 2) / len(codes)
    blocks_of_times = np.unique(np.floor(middles * (spec.folds + 1)).astype(np.intp), return_inverse=True)[1]
    blocks = blocks_of_times[places].astype(np.intp)
    first = 0
    if classes is not None:
        # The first fit has to see every class, so the block that is never scored grows until it does.
        firsts = [blocks[classes == code].min(initial=blocks.max()) for code in range(len(problem.classes))]
        first = int(max(firsts))
    if first >= blocks.max():
        raise _impossible(f"The column {spec.time_column or spec.column!r} has too few points in time")
    return [(np.flatnonzero(blocks < n), np.flatnonzero(blocks == n)) for n in range(first + 1, int(blocks.max()) + 1)]


def _list(pairs: Iterable[tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]]) -> Folds:
    return [(np.sort(fit.astype(np.intp)), np.sort(score.astype(np.intp))) for fit, score in pairs]


def _impossible(reason: str) -> InputError:
    return InputError(f"{reason}, so no two folds can be made.", hint="Bring more rows, or split in another way.")
