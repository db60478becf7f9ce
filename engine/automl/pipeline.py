"""Building, fitting and asking one pipeline: an encoding and an estimator, both of library classes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn
from joblib import cpu_count
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PowerTransformer

from engine.automl.families.family import Config, Context, Family, Labels
from engine.automl.families.targets import SCALE
from engine.automl.limits import OutOfTimeError
from engine.domain.data import Problem

Floats = npt.NDArray[np.float64]

_MANY_ROWS = 400
"""Rows from which on several threads answer sooner than one."""


def fit_estimator(family: Family, config: Config, table: Any, y: Labels, context: Context) -> Any:
    """Fit the last step of a pipeline on an encoded table.

    Parameters
    ----------
    family : Family
    config : mapping
    table : array, sparse matrix or DataFrame of shape (n_rows, n_encoded)
    y : ndarray of shape (n_rows,)
    context : Context

    Returns
    -------
    fitted scikit-learn estimator
        On another scale of the target it is wrapped, so that it predicts on the original scale.

    Raises
    ------
    OutOfTimeError
        If it was asked to end early. Whatever a library raises goes through.
    """
    if config.get(SCALE) == "log":
        context = replace(context, problem=replace(context.problem, log_target=True))
    estimator = family.build(config, context)
    if context.problem.power_target:
        estimator = TransformedTargetRegressor(estimator, transformer=PowerTransformer())
    elif context.problem.log_target:
        estimator = TransformedTargetRegressor(estimator, func=np.log1p, inverse_func=np.expm1, check_inverse=False)
    context = replace(context, weights=row_weights(y, context.problem, context.weights))
    on = family.fit(table, y, context)
    extras = dict(on.extras)
    if context.weights is not None:
        extras["sample_weight"] = context.weights if on.rows is None else context.weights[on.rows]
    estimator.fit(on.table, on.y, **extras)
    if context.watch.over():
        # Some libraries return what they have instead of raising; half a fit is no trial.
        raise OutOfTimeError
    inner = innermost(estimator)
    # One row must be answered at once: spreading it over threads takes longer than the answer.
    if hasattr(inner, "n_jobs") and hasattr(inner, "estimators_"):
        inner.set_params(n_jobs=1)
    return estimator


def row_weights(y: Labels, problem: Problem, given: Floats | None = None) -> Floats | None:
    """Say how much each row of a fit counts.

    Balanced weights are those of King and Zeng: Logistic regression in rare events data (2001), as scikit-learn has
    them: rows / (classes * rows of the class). Those of a class and those of a row are multiplied, and brought to a
    mean of one, so that regularisation keeps its strength.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes of the rows of the fit.
    problem : Problem
    given : ndarray of shape (n_rows,), optional
        What a column of the table says of each row.

    Returns
    -------
    ndarray of shape (n_rows,), or None
        ``None`` where all count alike.
    """
    weights = None if given is None else given.astype(np.float64)
    if problem.class_weight and problem.task.is_classification:
        by_class = _class_weights(y.astype(np.intp), problem)
        weights = by_class if weights is None else weights * by_class
    if weights is None or not weights.sum() > 0:
        # Rows that all count nothing, as in a small sample, are fitted as if nothing had been said.
        return None
    return np.asarray(weights / weights.mean())


def _class_weights(codes: npt.NDArray[np.intp], problem: Problem) -> Floats:
    if not isinstance(problem.class_weight, str):
        return np.asarray(problem.class_weight)[codes]
    counts = np.bincount(codes, minlength=len(problem.classes))
    return np.asarray(len(codes) / (np.count_nonzero(counts) * counts[codes]))


def innermost(estimator: Any) -> Any:
    """Return the estimator inside of wrappers that turn the target."""
    while hasattr(estimator, "regressor_"):
        estimator = estimator.regressor_
    return estimator


def assembled(recipe: Any, step: Any, estimator: Any) -> Pipeline:
    """Put fitted steps together to the pipeline that they are; a recipe that changes nothing is no part of it."""
    first = [] if isinstance(recipe, str) else [("recipe", recipe)]
    return Pipeline([*first, ("columns", step), ("model", estimator)])


def answer(estimator: Any, table: Any, problem: Problem) -> Floats:
    """Predict from an encoded table.

    Returns
    -------
    ndarray of shape (n_rows, n_classes) or (n_rows,)
        Probabilities in the order of the classes, or values.
    """
    options = _for_many(estimator) if table.shape[0] >= _MANY_ROWS else {}
    if not problem.task.is_classification:
        return np.asarray(estimator.predict(table, **options), dtype=np.float64).ravel()
    known = np.asarray(estimator.predict_proba(table, **options), dtype=np.float64)
    full = np.zeros((known.shape[0], len(problem.classes)))
    # A class that no row of the fit has gets the probability zero.
    full[:, np.asarray(estimator.classes_, dtype=np.intp)] = known
    return full


def _for_many(estimator: Any) -> dict[str, Any]:
    """Let LightGBM spread many rows over all cores; for a single one it is fitted to answer by one thread."""
    return {"num_threads": cpu_count()} if type(innermost(estimator)).__module__.startswith("lightgbm") else {}


def vote(
    pipelines: Mapping[int, Pipeline], weights: Mapping[int, float], frame: pd.DataFrame, problem: Problem
) -> Floats:
    """Average what pipelines predict for aligned rows; a step before the model that several share is done once.

    Parameters
    ----------
    pipelines, weights : mapping of a place to a pipeline and to its share of the vote
    frame : DataFrame of shape (n_rows, n_features)
        As :func:`engine.automl.table.align` leaves it.
    problem : Problem

    Returns
    -------
    ndarray of shape (n_rows, n_classes) or (n_rows,)
    """
    tables: dict[int, Any] = {}
    total: Floats | float = 0.0
    # The rows have been checked when they were aligned; checking each again in every step doubles the time of one row.
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for place, pipeline in pipelines.items():
            table: Any = frame
            # An encoding stands behind one recipe only, so it alone says which table it makes.
            for step in (part for name, part in pipeline.steps if name != "model" and not isinstance(part, str)):
                if id(step) not in tables:
                    tables[id(step)] = step.transform(table)
                table = tables[id(step)]
            total = total + weights[place] * answer(pipeline.named_steps["model"], table, problem)
    return np.asarray(total, dtype=np.float64)


class _Counter:
    """A file that only counts."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, data: bytes | memoryview) -> int:
        """Count bytes."""
        size = memoryview(data).nbytes
        self.count += size
        return size


def size_bytes(pipeline: Pipeline) -> int:
    """Measure how large a fitted pipeline is, in bytes; nothing is kept of what is written to find out."""
    counter = _Counter()
    pickle.Pickler(counter, protocol=5).dump(pipeline)
    return counter.count
