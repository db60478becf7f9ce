"""Calibration: whether of the rows to which the model gives 30 % about 30 % turn out so."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.domain.data import Problem
from engine.evaluate.bins import quantile_bins
from engine.evaluate.curves import shown_classes
from engine.metrics.weighted import Floats, Truth

_Z = 1.959963984540054
"""97.5th percentile of the standard normal distribution."""


def calibration(y: Truth, pred: Floats, problem: Problem) -> list[dict[str, Any]]:
    """Compare predicted probabilities with observed shares, in bins of about equal count.

    The expected calibration error is the mean over the rows of the distance between the mean prediction
    of their bin and its observed share: sum over bins of n_bin / n * abs(observed - predicted).

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
    problem : Problem

    Returns
    -------
    list of dict
        For the positive class of two, for each class of several: ``label``, ``ece`` and at most ten
        ``bins`` with ``predicted``, ``observed``, the Wilson 95 % interval ``low`` to ``high`` and ``count``.

    Notes
    -----
    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015). Obtaining well calibrated probabilities using
    Bayesian binning. AAAI 29, 2901-2907 (the error); Nguyen, K. and O'Connor, B. (2015). Posterior
    calibration and exploratory analysis for natural language processing models. EMNLP, 1587-1598 (bins
    of equal count).
    """
    if not len(y):
        return []
    return [_of_class(y == code, pred[:, code], label) for code, label in shown_classes(problem)]


def _of_class(positive: Truth, predicted: Floats, label: str) -> dict[str, Any]:
    bins = []
    error = 0.0
    for rows in quantile_bins(predicted):
        hits, count = int(positive[rows].sum()), len(rows)
        mean = float(predicted[rows].mean())
        low, high = wilson(hits, count)
        error += count / len(predicted) * abs(hits / count - mean)
        bins.append({"predicted": mean, "observed": hits / count, "low": low, "high": high, "count": count})
    return {"label": label, "ece": error, "bins": bins}


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share.

    Parameters
    ----------
    hits, count : int
        ``count`` is positive.

    Notes
    -----
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22,
    209-212.
    """
    share = hits / count
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    reach = _Z / (1 + _Z**2 / count) * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    # At none and at all the ends are exact; rounding must not push them past the share itself.
    low = 0.0 if hits == 0 else float(middle - reach)
    high = 1.0 if hits == count else float(middle + reach)
    return low, high
