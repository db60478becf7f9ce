"""Fitting one configuration on every fold and keeping what it predicts for the rows that it did not see."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.bench import Bench
from engine.automl.families.family import ROUNDS, Config, Family
from engine.automl.limits import Limit, Watch, run
from engine.automl.pipeline import answer, assembled, fit_estimator, innermost, size_bytes, vote
from engine.automl.table import align
from engine.metrics.scores import score, scored

Floats = npt.NDArray[np.float64]

_MORE_ROWS = 1.1
"""A fit on all rows takes so many more rounds than one on a fold whose held-back rows decided when to stop."""
_REPEATS = 3


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What fitting one configuration on every fold gave."""

    config: Config
    """The configuration, with the rounds that early stopping found."""
    score: float
    fold_scores: tuple[float, ...]
    fit_seconds: float
    """Wall clock of all fits together."""
    predict_seconds: float
    """From one row as it was brought to its prediction."""
    size_bytes: int
    oof: Floats
    pipelines: tuple[Any, ...]
    """The fitted pipeline of each fold."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What one fold gave."""

    recipe: Any
    step: Any
    estimator: Any
    pred: Floats
    seconds: float
    rounds: int | None


def fit_folds(bench: Bench, family: Family, config: Config, limit: Limit | None = None) -> Fitted:
    """Fit a configuration on every fold.

    Parameters
    ----------
    bench : Bench
    family : Family
    config : mapping
    limit : Limit, optional
        When the fits have to end; they may go on by default.

    Returns
    -------
    Fitted

    Raises
    ------
    ValueError
        If predictions or the score are not finite. Whatever a library raises goes through.
    OutOfTimeError
        If the fits did not end in time.
    """
    limit = limit or Limit()
    asked = {name: value for name, value in config.items() if name != ROUNDS}
    workers = bench.side_by_side(family, len(bench.folds))
    jobs = [
        partial(_fit_fold, bench, family, asked, number, workers, limit.watch) for number in range(len(bench.folds))
    ]
    parts = run(jobs, workers=workers, limit=limit)
    oof = np.full(_shape(bench), np.nan)
    for (_, rest), part in zip(bench.folds, parts, strict=True):
        oof[rest] = part.pred
    pipelines = tuple(assembled(part.recipe, part.step, part.estimator) for part in parts)
    rounds = [part.rounds for part in parts if part.rounds is not None]
    found = {ROUNDS: max(1, round(float(np.mean(rounds)) * _MORE_ROWS))} if rounds else {}
    return Fitted(
        config=asked | found,
        score=overall(bench, oof),
        fold_scores=fold_scores(bench, oof),
        fit_seconds=sum(part.seconds for part in parts),
        predict_seconds=one_row_seconds(bench, {0: pipelines[0]}, {0: 1.0}),
        size_bytes=size_bytes(pipelines[0]),
        oof=oof,
        pipelines=pipelines,
    )


def _fit_fold(bench: Bench, family: Family, config: Config, number: int, workers: int, watch: Watch) -> _Part:
    encoded = bench.encoded(family.encoding, number)
    asked = int(config.get("n_estimators", 0))
    context = bench.context(
        family, encoded.inside, encoded.categories, workers=workers, watch=watch, on=encoded.rows, asked=asked
    )
    began = time.perf_counter()
    estimator = fit_estimator(family, config, encoded.inside, encoded.y, context)
    seconds = time.perf_counter() - began
    pred = answer(estimator, encoded.outside, bench.problem)
    if not np.isfinite(pred).all():
        raise ValueError("it predicts values that are not finite")
    rounds = family.rounds(innermost(estimator)) if family.rounds is not None and context.early else None
    return _Part(
        recipe=encoded.recipe, step=encoded.step, estimator=estimator, pred=pred, seconds=seconds, rounds=rounds
    )


def overall(bench: Bench, oof: Floats) -> float:
    """Score out-of-fold predictions of all folds together.

    Raises
    ------
    ValueError
        If the score is not defined.
    """
    rows = scored(oof)
    value = float(score(bench.problem.metric, bench.y[rows], oof[rows], bench.problem))
    if not np.isfinite(value):
        raise ValueError("its score is not finite")
    return value


def fold_scores(bench: Bench, oof: Floats) -> tuple[float, ...]:
    """Score each fold; a metric that is undefined on one (a single class, say) has no score there."""
    found = (float(score(bench.problem.metric, bench.y[rest], oof[rest], bench.problem)) for _, rest in bench.folds)
    return tuple(one for one in found if np.isfinite(one))


def one_row_seconds(bench: Bench, pipelines: dict[int, Any], weights: dict[int, float]) -> float:
    """Measure how long one row takes from the table to the prediction, in seconds: the best of a few calls."""
    row, times = bench.raw.iloc[:1], []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        vote(pipelines, weights, align(row, bench.problem)[0], bench.problem)
        times.append(time.perf_counter() - began)
    return min(times)


def _shape(bench: Bench) -> tuple[int, ...]:
    rows = len(bench.y)
    return (rows, len(bench.problem.classes)) if bench.problem.task.is_classification else (rows,)
