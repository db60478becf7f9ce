"""Corrections of probabilities, each fitted on some rows and applied to others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.metrics.weighted import Floats, Truth

_TINY = 1e-7

Correction = Callable[[Floats], Floats]


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
