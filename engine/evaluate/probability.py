"""Whether probabilities can be taken at their word, and whether a correction would help.

Three corrections are fitted on out-of-fold predictions and judged on rows that had no part in the fit: Platt's
sigmoid, isotonic regression, and one temperature. They are advice: the model that predicts stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number, share, with_interval
from engine.evaluate.bins import quantile_bins
from engine.evaluate.corrections import CORRECTIONS
from engine.evaluate.crossfit import RESAMPLES, Estimate, Folds, crossed, estimate
from engine.evaluate.sums import Cells, Part, resampled_sums, sums
from engine.metrics.intervals import bounds
from engine.metrics.scores import scored
from engine.metrics.weighted import Floats, Ints, Truth

FEWEST_OF_A_CLASS = 5
"""With fewer rows of a class to learn from, a fold gives no correction."""

TITLES: Mapping[str, str] = {
    "before": "as predicted",
    "sigmoid": "sigmoid (Platt)",
    "isotonic": "isotonic",
    "temperature": "temperature",
}
_FEWEST, _MOST = 20, 10_000


def probability(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Folds,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Compare probabilities with what happened, before and after each correction.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
        NaN where no fold has scored a row.
    problem : Problem
    folds : sequence of (fit_rows, score_rows)
    seed, resamples, groups
        Of the intervals.

    Returns
    -------
    dict
        ``reason`` (empty where there is a result), ``event`` (what the probability is of), ``rows``, ``recommended``
        (a correction whose gain in Brier score is above zero with its whole 95 % interval, else empty), ``words``
        and ``methods``, ``before`` first: ``name brier ece gain curve``, where ``gain`` is the fall of the Brier
        score (null before) and ``curve`` has ``predicted observed low high count``.

    Notes
    -----
    Of several classes the highest probability is looked at, and how often that class is right (Guo, C., Pleiss, G.,
    Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks. ICML 34, 1321-1330). The error is
    biased upwards, as its resamples are once more, so its interval is turned downwards by that much
    (Roelofs, R. et al. (2022). Mitigating bias in calibration error estimation. AISTATS 25, 4036-4054).
    """
    variants = _variants(y, pred, problem, folds)
    used = scored(variants["temperature"]) & scored(pred)
    if not used.any():
        return {"reason": "There are too few scored rows of each class to fit a correction.", "methods": []}
    y = y[used]
    judged = {name: _Judged(y, one[used], problem) for name, one in variants.items()}

    briers = np.column_stack([np.ones(len(y)), *(one.brier for one in judged.values())])
    parts = [briers, *(part for one in judged.values() for part in one.parts())]
    kept = None if groups is None else np.asarray(groups)[used]
    drawn = resampled_sums(parts, y, problem, resamples=resamples, seed=seed, groups=kept)
    means, methods, start = drawn[:, 1 : briers.shape[1]] / drawn[:, :1], [], briers.shape[1]
    for place, (name, one) in enumerate(judged.items()):
        end = start + 3 * len(one.bins)
        methods.append(_described(name, one, judged["before"], means[:, [place, 0]], one.errors(drawn[:, start:end])))
        start = end
    better = [one for one in methods[1:] if one["gain"]["low"] is not None and one["gain"]["low"] > 0]
    best = max(better, key=lambda one: float(one["gain"]["value"]), default=None)
    result = {
        "reason": "",
        "event": repr(problem.positive) if problem.task is Task.BINARY else "the class that is said",
        "rows": len(y),
        "recommended": best["name"] if best else "",
        "methods": methods,
    }
    return result | {"words": probability_words(result)}


class _Judged:
    """Probabilities beside the truth, prepared for resampling."""

    def __init__(self, y: Truth, pred: Floats, problem: Problem) -> None:
        codes = y.astype(np.intp)
        binary = problem.task is Task.BINARY
        self.said = pred[:, 1] if binary else pred.max(axis=1)
        self.hit = (codes == 1 if binary else codes == pred.argmax(axis=1)).astype(np.intp)
        self.brier = (0.5 if binary else 1.0) * ((np.eye(pred.shape[1])[codes] - pred) ** 2).sum(axis=1)
        self.bins: list[Ints] = quantile_bins(self.said)
        self.bin_of_row = np.empty(len(y), dtype=np.intp)
        for place, rows in enumerate(self.bins):
            self.bin_of_row[rows] = place

    def parts(self) -> list[Part]:
        """Return what is summed: by bin the misses and the hits, and what was said."""
        size = len(self.bins)
        return [Cells(2 * self.bin_of_row + self.hit, 2 * size), Cells(self.bin_of_row, size, self.said)]

    def errors(self, summed: Floats) -> Floats:
        """Return the calibration error, and of each bin the observed share, from sums of :meth:`parts`."""
        size = len(self.bins)
        both = summed[:, : 2 * size].reshape(len(summed), size, 2)
        count, hits = both.sum(axis=2), both[:, :, 1]
        gaps = hits - summed[:, 2 * size :]
        error = np.abs(gaps).sum(axis=1, keepdims=True) / count.sum(axis=1, keepdims=True)
        observed = np.divide(hits, count, out=np.full_like(hits, np.nan), where=count > 0)
        return np.hstack([error, observed])


def _described(name: str, one: _Judged, before: _Judged, briers: Floats, errors: Floats) -> dict[str, Any]:
    gain = float(before.brier.mean() - one.brier.mean())
    point = one.errors(sums(one.parts())[None, :])[0]
    curve = []
    for place, rows in enumerate(one.bins):
        low, high = bounds(errors[:, 1 + place])
        curve.append(
            {
                "predicted": float(one.said[rows].mean()),
                "observed": float(one.hit[rows].mean()),
                "low": low,
                "high": high,
                "count": len(rows),
            }
        )
    return {
        "name": name,
        "brier": estimate(float(one.brier.mean()), briers[:, 0]),
        "ece": _less_bias(float(point[0]), errors[:, 0]),
        "gain": None if name == "before" else estimate(gain, briers[:, 1] - briers[:, 0]),
        "curve": curve,
    }


def _less_bias(value: float, drawn: Floats) -> Estimate:
    low, high = bounds(drawn)
    if low is None or high is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": float(np.clip(2 * value - high, 0.0, value)), "high": max(value, 2 * value - low)}


def _variants(y: Truth, pred: Floats, problem: Problem, folds: Folds) -> dict[str, Floats]:
    """Correct each fold by what the rows that its models were fitted on tell; NaN where that is not possible."""
    # Imported here: pages read the names above, and need nothing of this.
    from threadpoolctl import threadpool_limits

    found = {"before": pred, **{name: np.full_like(pred, np.nan) for name in CORRECTIONS}}
    for learn, judge in crossed(folds, scored(pred), _FEWEST):
        # A curve of a few parameters, or steps, needs no more; evenly spaced, since rows may stand in an order.
        few = learn[:: max(1, len(learn) // _MOST)]
        counts = np.bincount(y[few].astype(np.intp), minlength=pred.shape[1])
        if counts.min() < FEWEST_OF_A_CLASS:
            continue
        # So small are these fits that several threads would only wait for each other.
        with threadpool_limits(limits=1):
            for name, fit in CORRECTIONS.items():
                found[name][judge] = fit(pred[few], y[few])(pred[judge])
    return found


def probability_words(result: Mapping[str, Any]) -> list[str]:
    """Say how far the probabilities are off, and whether a correction would help."""
    by_name = {one["name"]: one for one in result["methods"]}
    before = by_name["before"]
    ece = before["ece"]
    span = f" ({share(ece['low'])} to {share(ece['high'])})" if ece["low"] is not None else ""
    off = f"The probability of {result['event']} is off by {share(ece['value'])}{span} on average."
    best = by_name.get(result["recommended"])
    if best is None:
        names = ", ".join(TITLES[name] for name in CORRECTIONS)
        return [off, f"No correction ({names}) lowers the Brier score beyond chance, so none is advised."]
    gain = with_interval(best["gain"]["value"], best["gain"]["low"], best["gain"]["high"])
    return [
        off,
        f"The correction {TITLES[best['name']]} lowers the Brier score from {number(before['brier']['value'])} to "
        f"{number(best['brier']['value'])}, by {gain}: beyond chance.",
    ]
