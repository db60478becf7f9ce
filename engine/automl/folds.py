"""Fitting one configuration on every fold and keeping what it predicts for the rows that it did not see."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.bench import Bench
from engine.automl.families.family import ROUNDS, SAMPLE, Config, Family, asked
from engine.automl.limits import Limit, Watch, run
from engine.automl.outcome import TrialOutcome
from engine.automl.pipeline import answer, assembled, fit_estimator, innermost, size_bytes, vote
from engine.automl.table import align
from engine.domain.run import MANY_ROWS, TrialKind
from engine.metrics.scores import score, scored

Floats = npt.NDArray[np.float64]

_MORE_ROWS = 1.1
"""A fit on all rows takes so many more rounds than one on a fold whose held-back rows decided when to stop."""
_PART_ROWS = 1_000
_FAR_TOO_LONG = 2.0
_REPEATS = 5


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
    """Processor time from one row as it was brought to its prediction."""
    size_bytes: int
    oof: Floats
    pipelines: tuple[Any, ...]
    """The fitted pipeline of each fold."""
    many_rows_seconds: float = 0.0
    """What :data:`engine.domain.run.MANY_ROWS` encoded rows would take, by the time that the folds' rows took."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What one fold gave."""

    recipe: Any
    step: Any
    estimator: Any
    pred: Floats
    seconds: float
    answer_seconds: float
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
    workers = bench.side_by_side(family, len(bench.folds))
    jobs = [
        partial(_fit_fold, bench, family, config, number, workers, limit.watch) for number in range(len(bench.folds))
    ]
    parts = run(jobs, workers=workers, limit=limit)
    oof = _out_of_fold(bench, [part.pred for part in parts])
    pipelines = tuple(assembled(part.recipe, part.step, part.estimator) for part in parts)
    rounds = [part.rounds for part in parts if part.rounds is not None]
    found = {ROUNDS: max(1, round(float(np.mean(rounds)) * _MORE_ROWS))} if rounds else {}
    sampled = {SAMPLE: config[SAMPLE]} if SAMPLE in config else {}
    one_row = one_row_seconds(bench, {0: pipelines[0]}, {0: 1.0})
    # What a call costs by itself is no matter of rows.
    answering = sum(max(part.answer_seconds - one_row, 0.0) for part in parts)
    return Fitted(
        config=asked(config) | found | sampled,
        score=overall(bench, oof),
        fold_scores=fold_scores(bench, oof),
        fit_seconds=sum(part.seconds for part in parts),
        predict_seconds=one_row,
        size_bytes=size_bytes(pipelines[0]),
        oof=oof,
        pipelines=pipelines,
        many_rows_seconds=answering / sum(len(part.pred) for part in parts) * MANY_ROWS,
    )


def _fit_fold(bench: Bench, family: Family, config: Config, number: int, workers: int, watch: Watch) -> _Part:
    encoded = bench.encoded(family.encoding, number, config.get(SAMPLE))
    most = int(config.get("n_estimators", 0))
    context = bench.context(
        family, encoded.inside, encoded.categories, workers=workers, watch=watch, on=encoded.rows, asked=most
    )
    began = time.perf_counter()
    estimator = fit_estimator(family, asked(config), encoded.inside, encoded.y, context)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    pred = answer(estimator, encoded.outside, bench.problem)
    answer_seconds = time.perf_counter() - began
    if not np.isfinite(pred).all():
        raise ValueError("it predicts values that are not finite")
    rounds = family.rounds(innermost(estimator)) if family.rounds is not None and context.early else None
    return _Part(
        recipe=encoded.recipe,
        step=encoded.step,
        estimator=estimator,
        pred=pred,
        seconds=seconds,
        answer_seconds=answer_seconds,
        rounds=rounds,
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


def _out_of_fold(bench: Bench, preds: Sequence[Floats]) -> Floats:
    """Put the predictions of the folds into the order of the rows; where a row was drawn several times, their mean."""
    total, count = np.zeros(_shape(bench)), np.zeros(len(bench.y))
    for (_, rest), pred in zip(bench.folds, preds, strict=True):
        total[rest] += pred
        count[rest] += 1
    total[count == 0] = np.nan
    if count.max() > 1:
        total /= np.maximum(count, 1).reshape(-1, *[1] * (total.ndim - 1))
    return total


def fold_scores(bench: Bench, oof: Floats) -> tuple[float, ...]:
    """Score each fold of the first draw; a metric that is undefined on one (a single class, say) has no score there."""
    first = bench.folds[: len(bench.folds) // bench.draws]
    found = (float(score(bench.problem.metric, bench.y[rest], oof[rest], bench.problem)) for _, rest in first)
    return tuple(one for one in found if np.isfinite(one))


def one_row_seconds(bench: Bench, pipelines: dict[int, Any], weights: dict[int, float]) -> float:
    """Measure how long one row takes from the table to the prediction, in seconds: the best of a few calls.

    Processor time is taken: it is what the call takes on a machine that does nothing else, whatever else this one does.
    """
    row, times = bench.raw.iloc[:1], []
    for _ in range(_REPEATS):
        began = time.process_time()
        vote(pipelines, weights, align(row, bench.problem)[0], bench.problem)
        times.append(time.process_time() - began)
    return min(times)


def many_rows_seconds(bench: Bench, pipelines: dict[int, Any], weights: dict[int, float], enough: float) -> float:
    """Measure how long :data:`engine.domain.run.MANY_ROWS` rows take, in seconds, by a part of them.

    What a call costs by itself is counted once. Where a tenth of the part shows that it takes far longer than
    ``enough`` seconds, no more is measured.
    """

    def seconds(count: int) -> float:
        rows, times = bench.raw.iloc[:count], []
        for _ in range(2):
            began = time.perf_counter()
            vote(pipelines, weights, align(rows, bench.problem)[0], bench.problem)
            times.append(time.perf_counter() - began)
        return min(times)

    once, total = seconds(1), 0.0
    for part in (_PART_ROWS // 10, _PART_ROWS):
        count = min(part, len(bench.raw))
        total = once + max(seconds(count) - once, 0.0) / count * MANY_ROWS
        if total > _FAR_TOO_LONG * enough:
            break
    return total


def _shape(bench: Bench) -> tuple[int, ...]:
    rows = len(bench.y)
    return (rows, len(bench.problem.classes)) if bench.problem.task.is_classification else (rows,)


def outcome_of(
    number: int, family: Family, config: Config, kind: TrialKind, seed: int, fitted: Fitted | None, reason: str
) -> TrialOutcome:
    """Describe a finished trial, be it fitted or failed for a reason."""
    if fitted is None:
        return TrialOutcome(
            number=number, family=family.id, kind=kind, config=plain_config(config), seed=seed, reason=reason
        )
    return TrialOutcome(
        number=number,
        family=family.id,
        kind=kind,
        config=plain_config(fitted.config),
        seed=seed,
        score=fitted.score,
        fold_scores=fitted.fold_scores,
        fit_seconds=fitted.fit_seconds,
        predict_seconds=fitted.predict_seconds,
        size_bytes=fitted.size_bytes,
        oof=fitted.oof,
    )


def plain_config(config: Config) -> dict[str, Any]:
    """Write a configuration in plain values."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in config.items()}
