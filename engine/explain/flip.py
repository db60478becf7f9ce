"""The smallest plausible change of a row after which the model says something else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.explain.output import Floats
from engine.explain.similar import Neighbourhood
from engine.explain.whatif import Predict, Row, candidates, table_of

_SHOWN = 5
_COLUMNS_OF_PAIRS, _VALUES_OF_PAIRS = 7, 5
_COLUMNS_OF_TRIPLES, _VALUES_OF_TRIPLES = 5, 3

Towards = Callable[[Floats], Floats]
"""From predictions to how far each is beyond the border that is to be crossed: above 0 it is crossed."""


def away_from(said: int, problem: Problem) -> Towards:
    """Measure how much cheaper, in expectation, another class is than the one that is said now."""
    size = len(problem.classes)
    costs = np.asarray(problem.costs, dtype=np.float64) if problem.costs else 1.0 - np.eye(size)

    def beyond(pred: Floats) -> Floats:
        expected = np.einsum("ni,ij->nj", pred, costs)
        others = np.delete(expected, said, axis=1).min(axis=1)
        return np.asarray(expected[:, said] - others)

    return beyond


def past(value: float, now: float) -> Towards:
    """Measure how far a predicted number is beyond a value, seen from where it is now."""
    sign = 1.0 if now < value else -1.0
    return lambda pred: sign * (pred - value)


def flips(
    row: Row,
    frame: pd.DataFrame,
    problem: Problem,
    predict: Predict,
    towards: Towards,
    near: Neighbourhood,
    *,
    fixed: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Look for changes of one, two or three columns that cross a border.

    Values are such as occur in the training part. As few columns as possible are changed, and by as little.

    Parameters
    ----------
    row : mapping of column to cell
    frame : DataFrame of shape (n_rows, n_features)
        The training part.
    problem : Problem
    predict : callable
    towards : callable
        Says of predictions whether the border is crossed.
    near : Neighbourhood
        Of the training part; measures how large a change is.
    fixed : collection of str
        Columns that cannot change.

    Returns
    -------
    list of dict
        At most five, the smallest first: ``changes`` (column to value), ``distance``, ``prediction``. Empty where
        nothing was found.

    Notes
    -----
    Wachter, S., Mittelstadt, B. and Russell, C. (2018). Counterfactual explanations without opening the black box.
    Harvard Journal of Law and Technology 31, 841-887: the nearest possible world in which the answer is another.
    """
    free = [name for name in problem.features if name not in fixed]
    values = {name: _other(candidates(frame, name, problem.kinds[name]), row[name]) for name in free}
    singles: list[dict[str, Any]] = [{name: value} for name in free for value in values[name]]
    tried = _tried(singles, row, frame, predict, towards, near)
    best = _crossed(tried)
    for size, columns, count in (
        (2, _COLUMNS_OF_PAIRS, _VALUES_OF_PAIRS),
        (3, _COLUMNS_OF_TRIPLES, _VALUES_OF_TRIPLES),
    ):
        if best:
            break
        promising = _promising(tried, columns, count)
        several = [
            dict(zip(names, chosen, strict=True))
            for names in combinations(promising, size)
            for chosen in product(*(promising[name] for name in names))
        ]
        best = _crossed(_tried(several, row, frame, predict, towards, near))
    return best[:_SHOWN]


def _other(values: Sequence[Any], present: Any) -> list[Any]:
    return [value for value in values if pd.isna(present) or str(value) != str(present)]


def _tried(
    changes: Sequence[Mapping[str, Any]],
    row: Row,
    frame: pd.DataFrame,
    predict: Predict,
    towards: Towards,
    near: Neighbourhood,
) -> list[dict[str, Any]]:
    """Ask the model about all changes at once."""
    if not changes:
        return []
    pred = predict(table_of([{**row, **change} for change in changes], frame))
    beyond = towards(pred)
    return [
        {
            "changes": dict(change),
            "beyond": float(beyond[place]),
            "distance": near.between(row, {**row, **change}),
            "prediction": np.atleast_1d(pred[place]).tolist(),
        }
        for place, change in enumerate(changes)
    ]


def _crossed(tried: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep what crosses the border, of each set of columns the smallest change."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in sorted(tried, key=lambda each: (each["distance"], -each["beyond"])):
        if one["beyond"] > 0:
            found.setdefault(tuple(sorted(one["changes"])), one)
    return [{key: one[key] for key in ("changes", "distance", "prediction")} for one in found.values()]


def _promising(tried: Sequence[dict[str, Any]], columns: int, count: int) -> dict[str, list[Any]]:
    """Choose the columns, and their values, that come nearest to the border by themselves."""
    found: dict[str, list[Any]] = {}
    for one in sorted(tried, key=lambda each: -each["beyond"]):
        (name, value), *_ = one["changes"].items()
        if name in found or len(found) < columns:
            values = found.setdefault(name, [])
            if len(values) < count:
                values.append(value)
    return found
