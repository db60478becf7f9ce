"""Which rows of the training part are like a given one, and which combinations of values hardly any row has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.domain.words import number
from engine.explain import words
from engine.explain.cells import as_numbers
from engine.explain.output import Floats, Places

_ENDS = (0.01, 0.99)
"""The range of a number runs between these quantiles, so that one wild value does not make all others alike."""
_PROBES = 100
_FAR = 0.99
_NEAR = 0.05
"""A row nearer than this to some other is never called far, however dense the rows are."""
_WINDOW = 0.1
"""Numbers that differ by less than this part of their range count as nearly the same."""
_EXPECTED, _HARDLY = 20, 3
"""A pair of values is rare where chance alone would give at least so many rows, and there are fewer than that."""
_MOST_PAIRS = 3

Codes = npt.NDArray[np.int32]
Measures = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Space:
    """The training part as numbers, so that the distance of a row to all others is a matter of milliseconds."""

    problem: Problem
    scales: Mapping[str, tuple[float, float]]
    """Lower end and width of the range of every number and date."""
    levels: Mapping[str, pd.Index[Any]]
    """The distinct values of every other column."""
    numbers: Mapping[str, Measures]
    """Numbers and dates as parts of their range, shape (n_rows,), NaN where empty."""
    codes: Mapping[str, Codes]
    """Other columns as places within their levels, shape (n_rows,), -1 where empty."""
    weights: Mapping[str, float]
    """How much a column counts; they add up to 1."""
    far: float
    """Distance to the nearest other row that 99 % of probed training rows stay within; at least 0.05."""
    rows: int


def make_space(frame: pd.DataFrame, problem: Problem, importance: Mapping[str, float] | None = None) -> Space:
    """Prepare the training part.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_features)
        Aligned features (:func:`engine.automl.table.align`).
    importance : mapping, optional
        Importance by column; a column counts by it, and at least a tenth of an equal share, so that none is
        left out of account. Without it all count alike.
    """
    scales, levels, numbers, codes = {}, {}, {}, {}
    for name in problem.features:
        values = as_numbers(frame[name], problem.kinds[name])
        if values is None:
            places, levels[name] = pd.factorize(frame[name])
            codes[name] = places.astype(np.int32)
        else:
            scales[name] = _scale(values)
            numbers[name] = _scaled(values, scales[name])
    space = Space(
        problem=problem,
        scales=scales,
        levels=levels,
        numbers=numbers,
        codes=codes,
        weights=_weights(problem, importance or {}),
        far=np.inf,
        rows=len(frame),
    )
    return replace(space, far=_usual(space, frame))


def distances(space: Space, row: pd.DataFrame) -> Floats:
    """Measure how far a row lies from every training row.

    Gower's coefficient of similarity (Gower 1971, "A general coefficient of similarity and some of its properties",
    Biometrics 27, 857-871), as a distance with weights: of a number the difference as part of its range, of anything
    else 0 or 1. Unlike there, an empty cell is a value of its own, since a model sees it; differences end at 1.

    Parameters
    ----------
    row : DataFrame of shape (1, n_features)
        Aligned.

    Returns
    -------
    ndarray of shape (n_rows,)
        Between 0 (alike in every column) and 1.
    """
    total = np.zeros(space.rows, dtype=np.float32)
    for name in space.problem.features:
        total += np.float32(space.weights[name]) * _apart(space, row, name)
    return total.astype(np.float64)


def nearest(space: Space, row: pd.DataFrame, *, count: int = 5, among: npt.NDArray[np.bool_] | None = None) -> Places:
    """Find the places of the nearest training rows, nearest first; ``among`` leaves only those that it marks."""
    apart = distances(space, row)
    if among is not None:
        apart = np.where(among, apart, np.inf)
    places = np.argsort(apart, kind="stable")[:count]
    return places[np.isfinite(apart[places])]


def compared(
    frame: pd.DataFrame, row: pd.DataFrame, places: Places, space: Space, outcomes: Sequence[Any]
) -> list[dict[str, Any]]:
    """Write nearest rows down, each with its outcome and the columns in which it differs.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_features)
        The aligned training part; its index holds the row numbers.
    outcomes : sequence of length n_rows
        What happened, as text or number.

    Returns
    -------
    list of dict
        ``row outcome distance values differs``; ``differs`` names the columns, the most important first.
    """
    apart = distances(space, row)
    by_weight = sorted(space.problem.features, key=lambda name: -space.weights[name])
    mine = {name: words.cell_text(row[name].iloc[0]) for name in by_weight}
    found = []
    for place in places:
        theirs = {name: words.cell_text(frame[name].iloc[place]) for name in by_weight}
        found.append(
            {
                "row": int(frame.index[place]),
                "outcome": outcomes[place],
                "distance": float(apart[place]),
                "values": theirs,
                "differs": [name for name in by_weight if theirs[name] != mine[name]],
            }
        )
    return found


def rare_pairs(space: Space, row: pd.DataFrame, changed: Sequence[str]) -> list[str]:
    """Name pairs of values, one of them changed, that hardly any training row has though chance alone would give many.

    A number within a tenth of the range counts as nearly the same. A pair is named where fewer than 3 training rows
    have it, and at least 20 would if the two columns had nothing to do with each other.
    """
    near = {name: _apart(space, row, name) <= _WINDOW for name in space.problem.features}
    found = []
    for order, name in enumerate(changed):
        for other in space.problem.features:
            if other == name or other in changed[:order]:
                continue
            expected = int(near[name].sum()) * int(near[other].sum()) / max(space.rows, 1)
            count = int((near[name] & near[other]).sum())
            if expected >= _EXPECTED and count < _HARDLY:
                found.append((expected, count, name, other))
    found.sort(key=lambda one: -one[0])
    return [_pair(space, row, *one) for one in found[:_MOST_PAIRS]]


def _pair(space: Space, row: pd.DataFrame, expected: float, count: int, name: str, other: str) -> str:
    first, second = (_near_text(space, row, one) for one in (name, other))
    many = "No training row has" if count == 0 else f"Only {number(count)} of {number(space.rows)} training rows have"
    return (
        f"{many} {first} together with {second}, where about {number(round(expected))} would if the two went "
        "together by chance."
    )


def _near_text(space: Space, row: pd.DataFrame, name: str) -> str:
    return f"{name} {'near' if name in space.numbers else '='} {words.cell_text(row[name].iloc[0])}"


def is_far(space: Space, row: pd.DataFrame) -> bool:
    """Whether even the nearest training row is farther than 99 % of probed rows are from their nearest neighbour."""
    return bool(distances(space, row).min() > space.far)


def _apart(space: Space, row: pd.DataFrame, name: str) -> Measures:
    """Compare one column of a row with that of all training rows; shape (n_rows,), between 0 and 1."""
    if name in space.numbers:
        value = as_numbers(row[name], space.problem.kinds[name])
        mine = np.float32(np.nan) if value is None else _scaled(value, space.scales[name])[0]
        others = space.numbers[name]
        if np.isnan(mine):
            return (~np.isnan(others)).astype(np.float32)
        return np.nan_to_num(np.minimum(np.abs(others - mine), np.float32(1)), nan=1.0)
    value = row[name].iloc[0]
    code = -1 if pd.isna(value) else int(space.levels[name].get_indexer(pd.Index([value], dtype=object))[0])
    # A value that no row has is not the same as an empty cell, though neither has a place.
    code = -2 if code < 0 and not pd.isna(value) else code
    differs: Measures = (space.codes[name] != code).astype(np.float32)
    return differs


def _scale(values: Floats) -> tuple[float, float]:
    present = values[np.isfinite(values)]
    if not len(present):
        return 0.0, 1.0
    low, high = np.quantile(present, _ENDS)
    if high <= low:
        low, high = present.min(), present.max()
    return float(low), float(high - low) or 1.0


def _scaled(values: Floats, scale: tuple[float, float]) -> Measures:
    return ((values - scale[0]) / scale[1]).astype(np.float32)


def _weights(problem: Problem, importance: Mapping[str, float]) -> dict[str, float]:
    given = np.array([max(importance.get(name, 0.0), 0.0) for name in problem.features])
    equal = np.full(len(given), 1 / max(len(given), 1))
    weights = np.maximum(given / given.sum(), equal / 10) if given.sum() > 0 else equal
    return dict(zip(problem.features, (weights / weights.sum()).tolist(), strict=True))


def _usual(space: Space, frame: pd.DataFrame) -> float:
    """Probe some training rows for how far the nearest other one is."""
    if space.rows < 2:
        return np.inf
    names = list(space.problem.features)
    found = []
    for place in np.linspace(0, space.rows - 1, min(_PROBES, space.rows)).astype(int):
        apart = distances(space, frame[names].iloc[[place]])
        apart[place] = np.inf
        found.append(apart.min())
    return max(float(np.quantile(found, _FAR)), _NEAR)


def is_ordered(kind: ColumnKind) -> bool:
    """Whether values of a kind have an order and a distance: numbers and dates."""
    return kind in (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)
