"""From a recipe to one pipeline of library objects."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from engine.data.recipe.blocks import call
from engine.data.recipe.checking import shapes, without_unused
from engine.data.recipe.fitted import made_of
from engine.data.recipe.options import options_of
from engine.data.recipe.rowwise import ROWWISE
from engine.data.recipe.shape import LEARNING, NUMBERS, ON_TABLE, TEXTS, Shape, start
from engine.domain.data import Problem
from engine.domain.recipe import Recipe, StepKind
from engine.domain.task import ColumnKind


def compile(recipe: Recipe, problem: Problem, *, seed: int = 0) -> Any:
    """Compile the steps that change features.

    Parameters
    ----------
    recipe : Recipe
    problem : Problem
        The columns as :func:`engine.automl.table.align` leaves them.
    seed : int
        For inner folds and random projections.

    Returns
    -------
    sklearn.pipeline.Pipeline, or "passthrough" where no step changes a feature
        Not fitted. Takes and returns DataFrames; every part is an object of scikit-learn, skrub, pandas or NumPy.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    parts: list[tuple[str, Any]] = []
    after = start(problem)
    for number, (step, before, after) in enumerate(shapes(without_unused(recipe, problem), problem), start=1):  # noqa: B007
        if step.kind in ON_TABLE:
            continue
        options = options_of(step)
        if step.kind in LEARNING:
            made = made_of(step, options, before, problem, seed)
        else:
            made = ROWWISE[step.kind](step, options, before)
        if made is not None:
            parts.append((f"{number}_{step.kind}", made))
    if not parts:
        return "passthrough"
    parts += _types(after)
    return Pipeline(parts).set_output(transform="pandas")


def _types(shape: Shape) -> list[tuple[str, Any]]:
    """Settle the types that an encoding expects: numbers, objects, dates; texts without empty cells."""
    wanted = {name: "float64" for name, kind in shape.kinds.items() if kind in NUMBERS}
    wanted |= {name: "object" for name, kind in shape.kinds.items() if kind in TEXTS}
    texts = {name: "" for name, kind in shape.kinds.items() if kind is ColumnKind.TEXT}
    return [("types", call("astype", wanted))] * bool(wanted) + [("texts", call("fillna", texts))] * bool(texts)


def rows_to_fit(recipe: Recipe, X: pd.DataFrame, y: npt.NDArray[np.generic], problem: Problem) -> npt.NDArray[np.bool_]:
    """Say which of the rows of a fit stay, where the recipe leaves repeated ones out; rows that are scored all stay.

    A row repeats an earlier one if it has the same target and the same cells (in the columns of the step, or in all)
    after the steps before it, all of which look at one row at a time.

    Parameters
    ----------
    recipe : Recipe
    X : DataFrame of shape (n_rows, n_features)
        Aligned rows of one fit.
    y : ndarray of shape (n_rows,)
    problem : Problem

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    kept = np.ones(len(X), dtype=bool)
    for place, step in enumerate(recipe.steps):
        if step.kind is not StepKind.DROP_DUPLICATES:
            continue
        pipeline = compile(Recipe(steps=recipe.steps[:place]), problem)
        table = X if isinstance(pipeline, str) else pipeline.fit_transform(X)
        names = [name for name in step.columns if name in table.columns] or list(table.columns)
        table = table[names].reset_index(drop=True)
        # Integers as names cannot be those of a column of the person.
        table.columns = pd.RangeIndex(len(names))
        table[len(names)] = y
        kept &= ~table.duplicated().to_numpy()
    return kept
