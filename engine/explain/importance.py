"""How much each column counts: the mean size of its contributions, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.explain.output import Floats

RESAMPLES = 1_000
LEVEL = 0.95


def importance(values: Floats, names: Sequence[str], *, seed: int) -> list[dict[str, Any]]:
    """Rank columns by the mean absolute contribution over the explained rows.

    Parameters
    ----------
    values : ndarray
        Contributions, shape (n_rows, n_columns, n_outputs); outputs are averaged.
    names : sequence of str
        Columns, in the order of ``values``.
    seed : int
        Of the bootstrap over explained rows (percentile interval of 95 %).

    Returns
    -------
    list of dict
        ``column value low high share``, highest first; shares add up to 1 (all 0 if nothing moves).
    """
    sizes = np.abs(values).mean(axis=2)
    rows = len(sizes)
    counts = np.random.default_rng(seed).multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES)
    low, high = np.quantile(counts @ sizes / rows, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    mean = sizes.mean(axis=0)
    total = mean.sum()
    return [
        {
            "column": names[place],
            "value": float(mean[place]),
            "low": float(low[place]),
            "high": float(high[place]),
            "share": float(mean[place] / total) if total > 0 else 0.0,
        }
        for place in np.argsort(-mean, kind="stable")
    ]


def by_class(values: Floats, names: Sequence[str], classes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Rank columns for each class apart: ``column value``, highest first."""
    mean = np.abs(values).mean(axis=0)
    return {
        label: [
            {"column": names[column], "value": float(mean[column, place])}
            for column in np.argsort(-mean[:, place], kind="stable")
        ]
        for place, label in enumerate(classes)
    }
