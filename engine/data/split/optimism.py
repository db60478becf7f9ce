"""The optimism of a random split: how much better it looks than the split that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.data.compare import compare
from engine.data.quick import Comparison, draw_rows, fit_predict, out_of_fold, prepare, shuffled_folds
from engine.data.split.effect import group_effect, time_effect
from engine.data.split.holdout import holdout_rows
from engine.data.split.ordering import group_codes, time_order
from engine.domain.data import Column, Problem, SplitKind, SplitSpec

_FEWEST_ROWS = 40


def optimism(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem, spec: SplitSpec) -> dict[str, Any]:
    """Measure how much better a random split scores than a chosen one on this data.

    Both are scored with the same small model (:mod:`engine.data.quick`) on the same rows.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    columns : sequence of Column
        What ``describe`` found in it; a column that is missing from it is not used.
    problem : Problem
    spec : SplitSpec

    Returns
    -------
    dict
        ``metric``, ``random``, ``proposed``, ``difference``, ``low`` and ``high`` (interval of the difference,
        95 %), ``rows`` and ``sentence``. Only ``sentence`` where there is nothing to compare.

    Raises
    ------
    InputError
        If the table cannot be split like that.
    """
    if spec.kind in (SplitKind.RANDOM, SplitKind.STRATIFIED):
        return {"sentence": "The rows are drawn at random, so there is nothing to compare with a random split."}
    if spec.kind is SplitKind.GIVEN and not spec.group_columns and frame[spec.column].nunique() < 2:
        return {"sentence": "The rows set apart are sealed, so they are not compared with those of a random split."}
    effect = _effect(frame, problem, spec)
    if effect is None:
        return {"sentence": "There are too few rows or groups to measure what a random split would make of them."}
    return {
        "metric": effect.metric,
        "random": effect.first,
        "proposed": effect.second,
        "difference": effect.difference,
        "low": effect.low,
        "high": effect.high,
        "rows": effect.rows,
        "sentence": _sentence(effect, spec, len(frame)),
    }


def _effect(frame: pd.DataFrame, problem: Problem, spec: SplitSpec) -> Comparison | None:
    match spec.kind:
        case SplitKind.GROUP:
            return group_effect(frame, problem, group_codes(frame, spec))
        case SplitKind.TIME | SplitKind.GROUP_TIME:
            return time_effect(frame, problem, time_order(frame, spec).codes)
        case _ if spec.group_columns:
            return group_effect(frame, problem, group_codes(frame, spec))
        case _:
            return _given_effect(frame, problem, spec)


def _given_effect(frame: pd.DataFrame, problem: Problem, spec: SplitSpec) -> Comparison | None:
    """Score the hold-out of a given split by a model of the other rows, and by random folds over all rows."""
    held = np.zeros(len(frame), dtype=np.intp)
    held[holdout_rows(frame, spec, problem)[1]] = 1
    rows = draw_rows(len(frame))
    table = prepare(frame, problem, rows, leave_out=(spec.column,))
    side = held[rows]
    if table is None or min(side.sum(), (1 - side).sum()) < _FEWEST_ROWS / 2:
        return None
    given = np.full(table.truth.shape, np.nan)
    given[side == 1] = fit_predict(table, np.flatnonzero(side == 0), np.flatnonzero(side == 1))
    mixed = shuffled_folds(table)
    return compare(table, (out_of_fold(table, mixed), side), (given, side))


def _sentence(effect: Comparison, spec: SplitSpec, rows: int) -> str:
    way = {
        SplitKind.GROUP: f"split by {spec.column!r}",
        SplitKind.TIME: f"split by time ({spec.column!r})",
        SplitKind.GROUP_TIME: f"split by {spec.column!r} and time",
    }.get(spec.kind, f"the split given by {spec.column!r}")
    looked = f" (a small model, {effect.rows:,} of {rows:,} rows scored)"
    told = f"A random split scores {effect.first:.3f} ({effect.metric}), {way} {effect.second:.3f}{looked}"
    interval = f"95 % interval {effect.low:+.3f} to {effect.high:+.3f}"
    if effect.low > 0:
        return f"{told}: a random split would look better than it is by {effect.difference:.3f} ({interval})."
    return f"{told}: no difference beyond chance ({effect.difference:+.3f}, {interval})."
