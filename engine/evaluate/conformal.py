"""Prediction intervals for a regression, and how often they hold.

MAPIE's split conformal regressor is given the out-of-fold predictions instead of a model, so that nothing is fitted
again. Coverage is measured on rows that had no part in setting the width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.metric import MetricValue
from engine.domain.words import number, share
from engine.evaluate.bins import quantile_bins
from engine.evaluate.calibration import wilson
from engine.evaluate.crossfit import Folds, crossed
from engine.evaluate.sums import mean_of
from engine.metrics.scores import scored
from engine.metrics.weighted import Floats, Truth

LEVELS = (0.8, 0.9)
SAME, IN_PROPORTION = "same", "in proportion"
_WORTH_SAYING = 0.05
"""Of ten parts one falls short by chance; only one that is also this far below is told."""

FEWEST = 30
"""Rows to learn a width from; with fewer a 90 % width would rest on the two or three largest errors."""


def coverage(
    y: Truth, pred: Floats, folds: Folds, *, seed: int = 0, groups: npt.ArrayLike | None = None
) -> dict[str, Any]:
    """Make 80 and 90 % prediction intervals and measure how often the truth lies inside.

    Intervals of one width, and where all values are positive also of a width in proportion to the prediction, are
    made; those of the better mean interval score on rows that did not set the width are kept.

    Parameters
    ----------
    y, pred : ndarray of shape (n_rows,)
        ``pred`` is NaN where no fold has scored a row.
    folds : sequence of (fit_rows, score_rows)
    seed, groups
        Of the interval of the pinball loss; see :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    dict
        ``reason`` (empty where there is a result), ``kind`` (``same`` or ``in proportion``), ``rows`` measured,
        ``words`` and ``levels``: ``level``, ``width`` (half of it, in units of the target or as a share of the
        prediction, learned from all rows), ``coverage low high`` (Wilson 95 %), ``mean_width`` (whole, in units of
        the target), ``interval_score``, ``pinball`` (``value low high``: mean loss of the two ends as the
        quantiles that they stand for, in units of the target) and ``by_prediction`` in tenths: ``from to count
        coverage low high``.

    Notes
    -----
    Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic Learning in a Random World. Out-of-fold residuals as
    conformity scores: Barber, R. F., Candes, E. J., Ramdas, A. and Tibshirani, R. J. (2021). Predictive inference
    with the jackknife+. Annals of Statistics 49, 486-507; the model that predicts is refitted on all rows, so that
    the coverage is not guaranteed but measured. Interval score: Gneiting, T. and Raftery, A. E. (2007). Strictly
    proper scoring rules, prediction, and estimation. JASA 102, 359-378, section 6.2.
    """
    has = scored(pred)
    parts = list(crossed(folds, has, FEWEST))
    if not parts:
        return {"reason": f"Prediction intervals need at least {FEWEST} scored rows to learn from.", "levels": []}
    kinds = [SAME, IN_PROPORTION] if np.all(y[has] > 0) and np.all(pred[has] > 0) else [SAME]
    found = {kind: _crossfitted(y, pred, parts, kind) for kind in kinds}
    kind = min(kinds, key=lambda one: sum(_interval_score(y, *ends, lv) for lv, ends in found[one].items()))
    widths = half_widths(y[has], pred[has], kind)
    measured = ~np.isnan(found[kind][LEVELS[0]][0])
    kept = None if groups is None else np.asarray(groups)[measured]
    levels = [
        _level(y[measured], pred[measured], low[measured], high[measured], level)
        | {"width": width, "pinball": mean_of(_pinball(y, low, high, level)[measured], seed=seed, groups=kept)}
        for (level, (low, high)), width in zip(found[kind].items(), widths, strict=True)
    ]
    result = {"reason": "", "kind": kind, "rows": int(measured.sum()), "levels": levels}
    return result | {"words": coverage_words(result)}


def half_widths(y: Truth, pred: Floats, kind: str) -> list[float]:
    """Learn the half width at each level from residuals.

    Parameters
    ----------
    y, pred : ndarray of shape (n_rows,)
        At least 30 rows; for ``in proportion`` all positive.
    kind : str

    Returns
    -------
    list of float
        In units of the target, or as a share of the prediction.
    """
    # Imported here: only the worker needs it.
    from mapie.conformity_scores import AbsoluteConformityScore, GammaConformityScore
    from mapie.regression import SplitConformalRegressor
    from sklearn.linear_model import LinearRegression

    # A model of one column that answers with that column: what it is given are predictions already.
    same = LinearRegression(fit_intercept=False)
    same.coef_, same.intercept_, same.n_features_in_ = np.ones(1), 0.0, 1
    # As far above as below: the size of an error, or its share of the prediction.
    score = AbsoluteConformityScore(sym=True) if kind == SAME else GammaConformityScore(sym=True)
    conformal = SplitConformalRegressor(same, confidence_level=list(LEVELS), prefit=True, conformity_score=score)
    conformal.conformalize(pred[:, None], y)
    centre = 0.0 if kind == SAME else 1.0
    _, ends = conformal.predict_interval(np.array([[centre]]))
    return [float(one) - centre for one in ends[0, 1]]


def ends_of(pred: Floats, width: float, kind: str) -> tuple[Floats, Floats]:
    """Return the lower and upper ends of intervals around predictions."""
    reach = width if kind == SAME else width * pred
    return pred - reach, pred + reach


def coverage_on(learned: Mapping[str, Any], y: Truth, pred: Floats) -> list[dict[str, Any]]:
    """Measure learned intervals on other rows, such as the hold-out.

    Parameters
    ----------
    learned : mapping
        A result of :func:`coverage`.
    y, pred : ndarray of shape (n_rows,)

    Returns
    -------
    list of dict
        ``level coverage low high rows``; empty where no intervals were learned or there is nothing to measure.
    """
    has = scored(pred)
    if not learned or not has.any():
        return []
    found = []
    for one in learned["levels"]:
        low, high = ends_of(pred[has], one["width"], learned["kind"])
        hits = int(((low <= y[has]) & (y[has] <= high)).sum())
        ends = wilson(hits, int(has.sum()))
        found.append({"level": one["level"], "coverage": hits / int(has.sum()), "low": ends[0], "high": ends[1]})
    return [one | {"rows": int(has.sum())} for one in found]


def coverage_values(measured: Sequence[Mapping[str, Any]]) -> list[MetricValue]:
    """Turn measured coverages into what a success criterion is judged by: their distance from the level.

    Parameters
    ----------
    measured : sequence of mapping
        The levels of a result of :func:`coverage`, or a result of :func:`coverage_on`.

    Returns
    -------
    list of MetricValue
        The interval holds the distances of all coverages between ``low`` and ``high``.
    """
    values = []
    for one in measured:
        level = one["level"]
        ends = sorted((abs(one["low"] - level), abs(one["high"] - level)))
        nearest = 0.0 if one["low"] <= level <= one["high"] else ends[0]
        name = f"coverage_error_{round(100 * level)}"
        values.append(MetricValue(name=name, value=abs(one["coverage"] - level), low=nearest, high=ends[1]))
    return values


def holdout_coverage_words(measured: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say how often intervals held on other rows.

    Parameters
    ----------
    measured : sequence of mapping
        A result of :func:`coverage_on`.
    """
    return [
        f"The {share(one['level'])} prediction interval held for {share(one['coverage'])} ({share(one['low'])} to "
        f"{share(one['high'])}) of its {one['rows']:,} rows."
        for one in measured
    ]


Ends = dict[float, tuple[Floats, Floats]]


def _crossfitted(y: Truth, pred: Floats, parts: Sequence[tuple[Any, Any]], kind: str) -> Ends:
    found = {level: (np.full(len(y), np.nan), np.full(len(y), np.nan)) for level in LEVELS}
    for learn, judge in parts:
        for level, width in zip(LEVELS, half_widths(y[learn], pred[learn], kind), strict=True):
            for whole, part in zip(found[level], ends_of(pred[judge], width, kind), strict=True):
                whole[judge] = part
    return found


def _interval_score(y: Truth, low: Floats, high: Floats, level: float) -> float:
    missed = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return float(np.nanmean(high - low + 2 / (1 - level) * missed))


def _pinball(y: Truth, low: Floats, high: Floats, level: float) -> Floats:
    """Return for each row the pinball loss of the two ends, averaged: that of the quantiles that they stand for.

    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46, 33-50.
    """
    tail = (1 - level) / 2
    parts = [np.maximum(one * (y - end), (one - 1) * (y - end)) for one, end in ((tail, low), (1 - tail, high))]
    return np.asarray(np.mean(parts, axis=0))


def _level(y: Truth, pred: Floats, low: Floats, high: Floats, level: float) -> dict[str, Any]:
    inside = (low <= y) & (y <= high)
    bins = []
    for rows in quantile_bins(pred):
        ends = wilson(int(inside[rows].sum()), len(rows))
        bins.append(
            {
                "from": float(pred[rows].min()),
                "to": float(pred[rows].max()),
                "count": len(rows),
                "coverage": float(inside[rows].mean()),
                "low": ends[0],
                "high": ends[1],
            }
        )
    ends = wilson(int(inside.sum()), len(y))
    return {
        "level": level,
        "coverage": float(inside.mean()),
        "low": ends[0],
        "high": ends[1],
        "mean_width": float((high - low).mean()),
        "interval_score": _interval_score(y, low, high, level),
        "by_prediction": bins,
    }


def coverage_words(result: Mapping[str, Any]) -> list[str]:
    """Say how wide the intervals are and how often they hold."""
    words = []
    for one in result["levels"]:
        width = share(one["width"]) if result["kind"] == IN_PROPORTION else number(one["width"])
        words.append(
            f"Give or take {width}: the {share(one['level'])} interval held for {share(one['coverage'])} "
            f"({share(one['low'])} to {share(one['high'])}) of {result['rows']:,} rows."
        )
    first = result["levels"][0]
    weak = min(first["by_prediction"], key=lambda part: part["coverage"])
    if weak["high"] < first["level"] and weak["coverage"] < first["level"] - _WORTH_SAYING:
        words.append(
            f"It holds least often for predictions from {number(weak['from'])} to {number(weak['to'])}: "
            f"{share(weak['coverage'])} ({share(weak['low'])} to {share(weak['high'])})."
        )
    return words
