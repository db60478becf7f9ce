"""What number to say where too high and too low cost differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.words import number, share
from engine.evaluate.conformal import FEWEST, IN_PROPORTION, SAME
from engine.evaluate.crossfit import RESAMPLES, Folds, crossed, estimate
from engine.evaluate.sums import resampled_sums
from engine.metrics.scores import scored
from engine.metrics.weighted import Floats, Truth

TOO_HIGH, TOO_LOW = "too high", "too low"


def quote(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Folds,
    costs: Mapping[str, float] | None,
    *,
    unit: str = "",
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Find how far above or below its prediction a number should be said, at the stated costs of each direction.

    The cheapest number is the quantile of the truth at ``low / (low + high)``; it is reached by a shift of the
    prediction, in proportion to it where all values are positive, that is learned from out-of-fold errors.

    Parameters
    ----------
    y, pred : ndarray of shape (n_rows,)
        ``pred`` is NaN where no fold has scored a row.
    problem : Problem
    folds : sequence of (fit_rows, score_rows)
        The shift of each fold is learned from the rows that its models were fitted on.
    costs : mapping, optional
        For each unit by which a number is ``too high`` or ``too low``.
    unit : str
        Of the costs.
    seed, resamples, groups
        Of the intervals.

    Returns
    -------
    dict
        ``reason`` (empty where there is a result), ``kind`` and ``shift`` (a share of the prediction, or in units of
        the target, learned from all rows), ``cost`` and ``cost_as_is`` per case, ``gain`` (their difference),
        ``rows unit words``.

    Notes
    -----
    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46, 33-50: the quantile minimises the
    expected cost of errors that cost more in one direction.
    """
    high, low = ((costs or {}).get(name, 0.0) for name in (TOO_HIGH, TOO_LOW))
    if high <= 0 or low <= 0:
        return {"reason": "No costs of a number that is too high and of one that is too low are stated in the brief."}
    has = scored(pred)
    parts = list(crossed(folds, has, FEWEST))
    if not parts:
        return {"reason": f"What to say needs at least {FEWEST} scored rows to learn from."}
    level = low / (low + high)
    kind = IN_PROPORTION if np.all(y[has] > 0) and np.all(pred[has] > 0) else SAME
    said = np.full(len(y), np.nan)
    for learn, judge in parts:
        said[judge] = shifted(pred[judge], best_shift(y[learn], pred[learn], level, kind), kind)
    used = ~np.isnan(said)
    columns = np.column_stack([np.ones(used.sum()), *(_cost(y[used], one[used], high, low) for one in (said, pred))])
    kept = None if groups is None else np.asarray(groups)[used]
    drawn = resampled_sums([columns], y[used], problem, resamples=resamples, seed=seed, groups=kept)
    result = {
        "reason": "",
        "kind": kind,
        "shift": best_shift(y[has], pred[has], level, kind),
        **_compared(columns[:, 1:].mean(axis=0), drawn[:, 1:] / drawn[:, :1]),
        "rows": int(used.sum()),
        "unit": unit,
    }
    return result | {"words": quote_words(result)}


def _compared(means: Floats, drawn: Floats) -> dict[str, Any]:
    return {
        "cost": estimate(means[0], drawn[:, 0]),
        "cost_as_is": estimate(means[1], drawn[:, 1]),
        "gain": estimate(means[1] - means[0], drawn[:, 1] - drawn[:, 0]),
    }


def best_shift(y: Truth, pred: Floats, level: float, kind: str) -> float:
    """Learn the shift under which the share ``level`` of the truth lies below what is said."""
    errors = (y - pred) / pred if kind == IN_PROPORTION else y - pred
    # In proportion, an error on a large prediction costs as much more as the prediction is larger.
    weights = pred if kind == IN_PROPORTION else np.ones(len(y))
    order = np.argsort(errors, kind="stable")
    below = np.cumsum(weights[order])
    return float(errors[order[min(np.searchsorted(below, level * below[-1]), len(y) - 1)]])


def shifted(pred: Floats, shift: float, kind: str) -> Floats:
    """Return what is said instead of a prediction."""
    return pred * (1 + shift) if kind == IN_PROPORTION else pred + shift


def _cost(y: Truth, said: Floats, high: float, low: float) -> Floats:
    cost: Floats = high * np.maximum(said - y, 0.0) + low * np.maximum(y - said, 0.0)
    return cost


def quote_words(result: Mapping[str, Any]) -> list[str]:
    """Say what to say, and what that saves."""
    size = abs(float(result["shift"]))
    written = share(size) if result["kind"] == IN_PROPORTION else number(size)
    where = "above" if result["shift"] > 0 else "below"
    gain, unit, as_is = result["gain"], str(result["unit"]).strip(), number(result["cost_as_is"]["value"])
    named = f" Costs: {unit}." if unit else ""
    if gain["low"] is None or gain["low"] <= 0:
        return [
            f"Say the prediction itself: saying {written} {where} it, as the costs imply, is not shown to be "
            f"cheaper.{named}"
        ]
    return [
        f"Say {written} {where} the prediction: {number(gain['value'])} per case less ({number(gain['low'])} to "
        f"{number(gain['high'])}) than the prediction itself, which costs {as_is}.{named}"
    ]
