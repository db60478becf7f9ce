"""How much better a random split scores than an honest one, measured with the quick model on the same rows."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from engine.data.compare import compare
from engine.data.quick import (
    MOST_ROWS,
    Comparison,
    QuickTable,
    Rows,
    draw_groups,
    draw_rows,
    fit_predict,
    grouped_folds,
    out_of_fold,
    prepare,
    shuffled_folds,
)
from engine.domain.data import Problem

MATERIAL = 0.02
"""Differences of scores below this are not worth a warning."""

_FEWEST_ROWS = 40
_FEWEST_GROUPS = 6
_BLOCKS = 4


def is_material(effect: Comparison | None) -> bool:
    """Whether a difference is large enough to matter and larger than chance."""
    if effect is None or effect.low <= MATERIAL / 4:
        return False
    # A score below that of a guess is an accident of the folds, not a better measurement.
    return effect.first - max(effect.second, effect.guess) >= MATERIAL


def group_effect(
    frame: pd.DataFrame, problem: Problem, groups: Rows, *, leave_out: Collection[str] = (), most: int = MOST_ROWS
) -> Comparison | None:
    """Compare random folds (first) with folds of whole groups (second).

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    problem : Problem
    groups : ndarray of shape (n_rows,)
        Number of each row's group.
    leave_out : collection of str
        Features that the quick model does not see.
    most : int
        Rows to draw at most; groups are drawn whole.

    Returns
    -------
    Comparison or None
        ``None`` if there are too few rows or groups.
    """
    rows = draw_groups(groups, most)
    few = groups[rows]
    if len(rows) < _FEWEST_ROWS or len(np.unique(few)) < _FEWEST_GROUPS:
        return None
    table = prepare(frame, problem, rows, leave_out=leave_out)
    if table is None:
        return None
    mixed, whole = shuffled_folds(table), grouped_folds(table, few)
    return compare(table, (out_of_fold(table, mixed), mixed), (out_of_fold(table, whole), whole), few)


def column_effect(frame: pd.DataFrame, problem: Problem, names: Collection[str]) -> Comparison | None:
    """Compare the score with some columns (first) and without them (second), on the same folds.

    Returns
    -------
    Comparison or None
        ``None`` if there are too few rows, or no other columns.
    """
    rows = draw_rows(len(frame))
    table, without = prepare(frame, problem, rows), prepare(frame, problem, rows, leave_out=names)
    if len(rows) < _FEWEST_ROWS or table is None or without is None:
        return None
    mixed = shuffled_folds(table)
    return compare(table, (out_of_fold(table, mixed), mixed), (out_of_fold(without, mixed), mixed))


def time_effect(
    frame: pd.DataFrame, problem: Problem, times: Rows, *, leave_out: Collection[str] = (), most: int = MOST_ROWS
) -> Comparison | None:
    """Compare a random split (first) with forward folds (second): fit on the earlier rows, score the next ones.

    Both are fitted on the same number of rows and score the same rows; the random one also sees rows of the
    same time and later ones.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    problem : Problem
    times : ndarray of shape (n_rows,)
        Codes in the order of time; -1 for a row without one, which is left out.
    leave_out : collection of str
    most : int
        Rows to draw at most.
    """
    rows = np.flatnonzero(times >= 0)
    rows = rows[draw_rows(len(rows), most)].astype(np.intp)
    if len(rows) < _FEWEST_ROWS:
        return None
    table = prepare(frame, problem, rows, leave_out=leave_out)
    if table is None:
        return None
    blocks = time_blocks(times[rows])
    forward, mixed = np.full(table.truth.shape, np.nan), np.full(table.truth.shape, np.nan)
    rng = np.random.default_rng(3)
    for block in range(1, int(blocks.max()) + 1):
        before, inside = np.flatnonzero(blocks < block), np.flatnonzero(blocks == block)
        if not len(inside) or len(before) < _FEWEST_ROWS // 2:
            continue
        forward[inside] = fit_predict(table, before, inside)
        half = rng.random(len(inside)) < 0.5
        for part in (inside[half], inside[~half]):
            _fill(table, mixed, part, len(before), rng)
    # All rows are scored together: where a class becomes more frequent with time, that is part of what is measured.
    whole = np.zeros(len(blocks), dtype=np.intp)
    return compare(table, (mixed, whole), (forward, whole))


def _fill(table: QuickTable, mixed: np.ndarray, part: Rows, size: int, rng: np.random.Generator) -> None:
    """Predict some rows from ``size`` rows drawn at random from all the others."""
    if len(part):
        others = np.setdiff1d(np.arange(len(mixed)), part)
        fit = np.sort(rng.choice(others, min(size, len(others)), replace=False))
        mixed[part] = fit_predict(table, fit.astype(np.intp), part)


def time_blocks(times: Rows) -> Rows:
    """Cut times into four blocks of about as many rows; rows of the same time stay together."""
    _, places, counts = np.unique(times, return_inverse=True, return_counts=True)
    middles = (np.cumsum(counts) - counts / 2) / len(times)
    return np.unique(np.floor(middles * _BLOCKS).astype(np.intp), return_inverse=True)[1][places].astype(np.intp)
