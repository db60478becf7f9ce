"""The rows on which the model is furthest from the truth, to be looked at one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.domain.data import Problem
from engine.metrics.scores import decide
from engine.metrics.weighted import Floats, Truth

MOST_ROWS = 20


def worst(y: Truth, pred: Floats, problem: Problem, rows: Sequence[int], most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """List the worst rows first.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    rows : sequence of int
        Row numbers by which a person finds the rows.
    most : int

    Returns
    -------
    list of dict
        ``row actual predicted error``. For classes the labels, and as error the probability that was
        given to anything but the actual class; for values predicted minus actual.
    """
    if not problem.task.is_classification:
        error = pred - y
        order = np.argsort(-np.abs(error), kind="stable")[:most]
        return [
            {"row": int(rows[i]), "actual": float(y[i]), "predicted": float(pred[i]), "error": float(error[i])}
            for i in order
        ]
    codes = y.astype(np.intp)
    missed = 1.0 - pred[np.arange(len(y)), codes]
    said = decide(pred, problem) if len(y) else codes
    order = np.argsort(-missed, kind="stable")[:most]
    return [
        {
            "row": int(rows[i]),
            "actual": problem.classes[codes[i]],
            "predicted": problem.classes[said[i]],
            "error": float(missed[i]),
        }
        for i in order
    ]
