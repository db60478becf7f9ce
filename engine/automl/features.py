"""The recipe of a project, fitted on the rows of one fit: what stands before the encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.families.family import Labels
from engine.data.recipe.checking import output
from engine.data.recipe.compiling import compile, rows_to_fit
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Features:
    """What a recipe makes of the rows of one fit."""

    step: Any
    """The fitted recipe, or "passthrough" where no step changes a feature."""
    table: pd.DataFrame
    """The rows that are fitted on, shape (n_fit, n_made)."""
    y: Labels
    """Their targets, shape (n_fit,)."""
    problem: Problem
    """The columns of the table and their kinds."""
    rows: npt.NDArray[np.intp]
    """Positions of the rows that are fitted on, among those that were given, shape (n_fit,)."""


def fitted_features(recipe: Recipe, X: pd.DataFrame, y: Labels, problem: Problem, seed: int) -> Features:
    """Fit a recipe on aligned rows; where it leaves repeated rows out, without them.

    Raises
    ------
    InputError
        If a step cannot be done, or columns that it makes have names that are taken.
    """
    kept = rows_to_fit(recipe, X, y, problem)
    X, y = (X, y) if kept.all() else (X[kept], y[kept])
    rows = np.flatnonzero(kept)
    step = compile(recipe, problem, seed=seed)
    if isinstance(step, str):
        return Features(step=step, table=X, y=y, problem=output(recipe, problem, problem.features), rows=rows)
    try:
        table = step.fit_transform(X, y)
    except ValueError as error:
        if "not unique" not in str(error):
            raise
        raise InputError(
            "The recipe makes a column whose name is taken already.", hint="Rename a column, or leave the step out."
        ) from error
    made = output(recipe, problem, [str(name) for name in table])
    return Features(step=step, table=table, y=y, problem=made, rows=rows)
