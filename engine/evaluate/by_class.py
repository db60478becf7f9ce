"""Precision, recall and F1 of each class, with intervals."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from engine.domain.data import Problem
from engine.evaluate.crossfit import RESAMPLES, estimate
from engine.evaluate.sums import Cells, resampled_sums, sums
from engine.metrics.confusion import f1s, precisions, recalls
from engine.metrics.decision import decide
from engine.metrics.weighted import Floats, Truth

SCORES = {"precision": precisions, "recall": recalls, "f1": f1s}


def by_class(
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> list[dict[str, Any]]:
    """Score each class against the others at the decision that the costs make cheapest.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
        Without NaN.
    problem : Problem
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    list of dict
        ``label rows said`` (how many rows are of the class, and how many are called so) and ``precision recall f1``,
        each ``value low high``; ``recall`` has no value for a class without rows, ``precision`` none for one that is
        never said, ``f1`` none where neither has one.
    """
    size = len(problem.classes)
    cells = [Cells(y.astype("intp") * size + decide(pred, problem), size * size)]
    point = sums(cells).reshape(1, size, size)
    drawn = resampled_sums(cells, y, problem, resamples=resamples, seed=seed, groups=groups)
    drawn = drawn.reshape(len(drawn), size, size)
    scored = {name: (score(point)[0], score(drawn)) for name, score in SCORES.items()}
    rows, said = point[0].sum(axis=1), point[0].sum(axis=0)
    none = {"value": None, "low": None, "high": None}
    return [
        {
            "label": label,
            "rows": int(rows[code]),
            "said": int(said[code]),
            **{
                name: estimate(values[code], resampled[:, code]) if known[code] else none
                for (name, (values, resampled)), known in zip(
                    scored.items(), (said > 0, rows > 0, rows + said > 0), strict=True
                )
            },
        }
        for code, label in enumerate(problem.classes)
    ]
