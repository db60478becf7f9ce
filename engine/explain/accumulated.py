"""Accumulated local effects: what a step along a column changes, asked only of rows that are there already.

Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised learning models, Journal
of the Royal Statistical Society B 82, 1059-1086. Partial dependence asks about every value in every row, also where the
other columns forbid it; accumulated local effects ask each row about the two ends of its own bin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.explain.grid import CATEGORY, Grid, Sampled
from engine.explain.output import Floats, Places

_MOST_BINS, _ROWS_PER_BIN, _LEAST_BINS = 20, 15, 3
_MOST_OTHERS, _SPOTS = 20, 12


@dataclass(frozen=True, kw_only=True)
class Local:
    """Accumulated effects along a column."""

    points: Places
    """Codes of the cells at the points, shape (n_points,)."""
    values: Floats
    """Effects, zero on average over the rows; shape (n_points, n_outputs)."""
    draws: Floats
    """The same on resamples of the rows, shape (n_resamples, n_points, n_outputs)."""
    order: Places
    """For a category: the places of its levels in the grid in the order of similarity; else ``0, 1, ...``."""


def accumulated(sampled: Sampled, column: str, grid: Grid, weights: Floats) -> Local | None:
    """Accumulate local effects along a column.

    Parameters
    ----------
    sampled : Sampled
        The rows; the first ``n_rows`` of them, as many as the weights have, are asked.
    weights : ndarray
        How often each resample draws each row, shape (n_resamples, n_rows).

    Returns
    -------
    Local or None
        ``None`` where fewer than two points have rows.
    """
    rows = sampled.codes[: weights.shape[1]]
    every = np.vstack([np.ones(len(rows)), weights])
    found = _category if grid.kind == CATEGORY else _numeric
    return found(sampled, column, grid, rows, every)


def _numeric(sampled: Sampled, column: str, grid: Grid, rows: Places, weights: Floats) -> Local | None:
    place, numbers = sampled.place(column), grid.numbers[: len(rows)]
    there = np.flatnonzero(~np.isnan(numbers))
    if len(there) < 2:
        return None
    numbers, weights = numbers[there], weights[:, there]
    edges = _edges(numbers)
    if len(edges) < 2:
        return None
    codes = np.array([rows[there[np.flatnonzero(numbers == edge)[0]], place] for edge in edges], dtype=np.intp)
    # A bin is open below and closed above; the first one holds its lower end as well.
    bin_of = np.clip(np.searchsorted(edges, numbers, side="left") - 1, 0, len(edges) - 2)
    steps = _change(sampled, rows[there], place, codes[bin_of], codes[bin_of + 1])
    inside = (bin_of[:, None] == np.arange(len(edges) - 1)).astype(np.float64)
    curve = _accumulate(steps, inside, weights)
    shares = weights @ inside
    middle = (curve[:, 1:] + curve[:, :-1]) / 2
    curve = curve - _average(middle, shares)
    return Local(points=codes, values=curve[0], draws=curve[1:], order=np.arange(len(codes)))


def _edges(numbers: Floats) -> Floats:
    """Choose the ends of the bins: all values where there are few, else quantiles that occur."""
    distinct = np.unique(numbers)
    if len(distinct) <= _MOST_BINS:
        return distinct
    count = int(np.clip(len(numbers) // _ROWS_PER_BIN, _LEAST_BINS, _MOST_BINS))
    edges: Floats = np.unique(np.quantile(numbers, np.linspace(0, 1, count + 1), method="inverted_cdf"))
    return edges


def _category(sampled: Sampled, column: str, grid: Grid, rows: Places, weights: Floats) -> Local | None:
    place = sampled.place(column)
    # Only levels that occur among the rows asked can be compared with their neighbours.
    levels = grid.numbers[: len(rows)]
    present = [level for level in range(len(grid.codes)) if (levels == level).any()]
    if len(present) < 2:
        return None
    order = np.array(_by_likeness(sampled, column, grid, rows, present), dtype=np.intp)
    rank = np.full(len(grid.codes), -1)
    rank[order] = np.arange(len(order))
    there = np.flatnonzero(~np.isnan(levels))
    at = rank[levels[there].astype(np.intp)]
    up, down = there[at < len(order) - 1], there[at > 0]
    step = np.concatenate([at[at < len(order) - 1], at[at > 0] - 1])
    codes, asked = grid.codes[order], np.concatenate([up, down])
    changes = _change(sampled, rows[asked], place, codes[step], codes[step + 1])
    curve = _accumulate(changes, (step[:, None] == np.arange(len(order) - 1)).astype(np.float64), weights[:, asked])
    shares = weights[:, there] @ (at[:, None] == np.arange(len(order))).astype(np.float64)
    curve = curve - _average(curve, shares)
    return Local(points=codes, values=curve[0], draws=curve[1:], order=order)


def _change(sampled: Sampled, rows: Places, place: int, lower: Places, upper: Places) -> Floats:
    """Predict rows with the cell of a column at two values and subtract, shape (n_rows, n_outputs)."""
    mixed = np.tile(rows, (2, 1))
    mixed[:, place] = np.concatenate([lower, upper])
    before, after = np.split(sampled.predict(mixed), 2)
    return np.asarray(after - before)


def _accumulate(steps: Floats, inside: Floats, weights: Floats) -> Floats:
    """Average the steps of each bin and add them up, shape (n_resamples, n_bins + 1, n_outputs)."""
    counts = weights @ inside
    sums = np.stack([weights @ (inside * steps[:, [output]]) for output in range(steps.shape[1])], axis=2)
    # A bin that a resample misses counts as flat.
    means = sums / np.maximum(counts, 1)[:, :, None]
    start = np.zeros((len(weights), 1, steps.shape[1]))
    return np.concatenate([start, np.cumsum(means, axis=1)], axis=1)


def _average(values: Floats, shares: Floats) -> Floats:
    total = np.maximum(shares.sum(axis=1), 1)
    return np.asarray((values * shares[:, :, None]).sum(axis=1, keepdims=True) / total[:, None, None])


def _by_likeness(sampled: Sampled, column: str, grid: Grid, rows: Places, present: list[int]) -> list[int]:
    """Put levels in a row so that neighbours have similar values in the other columns.

    As Apley and Zhu do: Kolmogorov-Smirnov distances between levels for numbers, half the sum of the differences of
    the shares for categories, added up over the other columns (20 at most) and laid out on one axis by classical
    multidimensional scaling. An order that the column has already is kept.
    """
    values = sampled.cells.values[column]
    if getattr(values.dtype, "ordered", False) or len(present) == 2:
        return present
    apart = np.zeros((len(present), len(present)))
    levels = grid.numbers[: len(rows)]
    others = [name for name in sampled.problem.features if name != column][:_MOST_OTHERS]
    for name in others:
        shares = _shares(rows[:, sampled.place(name)], sampled, name, levels, present)
        apart += np.abs(shares[:, None] - shares[None]).max(axis=2)
    centre = np.eye(len(present)) - 1 / len(present)
    vectors = np.linalg.eigh(-centre @ apart**2 @ centre / 2)[1]
    axis = vectors[:, -1] * (1 if vectors[0, -1] <= 0 else -1)
    return [present[place] for place in np.argsort(axis, kind="stable")]


def _shares(codes: Places, sampled: Sampled, name: str, levels: Floats, present: list[int]) -> Floats:
    """Count what part of each level's rows lies up to some spots of another column, shape (n_levels, n_spots)."""
    from engine.explain.cells import as_numbers

    by_code = as_numbers(sampled.cells.values[name], sampled.problem.kinds[name])
    if by_code is None:
        frequent = np.argsort(-np.bincount(codes), kind="stable")[:_SPOTS]
        marked = codes[:, None] == frequent
    else:
        numbers = by_code[codes]
        if np.isnan(numbers).all():
            return np.zeros((len(present), 1))
        marked = numbers[:, None] <= np.nanquantile(numbers, np.linspace(0.05, 0.95, _SPOTS))
    return np.array([marked[levels == level].mean(axis=0) for level in present])
