"""Fitting a record again: the whole model from all rows, or the score from the folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.encoding import encoder
from engine.automl.families import find
from engine.automl.families.family import Config
from engine.automl.folds import Bench, Fold, assembled, fit_estimator, fit_folds
from engine.automl.limits import quiet
from engine.automl.model import Member, Model
from engine.automl.table import align
from engine.domain.data import Problem


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
    y: npt.NDArray[np.generic],
    problem: Problem,
    *,
    seed: int,
    threads: int,
) -> Model:
    """Fit the weighted members of a model on all rows.

    Parameters
    ----------
    parts : sequence of (weight, record)
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    problem : Problem
    seed, threads : int

    Returns
    -------
    Model
    """
    tidy, _ = align(X, problem)
    bench = Bench(X=tidy, y=y, problem=problem, folds=(), seed=seed, threads=threads)
    return Model(problem, tuple(refit_member(bench, weight, record) for weight, record in parts))


def refit_member(bench: Bench, weight: float, record: Record) -> Member:
    """Fit one member on all rows of the bench."""
    family = find(record.family)
    step = encoder(family.encoding, bench.problem, bench.X, bench.seed)
    if step == "passthrough":
        table = bench.X
    else:
        with quiet():
            table = step.fit_transform(bench.X, bench.y)
    estimator = fit_estimator(bench, family, record.config, table, bench.y)
    return Member(weight=weight, family=family.id, pipeline=assembled(step, estimator))


def rescore(
    record: Record,
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    folds: Sequence[Fold],
    problem: Problem,
    *,
    seed: int,
    threads: int,
) -> float:
    """Fit a record on the folds again and return its score; on the same platform the recorded one."""
    tidy, _ = align(X, problem)
    bench = Bench(X=tidy, y=y, problem=problem, folds=folds, seed=seed, threads=threads)
    return fit_folds(bench, record.family, record.config).score
