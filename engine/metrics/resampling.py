"""Bootstrap draws as row weights: how often each row is in each resample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.metrics.weighted import Floats, Ints, Truth

CELLS = 50_000_000
"""Most rows times resamples: beyond 50,000 rows there are fewer resamples, so that a report stays quick."""

FEWEST_RESAMPLES = 200

_BLOCK_CELLS = 1 << 18
"""Weights made at a time; two mebibytes stay in the cache of a core."""


@dataclass(frozen=True)
class Draws:
    """What is drawn, with replacement: rows within strata, or whole groups."""

    order: Ints
    """Units sorted by stratum, shape (n_units,)."""
    first: Ints
    """For each draw the place in ``order`` where its stratum begins, shape (n_units,)."""
    size: Floats
    """For each draw the count of units in its stratum, shape (n_units,)."""
    group: Ints | None
    """Unit of each row, shape (n_rows,); ``None`` where each row is a unit."""

    @property
    def units(self) -> int:
        """Count of what is drawn from: rows, or groups."""
        return len(self.order)

    def weights(self, resamples: int, seed: int) -> Iterator[Floats]:
        """Draw resamples, in blocks of shape (some, n_rows).

        The stream depends on the seed and the units alone: not on the blocks, nor on threads. It is made
        of uniform numbers of PCG64, whose stream NumPy keeps.
        """
        rng = np.random.Generator(np.random.PCG64(seed))
        rows = self.units if self.group is None else max(self.units, len(self.group))
        block = max(1, _BLOCK_CELLS // rows)
        for start in range(0, resamples, block):
            yield self._block(rng.random((min(block, resamples - start), self.units)))

    def _block(self, uniform: Floats) -> Floats:
        np.multiply(uniform, self.size, out=uniform)
        drawn = uniform.astype(np.intp)
        drawn += self.first
        drawn = self.order[drawn]
        drawn += np.arange(len(drawn))[:, None] * self.units
        counts = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
        if self.group is not None:
            counts = counts[:, self.group]
        return counts.astype(np.float64)


def draws(y: Truth, problem: Problem, groups: npt.ArrayLike | None = None) -> Draws:
    """Say how rows are resampled: by group where groups are given, else by class, else plainly.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    problem : Problem
    groups : array-like of shape (n_rows,), optional
        Rows of one group are drawn together.
    """
    if groups is not None:
        names, group = np.unique(np.asarray(groups), return_inverse=True)
        return _within(np.zeros(len(names), dtype=np.intp), group.astype(np.intp))
    strata = y.astype(np.intp) if problem.task.is_classification else np.zeros(len(y), dtype=np.intp)
    return _within(strata, None)


def _within(strata: Ints, group: Ints | None) -> Draws:
    order = np.argsort(strata, kind="stable")
    sizes = np.bincount(strata)
    return Draws(
        order=order,
        first=np.repeat(np.cumsum(sizes) - sizes, sizes),
        size=np.repeat(sizes, sizes).astype(np.float64),
        group=group,
    )


def affordable(resamples: int, rows: int) -> int:
    """Return how many resamples are made for so many rows."""
    return min(resamples, max(FEWEST_RESAMPLES, CELLS // max(rows, 1)))
