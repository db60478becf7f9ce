"""What the boosted families share: early stopping, the search space, the cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.families.family import Config, Context, Labels, Param

PATIENCE = 40
"""Rounds without a better prediction of the rows held back, after which no more are added."""

_LARGE_CELLS = 4_000_000
_MOST_LEARNT = 10.0
_SHARE = 0.12
_FEWEST_KEPT = 3
"""Rows of a class that are always fitted on."""


def threads(context: Context) -> int:
    """Say how many threads a fit of LightGBM or XGBoost uses: one, unless the table is large.

    Their threads meet after every histogram. Where those are small, waiting for each other takes several times longer
    than the work: on 1,257 rows and ten classes two threads took fourteen times as long as one, on 30,000 rows and 19
    columns twice as long.
    """
    return context.threads if context.rows * (context.width + len(context.categories)) >= _LARGE_CELLS else 1


def trees(config: Config, context: Context) -> int:
    """Count the rounds of a fit: those that early stopping has found before, or the configured ones.

    On few rows nothing can be held back to say when to stop. There, rounds times learning rate stay below a bound,
    so that a configuration that was meant to be stopped does not learn the noise by heart.
    """
    if context.rounds is not None:
        return context.rounds
    asked = int(config["n_estimators"])
    return asked if context.early else min(asked, math.ceil(_MOST_LEARNT / float(config["learning_rate"])))


def held_back(y: Labels, context: Context) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Choose the rows that decide when to stop; they come out of the rows of the fit.

    They are chosen as the folds are: whole groups, the latest rows, or else by chance, class by class. A row of a
    group that is fitted on, or one from between others in time, would be foretold too well and stop too late.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    context : Context

    Returns
    -------
    tuple of (ndarray, ndarray)
        Positions of the rows to fit on and of those held back, ascending.
    """
    chosen = _latest(context.times) if context.times is not None else _whole_groups(context)
    if chosen is not None and context.problem.task.is_classification:
        # A class that was held back as a whole could not be learned: its rows are fitted on.
        chosen = chosen[np.isin(y[chosen], np.delete(y, chosen))]
    outside = chosen if chosen is not None and len(chosen) else _by_chance(y, context)
    inside = np.setdiff1d(np.arange(len(y)), outside, assume_unique=True)
    return inside, np.sort(outside)


def _by_chance(y: Labels, context: Context) -> npt.NDArray[np.intp]:
    order = np.random.default_rng(context.seed).permutation(len(y))
    if not context.problem.task.is_classification:
        return order[: int(len(y) * _SHARE)]
    by_class = [order[y[order] == code] for code in np.unique(y)]
    return np.concatenate([rows[: min(int(len(rows) * _SHARE), len(rows) - _FEWEST_KEPT)] for rows in by_class])


def _latest(times: npt.NDArray[np.generic]) -> npt.NDArray[np.intp] | None:
    """Take the latest points in time, each with all its rows."""
    codes = np.unique(times, return_inverse=True)[1]
    return _until_enough(codes, np.arange(codes.max(), -1, -1), most=1.0)


def _whole_groups(context: Context) -> npt.NDArray[np.intp] | None:
    """Take whole groups by chance; the smallest one where each is large."""
    if context.groups is None:
        return None
    codes = np.unique(context.groups, return_inverse=True)[1]
    sizes = np.bincount(codes)
    order = np.random.default_rng(context.seed).permutation(len(sizes))
    taken = _until_enough(codes, order, most=2 * _SHARE)
    return _until_enough(codes, np.argsort(sizes), most=1.0) if taken is None else taken


def _until_enough(
    codes: npt.NDArray[np.intp], order: npt.NDArray[np.intp], *, most: float
) -> npt.NDArray[np.intp] | None:
    """Take blocks in an order until they hold enough rows, those aside that hold too many; nothing if none is left."""
    sizes = np.bincount(codes)
    usable = [block for block in order if sizes[block] <= most * len(codes) and sizes[block] < len(codes)]
    if not usable:
        return None
    enough = int(np.searchsorted(np.cumsum(sizes[usable]), int(len(codes) * _SHARE))) + 1
    # However large the blocks are, one is left to fit on.
    return np.flatnonzero(np.isin(codes, usable[: min(enough, len(sizes) - 1)]))


def rows_of(table: Any, rows: npt.NDArray[np.intp]) -> Any:
    """Take rows of an encoded table, be it a data frame, an array or a sparse matrix."""
    return table.iloc[rows] if hasattr(table, "iloc") else table[rows]


def space(leaves: str) -> tuple[Param, ...]:
    """Return the search space that LightGBM and XGBoost share; ``leaves`` names the size of a tree."""
    return (
        Param(
            name="n_estimators",
            low=20,
            high=2000,
            start=60,
            whole=True,
            log=True,
            meaning="How many trees are added at most.",
        ),
        Param(name=leaves, low=4, high=255, start=8, whole=True, log=True, meaning="Most leaves of one tree."),
        Param(
            name="learning_rate",
            low=0.01,
            high=0.5,
            start=0.1,
            log=True,
            meaning="Share of each new tree that is added; smaller steps need more trees.",
        ),
        Param(name="subsample", low=0.5, high=1.0, start=0.9, meaning="Share of the rows that each tree sees."),
        Param(
            name="colsample_bytree", low=0.2, high=1.0, start=0.8, meaning="Share of the columns that each tree sees."
        ),
        Param(
            name="reg_lambda",
            low=1e-3,
            high=300.0,
            start=1.0,
            log=True,
            meaning="Regularisation: larger values keep the leaves' values closer to zero.",
        ),
    )


def cost(config: Config, leaves: str) -> float:
    """Work of one fit: trees times the square root of their leaves; slow learners are rarely stopped early."""
    used = min(float(config["n_estimators"]), 20.0 / float(config["learning_rate"]) + PATIENCE)
    return used / 100 * math.sqrt(float(config[leaves]) / 31)
