"""The whole report on a batch of new rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.table import align
from engine.domain.data import Problem
from engine.domain.words import number
from engine.errors import InputError
from engine.metrics.scores import scored
from engine.monitor import measures, multivariate
from engine.monitor.advice import advise
from engine.monitor.drift import CHANCE, DRIFT, LEVEL, SMALL, drift
from engine.monitor.findings import findings
from engine.monitor.measures import Measure
from engine.monitor.performance import expected, performance

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.generic]

FEWEST_ROWS = measures.FEWEST

SERVED = "served_"
"""How the columns begin that a service writes beside the features into its log of requests."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the model learned from."""

    X: pd.DataFrame
    """Features, shape (n_old, n_features)."""
    y: Labels
    oof: Floats
    """Out-of-fold predictions, shape (n_old, n_classes) or (n_old,); NaN where no fold scored a row."""
    problem: Problem
    columns: tuple[str, ...] = ()
    """All columns of its table, those that are no features included."""
    matters: float | None = None
    """Smallest difference in the metric that would change the decision."""


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A batch of new rows with the answers of the model."""

    frame: pd.DataFrame
    pred: Floats
    """Shape (n_new, n_classes) or (n_new,)."""
    labelled: npt.NDArray[np.intp]
    """Positions of the rows with a known target."""
    y: Labels
    """Their target, shape (n_labelled,)."""


def check_batch(frame: pd.DataFrame, problem: Problem) -> None:
    """Refuse a batch from which nothing can be told.

    Raises
    ------
    InputError
        If it has fewer than 20 rows, lacks a column, cannot be read as the model needs it, or is empty throughout.
    """
    if len(frame) < FEWEST_ROWS:
        rows = "1 row" if len(frame) == 1 else f"{number(len(frame))} rows"
        raise InputError(
            f"The batch has {rows}; nothing can be told from fewer than {FEWEST_ROWS}.",
            hint="Collect more rows, or put several small files together.",
        )
    tidy, _ = align(frame, problem)
    if bool(tidy.isna().all(axis=None)):
        raise InputError(
            "Every cell that the model needs is missing in the batch.", hint="Check how the file was exported."
        )


def report(known: Known, fresh: Fresh, *, without: tuple[str, ...] = (), seed: int = 0) -> dict[str, Any]:
    """Look at a batch: drift by column and together, answers, score, and what to do.

    Parameters
    ----------
    known : Known
    fresh : Fresh
    without : tuple of str
        Columns that are not compared, such as the one by which batches were cut.
    seed : int

    Returns
    -------
    dict
        ``rows labelled columns drifted level drift[{column statistic effect verdict …}] multivariate predictions target
        performance expected retrain{advice headline reason} findings``.

    Raises
    ------
    InputError
        As :func:`check_batch`.
    """
    problem = known.problem
    check_batch(fresh.frame, problem)
    old, new = align(known.X, problem)[0], align(fresh.frame, problem)[0]
    kinds = {name: problem.kinds[name] for name in problem.features if name not in without}
    columns = drift(old, new, kinds, seed=seed)
    apart = multivariate.tell_apart(old, new, kinds, seed=seed)
    rows = scored(known.oof)
    found: dict[str, Any] = {
        "rows": len(new),
        "labelled": len(fresh.labelled),
        "columns": len(columns),
        "drifted": sum(one.verdict == DRIFT for one in columns),
        "level": LEVEL,
        "drift": [one.as_dict() for one in columns],
        "multivariate": apart.as_dict() if apart else None,
        "predictions": _answers(known.oof[rows], fresh.pred, problem),
        "target": _labels(known.y, fresh.y, problem),
        "performance": _scores(known, fresh, rows, seed),
        "expected": _expected(known, apart, seed),
    }
    found["retrain"] = advise(
        drifted=found["drifted"],
        columns=found["columns"],
        told_apart=apart.told_apart if apart else None,
        performance=found["performance"],
        expected=found["expected"],
        matters=known.matters,
    )
    expected_names = {*known.columns, *problem.features, problem.target}
    names = [str(name) for name in fresh.frame.columns]
    added = [name for name in names if name not in expected_names and not name.startswith(SERVED)]
    found["findings"] = [one.as_dict() for one in findings(found, columns, added=added)]
    plain: dict[str, Any] = _without_nan(found)
    return plain


def _scores(known: Known, fresh: Fresh, rows: npt.NDArray[np.bool_], seed: int) -> dict[str, Any] | None:
    if not len(fresh.labelled):
        return None
    pred = fresh.pred[fresh.labelled]
    return performance(known.y[rows], known.oof[rows], fresh.y, pred, known.problem, seed=seed)


def _expected(known: Known, apart: multivariate.Apart | None, seed: int) -> dict[str, Any] | None:
    if apart is None:
        return None
    mine = apart.old_rows
    return expected(known.y[mine], known.oof[mine], apart.odds, known.problem, seed=seed)


def _answers(old: Floats, new: Floats, problem: Problem) -> dict[str, Any] | None:
    """Compare the answers: the probability of the positive class, the likeliest class, or the value."""
    if old.ndim == 1:
        return _single(measures.numbers(old, new), "value")
    if len(problem.classes) == 2:
        return _single(measures.numbers(old[:, 1], new[:, 1]), f"probability of {problem.classes[1]}")
    names = np.array(problem.classes, dtype=object)
    before, after = pd.Series(names[old.argmax(axis=1)]), pd.Series(names[new.argmax(axis=1)])
    return _single(measures.categories(before, after), "likeliest class")


def _labels(old: Labels, new: Labels, problem: Problem) -> dict[str, Any] | None:
    if problem.task.is_classification:
        return _single(measures.categories(pd.Series(old), pd.Series(new)), problem.target)
    return _single(measures.numbers(old.astype(np.float64), new.astype(np.float64)), problem.target)


def _single(one: Measure | None, what: str) -> dict[str, Any] | None:
    """Judge a single comparison, which needs no correction for others."""
    if one is None:
        return None
    verdict = CHANCE if one.p > LEVEL else DRIFT if one.effect >= one.limit else SMALL
    return {
        "what": what,
        "test": one.test,
        "statistic": one.statistic,
        "p": one.p,
        "scale": one.scale,
        "effect": one.effect,
        "limit": one.limit,
        "verdict": verdict,
    }


def _without_nan(part: Any) -> Any:
    """Write what is not defined as nothing: JSON knows no NaN."""
    if isinstance(part, Mapping):
        return {key: _without_nan(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_without_nan(value) for value in part]
    if isinstance(part, np.generic):
        part = part.item()
    return None if isinstance(part, float) and not np.isfinite(part) else part
