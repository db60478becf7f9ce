"""What the boosted families share: early stopping, the search space, the cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.families.family import Config, Context, Labels, Param

PATIENCE = 40
"""Rounds without a better prediction of the rows held back, after which no more are added."""

_MOST_LEARNT = 10.0
_SHARE = 0.12
_FEWEST_KEPT = 3
"""Rows of a class that are always fitted on."""


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
    """Choose the rows that decide when to stop; they come out of the rows of the fit, class by class.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    context : Context

    Returns
    -------
    tuple of (ndarray, ndarray)
        Positions of the rows to fit on and of those held back, ascending.
    """
    order = np.random.default_rng(context.seed).permutation(len(y))
    if not context.problem.task.is_classification:
        outside = order[: int(len(y) * _SHARE)]
    else:
        by_class = [order[y[order] == code] for code in np.unique(y)]
        outside = np.concatenate([rows[: min(int(len(rows) * _SHARE), len(rows) - _FEWEST_KEPT)] for rows in by_class])
    inside = np.setdiff1d(np.arange(len(y)), outside, assume_unique=True)
    return inside, np.sort(outside)


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
