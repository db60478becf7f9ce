"""Intervals around single predictions of a number, and how often they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.domain.words import number, share
from engine.evaluate.calibration import wilson
from engine.metrics.weighted import Floats, Ints, Truth

LEVELS = (0.8, 0.9)
_PARTS = 3
_FEWEST = 60
"""Rows of each part of the predictions, with fewer the width is the same everywhere."""


def coverage(y: Truth, pred: Floats, folds: Sequence[Ints]) -> dict[str, Any] | None:
    """Put intervals around predictions by the errors on rows that were not fitted, and measure how often they hold.

    The predictions are parted into thirds by size, and each third has the quantiles of its own errors as its interval
    (split conformal prediction on out-of-fold errors, by category: Mondrian). What is measured on a fold was set by
    the errors of the other folds.

    Parameters
    ----------
    y, pred : ndarray of shape (n_rows,)
        Without NaN.
    folds : sequence of ndarray of int
        Rows of each fold.

    Returns
    -------
    dict, or None
        ``None`` where a fold has no others to learn from, or rows are too few. ``levels``: for each level ``level
        coverage low high width parts`` (``low`` and ``high`` are the Wilson interval of the coverage) and the rule
        ``edges below above`` by which a new prediction gets its interval; ``words``.

    Notes
    -----
    Vovk, V. (2015). Cross-conformal predictors. Ann. Math. Artif. Intell. 74, 9-28; Bostroem, H., Johansson, U. and
    Loefstroem, T. (2021). Mondrian conformal predictive distributions. PMLR 152, 24-38.
    """
    if len(folds) < 2 or len(y) < _FEWEST:
        return None
    levels = [_level(y, pred, folds, level) for level in LEVELS]
    payload = {"rows": len(y), "levels": levels}
    return payload | {"words": coverage_words(payload)}


def rule(y: Truth, pred: Floats, level: float) -> dict[str, list[float]]:
    """Learn the interval of each part of the predictions.

    Returns
    -------
    dict
        ``edges`` between the parts, shape (n_parts - 1,), and what is added to a prediction for the ``below`` and the
        ``above`` end, shape (n_parts,).
    """
    parts = int(np.clip(len(y) // _FEWEST, 1, _PARTS))
    edges = np.unique(np.quantile(pred, np.arange(1, parts) / parts)) if parts > 1 else np.empty(0)
    # Above the last edge there must be rows, which many equal predictions may prevent.
    edges = edges[edges < pred.max()]
    of_row = np.searchsorted(edges, pred, side="left")
    below, above = [], []
    for part in range(len(edges) + 1):
        errors = np.sort((y - pred)[of_row == part] if (of_row == part).any() else y - pred)
        # Half of what may miss lies on each side; one rank more makes it hold for the next row as well.
        rank = (1 - level) / 2 * (len(errors) + 1)
        low = int(np.floor(rank)) - 1
        below.append(float(errors[max(low, 0)]))
        above.append(float(errors[min(len(errors) - 1 - low, len(errors) - 1)]))
    return {"edges": edges.tolist(), "below": below, "above": above}


def ends(pred: Floats, learned: Mapping[str, Sequence[float]]) -> tuple[Floats, Floats]:
    """Return the ends of the intervals of new predictions, each of shape (n_rows,)."""
    part = np.searchsorted(np.asarray(learned["edges"]), pred, side="left")
    return pred + np.asarray(learned["below"])[part], pred + np.asarray(learned["above"])[part]


def _level(y: Truth, pred: Floats, folds: Sequence[Ints], level: float) -> dict[str, Any]:
    held, width = np.zeros(len(y), dtype=bool), np.zeros(len(y))
    for rows in folds:
        others = np.setdiff1d(np.arange(len(y)), rows)
        low, high = ends(pred[rows], rule(y[others], pred[others], level))
        held[rows] = (y[rows] >= low) & (y[rows] <= high)
        width[rows] = high - low
    learned = rule(y, pred, level)
    of_row = np.searchsorted(np.asarray(learned["edges"]), pred, side="left")
    low_end, high_end = wilson(int(held.sum()), len(y))
    return {
        "level": level,
        "coverage": float(held.mean()),
        "low": low_end,
        "high": high_end,
        "width": float(np.median(width)),
        "parts": [_part(pred, held, width, of_row == place) for place in range(len(learned["below"]))],
        **learned,
    }


def _part(pred: Floats, held: Ints, width: Floats, rows: Ints) -> dict[str, float]:
    low, high = wilson(int(held[rows].sum()), int(rows.sum()))
    return {
        "from": float(pred[rows].min()),
        "to": float(pred[rows].max()),
        "rows": int(rows.sum()),
        "coverage": float(held[rows].mean()),
        "low": low,
        "high": high,
        "width": float(np.median(width[rows])),
    }


def coverage_words(payload: Mapping[str, Any]) -> list[str]:
    """Say how wide the intervals are and how often they hold."""
    said = []
    for one in payload["levels"]:
        kept = one["low"] <= one["level"] <= one["high"]
        verdict = "as promised" if kept else "less often than promised" if one["high"] < one["level"] else "more often"
        said.append(
            f"Intervals that should hold in {share(one['level'])} of cases held in {share(one['coverage'])} "
            f"({share(one['low'])} to {share(one['high'])}) of {payload['rows']:,} rows, {verdict}; "
            f"half of them are narrower than {number(one['width'])}."
        )
    first = payload["levels"][0]["parts"]
    if len(first) > 1:
        said.append(
            f"They are {number(first[0]['width'])} wide for small predictions and {number(first[-1]['width'])} for "
            "large ones."
        )
    return said
