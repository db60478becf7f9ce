"""Whether probabilities get better when they are calibrated: three ways, each learned on the other folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.words import number, with_interval
from engine.evaluate.bins import quantile_bins
from engine.metrics.intervals import RESAMPLES
from engine.metrics.row_bootstrap import means
from engine.metrics.weighted import Floats, Ints, Truth

_TINY = 1e-9
AS_IT_IS = "as it is"
Learn = Callable[[Floats, Truth], Callable[[Floats], Floats]]
"""From probabilities (n_rows, n_classes) and codes to what turns probabilities into better ones."""


def recalibration(
    y: Truth,
    pred: Floats,
    problem: Problem,
    folds: Sequence[Ints],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any] | None:
    """Compare the probabilities as they are with calibrated ones, on out-of-fold predictions.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes)
        Without NaN.
    problem : Problem
    folds : sequence of ndarray of int
        Rows of each fold; a fold is judged by what was learned on the others.
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    dict, or None
        ``None`` where there is nothing to learn from. ``ways``: for each way ``way brier low high ece gain gain_low
        gain_high``, gains of the Brier score over the probabilities as they are; ``advised``; ``words``.

    Notes
    -----
    Platt, J. (1999), Probabilistic outputs for support vector machines (sigmoid); Zadrozny, B. and Elkan, C. (2002),
    Transforming classifier scores into accurate multiclass probability estimates, KDD, 694-699 (isotonic, class by
    class); Guo, C. and others (2017), On calibration of modern neural networks, ICML, 1321-1330 (temperature).
    """
    learners: Mapping[str, Learn] = {"sigmoid": _sigmoid, "isotonic": _isotonic, "temperature": _temperature}
    if len(folds) < 2 or len(np.unique(y)) < 2:
        return None
    codes = y.astype(np.intp)
    tables = {AS_IT_IS: pred}
    for name, learn in learners.items():
        turned = np.empty_like(pred)
        for rows in folds:
            others = np.setdiff1d(np.arange(len(y)), rows)
            if len(np.unique(codes[others])) < pred.shape[1]:
                return None
            turned[rows] = learn(pred[others], codes[others])(pred[rows])
        tables[name] = turned
    briers = np.stack([_brier_of_rows(codes, table) for table in tables.values()])
    found = means(briers, y, problem, resamples=resamples, seed=seed, groups=groups)
    ways: list[dict[str, Any]] = []
    for place, (name, table) in enumerate(tables.items()):
        value, low, high = found.value(place)
        gain = found.difference(0, place)
        one = {"way": name, "brier": value, "low": low, "high": high, "ece": expected_error(codes, table)}
        ways.append(one | {"gain": gain[0], "gain_low": gain[1], "gain_high": gain[2]})
    sure = [one for one in ways[1:] if one["gain_low"] is not None and one["gain_low"] > 0]
    advised = max(sure, key=lambda one: one["gain"])["way"] if sure else AS_IT_IS
    payload = {"ways": ways, "advised": advised}
    return payload | {"words": recalibration_words(payload)}


def _brier_of_rows(codes: Ints, table: Floats) -> Floats:
    """Return each row's squared error; for two classes that of the positive one, as the Brier score has it."""
    if table.shape[1] == 2:
        return np.asarray((table[:, 1] - codes) ** 2)
    return np.asarray(((table - np.eye(table.shape[1])[codes]) ** 2).sum(axis=1))


def expected_error(codes: Ints, table: Floats) -> float:
    """Return the expected calibration error, of several classes the mean over them; see ``calibration``."""
    shown = [1] if table.shape[1] == 2 else range(table.shape[1])
    errors = []
    for code in shown:
        bins = quantile_bins(table[:, code])
        gaps = [abs(float((codes[rows] == code).mean() - table[rows, code].mean())) * len(rows) for rows in bins]
        errors.append(sum(gaps) / len(codes))
    return float(np.mean(errors))


def _logits(table: Floats) -> Floats:
    return np.log(np.clip(table, _TINY, 1.0))


def _normalised(table: Floats) -> Floats:
    total = table.sum(axis=1, keepdims=True)
    return np.where(total > 0, table / np.where(total > 0, total, 1.0), 1.0 / table.shape[1])


def _one_by_one(learn: Callable[[Floats, Ints], Callable[[Floats], Floats]]) -> Learn:
    """Calibrate each class against the rest and bring the sums back to one; of two classes the second decides."""

    def learned(table: Floats, codes: Truth) -> Callable[[Floats], Floats]:
        if table.shape[1] == 2:
            turn = learn(table[:, 1], (codes == 1).astype(np.intp))
            return lambda new: np.column_stack([1 - (up := turn(new[:, 1])), up])
        turns = [learn(table[:, code], (codes == code).astype(np.intp)) for code in range(table.shape[1])]
        return lambda new: _normalised(np.column_stack([turn(new[:, code]) for code, turn in enumerate(turns)]))

    return learned


def _sigmoid_of(scores: Floats, hits: Ints) -> Callable[[Floats], Floats]:
    from sklearn.linear_model import LogisticRegression

    def odds(values: Floats) -> Floats:
        inside = np.clip(values, _TINY, 1 - _TINY)
        return np.log(inside / (1 - inside)).reshape(-1, 1)

    model = LogisticRegression(C=1e6).fit(odds(scores), hits)
    return lambda new: np.asarray(model.predict_proba(odds(new))[:, 1])


def _isotonic_of(scores: Floats, hits: Ints) -> Callable[[Floats], Floats]:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, hits)
    return lambda new: np.asarray(model.predict(new))


_sigmoid, _isotonic = _one_by_one(_sigmoid_of), _one_by_one(_isotonic_of)


def _temperature(table: Floats, codes: Truth) -> Callable[[Floats], Floats]:
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax, softmax

    logits = _logits(table)

    def loss(log_beta: float) -> float:
        return float(-log_softmax(np.exp(log_beta) * logits, axis=1)[np.arange(len(codes)), codes].mean())

    beta = float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))
    return lambda new: np.asarray(softmax(beta * _logits(new), axis=1))


def recalibration_words(payload: Mapping[str, Any]) -> list[str]:
    """Say whether calibrating would help."""
    plain = payload["ways"][0]
    score = with_interval(plain["brier"], plain["low"], plain["high"])
    said = [f"As they are, the probabilities have a Brier score of {score} (lower is better)."]
    if payload["advised"] == AS_IT_IS:
        return [*said, "None of three ways to calibrate them makes them better beyond chance: leave them as they are."]
    best = next(one for one in payload["ways"] if one["way"] == payload["advised"])
    gain = with_interval(best["gain"], best["gain_low"], best["gain_high"])
    return [
        *said,
        f"Calibrated by {best['way']} they would have {number(best['brier'])}, better by {gain}, beyond chance. "
        "Read them with that in mind, or set the threshold by what the data say.",
    ]
