"""Means over rows with bootstrap intervals, for quantities that are known row by row, such as costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.metrics.intervals import RESAMPLES, bounds, enough
from engine.metrics.resampling import affordable, draws
from engine.metrics.weighted import Floats, Truth


@dataclass(frozen=True)
class Means:
    """Means of several quantities on the same rows and the same resamples."""

    points: Floats
    """Shape (n_quantities,)."""
    values: Floats
    """Means on each resample, shape (n_quantities, n_resamples)."""

    def value(self, place: int) -> tuple[float, float | None, float | None]:
        """Return a mean and the ends of its 95 % interval; no ends where there are too few rows."""
        low, high = bounds(self.values[place]) if self.values.shape[1] else (None, None)
        return float(self.points[place]), low, high

    def difference(self, a: int, b: int) -> tuple[float, float | None, float | None]:
        """Return by how much one mean exceeds another, paired by resample."""
        low, high = bounds(self.values[a] - self.values[b]) if self.values.shape[1] else (None, None)
        return float(self.points[a] - self.points[b]), low, high


def means(
    values: Floats,
    y: Truth,
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> Means:
    """Average quantities over the rows, with the resamples that scores have.

    Parameters
    ----------
    values : ndarray of shape (n_quantities, n_rows)
    y : ndarray of shape (n_rows,)
        Decides the strata.
    problem : Problem
    resamples, seed, groups
        See :func:`engine.metrics.intervals.resampled`.
    """
    plan = draws(y, problem, groups)
    made = affordable(resamples, len(y)) if enough(plan) else 0
    found = np.empty((len(values), made))
    start = 0
    for weights in plan.weights(made, seed):
        part = weights @ values.T / weights.sum(axis=1, keepdims=True)
        found[:, start : start + len(weights)] = part.T
        start += len(weights)
    return Means(values.mean(axis=1), found)
