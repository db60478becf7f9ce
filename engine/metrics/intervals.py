"""95 % intervals of scores by the bootstrap.

Rows are drawn with replacement; for classification within each class, so that no resample loses a class
and the interval speaks of data with these class counts; by whole groups where groups are given. The ends
are the 2.5th and 97.5th percentile of the metric over the resamples (Efron, B. and Tibshirani, R. J. (1993).
An Introduction to the Bootstrap, chapter 13); of the RMSE they are made by the bootstrap-t, see
:mod:`engine.metrics.studentised`. They tell how much the score would move with other test
rows, not with another training set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import MetricValue, find_metric
from engine.errors import InputError
from engine.metrics.resampling import Draws, affordable, draws
from engine.metrics.scores import scored_pairs, statistic
from engine.metrics.studentised import ROOTS, root_bounds, standard_error
from engine.metrics.weighted import Floats, Truth

RESAMPLES = 1000
LEVEL = 0.95

FEWEST_UNITS = 10
"""With fewer rows or groups than this no interval is given: a percentile of so few draws would be a pretence."""

NOISE = 1e-12
"""Relative size below which a width or a difference is what rounding left of nothing."""

_FEWEST_DEFINED = 0.9
"""Share of the resamples in which a metric must be defined for its interval to mean anything."""

METHOD = (
    "95 % percentile bootstrap over the scored rows, 1,000 resamples, "
    "stratified by class for classification, plain for regression (RMSE by the bootstrap-t)"
)
"""How intervals are made unless something else is said; :func:`describe` names the case at hand."""


@dataclass(frozen=True)
class Resampled:
    """Scores of several predictions on the same rows and the same resamples."""

    metric_ids: tuple[str, ...]
    rows: int
    """Count of rows that all predictions have scored."""
    points: Floats
    """Scores on all rows, shape (n_preds, n_metrics); NaN where not defined."""
    values: Floats
    """Scores on each resample, shape (n_preds, n_metrics, n_resamples)."""
    method: str
    """How the intervals are made, in one line."""
    errors: Mapping[str, Floats] = field(default_factory=dict)
    """Of a root mean square: standard errors of the mean square, on all rows and then on each resample, shape
    (n_preds, 1 + n_resamples); see :mod:`engine.metrics.studentised`."""

    @property
    def resamples(self) -> int:
        """Count of resamples that were made, 0 where there are too few rows for an interval."""
        return int(self.values.shape[2])

    def value(self, pred: int, metric_id: str) -> MetricValue | None:
        """Return a score with its interval; ``None`` where the metric is not defined."""
        place = self.metric_ids.index(metric_id)
        point = float(self.points[pred, place])
        if np.isnan(point):
            return None
        low, high = bounds(self.values[pred, place])
        if low is not None and high is not None and metric_id in self.errors:
            errors = self.errors[metric_id][pred]
            low, high = root_bounds(point, self.values[pred, place], errors, (low, high), LEVEL)
        if low is not None and high is not None and high - low <= NOISE * abs(point):
            # A score that no resample moves; rounding alone must not make it miss its own interval.
            low = high = point
        return MetricValue(name=metric_id, value=point, low=low, high=high)

    def all_values(self, pred: int) -> list[MetricValue]:
        """Return the scores of one prediction in the order of the metrics, undefined ones left out."""
        found = (self.value(pred, name) for name in self.metric_ids)
        return [one for one in found if one is not None]


def resampled(
    metric_ids: Sequence[str],
    y: Truth,
    preds: Sequence[Floats],
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> Resampled:
    """Score several predictions on the same resamples of the rows that all of them have scored.

    Parameters
    ----------
    metric_ids : sequence of str
    y : ndarray of shape (n_rows,)
    preds : sequence of ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    resamples : int
        Fewer are made where there are very many rows; the method says how many.
    seed : int
    groups : array-like of shape (n_rows,), optional
        Groups that are drawn as a whole.

    Raises
    ------
    InputError
        If a metric does not fit the task, or lengths differ.
    """
    ids = tuple(find_metric(name, problem.task).id for name in metric_ids)
    rows = scored_pairs(y, *preds)
    count = int(rows.sum())
    if count == 0 or not ids or not preds:
        empty = np.full((len(preds), len(ids)), np.nan)
        method = describe(problem, resamples=0)
        return Resampled(ids, count, empty, np.empty((len(preds), len(ids), 0)), method)
    statistics = [statistic(ids, y[rows], pred[rows], problem) for pred in preds]
    points = np.stack([one(np.ones((1, count)))[0] for one in statistics])
    plan = draws(y[rows], problem, None if groups is None else np.asarray(groups)[rows])
    made = affordable(resamples, count) if enough(plan) else 0
    values = np.empty((len(preds), len(ids), made))
    spreads = [standard_error(y[rows], pred[rows]) for pred in preds] if set(ids) & set(ROOTS) else []
    errors = np.empty((len(spreads), 1 + made))
    for place, spread in enumerate(spreads):
        errors[place, 0] = spread(np.ones((1, count)))[0]
    start = 0
    for weights in plan.weights(made, seed):
        end = start + len(weights)
        for place, one in enumerate(statistics):
            values[place, :, start:end] = one(weights).T
        for place, spread in enumerate(spreads):
            errors[place, 1 + start : 1 + end] = spread(weights)
        start = end
    method = describe(problem, resamples=made, grouped=plan.group is not None)
    return Resampled(ids, count, points, values, method, {name: errors for name in ids if name in ROOTS})


def intervals(
    metric_ids: Sequence[str],
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> list[MetricValue]:
    """Score predictions by several metrics, each with its 95 % interval, all on the same resamples.

    Rows without a prediction are left out, and so are metrics that are not defined on the rows. The
    numbers are the same to the bit for the same input and seed. See :func:`resampled` for the arguments.
    """
    found = resampled(metric_ids, y, [pred], problem, resamples=resamples, seed=seed, groups=groups)
    return found.all_values(0)


def interval(
    metric_id: str,
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> MetricValue:
    """Score predictions by one metric with its 95 % interval. See :func:`resampled` for the arguments.

    Raises
    ------
    InputError
        If the metric does not fit the task, or is not defined on these rows.
    """
    found = intervals([metric_id], y, pred, problem, resamples=resamples, seed=seed, groups=groups)
    if not found:
        raise InputError(
            f"{find_metric(metric_id).title} is not defined on these rows.",
            hint="It needs scored rows, of every class or of more than one value.",
        )
    return found[0]


def bounds(values: Floats) -> tuple[float, float] | tuple[None, None]:
    """Return the 2.5th and 97.5th percentile of resampled values, shape (n_resamples,), or nothing.

    Resamples in which the metric is not defined are left out; where they are more than a tenth, or
    there are none at all, no interval is given.
    """
    defined = values[~np.isnan(values)]
    if not len(defined) or len(defined) < _FEWEST_DEFINED * len(values):
        return None, None
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def enough(plan: Draws) -> bool:
    """Whether there are enough rows or groups to resample."""
    return plan.units >= FEWEST_UNITS


def describe(problem: Problem, *, resamples: int = RESAMPLES, grouped: bool = False) -> str:
    """Say in one line how the intervals at hand are made."""
    if resamples == 0:
        return f"no intervals, since there are fewer than {FEWEST_UNITS} scored {'groups' if grouped else 'rows'}"
    how = "by whole groups" if grouped else "stratified by class" if problem.task.is_classification else "plain"
    roots = "" if problem.task.is_classification else "; RMSE by the bootstrap-t"
    return f"95 % percentile bootstrap over the scored rows, {resamples:,} resamples, {how}{roots}"
