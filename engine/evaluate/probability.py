"""Whether probabilities can be taken at their word, and whether a correction would help.

Three corrections are fitted on out-of-fold predictions and judged on rows that had no part in the fit: Platt's
sigmoid, isotonic regression, and one temperature. They are advice: the model that predicts stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number, share, with_interval
from engine.evaluate.bins import quantile_bins
from engine.evaluate.crossfit import RESAMPLES, Estimate, Folds, cell_sums, crossed, estimate, resample, row_means
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
_TINY = 1e-7
_FEWEST = 20

Correction = Callable[[Floats], Floats]


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
    names = list(judged)

    def statistic(weights: Floats) -> Floats:
        errors = [judged[name].errors(weights) for name in names]
        return np.hstack([row_means(weights, np.column_stack([judged[name].brier for name in names])), *errors])

    drawn = resample(
        statistic,
        y,
        problem,
        resamples=resamples,
        seed=seed,
        groups=None if groups is None else np.asarray(groups)[used],
    )
    methods, start = [], len(names)
    for place, name in enumerate(names):
        one = judged[name]
        end = start + 1 + 2 * len(one.bins)
        methods.append(_described(name, one, judged["before"], drawn[:, [place, 0]], drawn[:, start:end]))
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
        self.hit = (codes == 1 if binary else codes == pred.argmax(axis=1)).astype(np.float64)
        self.brier = (0.5 if binary else 1.0) * ((np.eye(pred.shape[1])[codes] - pred) ** 2).sum(axis=1)
        self.bins: list[Ints] = quantile_bins(self.said)
        self.bin_of_row = np.empty(len(y), dtype=np.intp)
        for place, rows in enumerate(self.bins):
            self.bin_of_row[rows] = place

    def errors(self, weights: Floats) -> Floats:
        """Return the calibration error, and of each bin the observed share and its weight."""
        size = len(self.bins)
        count = cell_sums(weights, self.bin_of_row, np.ones(len(self.hit)), size)
        hits = cell_sums(weights, self.bin_of_row, self.hit, size)
        gaps = cell_sums(weights, self.bin_of_row, self.hit - self.said, size)
        error = np.abs(gaps).sum(axis=1, keepdims=True) / count.sum(axis=1, keepdims=True)
        observed = np.divide(hits, count, out=np.full_like(hits, np.nan), where=count > 0)
        return np.hstack([error, observed, count])


def _described(name: str, one: _Judged, before: _Judged, briers: Floats, errors: Floats) -> dict[str, Any]:
    gain = float(before.brier.mean() - one.brier.mean())
    point = one.errors(np.ones((1, len(one.hit))))[0]
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
    found = {"before": pred, **{name: np.full_like(pred, np.nan) for name in CORRECTIONS}}
    for learn, judge in crossed(folds, scored(pred), _FEWEST):
        counts = np.bincount(y[learn].astype(np.intp), minlength=pred.shape[1])
        if counts.min() < FEWEST_OF_A_CLASS:
            continue
        for name, fit in CORRECTIONS.items():
            found[name][judge] = fit(pred[learn], y[learn])(pred[judge])
    return found


def sigmoid(pred: Floats, y: Truth) -> Correction:
    """Fit Platt's sigmoid on the log-odds of each class, with his smoothed targets.

    Parameters
    ----------
    pred : ndarray of shape (n_rows, n_classes)
    y : ndarray of int, shape (n_rows,)
        Every class is among them.

    Returns
    -------
    callable
        From probabilities to corrected ones, of one shape.

    Notes
    -----
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers, 61-74.
    The weights of doubled rows stand for the smoothed targets.
    """
    from sklearn.linear_model import LogisticRegression

    def one_class(p: Floats, truth: Truth) -> Callable[[Floats], Floats]:
        positives, negatives = int(truth.sum()), int((~truth).sum())
        target = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        x = _logit(p)
        middle, spread = x.mean(), x.std()
        if spread < _TINY:
            # Nothing to tell rows apart by: all get the share that was seen.
            return lambda q: np.full(len(q), target.mean())
        model = LogisticRegression(C=np.inf, solver="newton-cholesky")
        model.fit(
            np.tile((x - middle) / spread, 2)[:, None],
            np.repeat([1, 0], len(x)),
            sample_weight=np.concatenate([target, 1 - target]),
        )
        return lambda q: np.asarray(
            model.predict_proba(((_logit(q) - middle) / spread)[:, None])[:, 1], dtype=np.float64
        )

    return _each_class(one_class, pred, y)


def isotonic(pred: Floats, y: Truth) -> Correction:
    """Fit a rising step curve for each class. See :func:`sigmoid` for the arguments.

    Notes
    -----
    Zadrozny, B. and Elkan, C. (2002). Transforming classifier scores into accurate multiclass probability estimates.
    KDD 8, 694-699.
    """
    from sklearn.isotonic import IsotonicRegression

    def one_class(p: Floats, truth: Truth) -> Callable[[Floats], Floats]:
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p, truth.astype(np.float64))
        return lambda q: np.asarray(model.predict(q), dtype=np.float64)

    return _each_class(one_class, pred, y)


def temperature(pred: Floats, y: Truth) -> Correction:
    """Raise the probabilities to the power that makes the truth likeliest. See :func:`sigmoid` for the arguments.

    Notes
    -----
    Guo et al. (2017), section 4.2; the power is one over their temperature.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax, softmax

    rows, codes = np.arange(len(y)), y.astype(np.intp)
    logs = np.log(np.clip(pred, _TINY, 1))

    def loss(power: float) -> float:
        return -float(log_softmax(np.exp(power) * logs, axis=1)[rows, codes].mean())

    power = float(np.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded", options={"xatol": 1e-4}).x))
    return lambda q: np.asarray(softmax(power * np.log(np.clip(q, _TINY, 1)), axis=1), dtype=np.float64)


CORRECTIONS: Mapping[str, Callable[[Floats, Truth], Correction]] = {
    "sigmoid": sigmoid,
    "isotonic": isotonic,
    "temperature": temperature,
}


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, _TINY, 1 - _TINY)
    logit: Floats = np.log(clipped / (1 - clipped))
    return logit


def _each_class(fit: Callable[[Floats, Truth], Callable[[Floats], Floats]], pred: Floats, y: Truth) -> Correction:
    """Correct each class against the rest; of several the results are made to add up to one."""
    if pred.shape[1] == 2:
        only = fit(pred[:, 1], y == 1)

        def two(q: Floats) -> Floats:
            p = only(q[:, 1])
            return np.column_stack([1 - p, p])

        return two
    fitted = [fit(pred[:, code], y == code) for code in range(pred.shape[1])]

    def several(q: Floats) -> Floats:
        found = np.column_stack([one(q[:, code]) for code, one in enumerate(fitted)])
        total = found.sum(axis=1, keepdims=True)
        # Where every class was corrected to nothing, all are alike, as in scikit-learn.
        alike = np.full_like(found, 1 / found.shape[1])
        np.divide(found, total, out=alike, where=total > 0)
        return alike

    return several


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
