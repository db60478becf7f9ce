"""Behaviour tests of a model, run before it answers anybody.

The kinds are those of Ribeiro and others: Beyond Accuracy, Behavioral Testing of NLP Models (2020): minimum
functionality, invariance, direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.words import number
from engine.explain.output import Predictor
from engine.metrics.scores import score

_TOLERANCE = 1e-6
_ROWS = 50


@dataclass(frozen=True)
class Check:
    """One test and what came of it."""

    name: str
    ok: bool
    said: str


def behaviour(
    model: Predictor,
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    *,
    recorded: float,
    low: float,
    high: float,
) -> list[Check]:
    """Test a model on rows of its training part.

    Parameters
    ----------
    model : Predictor
    frame : DataFrame of shape (n_rows, n_features)
        Aligned rows that it was fitted on.
    y : ndarray of shape (n_rows,)
        Class codes or values.
    problem : Problem
    recorded, low, high : float
        The score on rows held out of the fit, as it was recorded, with its interval. On rows that it has seen a
        model is no worse than that; one that is worse is not the model that was scored.

    Returns
    -------
    list of Check
    """
    few = frame.iloc[:_ROWS]
    before = model.predict(few)
    turned = model.predict(few[list(problem.features)[::-1]])
    more = model.predict(few.assign(**{_unused(problem): 1.0}))
    backwards = model.predict(few.iloc[::-1])[::-1]
    alone = np.concatenate([model.predict(few.iloc[[row]]) for row in range(min(5, len(few)))])
    return [
        _sound(before, problem),
        _same("order of columns", before, turned, "Other orders of the columns give the same answers."),
        _same("unused columns", before, more, "A column that it does not know changes no answer."),
        _same("order of rows", before, backwards, "Other orders of the rows give the same answers."),
        _same("one row", before[: len(alone)], alone, "A row alone gets the answer that it gets among others."),
        _empty(model, few, problem),
        _performance(model, frame, y, problem, recorded, low, high),
    ]


def _unused(problem: Problem) -> str:
    name = "unused"
    while name in problem.features:
        name += "_"
    return name


def _sound(found: Any, problem: Problem) -> Check:
    ok = bool(np.isfinite(found).all())
    if problem.task.is_classification:
        ok = ok and bool(np.allclose(found.sum(axis=1), 1.0, rtol=1e-4)) and bool((found >= -1e-9).all())
        return Check("sound answers", ok, "Probabilities lie between 0 and 1 and add up to 1.")
    return Check("sound answers", ok, "Every answer is a finite number.")


def _same(name: str, before: Any, after: Any, said: str) -> Check:
    return Check(name, bool(np.allclose(before, after, rtol=_TOLERANCE, atol=_TOLERANCE)), said)


def _empty(model: Predictor, few: pd.DataFrame, problem: Problem) -> Check:
    row = few.iloc[[0]].copy()
    for name in problem.features:
        row[name] = pd.Series([None], index=row.index, dtype=few[name].dtype)
    return Check("empty cells", bool(np.isfinite(model.predict(row)).all()), "A row without any value is answered.")


def _performance(
    model: Predictor, frame: pd.DataFrame, y: Any, problem: Problem, recorded: float, low: float, high: float
) -> Check:
    metric = find_metric(problem.metric)
    said_by_it = model.predict(frame)
    if not np.isfinite(said_by_it).all():
        return Check("minimum performance", False, f"There is no {metric.title}: some answers are not finite.")
    found = score(metric.id, y, said_by_it, problem)
    ok = bool(found >= low) if metric.higher_is_better else bool(found <= high)
    said = (
        f"{metric.title} on {len(frame):,} training rows is {number(found)}; on rows held out of the fit it was "
        f"{number(recorded)} ({number(low)} to {number(high)})."
    )
    return Check("minimum performance", ok, said)
