"""Fitting a record again: the whole model from all rows, or the score from the folds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.bench import Bench, Fold, used_folds
from engine.automl.encoding import Prepared
from engine.automl.families import find
from engine.automl.families.family import ROUNDS, Config, Encoding, Labels, asked
from engine.automl.features import Features
from engine.automl.folds import fit_folds
from engine.automl.limits import Limit, OutOfTimeError, Watch, partial_run
from engine.automl.model import Member, Model
from engine.automl.pipeline import assembled, fit_estimator
from engine.domain.data import Problem
from engine.domain.recipe import Recipe

SAMPLE_ROWS = 5


class Record(Protocol):
    """What a recorded trial must say to be fitted again."""

    @property
    def family(self) -> str:
        """Id of the family."""

    @property
    def config(self) -> Config:
        """Its hyper-parameters."""


def refit(
    parts: Sequence[tuple[float, Record]],
    X: pd.DataFrame,
    y: Labels,
    problem: Problem,
    *,
    seed: int,
    threads: int,
    recipe: Recipe | None = None,
    bags: int = 1,
    aside: Aside | None = None,
) -> Model:
    """Fit the weighted members of a model on all rows.

    Parameters
    ----------
    parts : sequence of (weight, record)
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    problem : Problem
    seed, threads : int
    recipe : Recipe, optional
    bags : int
        How often members that differ by chance are fitted, each time with another seed.
    aside : Aside, optional
        That of the run.

    Returns
    -------
    Model
    """
    bench = Bench(raw=X, y=y, problem=problem, folds=(), seed=seed, threads=threads, recipe=recipe or Recipe())
    bench.aside = aside or Aside()
    records, shared = {place: record for place, (_, record) in enumerate(parts)}, AllRows(bench=bench)
    fits = [refit_on_all(bench, records, Limit(), shared=shared)]
    for bag in range(1, bags):
        again = {place: record for place, record in records.items() if find(record.family).by_chance}
        fits.append(refit_on_all(bench, again, Limit(), shared=shared, bag=bag))
    weighted = {place: (weight, record.family) for place, (weight, record) in enumerate(parts)}
    return Model(problem, members_of(weighted, fits), bench.X.iloc[:SAMPLE_ROWS], bench.recipe)


def members_of(weighted: Mapping[int, tuple[float, str]], fits: Sequence[Mapping[int, Any]]) -> tuple[Member, ...]:
    """Put fitted pipelines together: where a member was fitted several times, its weight is shared out evenly.

    Parameters
    ----------
    weighted : mapping of a number to (weight, family id)
    fits : sequence of mapping of a number to a fitted pipeline
        One mapping for each bag.
    """
    found: list[Member] = []
    for number, (weight, family) in weighted.items():
        pipelines = [fitted[number] for fitted in fits if number in fitted]
        found += [Member(weight=weight / len(pipelines), family=family, pipeline=one) for one in pipelines]
    return tuple(found)


@dataclass(kw_only=True)
class AllRows:
    """The encodings fitted on all rows; members that share one share the very same object."""

    bench: Bench
    made: dict[Encoding, tuple[Features, Prepared, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, encoding: Encoding) -> tuple[Features, Prepared, Any]:
        """Fit an encoding, once."""
        with self.lock:
            if encoding not in self.made:
                self.made[encoding] = self.bench.fitted_encoding(encoding, None)
            return self.made[encoding]


def refit_on_all(
    bench: Bench,
    records: Mapping[int, Record],
    limit: Limit,
    failures: dict[int, str] | None = None,
    *,
    shared: AllRows | None = None,
    bag: int = 0,
) -> dict[int, Any]:
    """Fit records on all rows of a bench, side by side where that is quicker.

    Parameters
    ----------
    bench : Bench
    records : mapping of a number to a record
    limit : Limit
        What is not fitted by then is missing from the result.
    failures : dict, optional
        Takes the reason of each fit that fails, which is then missing from the result; by default it is raised.
    shared : AllRows, optional
        The encodings of earlier calls.
    bag : int
        Counts fits of the same records, each with another seed.

    Returns
    -------
    dict of number to fitted pipeline
    """
    shared, began = shared or AllRows(bench=bench), limit.clock()
    quick = [number for number, record in records.items() if find(record.family).side_by_side]
    # Families that use several threads themselves, or none to advantage, go one after the other.
    slow = [number for number in records if number not in quick]
    fitted: dict[int, Any] = {}
    for group, workers in ((quick, max(1, min(bench.threads, len(quick)))), (slow, 1)):
        seconds = None if limit.seconds is None else max(limit.seconds - (limit.clock() - began), 0.0)
        rest = Limit(seconds=seconds, clock=limit.clock, stopping=limit.stopping)
        jobs = [partial(_refit_one, bench, shared, records[number], workers, rest.watch, bag) for number in group]
        if failures is not None:
            jobs = [partial(_or_reason, job, number, failures) for number, job in zip(group, jobs, strict=True)]
        done = partial_run(jobs, workers=workers, limit=rest) if jobs else {}
        fitted |= {group[place]: pipeline for place, pipeline in done.items() if pipeline is not None}
    return fitted


def _or_reason(job: Callable[[], Any], number: int, failures: dict[int, str]) -> Any:
    try:
        return job()
    except OutOfTimeError:
        raise
    except Exception as error:  # noqa: BLE001 - one member that fails is no reason to lose the others
        failures[number] = type(error).__name__
        return None


def _refit_one(bench: Bench, shared: AllRows, record: Record, workers: int, watch: Watch, bag: int) -> Any:
    family = find(record.family)
    features, prepared, table = shared.of(family.encoding)
    rounds = record.config.get(ROUNDS)
    context = bench.context(
        family,
        table,
        prepared.categories,
        workers=workers,
        watch=watch,
        on=features.rows,
        rounds=rounds,
        bag=bag,
    )
    estimator = fit_estimator(family, asked(record.config), table, features.y, context)
    return assembled(features.step, prepared.step, estimator)


@dataclass(frozen=True, kw_only=True)
class Refolded:
    """What fitting a record on its folds again gave."""

    score: float
    oof: npt.NDArray[np.float64]
    """Out-of-fold predictions, shape (n_rows, n_classes) or (n_rows,)."""


def refolded(
    record: Record,
    X: pd.DataFrame,
    y: Labels,
    folds: Sequence[Fold],
    problem: Problem,
    *,
    seed: int,
    threads: int,
    recipe: Recipe | None = None,
    aside: Aside | None = None,
) -> Refolded:
    """Fit a record on the folds again; on the same platform its score is the recorded one.

    Parameters
    ----------
    record : Record
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    folds : sequence of (fit rows, score rows)
        All folds of the run.
    problem : Problem
    seed, threads : int
    recipe : Recipe, optional
        That of the run.
    aside : Aside, optional
        That of the run.
    """
    used = used_folds(folds, len(y))
    bench = Bench(raw=X, y=y, problem=problem, folds=used, seed=seed, threads=threads, recipe=recipe or Recipe())
    bench.aside = aside or Aside()
    fitted = fit_folds(bench, find(record.family), record.config)
    return Refolded(score=fitted.score, oof=fitted.oof)
