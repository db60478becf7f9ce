"""Which numbers of a model are explained: a probability per class, or the predicted value."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import EngineError, InputError

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


class Predictor(Protocol):
    """What is explained: anything that predicts, above all ``engine.automl.model.Model``."""

    def predict(self, frame: pd.DataFrame, /) -> Floats:
        """Predict probabilities, shape (n_rows, n_classes), or values, shape (n_rows,)."""


def labels(problem: Problem) -> tuple[str | None, ...]:
    """Name the explained outputs: the positive class, every class of several, or ``None`` for a value."""
    if problem.task is Task.BINARY:
        return (problem.positive,)
    return problem.classes if problem.task is Task.MULTICLASS else (None,)


def label_place(problem: Problem, label: str) -> int:
    """Find the output of a class.

    Raises
    ------
    InputError
        If no output belongs to the label.
    """
    known = labels(problem)
    if label not in known:
        named = " or ".join(repr(one) for one in known if one is not None)
        hint = f"Choose {named}." if named else "Leave the class out: a value is predicted, not a class."
        raise InputError(f"{label!r} is not a class that can be explained.", hint=hint)
    return known.index(label)


def scale(problem: Problem) -> str:
    """Name the scale on which contributions are measured."""
    if problem.task is Task.MULTICLASS:
        return "probability of each class"
    return quantity(problem, labels(problem)[0])


def quantity(problem: Problem, label: str | None) -> str:
    """Name one explained number, as it stands in a sentence."""
    return problem.target if label is None else f"probability of '{label}'"


def predict_outputs(model: Predictor, frame: pd.DataFrame, problem: Problem) -> Floats:
    """Predict the explained outputs, shape (n_rows, n_outputs).

    Raises
    ------
    EngineError
        If the model's predictions are not numbers.
    """
    pred = np.asarray(model.predict(frame), dtype=np.float64)
    values = pred[:, 1:2] if problem.task is Task.BINARY else pred.reshape(len(frame), -1)
    if not np.isfinite(values).all():
        raise EngineError(
            "The model's predictions are not numbers for some rows, so they cannot be explained.",
            hint="Choose another model of the leaderboard, or train again.",
        )
    return values
