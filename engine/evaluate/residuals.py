"""Errors of a regression: where they stand, how they spread, how they change with the prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.evaluate.bins import quantile_bins
from engine.metrics.weighted import Floats, Truth

MOST_POINTS = 1000
_BARS = (5, 40)


def residuals(y: Truth, pred: Floats, rows: Sequence[int], *, seed: int) -> dict[str, Any]:
    """Describe the errors, predicted minus actual: positive where the model says too much.

    Parameters
    ----------
    y, pred : ndarray of shape (n_rows,)
    rows : sequence of int
        Row numbers by which a person finds the rows.
    seed : int
        Of the choice of points where there are more than a thousand rows.

    Returns
    -------
    dict
        ``points`` (``row actual predicted``), ``histogram`` of the errors (``low high count``) and
        ``by_prediction``: in bins of about equal count from low to high prediction the median error and
        the 10th and 90th percentile.
    """
    error = pred - y
    chosen = list(range(len(y)))
    if len(y) > MOST_POINTS:
        rng = np.random.Generator(np.random.PCG64(seed))
        chosen = sorted(rng.choice(len(y), MOST_POINTS, replace=False).tolist())
    return {
        "points": [{"row": int(rows[i]), "actual": float(y[i]), "predicted": float(pred[i])} for i in chosen],
        "histogram": _histogram(error),
        "by_prediction": [_bin(pred[part], error[part]) for part in quantile_bins(pred)],
    }


def _histogram(error: Floats) -> list[dict[str, Any]]:
    bars = int(np.clip(np.sqrt(len(error)), *_BARS))
    if error.max() - error.min() <= 1e-12 * np.abs(error).max():
        # All errors alike: one bar, since the range cannot be cut.
        return [{"low": float(error.min()), "high": float(error.max()), "count": len(error)}]
    counts, edges = np.histogram(error, bins=bars)
    return [
        {"low": float(low), "high": float(high), "count": int(count)}
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _bin(pred: Floats, error: Floats) -> dict[str, Any]:
    p10, median, p90 = np.quantile(error, [0.1, 0.5, 0.9])
    return {
        "low": float(pred.min()),
        "high": float(pred.max()),
        "median_error": float(median),
        "p10": float(p10),
        "p90": float(p90),
        "count": len(pred),
    }
