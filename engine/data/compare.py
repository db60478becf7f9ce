"""Scores of predictions, and the interval of the difference between two of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.data.quick import Comparison, Floats, QuickTable, Rows

_DRAWS = 200
_CONFIDENCE = 0.95


def score(table: QuickTable, predicted: Floats, folds: Rows, weights: Floats | None = None) -> Floats:
    """Score predictions, for each row of weights.

    Parameters
    ----------
    table : QuickTable
    predicted : ndarray of shape (n_rows, n_targets)
        Rows with NaN are left out.
    folds : ndarray of shape (n_rows,)
        ROC AUC is taken within folds, because predictions of two models need not be on one scale.
    weights : ndarray of shape (n_draws, n_rows), optional

    Returns
    -------
    ndarray of shape (n_draws,)
        Mean over the targets; NaN where nothing could be scored.
    """
    if weights is None:
        weights = np.ones((1, len(predicted)))
    scored = ~np.isnan(predicted[:, 0])
    if not table.classes:
        return _r2(table.truth[scored, 0], predicted[scored, 0], weights[:, scored])
    total, size = np.zeros(len(weights)), np.zeros(len(weights))
    for fold in np.unique(folds[scored]):
        inside = scored & (folds == fold)
        for target in range(table.truth.shape[1]):
            auc = _auc(table.truth[inside, target], predicted[inside, target], weights[:, inside])
            known = ~np.isnan(auc)
            total += np.where(known, auc * inside.sum(), 0.0)
            size += np.where(known, inside.sum(), 0.0)
    return np.asarray(np.where(size > 0, total / np.where(size > 0, size, 1.0), np.nan), dtype=np.float64)


def compare(
    table: QuickTable, first: tuple[Floats, Rows], second: tuple[Floats, Rows], clusters: Rows | None = None
) -> Comparison | None:
    """Compare two sets of predictions on the rows that both have.

    Parameters
    ----------
    table : QuickTable
    first, second : tuple of (ndarray, ndarray)
        Predictions and folds.
    clusters : ndarray of shape (n_rows,), optional
        Rows of one cluster are drawn together in the bootstrap; without them each row is drawn alone.

    Returns
    -------
    Comparison or None
        ``None`` if one of them cannot be scored.
    """
    both = ~np.isnan(first[0][:, 0]) & ~np.isnan(second[0][:, 0])
    parts = [np.where(both[:, None], predicted, np.nan) for predicted, _ in (first, second)]
    codes = np.unique(clusters, return_inverse=True)[1] if clusters is not None else np.arange(len(both))
    number = int(codes.max()) + 1
    rng = np.random.default_rng(2)
    drawn = rng.multinomial(number, np.full(number, 1 / number), size=_DRAWS)[:, codes].astype(np.float64)
    weights = np.vstack([np.ones((1, len(both))), drawn])
    scores = [score(table, part, folds, weights) for part, (_, folds) in zip(parts, (first, second), strict=True)]
    differences = scores[0] - scores[1]
    spread = differences[1:][~np.isnan(differences[1:])]
    if np.isnan(differences[0]) or len(spread) < _DRAWS / 2:
        return None
    low, high = np.quantile(spread, [(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2])
    return Comparison(
        metric=table.metric,
        first=float(scores[0][0]),
        second=float(scores[1][0]),
        difference=float(differences[0]),
        low=float(low),
        high=float(high),
        rows=int(both.sum()),
    )


def _auc(truth: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Return the weighted ROC AUC for each row of weights (Mann-Whitney, ties count half)."""
    order = np.argsort(predicted, kind="stable")
    starts = np.flatnonzero(np.diff(predicted[order], prepend=-np.inf) > 0)
    positive = np.add.reduceat(weights[:, order] * truth[order], starts, axis=1)
    negative = np.add.reduceat(weights[:, order] * (1 - truth[order]), starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    won = (positive * (below + negative / 2)).sum(axis=1)
    return np.asarray(np.where(pairs > 0, won / np.where(pairs > 0, pairs, 1.0), np.nan), dtype=np.float64)


def _r2(truth: Floats, predicted: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    totals = weights.sum(axis=1)
    means = weights @ truth / np.where(totals > 0, totals, 1.0)
    spread = weights @ truth**2 - totals * means**2
    errors = weights @ (truth - predicted) ** 2
    return np.asarray(np.where(spread > 1e-12, 1 - errors / np.where(spread > 1e-12, spread, 1.0), np.nan))
