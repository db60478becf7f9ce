"""One small fixed model, to say in a second how much better a table is predicted one way than another.

It never competes: gradient-boosted trees (scikit-learn's ``HistGradientBoosting``) on codes, with settings that are
never tuned, on at most 5,000 rows drawn with a fixed seed. Scores are the ROC AUC of classes (mean over the classes,
each against the others, within folds) and the R2 of a number's ranks, which no long tail can rule.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import plain
from engine.data.target import encode_target
from engine.domain.data import Problem
from engine.domain.task import ColumnKind

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

MOST_ROWS = 5_000
ROC_AUC = "ROC AUC"
FOLDS = 5

_MOST_FEATURES = 60
_MOST_LEVELS = 60
_MOST_CLASSES = 6
_FEWEST_PER_CLASS = 10
_TREES = 30
_LEAVES = 15
# With so few rows a second thread gains little, and threads that wait for each other on busy cores lose much.
_THREADS = 1


@dataclass(frozen=True, kw_only=True)
class QuickTable:
    """Rows made ready for the quick model."""

    X: Floats
    """Shape (n_rows, n_features)."""
    categorical: tuple[bool, ...]
    truth: Floats
    """Shape (n_rows, n_targets): what :func:`truth_of` returns."""
    rows: Rows
    """Positions of the rows in the table they come from."""
    classes: bool

    @property
    def metric(self) -> str:
        """What the scores are, in words."""
        return ROC_AUC if self.classes else "R2 of the ranks"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two scores of the same rows, and the interval of their difference (95 %, bootstrap over whole clusters)."""

    metric: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    rows: int

    @property
    def guess(self) -> float:
        """The score of a guess."""
        return 0.5 if self.metric == ROC_AUC else 0.0

    def as_dict(self) -> dict[str, float | str]:
        """Return plain values, rounded as far as they are worth."""
        numbers = {name: round(getattr(self, name), 4) for name in ("first", "second", "difference", "low", "high")}
        return {"metric": self.metric, **numbers, "rows": self.rows}


def draw_rows(rows: int, most: int = MOST_ROWS) -> Rows:
    """Draw at most ``most`` of ``rows`` positions with a fixed seed, ascending."""
    if rows <= most:
        return np.arange(rows, dtype=np.intp)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False)).astype(np.intp)


def draw_groups(groups: Rows, most: int = MOST_ROWS, per_group: int = 100) -> Rows:
    """Draw whole groups (at most ``per_group`` rows of each) until ``most`` rows are reached; positions, ascending."""
    rng = np.random.default_rng(0)
    order = np.argsort(groups + rng.random(len(groups)) * 0.5, kind="stable")
    _, first, counts = np.unique(groups[order], return_index=True, return_counts=True)
    place = np.arange(len(groups)) - np.repeat(first, counts)
    kept = order[place < per_group]
    if len(kept) <= most:
        return np.sort(kept).astype(np.intp)
    sizes = np.minimum(counts, per_group)
    drawn = rng.permutation(len(sizes))
    chosen = drawn[: max(2, int(np.searchsorted(np.cumsum(sizes[drawn]), most)))]
    label = np.repeat(np.arange(len(counts)), counts)[place < per_group]
    return np.sort(kept[np.isin(label, chosen)]).astype(np.intp)


def prepare(
    frame: pd.DataFrame, problem: Problem, rows: Rows, *, leave_out: Collection[str] = (), only: Collection[str] = ()
) -> QuickTable | None:
    """Make rows ready for the quick model.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    problem : Problem
    rows : ndarray
        Positions of the rows to use.
    leave_out : collection of str
        Features that are not used.
    only : collection of str
        If given, no other features are used.

    Returns
    -------
    QuickTable or None
        ``None`` if no feature or no second class is left.
    """
    few = frame.iloc[rows]
    truth = truth_of(few[problem.target], problem)
    names = [name for name in problem.features if name not in leave_out and (not only or name in only)]
    if not names or not truth.shape[1]:
        return None
    columns = [coded(few[name], problem.kinds[name]) for name in names]
    X = np.column_stack([column for column, _ in columns])
    categorical = np.array([is_category for _, is_category in columns])
    kept = strongest(X, truth)
    return QuickTable(
        X=X[:, kept],
        categorical=tuple(bool(one) for one in categorical[kept]),
        truth=truth,
        rows=rows,
        classes=problem.task.is_classification,
    )


def truth_of(series: pd.Series, problem: Problem) -> Floats:
    """Return one 0/1 column for each class (the positive one alone for two), or the ranks of a number from 0 to 1.

    Of more than six classes the six most frequent have a column; classes with under ten rows have none.
    """
    y = encode_target(series, problem)
    if not problem.task.is_classification:
        return np.asarray(pd.Series(y).rank(pct=True), dtype=np.float64)[:, None]
    codes = y.astype(np.intp)
    counts = np.bincount(codes, minlength=len(problem.classes))
    if len(problem.classes) == 2:
        told = [1] if counts.min() >= _FEWEST_PER_CLASS else []
    else:
        told = [int(n) for n in np.argsort(-counts, kind="stable")[:_MOST_CLASSES] if counts[n] >= _FEWEST_PER_CLASS]
    return np.asarray(codes[:, None] == np.array(told, dtype=np.intp)[None, :], dtype=np.float64)


def coded(series: pd.Series, kind: ColumnKind) -> tuple[Floats, bool]:
    """Turn a column into numbers; the second value says whether they are codes without an order."""
    series = plain(series)
    if not isinstance(series.dtype, pd.StringDtype):
        return as_floats(series), False
    if kind is ColumnKind.TEXT:
        return as_floats(series.str.len()), False
    counts = series.value_counts()
    place = pd.Series(np.arange(len(counts), dtype=np.float64), index=counts.index)
    return as_floats(series.map(place)), len(counts) <= _MOST_LEVELS


def as_floats(series: pd.Series) -> npt.NDArray[np.float64]:
    """Return numbers, truth values or dates (in seconds since 1970) as floats; empty and infinite cells are NaN."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        if getattr(series.dt, "tz", None) is not None:
            series = series.dt.tz_convert("UTC").dt.tz_localize(None)
        values = series.to_numpy(dtype="datetime64[ns]")
        floats = values.astype(np.int64).astype(np.float64) / 1e9
        floats[np.isnat(values)] = np.nan
        return floats
    floats = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return floats if np.isfinite(floats).all() else np.where(np.isfinite(floats), floats, np.nan)


def strongest(X: Floats, truth: Floats) -> Rows:
    """Choose at most 60 columns, those whose ranks follow the target most closely."""
    if X.shape[1] <= _MOST_FEATURES:
        return np.arange(X.shape[1], dtype=np.intp)
    ranks = pd.DataFrame(X).rank(pct=True).fillna(0.5).to_numpy()
    ranks = ranks - ranks.mean(axis=0)
    centred = truth - truth.mean(axis=0)
    spread = np.sqrt((ranks**2).sum(axis=0))[:, None] * np.sqrt((centred**2).sum(axis=0))[None, :]
    strength = (np.abs(ranks.T @ centred) / np.where(spread > 0, spread, np.inf)).max(axis=1)
    return np.sort(np.argsort(-strength, kind="stable")[:_MOST_FEATURES]).astype(np.intp)


def shuffled_folds(table: QuickTable) -> Rows:
    """Give every row a fold at random, with the target spread evenly over the folds."""
    key = table.truth @ (np.arange(table.truth.shape[1]) + 1.0)
    order = np.lexsort((np.random.default_rng(1).random(len(key)), key))
    fold = np.empty(len(key), dtype=np.intp)
    fold[order] = np.arange(len(key)) % FOLDS
    return fold


def grouped_folds(table: QuickTable, groups: Rows) -> Rows:
    """Give every group a fold, with the target spread evenly over the folds."""
    _, codes = np.unique(groups, return_inverse=True)
    counts = np.bincount(codes)
    key = table.truth @ (np.arange(table.truth.shape[1]) + 1.0)
    means = np.bincount(codes, weights=key) / counts
    order = np.lexsort((np.random.default_rng(1).random(len(counts)), means.round(3)))
    fold = np.empty(len(counts), dtype=np.intp)
    sizes = np.zeros(FOLDS)
    # Five groups with neighbouring means go to five folds, the largest to the fold that is smallest so far.
    for start in range(0, len(order), FOLDS):
        block = order[start : start + FOLDS]
        block = block[np.argsort(-counts[block], kind="stable")]
        free = np.argsort(sizes, kind="stable")[: len(block)]
        fold[block] = free
        sizes[free] += counts[block]
    return fold[codes].astype(np.intp)


def out_of_fold(table: QuickTable, folds: Rows) -> Floats:
    """Predict the rows of each fold from all rows of the others; shape (n_rows, n_targets)."""
    predicted = np.full(table.truth.shape, np.nan)
    for fold in np.unique(folds):
        inside = folds == fold
        predicted[inside] = fit_predict(table, np.flatnonzero(~inside), np.flatnonzero(inside))
    return predicted


def fit_predict(table: QuickTable, fit: Rows, score: Rows) -> Floats:
    """Fit on some rows and predict others; shape (n_scored, n_targets)."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    X, truth = table.X[fit], table.truth[fit]
    usable = np.array([len(np.unique(column[~np.isnan(column)])) > 0 for column in X.T], dtype=np.bool_)
    if not usable.any() or not len(score):
        return np.broadcast_to(truth.mean(axis=0), (len(score), truth.shape[1])).copy()
    settings = {
        "max_iter": _TREES,
        "max_leaf_nodes": _LEAVES,
        "learning_rate": 0.2,
        "min_samples_leaf": max(2, min(20, len(fit) // 30)),
        "early_stopping": False,
        "random_state": 0,
        "categorical_features": np.array(table.categorical)[usable],
    }
    codes = _class_codes(truth) if table.classes else truth[:, 0]
    with threadpool_limits(_THREADS, user_api="openmp"):
        if not table.classes:
            model = HistGradientBoostingRegressor(**settings).fit(X[:, usable], codes)
            return np.asarray(model.predict(table.X[score][:, usable]), dtype=np.float64)[:, None]
        present = np.unique(codes)
        if len(present) < 2:
            return np.broadcast_to(truth.mean(axis=0), (len(score), truth.shape[1])).copy()
        model = HistGradientBoostingClassifier(**settings).fit(X[:, usable], codes)
        chances = np.asarray(model.predict_proba(table.X[score][:, usable]), dtype=np.float64)
    predicted = np.zeros((len(score), truth.shape[1] + 1))
    predicted[:, present] = chances
    return predicted[:, 1:]


def _class_codes(truth: Floats) -> Rows:
    """Return the number of each row's column of truth, counted from 1; 0 for none."""
    return np.asarray(np.where(truth.any(axis=1), truth.argmax(axis=1) + 1, 0), dtype=np.intp)
