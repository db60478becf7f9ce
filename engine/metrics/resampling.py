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

ALONE = 50_000
"""Up to so many rows (or groups) each is drawn by itself; beyond, random pools of them are drawn."""

POOLS = 20_000
"""Pools that are made of more rows: the width of an interval is then off by half a per cent or so."""

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


def pooled(
    y: Truth, problem: Problem | None, groups: npt.ArrayLike | None = None, *, seed: int = 0
) -> tuple[Draws, Ints]:
    """Say how rows are resampled for statistics that are made of sums: as by :func:`draws`, and many rows in pools.

    Where there are more rows than :data:`ALONE`, those of a class are put into pools at random, of about equal size,
    and whole pools are drawn: their sums scatter as those of rows do, at a small part of the cost. Of a rare class
    every row stays a pool of its own.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    problem : Problem, optional
        Without one, or for values, rows are of one kind.
    groups : array-like of shape (n_rows,), optional
        Rows of one group are drawn together; where there are many groups, pools are made of groups.
    seed : int
        Of the pools.

    Returns
    -------
    plan : Draws
        Its weights have shape (some, n_pools).
    pool : ndarray of int, shape (n_rows,)
        The pool of each row.

    Notes
    -----
    Wolter, K. M. (2007). Introduction to Variance Estimation, chapter 2: the method of random groups.
    """
    if groups is None:
        unit: Ints = np.arange(len(y))
        classes = problem is not None and problem.task.is_classification
        strata = y.astype(np.intp) if classes else np.zeros(len(y), dtype=np.intp)
    else:
        names, inverse = np.unique(np.asarray(groups), return_inverse=True)
        unit, strata = inverse.astype(np.intp), np.zeros(len(names), dtype=np.intp)
    if len(strata) <= ALONE:
        return _within(strata, None), unit
    pool, of_pool = _pools(strata, seed)
    return _within(of_pool, None), pool[unit]


def _pools(strata: Ints, seed: int) -> tuple[Ints, Ints]:
    """Put the units of each stratum into pools at random; returns the pool of each unit, the stratum of each pool."""
    # A stream of its own: the pools must not follow the draws that come after.
    rng = np.random.Generator(np.random.PCG64([seed, POOLS]))
    sizes = np.bincount(strata)
    most = POOLS // int((sizes > 0).sum())
    pool, of_pool, start = np.empty(len(strata), dtype=np.intp), [], 0
    for code, size in enumerate(sizes):
        count = min(int(size), most)
        if count:
            pool[rng.permutation(np.flatnonzero(strata == code))] = start + np.arange(size) % count
            of_pool.append(np.full(count, code))
            start += count
    return pool, np.concatenate(of_pool).astype(np.intp)


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
