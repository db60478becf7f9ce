"""Which rows are worth a look: typical ones, the ends of the scale, and the largest misses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.explain.output import Floats, Places
from engine.explain.sampling import Pool

MOST_EXAMPLES = 8


class Example(NamedTuple):
    """One chosen row."""

    place: int
    """Where it stands in the training part."""
    why: str


def choose(
    pool: Pool, y: np.ndarray[tuple[int], np.dtype[np.generic]], oof: Floats | None, problem: Problem
) -> list[Example]:
    """Choose about eight rows, none twice.

    Parameters
    ----------
    pool : Pool
        Where typical rows and the ends of the scale are looked for.
    y : ndarray
        Class codes or values of the whole training part, shape (n_rows,).
    oof : ndarray or None
        Out-of-fold predictions of the same rows, NaN where no fold scored a row. With them the misses
        are those on rows that the model had not seen; without, those within the pool.
    """
    chosen: dict[int, str] = {}
    for place, why in _predicted(pool, problem):
        chosen.setdefault(place, why)
    misses = (one for one in _missed(pool, y, oof, problem) if one[0] not in chosen)
    chosen |= dict(islice(misses, MOST_EXAMPLES - len(chosen)))
    return [Example(place, why) for place, why in chosen.items()]


def _predicted(pool: Pool, problem: Problem) -> Iterator[tuple[int, str]]:
    if problem.task is Task.MULTICLASS:
        yield from _by_certainty(pool, problem)
        return
    order = np.argsort(pool.outputs[:, 0], kind="stable")
    middle = len(order) // 2
    kinds = (
        ("typical: its prediction lies in the middle", order[middle : middle + 1]),
        ("among the highest predictions", order[::-1][:2]),
        ("among the lowest predictions", order[:2]),
    )
    for why, places in kinds:
        yield from ((int(pool.places[place]), why) for place in places)


def _by_certainty(pool: Pool, problem: Problem) -> Iterator[tuple[int, str]]:
    said, top = pool.outputs.argmax(axis=1), pool.outputs.max(axis=1)
    order = np.argsort(top, kind="stable")
    yield int(pool.places[order[len(order) // 2]]), "typical: the model is about as sure as usual"
    for code in np.argsort(-np.bincount(said, minlength=len(problem.classes)), kind="stable")[:3]:
        if (said == code).any():
            surest = order[said[order] == code][-1]
            yield int(pool.places[surest]), f"the surest prediction of '{problem.classes[code]}'"
    yield int(pool.places[order[0]]), "the least sure prediction"


def _missed(
    pool: Pool, y: np.ndarray[tuple[int], np.dtype[np.generic]], oof: Floats | None, problem: Problem
) -> Iterator[tuple[int, str]]:
    places: Places = np.arange(len(y))
    if oof is None:
        places, why = pool.places, "among the largest misses, on rows that the model was fitted on"
        pred = pool.outputs if problem.task is not Task.BINARY else np.hstack([1 - pool.outputs, pool.outputs])
    else:
        pred, why = oof.reshape(len(y), -1), "among the largest misses on rows held out of the fit"
    truth = y[places]
    if problem.task.is_classification:
        error = 1 - pred[np.arange(len(truth)), truth.astype(np.intp)]
    else:
        error = np.abs(pred[:, 0] - truth.astype(np.float64))
    scored = np.flatnonzero(np.isfinite(error))
    for place in scored[np.argsort(-error[scored], kind="stable")]:
        yield int(places[place]), why
