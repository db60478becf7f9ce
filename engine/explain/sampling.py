"""Which rows are explained against which, and how many of them the time allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.explain.output import Floats, Places, Predictor, predict_outputs

POOL_ROWS = 2_000
"""Rows that are predicted at all: background, sample and stored examples are drawn from them."""

SIZES = ((200, 100), (200, 50), (200, 25), (200, 15), (200, 10), (100, 10), (50, 10), (30, 10), (30, 5))
"""Explained rows and background rows, from the wish down to the least."""

_PROBES = (100, 1_000, 10_000)
_FOR_PROBE = 0.15


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The time that an explanation may take."""

    seconds: float
    timer: Callable[[], float]
    started: float

    @property
    def spent(self) -> float:
        """The part that is spent, 1 when all is."""
        return (self.timer() - self.started) / self.seconds


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A seeded sample of the training part with its predictions."""

    frame: pd.DataFrame
    """Rows in random order, only the problem's features."""
    places: Places
    """Where each row stands in the training part, shape (n_rows,)."""
    outputs: Floats
    """Predicted outputs, shape (n_rows, n_outputs)."""

    @property
    def spread(self) -> float:
        """Range of the predictions, the largest over the outputs."""
        return float(np.ptp(self.outputs, axis=0).max())


def draw_pool(model: Predictor, frame: pd.DataFrame, problem: Problem, *, seed: int) -> Pool:
    """Sample the training part in random order and predict the sample."""
    places = np.random.default_rng(seed).permutation(len(frame))[:POOL_ROWS]
    part = frame[list(problem.features)].iloc[places].reset_index(drop=True)
    return Pool(frame=part, places=places, outputs=predict_outputs(model, part, problem))


def background_places(pool: Pool, size: int) -> Places:
    """Choose background rows from a pool: those in the middle of equal parts of its sorted predictions.

    So their mean prediction, the base of all contributions, lies much closer to that of the pool than
    with rows drawn freely.

    Returns
    -------
    ndarray
        Places in the pool, shape (min(size, n_rows),), by rising prediction.
    """
    count = len(pool.frame)
    size = min(size, count)
    top = pool.outputs.argmax(axis=1)
    order: Places = np.lexsort((pool.outputs[np.arange(count), top], top))
    return order[((np.arange(size) + 0.5) * count / size).astype(np.intp)]


def rows_per_second(model: Predictor, pool: Pool, problem: Problem, budget: Budget) -> float:
    """Measure how many rows a second the model predicts when many come at once.

    A call costs a fixed time besides that of its rows, for a blend on a wide table the larger part. So
    a large call is measured, unless two smaller ones show that it would take too much of the budget.
    """
    small, middle, large = _PROBES
    few = _seconds_for(model, pool, problem, small, budget)
    some = _seconds_for(model, pool, problem, middle, budget)
    if some + (some - few) * (large - middle) / (middle - small) > _FOR_PROBE * budget.seconds:
        return middle / some
    return large / _seconds_for(model, pool, problem, large, budget)


def _seconds_for(model: Predictor, pool: Pool, problem: Problem, rows: int, budget: Budget) -> float:
    table = pool.frame.iloc[np.resize(np.arange(len(pool.frame)), rows)].reset_index(drop=True)
    started = budget.timer()
    predict_outputs(model, table, problem)
    return max(budget.timer() - started, 1e-6)


def affordable(*, rows: int, steps: int, predictions: float) -> tuple[int, int]:
    """Choose how many rows to explain against how many background rows: the first of ``SIZES`` within the means.

    Parameters
    ----------
    rows : int
        Rows that there are; more are never asked for.
    steps : int
        Rows to predict for each pair of an explained and a background row.
    predictions : float
        Rows that may be predicted in all.
    """
    cut = [(min(explained, rows), min(background, rows)) for explained, background in SIZES]
    return next((one for one in cut if one[0] * one[1] * steps <= predictions), cut[-1])
