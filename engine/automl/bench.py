"""The rows, the folds, and what is encoded once per fold and kind of encoding instead of once per trial."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.encoding import Prepared, prepare
from engine.automl.families.family import Context, Encoding, Family, Labels
from engine.automl.features import Features, fitted_features
from engine.automl.limits import Watch
from engine.automl.table import align
from engine.data.recipe.checking import check, output
from engine.domain.data import Problem
from engine.domain.recipe import Recipe

Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

_MOST_CACHED_BYTES = 400 * 1024**2
_FEWEST_ROWS_FOR_EARLY_STOPPING = 1_000
"""With fewer, the rows held back are too few to decide anything."""
_FEWEST_ROUNDS_FOR_EARLY_STOPPING = 50
_MANY_ROWS, _FOLDS_THEN = 20_000, 3
_VERY_MANY_ROWS = 250_000


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A fitted recipe and a fitted encoding with what they make of the rows of one fold."""

    recipe: Any
    step: Any
    inside: Any
    """The rows of the fit, shape (n_fit, n_encoded)."""
    outside: Any
    """The rows that are scored, shape (n_score, n_encoded)."""
    y: Labels
    """Targets of the rows of the fit, shape (n_fit,)."""
    categories: tuple[str, ...]
    rows: npt.NDArray[np.intp]
    """Positions of the rows of the fit, shape (n_fit,)."""


def used_folds(folds: Sequence[Fold], rows: int) -> Sequence[Fold]:
    """Choose the folds that are fitted: fewer where rows are many, since a part of them is judged well enough.

    The last ones are taken: where folds follow time, these are fitted on most.
    """
    most = 1 if rows > _VERY_MANY_ROWS else _FOLDS_THEN if rows > _MANY_ROWS else len(folds)
    return folds[-most:] if most < len(folds) else folds


@dataclass(kw_only=True)
class Bench:
    """What every fit of a search shares."""

    raw: pd.DataFrame
    """The features as they were brought, shape (n_rows, n_features)."""
    y: Labels
    problem: Problem
    folds: Sequence[Fold]
    seed: int
    threads: int
    recipe: Recipe = field(default_factory=Recipe)
    groups: npt.NDArray[np.generic] | None = None
    """Group of each row where the folds keep groups whole, shape (n_rows,)."""
    times: npt.NDArray[np.generic] | None = None
    """Place in time of each row where the folds follow time, shape (n_rows,)."""
    X: pd.DataFrame = field(init=False)
    """The features, aligned."""
    target_scale: Problem = field(init=False)
    """The problem with the scale on which the recipe has the target fitted."""
    _features: dict[int | None, Features] = field(default_factory=dict)
    _cache: dict[tuple[Encoding, int], Encoded] = field(default_factory=dict)
    _cached_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Bring the table into the form of the pipelines, once; a recipe that cannot be done is refused here."""
        self.X = align(self.raw, self.problem)[0]
        check(self.recipe, (), self.problem)
        scaled = output(self.recipe, self.problem)
        self.target_scale = replace(self.problem, log_target=scaled.log_target, power_target=scaled.power_target)

    def encoded(self, encoding: Encoding, number: int) -> Encoded:
        """Fit recipe and encoding on the rows of one fold; the fold's other rows are only transformed."""
        key = (encoding, number)
        if key in self._cache:
            return self._cache[key]
        rest = self.folds[number][1]
        features, prepared, inside = self.fitted_encoding(encoding, number)
        outside = self.X.iloc[rest]
        for step in (features.step, prepared.step):
            outside = outside if isinstance(step, str) else step.transform(outside)
        made = Encoded(
            recipe=features.step,
            step=prepared.step,
            inside=inside,
            outside=outside,
            y=features.y,
            categories=prepared.categories,
            rows=features.rows,
        )
        size = _bytes_of(inside) + _bytes_of(outside)
        with self._lock:
            if encoding != "none" and self._cached_bytes + size <= _MOST_CACHED_BYTES:
                self._cache[key] = made
                self._cached_bytes += size
        return made

    def fitted_encoding(self, encoding: Encoding, number: int | None) -> tuple[Features, Prepared, Any]:
        """Fit recipe and encoding on the rows of a fold, or on all; returns also what they make of them."""
        features = self._featured(number, bare=encoding == "none")
        prepared = prepare(encoding, features.problem, features.table, self.seed)
        if isinstance(prepared.step, str):
            return features, prepared, features.table
        return features, prepared, prepared.step.fit_transform(features.table, features.y)

    def _featured(self, number: int | None, *, bare: bool) -> Features:
        """Do the recipe on the rows of a fold, once for all encodings; ``bare`` is for models that ask no feature."""
        rows = np.arange(len(self.y)) if number is None else self.folds[number][0]
        if bare or not self.recipe.steps:
            table, y = self.X.iloc[rows], self.y[rows]
            return Features(step="passthrough", table=table, y=y, problem=self.problem, rows=rows)
        if number not in self._features:
            made = fitted_features(self.recipe, self.X.iloc[rows], self.y[rows], self.problem, self.seed)
            made = replace(made, rows=rows[made.rows])
            size = _bytes_of(made.table)
            with self._lock:
                if self._cached_bytes + size > _MOST_CACHED_BYTES and number is not None:
                    return made
                self._cached_bytes += size
                self._features.setdefault(number, made)
        return self._features[number]

    def side_by_side(self, family: Family, jobs: int) -> int:
        """Say how many fits of a family run at a time."""
        return min(self.threads, jobs) if family.side_by_side else 1

    def context(
        self,
        family: Family,
        table: Any,
        categories: tuple[str, ...],
        *,
        workers: int,
        watch: Watch,
        on: npt.NDArray[np.intp],
        asked: int = 0,
        rounds: int | None = None,
    ) -> Context:
        """Gather what an estimator must know.

        ``on`` are the positions of its rows, ``asked`` the rounds that its configuration allows.
        """
        rows, columns = table.shape
        early = (
            rounds is None
            and family.rounds is not None
            and rows >= _FEWEST_ROWS_FOR_EARLY_STOPPING
            and asked > _FEWEST_ROUNDS_FOR_EARLY_STOPPING
        )
        return Context(
            problem=self.target_scale,
            rows=rows,
            seed=self.seed,
            threads=max(1, self.threads // workers),
            categories=categories,
            width=columns - len(categories),
            early=early,
            rounds=rounds,
            watch=watch,
            groups=None if self.groups is None else self.groups[on],
            times=None if self.times is None else self.times[on],
        )


def _bytes_of(table: Any) -> int:
    if isinstance(table, pd.DataFrame):
        return int(table.memory_usage().sum())
    if hasattr(table, "nbytes"):
        return int(table.nbytes)
    return int(table.data.nbytes + table.indices.nbytes)
