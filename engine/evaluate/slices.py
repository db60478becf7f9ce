"""Where a model fails: the loss of each row, and the table by column."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.words import number
from engine.evaluate.sums import mean_of
from engine.metrics.intervals import FEWEST_UNITS, interval
from engine.metrics.scores import score
from engine.metrics.weighted import Floats, Ints, Mask, Truth

BINS = 5
"""Quantile bins of a number or a date."""
MOST_LEVELS = 20
"""Levels of a category that are looked at, the most frequent ones; the others stand together."""
FEWEST_ROWS = 30
TABLE_RESAMPLES = 200

EMPTY, OTHERS = "empty", "other values"


def row_losses(y: Truth, pred: Floats, problem: Problem) -> Floats:
    """Return the loss of each row: squared error of the probabilities (halved, 0 to 1), or the absolute error.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)

    Returns
    -------
    ndarray of shape (n_rows,)
        Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78.
    """
    if not problem.task.is_classification:
        return np.abs(pred - y.astype(np.float64))
    truth = np.eye(len(problem.classes))[y.astype(np.intp)]
    return np.asarray(0.5 * ((pred - truth) ** 2).sum(axis=1))


def loss_title(problem: Problem) -> str:
    """Say what the loss of a row is."""
    return "squared error of the probability" if problem.task.is_classification else "absolute error"


def binned(column: pd.Series) -> tuple[Ints, list[str]]:
    """Cut a column into levels or quantile bins; empty cells are a part of their own.

    Returns
    -------
    tuple of (ndarray of int, shape (n_rows,), list of str)
        The part of each row, and the name of each part.
    """
    values = column.reset_index(drop=True)
    missing = values.isna().to_numpy()
    numbers = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    dates = pd.api.types.is_datetime64_any_dtype(values.dtype)
    if (numbers or dates) and values.nunique() > BINS:
        codes, names = _quantiles(values, missing, dates=dates)
    else:
        text = values.astype("str")
        frequent = list(text[~missing].value_counts().index)
        kept = frequent[:MOST_LEVELS] if len(frequent) > MOST_LEVELS else frequent
        place = {name: at for at, name in enumerate(kept)}
        codes = np.array(text.map(place).fillna(len(kept)), dtype=np.intp)
        names = [*kept, OTHERS] if len(frequent) > len(kept) else kept
    codes[missing] = len(names)
    return codes, [*names, EMPTY] if missing.any() else names


def _quantiles(values: pd.Series, missing: Mask, *, dates: bool) -> tuple[Ints, list[str]]:
    if dates:
        plain = values.to_numpy(dtype="datetime64[ns]").astype(np.int64).astype(np.float64)
    else:
        plain = values.to_numpy(dtype=np.float64, na_value=np.nan)
    known = plain[~missing]
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="lower"))
    edges = edges[edges < known.max()]
    codes = np.searchsorted(edges, np.where(missing, known[0], plain), side="left").astype(np.intp)

    def written(value: float) -> str:
        return str(pd.Timestamp(int(value)).date()) if dates else number(value if value % 1 else int(value))

    if not len(edges):
        return codes, [f"{written(known.min())} to {written(known.max())}"]
    names = [f"up to {written(edges[0])}"]
    names += [f"over {written(low)} to {written(high)}" for low, high in itertools.pairwise(edges)]
    return codes, [*names, f"over {written(edges[-1])}"]


def table(
    X: pd.DataFrame, y: Truth, pred: Floats, problem: Problem, columns: Sequence[str], *, seed: int = 0
) -> list[dict[str, Any]]:
    """Score each part of some columns.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    columns : sequence of str
    seed : int

    Returns
    -------
    list of dict
        ``column part rows loss value low high reason``: the mean loss, and the project's metric with its 95 %
        interval, or null with the reason (too few rows, a single class).
    """
    losses = row_losses(y, pred, problem)
    found = []
    for name in columns:
        codes, parts = binned(X[name])
        for code, part in enumerate(parts):
            rows = np.flatnonzero(codes == code)
            if len(rows):
                entry = {"column": name, "part": part, "rows": len(rows), "loss": float(losses[rows].mean())}
                found.append(entry | scored_part(y[rows], pred[rows], problem, seed=seed))
    return found


def scored_part(
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    seed: int = 0,
    fewest: int = FEWEST_ROWS,
    groups: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Score a part of the rows by the project's metric; null with the reason where that cannot be said."""
    nothing: dict[str, Any] = {"value": None, "low": None, "high": None}
    if len(y) < fewest:
        return nothing | {"reason": f"fewer than {fewest} rows"}
    if np.isnan(score(problem.metric, y, pred, problem)):
        single = problem.task.is_classification and len(np.unique(y)) < 2
        return nothing | {"reason": "a single class" if single else "the metric is not defined here"}
    value = interval(problem.metric, y, pred, problem, resamples=TABLE_RESAMPLES, seed=seed, groups=groups)
    return {"value": value.value, "low": value.low, "high": value.high, "reason": ""}


def tagged(
    tags: Mapping[int, Sequence[str]],
    rows: Sequence[int],
    y: Truth,
    pred: Floats,
    problem: Problem,
    *,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
) -> list[dict[str, Any]]:
    """Score the rows of each tag that a person gave, as a slice.

    Tags stand on rows that were chosen for their loss: that they score worse than others proves nothing, which is why
    there is no test of it.

    Parameters
    ----------
    tags : mapping of row number to the tags of the row
        Rows that are not among ``rows`` are left out.
    rows : sequence of int
        Number of each row of ``y`` and ``pred``.
    y : ndarray of shape (n_rows,)
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
        Without NaN.
    problem : Problem
    seed, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    list of dict
        By tag: ``tag rows``; ``loss loss_low loss_high`` (mean and its interval, none below ten rows) and ``rest``
        (mean of all other rows, null where there are none); ``value low high reason`` of the project's metric.
    """
    place = {int(row): at for at, row in enumerate(rows)}
    losses = row_losses(y, pred, problem)
    known = None if groups is None else np.asarray(groups)
    found = []
    for tag in sorted({tag for given in tags.values() for tag in given}):
        inside = np.zeros(len(rows), dtype=bool)
        inside[[place[row] for row, given in tags.items() if tag in given and row in place]] = True
        if not inside.any():
            continue
        kept = None if known is None else known[inside]
        loss = mean_of(losses[inside], seed=seed, groups=kept)
        found.append(
            {
                "tag": tag,
                "rows": int(inside.sum()),
                "loss": loss["value"],
                "loss_low": loss["low"],
                "loss_high": loss["high"],
                "rest": None if inside.all() else float(losses[~inside].mean()),
                **scored_part(y[inside], pred[inside], problem, seed=seed, fewest=FEWEST_UNITS, groups=kept),
            }
        )
    return found
