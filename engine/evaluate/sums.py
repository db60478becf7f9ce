"""Sums over rows, and the same sums on resamples of the rows: one pass for everything that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.evaluate.crossfit import RESAMPLES, Estimate, estimate
from engine.metrics.intervals import enough
from engine.metrics.resampling import affordable, pooled
from engine.metrics.weighted import Floats, Ints, Truth


@dataclass(frozen=True)
class Cells:
    """Columns of which each row has a value in a single one: how often, or how much, falls into each cell."""

    cell: Ints
    """Column of each row, shape (n_rows,)."""
    size: int
    """Count of the columns."""
    values: Floats | None = None
    """Value of each row, shape (n_rows,); one by default."""


Part = Floats | Cells
"""Columns of shape (n_rows, n_columns), or cells."""


def sums(parts: Sequence[Part]) -> Floats:
    """Sum the columns of all parts over the rows, shape (n_columns,)."""
    return np.concatenate(
        [np.bincount(one.cell, one.values, one.size) if isinstance(one, Cells) else one.sum(axis=0) for one in parts]
    ).astype(np.float64)


def resampled_sums(
    parts: Sequence[Part],
    y: Truth,
    problem: Problem | None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> Floats:
    """Sum the columns of all parts over resamples of the rows, drawn as for every other interval.

    Parameters
    ----------
    parts : sequence of Part
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    problem : Problem, optional
        Of classes the rows are drawn within each; without it all are of one kind.
    resamples, seed, groups
        See :func:`engine.metrics.intervals.resampled`. Many rows are drawn in pools; see
        :func:`engine.metrics.resampling.pooled`.

    Returns
    -------
    ndarray of shape (n_resamples, n_columns)
        Without rows where there are too few to resample.
    """
    plan, pool = pooled(y, problem, groups, seed=seed)
    made = affordable(resamples, plan.units) if enough(plan) else 0
    across = _by_pool(parts, pool, plan.units)
    # A sparse product, not one of BLAS: its last digits do not depend on the number of threads.
    found = [np.ascontiguousarray((across @ weights.T).T) for weights in plan.weights(made, seed)]
    return np.concatenate(found) if found else np.empty((0, across.shape[0]))


def mean_of(
    values: Floats, *, resamples: int = RESAMPLES, seed: int = 0, groups: npt.ArrayLike | None = None
) -> Estimate:
    """Average values of rows, shape (n_rows,), with the interval of the mean; none with fewer than ten rows."""
    columns = np.column_stack([np.ones(len(values)), values])
    drawn = resampled_sums([columns], values, None, resamples=resamples, seed=seed, groups=groups)
    return estimate(float(values.mean()), drawn[:, 1] / drawn[:, 0])


def _by_pool(parts: Sequence[Part], pool: Ints, pools: int) -> Any:
    """Sum the columns within each pool; a sparse array of shape (n_columns, n_pools)."""
    from scipy import sparse

    blocks = []
    for one in parts:
        if isinstance(one, Cells):
            values = np.ones(len(pool)) if one.values is None else one.values
            blocks.append(sparse.coo_array((values, (one.cell, pool)), shape=(one.size, pools)).tocsr())
        else:
            blocks.append(sparse.csr_array(np.array([np.bincount(pool, column, pools) for column in one.T])))
    return sparse.vstack(blocks, format="csr")
