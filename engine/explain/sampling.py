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

SIZES = ((200, 100), (200, 50), (200, 25), (100, 25), (100, 10), (50, 10), (30, 10), (30, 5))
"""Explained rows and background rows, from the wish down to the least."""

_PROBE_ROWS = 10_000


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


def background_places(pool: Pool, size: int, *, seed: int) -> Places:
    """Choose background rows from a pool, evenly over its sorted predictions.

    A stratified sample: its mean prediction, the base of all contributions, lies much closer to that of
    the pool than with rows drawn freely.

    Returns
    -------
    ndarray
        Places in the pool, shape (min(size, n_rows),), by rising prediction.
    """
    count = len(pool.frame)
    size = min(size, count)
    top = pool.outputs.argmax(axis=1)
    order = np.lexsort((pool.outputs[np.arange(count), top], top))
    drawn: Places = order[((np.arange(size) + np.random.default_rng(seed).random(size)) * count / size).astype(np.intp)]
    return drawn


def rows_per_second(model: Predictor, pool: Pool, problem: Problem, timer: Callable[[], float]) -> float:
    """Measure how many rows a second the model predicts when many come at once."""
    many = pool.frame.iloc[np.resize(np.arange(len(pool.frame)), _PROBE_ROWS)].reset_index(drop=True)
    # A slow model is known from a smaller table; the large one shows how little a call itself costs.
    for part in (many.head(_PROBE_ROWS // 20), many):
        started = timer()
        predict_outputs(model, part, problem)
        seconds = max(timer() - started, 1e-6)
        if seconds > 1:
            break
    return len(part) / seconds


def affordable(sizes: tuple[tuple[int, int], ...], *, rows: int, players: int, predictions: float) -> tuple[int, int]:
    """Choose the first pair of sizes whose cost is within a number of predicted rows, else the last.

    Parameters
    ----------
    sizes : tuple of (explained rows, background rows)
        Largest first; each is cut to ``rows``, the rows that there are.
    players : int
        Columns, or groups of them, that share a prediction.
    predictions : float
        Rows that may be predicted.
    """
    cut = [(min(explained, rows), min(background, rows)) for explained, background in sizes]
    return next((one for one in cut if one[0] * one[1] * players <= predictions), cut[-1])
