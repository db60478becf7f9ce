"""Learning from some out-of-fold predictions and judging on others; and resampling what was judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.metrics.intervals import bounds, enough
from engine.metrics.resampling import affordable, draws
from engine.metrics.weighted import Floats, Ints, Mask, Truth

RESAMPLES = 400
"""Of what is drawn here; many curves are resampled together, so fewer than for the scores."""

Folds = Sequence[tuple[Ints, Ints]]
Estimate = dict[str, float | None]


def crossed(folds: Folds, scored: Mask, fewest: int) -> Iterator[tuple[Ints, Ints]]:
    """Pair the scored rows of each fold with the scored rows that its models were fitted on.

    What is learned from out-of-fold predictions (a threshold, a correction, a width) is judged on rows that had no
    part in it. With folds in time the rows of the past alone are learned from, and the first fold is left out.

    Parameters
    ----------
    folds : sequence of (fit_rows, score_rows)
    scored : ndarray of bool, shape (n_rows,)
        Whether a row has a prediction.
    fewest : int
        Folds with fewer rows to learn from are left out.

    Yields
    ------
    learn_rows, judge_rows : ndarray of int
    """
    for fit_rows, score_rows in folds:
        learn, judge = fit_rows[scored[fit_rows]], score_rows[scored[score_rows]]
        if len(learn) >= fewest and len(judge):
            yield learn, judge


def resample(
    statistic: Callable[[Floats], Floats],
    y: Truth,
    problem: Problem,
    *,
    resamples: int,
    seed: int,
    groups: npt.ArrayLike | None,
) -> Floats:
    """Compute statistics on resamples of the rows, drawn as for every other interval.

    Parameters
    ----------
    statistic : callable
        From weights of shape (some, n_rows) to values of shape (some, n_statistics).
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    problem : Problem
    resamples, seed, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    ndarray of shape (n_resamples, n_statistics)
        Without rows where there are too few to resample.
    """
    plan = draws(y, problem, groups)
    made = affordable(resamples, len(y)) if enough(plan) else 0
    blocks = [statistic(weights) for weights in plan.weights(made, seed)]
    return np.concatenate(blocks) if blocks else np.empty((0, statistic(np.ones((1, len(y)))).shape[1]))


def estimate(value: float, values: Floats, scale: float = 1.0) -> Estimate:
    """Put a value together with the 95 % percentile interval of its resamples, shape (n_resamples,)."""
    low, high = bounds(values)
    return {
        "value": scale * float(value),
        "low": None if low is None else scale * low,
        "high": None if high is None else scale * high,
    }


def row_means(weights: Floats, columns: Floats) -> Floats:
    """Average columns of shape (n_rows, n_columns) under weights of shape (some, n_rows)."""
    # Not a BLAS product: its last digits would depend on the number of threads.
    means: Floats = np.einsum("bn,cn->bc", weights, np.ascontiguousarray(columns.T))
    means /= weights.sum(axis=1, keepdims=True)
    return means


def cell_sums(weights: Floats, cells: Ints, size: int, values: Floats | None = None) -> Floats:
    """Sum weights, or weighted values of shape (n_rows,), by cell; shape (some, size)."""
    return np.array(
        [np.bincount(cells, row if values is None else row * values, size) for row in weights], dtype=np.float64
    )
