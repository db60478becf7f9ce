"""Learning from some out-of-fold predictions and judging on others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.metrics.intervals import bounds
from engine.metrics.weighted import Floats, Ints, Mask

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


def estimate(value: float, values: Floats, scale: float = 1.0) -> Estimate:
    """Put a value together with the 95 % percentile interval of its resamples, shape (n_resamples,)."""
    low, high = bounds(values)
    return {
        "value": scale * float(value),
        "low": None if low is None else scale * low,
        "high": None if high is None else scale * high,
    }
