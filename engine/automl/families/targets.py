"""What the targets alone say about how they may be fitted. It only adds starts: the score decides what is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.automl.families.family import Config, Family, Labels, Shape
from engine.domain.data import Problem

OBJECTIVE = "objective"
"""Key of a configuration: what a fit makes small. ``poisson`` for counts, ``tweedie`` for many small values and few
large ones (both never predict less than zero), ``absolute`` for errors that count by their size."""
SCALE = "target_scale"
"""Key of a configuration: ``log`` where the target is fitted on the log scale (log1p) and turned back."""

_ABSOLUTE = frozenset({"mae", "median_absolute_error", "mape", "median_ape", "d2_absolute_error"})
_RELATIVE = frozenset({"rmsle", "mape", "median_ape"})
_LARGEST_USUAL_COUNT = 1_000
"""Whole numbers with a larger median are rather amounts than counts."""
_SKEWED = 1.0
_FEWEST_VALUES = 3


def objectives(y: Labels, problem: Problem) -> tuple[str, ...]:
    """Say which objectives may suit targets, beside squared errors.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Targets of the training part.
    problem : Problem

    Returns
    -------
    tuple of str
        Of ``poisson``, ``tweedie``, ``absolute`` and ``log``; none with classes, or where a recipe has already chosen
        the scale of the target.
    """
    if problem.task.is_classification or problem.log_target or problem.power_target or len(y) == 0:
        return ()
    return tuple(_suiting(y.astype(np.float64), problem.metric))


def _suiting(y: np.ndarray[Any, np.dtype[np.float64]], metric: str) -> Iterator[str]:
    if metric in _ABSOLUTE:
        yield "absolute"
    if y.min() < 0 or len(np.unique(y)) < _FEWEST_VALUES:
        return
    skew = float(np.mean(((y - y.mean()) / y.std()) ** 3))
    if (y == np.round(y)).all() and np.median(y) <= _LARGEST_USUAL_COUNT:
        yield "poisson"
    elif skew > _SKEWED:
        yield "tweedie"
    if skew > _SKEWED or metric in _RELATIVE:
        yield "log"


def with_starts(family: Family, suiting: tuple[str, ...]) -> Family:
    """Add, after the plain default, the same configuration with each objective that a family has and that may suit."""
    first: Config = family.defaults[0]
    extra = tuple(
        {**first, SCALE: "log"} if one == "log" else {**first, OBJECTIVE: one}
        for one in suiting
        if one in family.objectives
    )
    return replace(family, defaults=(first, *extra, *family.defaults[1:])) if extra else family


def shape_of(y: Labels, folds: Sequence[tuple[Any, Any]], columns: int, problem: Problem) -> Shape:
    """Measure how much the folds give to fit on, and what the targets look like.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    folds : sequence of (fit rows, score rows)
    columns : int
    problem : Problem
        With the scale on which the recipe has the target fitted.
    """
    fewest = None
    if problem.task.is_classification:
        counts = [np.unique(y[inside], return_counts=True)[1] for inside, _ in folds]
        fewest = min((int(one.min()) for one in counts if len(one)), default=0)
    rows = max((len(inside) for inside, _ in folds), default=0)
    return Shape(
        rows=rows,
        columns=columns,
        weighted=bool(problem.class_weight or problem.weight),
        objectives=objectives(y, problem),
        fewest_of_class=fewest,
    )
