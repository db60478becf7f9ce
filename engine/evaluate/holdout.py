"""Scoring the sealed part, once it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import MetricValue, find_metric
from engine.domain.project import Brief, Where
from engine.evaluate.criteria import judge
from engine.evaluate.scoring import MODEL, criteria_metrics, score_candidates
from engine.evaluate.words import holdout_words
from engine.metrics.intervals import RESAMPLES
from engine.metrics.weighted import Floats, Truth


def score_holdout(
    y: Truth,
    candidates: Mapping[str, Floats],
    problem: Problem,
    brief: Brief,
    *,
    expected: float,
    metric: str,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
    more: Sequence[MetricValue] = (),
) -> dict[str, Any]:
    """Score a model and its baselines on the hold-out, and compare with what was expected.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    candidates : mapping of str to ndarray of shape (n_rows, n_classes) or (n_rows,)
        Predictions of ``best`` and where present of ``dummy`` and ``simple``.
    problem : Problem
    brief : Brief
        Its criteria are judged here if they are to be judged on the hold-out.
    expected : float
        The value of ``metric`` that the person stated before the opening.
    metric : str
    seed : int
        Of the resamples.
    resamples : int
    groups : array-like of shape (n_rows,), optional
        Groups that are resampled as a whole.
    more : sequence of MetricValue
        Further values that a criterion may name, such as the coverage of prediction intervals.

    Returns
    -------
    dict
        Plain values: ``metrics`` (the expected one first), ``baseline`` and ``simple`` alike,
        ``differences``, ``criteria``, ``verdict`` in words, ``n`` rows, ``method``, ``seed``, ``resamples``.

    Raises
    ------
    InputError
        If the metric does not fit the task, lengths differ, or a prediction is infinite.
    """
    asked = find_metric(metric, problem.task)
    scores = score_candidates(
        y, candidates, problem, brief, metric=asked.id, seed=seed, resamples=resamples, groups=groups
    )
    result: dict[str, Any] = {
        "metrics": scores.as_dicts(MODEL),
        "baseline": scores.as_dicts("dummy"),
        "simple": scores.as_dicts("simple"),
        "differences": scores.differences([asked.id, *criteria_metrics(brief, problem)]),
        "criteria": judge(brief, [*scores.of(MODEL), *more]) if brief.judged_on is Where.HOLDOUT else [],
        "n": scores.found.rows,
        "method": scores.found.method,
        "seed": seed,
        "resamples": scores.found.resamples,
    }
    return result | {"verdict": holdout_words(result, asked, expected)}
