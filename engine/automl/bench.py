"""The rows, the folds, and what is encoded once per fold and kind of encoding instead of once per trial."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.encoding import Prepared, prepare
from engine.automl.families.family import Context, Encoding, Family, Labels
from engine.automl.features import Features, fitted_features
from engine.automl.limits import Watch
from engine.automl.table import align
from engine.data.recipe.checking import check, output
from engine.domain.data import Problem
from engine.domain.recipe import Recipe

Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

_SEEDS_APART = 7_919
_MOST_CACHED_BYTES = 400 * 1024**2
_FEWEST_ROWS_FOR_EARLY_STOPPING = 1_000
"""With fewer, the rows held back are too few to decide anything."""
_FEWEST_ROUNDS_FOR_EARLY_STOPPING = 50
_MOST_SCORED = 50_000
"""Rows of a fold that are scored at most: they tell apart what differs by half a point in a hundred."""
_SAMPLE_CELLS = 1_500_000
"""Rows times columns of the first sample of a long table: a fit on so many takes seconds."""
_FEWEST_SAMPLED = 20_000
_GROWTH = 2
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

    The last ones are taken: where folds follow time, these are fitted on most. Of very many rows in a fold a sample is
    scored.
    """
    most = 1 if rows > _VERY_MANY_ROWS else _FOLDS_THEN if rows > _MANY_ROWS else len(folds)
    used = folds[-most:] if most < len(folds) else folds
    return [(fit, _some(rest)) for fit, rest in used]


def _some(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    if len(rows) <= _MOST_SCORED:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, _MOST_SCORED, replace=False))


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
    aside: Aside = field(default_factory=Aside)
    X: pd.DataFrame = field(init=False)
    """The features, aligned."""
    draws: int = field(init=False)
    """How often each row is scored: the folds may be those of several draws one after the other."""
    scored_rows: npt.NDArray[np.intp] = field(init=False)
    """Rows that some fold scores, ascending."""
    encoding_seconds: dict[Encoding, float] = field(default_factory=dict)
    """By encoding: what fitting it and encoding took, in seconds per row."""
    target_scale: Problem = field(init=False)
    """The problem with the scale on which the recipe has the target fitted."""
    _features: dict[tuple[int | None, int | None], Features] = field(default_factory=dict)
    _cache: dict[tuple[Encoding, int, int | None], Encoded] = field(default_factory=dict)
    _cached_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Bring the table into the form of the pipelines, once; a recipe that cannot be done is refused here."""
        self.X = align(self.raw, self.problem)[0]
        scored = np.concatenate([rest for _, rest in self.folds]) if self.folds else np.zeros(1, dtype=np.intp)
        self.draws = int(np.bincount(scored).max())
        self.scored_rows = np.unique(scored)
        check(self.recipe, (), self.problem)
        scaled = output(self.recipe, self.problem)
        self.target_scale = replace(self.problem, log_target=scaled.log_target, power_target=scaled.power_target)

    def fit_rows(self, number: int | None, sample: int | None = None) -> npt.NDArray[np.intp]:
        """Say on which rows a fold is fitted, all of them without a number; a smaller sample is part of a larger."""
        rows = np.arange(len(self.y)) if number is None else self.folds[number][0]
        return rows if sample is None else _drawn(rows, sample, [self.seed, number or 0])

    @property
    def samples(self) -> tuple[int | None, ...]:
        """List the growing samples of a long table's folds; without a number, all rows: the only one of short ones."""
        return (*_sizes(len(self.folds[-1][0]) if self.folds else 0, self.X.shape[1]), None)

    def encoded(self, encoding: Encoding, number: int, sample: int | None = None) -> Encoded:
        """Fit recipe and encoding on the rows of one fold; the fold's other rows are only transformed."""
        key = (encoding, number, sample)
        if key in self._cache:
            return self._cache[key]
        began, rest = time.perf_counter(), self.folds[number][1]
        features, prepared, inside = self.fitted_encoding(encoding, number, sample)
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
        self.encoding_seconds[encoding] = (time.perf_counter() - began) / (inside.shape[0] + outside.shape[0])
        with self._lock:
            if encoding != "none" and self._cached_bytes + size <= _MOST_CACHED_BYTES:
                self._cache[key] = made
                self._cached_bytes += size
        return made

    def fitted_encoding(
        self, encoding: Encoding, number: int | None, sample: int | None = None
    ) -> tuple[Features, Prepared, Any]:
        """Fit recipe and encoding on the rows of a fold, or on all; returns also what they make of them."""
        features = self._featured(number, sample, bare=encoding == "none")
        prepared = prepare(encoding, features.problem, features.table, self.seed)
        if isinstance(prepared.step, str):
            return features, prepared, features.table
        return features, prepared, prepared.step.fit_transform(features.table, features.y)

    def _featured(self, number: int | None, sample: int | None, *, bare: bool) -> Features:
        """Do the recipe on the rows of a fold, once for all encodings; ``bare`` is for models that ask no feature."""
        rows = self.fit_rows(number, sample)
        if bare or not self.recipe.steps:
            table, y = self.X.iloc[rows], self.y[rows]
            return Features(step="passthrough", table=table, y=y, problem=self.problem, rows=rows)
        key = (number, sample)
        if key not in self._features:
            made = fitted_features(self.recipe, self.X.iloc[rows], self.y[rows], self.problem, self.seed)
            made = replace(made, rows=rows[made.rows])
            size = _bytes_of(made.table)
            with self._lock:
                if self._cached_bytes + size > _MOST_CACHED_BYTES and number is not None:
                    return made
                self._cached_bytes += size
                self._features.setdefault(key, made)
        return self._features[key]

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
        bag: int = 0,
    ) -> Context:
        """Gather what an estimator must know.

        ``on`` are the positions of its rows, ``asked`` the rounds that its configuration allows, ``bag`` counts fits
        that differ by chance alone.
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
            seed=self.seed + _SEEDS_APART * bag,
            threads=max(1, self.threads // workers),
            categories=categories,
            width=columns - len(categories),
            early=early,
            rounds=rounds,
            watch=watch,
            **self.aside.of(on),
        )


def _sizes(rows: int, columns: int) -> list[int]:
    """List the growing samples, smaller than all rows by one step at least."""
    size = max(_SAMPLE_CELLS // max(columns, 1), _FEWEST_SAMPLED)
    found = []
    while size * _GROWTH <= rows:
        found.append(size)
        size *= _GROWTH
    return found


def _drawn(rows: npt.NDArray[np.intp], sample: int, seed: Sequence[int]) -> npt.NDArray[np.intp]:
    if sample >= len(rows):
        return rows
    return np.sort(rows[np.random.default_rng(list(seed)).permutation(len(rows))[:sample]])


def _bytes_of(table: Any) -> int:
    if isinstance(table, pd.DataFrame):
        return int(table.memory_usage().sum())
    if hasattr(table, "nbytes"):
        return int(table.nbytes)
    return int(table.data.nbytes + table.indices.nbytes)
