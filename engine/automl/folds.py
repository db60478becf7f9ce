"""Fitting one configuration on every fold and keeping what it predicts for the rows that it did not see."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from engine.automl.encoding import categories_of, encoder
from engine.automl.families import find
from engine.automl.families.family import Config, Context, Encoding, Family
from engine.automl.limits import quiet
from engine.domain.data import Problem
from engine.metrics.scores import score

Floats = npt.NDArray[np.float64]
Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

_CELLS_FOR_THREADS = 60_000
_MOST_CACHED_BYTES = 600 * 1024**2


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What fitting one configuration on every fold gave."""

    score: float
    fold_scores: tuple[float, ...]
    fit_seconds: float
    predict_seconds: float
    size_bytes: int
    oof: Floats
    pipelines: tuple[Any, ...]
    """The fitted pipeline of each fold."""


@dataclass(kw_only=True)
class Bench:
    """The rows, the folds, and what is encoded once per fold and kind of encoding instead of once per trial."""

    X: pd.DataFrame
    y: npt.NDArray[np.generic]
    problem: Problem
    folds: Sequence[Fold]
    seed: int
    threads: int
    _encoded: dict[tuple[Encoding, int], tuple[Any, Any, Any]] = field(default_factory=dict)
    _cached_bytes: int = 0

    def context(self, family: Family, rows: int, columns: int) -> Context:
        """Gather what an estimator must know when it is built; ``columns`` counts those of the encoded table."""
        categories = categories_of(family.encoding, self.problem, self.X)
        return Context(
            problem=self.problem,
            rows=rows,
            seed=self.seed,
            # On few rows threads wait for each other longer than they work.
            threads=self.threads if rows * max(columns, 1) >= _CELLS_FOR_THREADS else 1,
            categories=categories,
            width=columns - len(categories),
        )

    def encoded(self, encoding: Encoding, number: int) -> tuple[Any, Any, Any]:
        """Fit the encoding on the rows of one fold; returns it with both encoded parts."""
        key = (encoding, number)
        if key in self._encoded:
            return self._encoded[key]
        fit, rest = self.folds[number]
        step = encoder(encoding, self.problem, self.X, self.seed)
        if step == "passthrough":
            return step, self.X.iloc[fit], self.X.iloc[rest]
        with quiet():
            inside = step.fit_transform(self.X.iloc[fit], self.y[fit])
            outside = step.transform(self.X.iloc[rest])
        made = (step, inside, outside)
        size = _bytes_of(inside) + _bytes_of(outside)
        if self._cached_bytes + size <= _MOST_CACHED_BYTES:
            self._encoded[key] = made
            self._cached_bytes += size
        return made


def fit_folds(bench: Bench, family_id: str, config: Config) -> Fitted:
    """Fit a configuration on every fold.

    Raises
    ------
    ValueError
        If predictions are not finite. Whatever a library raises goes through.
    """
    family = find(family_id)
    oof = np.full(_shape(bench), np.nan)
    scores, pipelines, seconds = [], [], 0.0
    for number, (fit, rest) in enumerate(bench.folds):
        step, inside, outside = bench.encoded(family.encoding, number)
        began = time.perf_counter()
        estimator = fit_estimator(bench, family, config, inside, bench.y[fit])
        seconds += time.perf_counter() - began
        oof[rest] = outcome(estimator, outside, bench.problem)
        if not np.isfinite(oof[rest]).all():
            raise ValueError("it predicts values that are not finite")
        scores.append(float(score(bench.problem.metric, bench.y[rest], oof[rest], bench.problem)))
        pipelines.append(assembled(step, estimator))
    return Fitted(
        score=_overall(bench, oof),
        # A metric that is undefined on a fold (one class only) has no score there.
        fold_scores=tuple(one for one in scores if np.isfinite(one)),
        fit_seconds=seconds,
        predict_seconds=one_row_seconds(pipelines[0], bench),
        size_bytes=len(pickle.dumps(pipelines[0])),
        oof=oof,
        pipelines=tuple(pipelines),
    )


def fit_estimator(bench: Bench, family: Family, config: Config, table: Any, y: npt.NDArray[np.generic]) -> Any:
    """Fit the last step of a pipeline on an encoded table."""
    estimator = unfitted(bench, family, config, table.shape[0], table.shape[1])
    with quiet():
        estimator.fit(table, y)
    inner = getattr(estimator, "regressor_", estimator)
    # One row must be answered at once: spreading it over threads takes longer than the answer.
    if hasattr(inner, "n_jobs") and hasattr(inner, "estimators_"):
        inner.set_params(n_jobs=1)
    return estimator


def unfitted(bench: Bench, family: Family, config: Config, rows: int, columns: int) -> Any:
    """Build an estimator; on a logarithmic target it is wrapped, so that it predicts on the original scale."""
    estimator = family.build(config, bench.context(family, rows, columns))
    if not bench.problem.log_target:
        return estimator
    return TransformedTargetRegressor(estimator, func=np.log1p, inverse_func=np.expm1, check_inverse=False)


def outcome(estimator: Any, table: Any, problem: Problem) -> Floats:
    """Predict: probabilities of shape (n_rows, n_classes) in the order of the classes, or values (n_rows,)."""
    with quiet():
        if not problem.task.is_classification:
            return np.asarray(estimator.predict(table), dtype=np.float64).ravel()
        known = np.asarray(estimator.predict_proba(table), dtype=np.float64)
    full = np.zeros((known.shape[0], len(problem.classes)))
    # A class that no row of the fold has gets the probability zero.
    full[:, np.asarray(estimator.classes_, dtype=np.intp)] = known
    return full


def assembled(step: Any, estimator: Any) -> Pipeline:
    """Put fitted steps together to the pipeline that they are."""
    return Pipeline([("columns", step), ("model", estimator)])


def predict(pipeline: Any, frame: pd.DataFrame, problem: Problem) -> Floats:
    """Predict with a complete pipeline; probabilities (n_rows, n_classes) or values (n_rows,)."""
    return outcome(pipeline, frame, problem)


def one_row_seconds(pipeline: Any, bench: Bench, repeats: int = 3) -> float:
    """Measure how long one row takes, in seconds: the best of a few calls."""
    row, times = bench.X.iloc[:1], []
    for _ in range(repeats):
        began = time.perf_counter()
        predict(pipeline, row, bench.problem)
        times.append(time.perf_counter() - began)
    return min(times)


def _overall(bench: Bench, oof: Floats) -> float:
    scored = np.isfinite(oof).all(axis=1) if oof.ndim == 2 else np.isfinite(oof)
    value = float(score(bench.problem.metric, bench.y[scored], oof[scored], bench.problem))
    if not np.isfinite(value):
        raise ValueError("its score is not finite")
    return value


def _shape(bench: Bench) -> tuple[int, ...]:
    rows = len(bench.y)
    return (rows, len(bench.problem.classes)) if bench.problem.task.is_classification else (rows,)


def _bytes_of(table: Any) -> int:
    if isinstance(table, pd.DataFrame):
        return int(table.memory_usage().sum())
    if hasattr(table, "nbytes"):
        return int(table.nbytes)
    return int(table.data.nbytes + table.indices.nbytes)
