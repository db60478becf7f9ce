"""Telling old rows from new ones by a classifier: drift that no single column shows.

If nothing has changed, no classifier can tell the two apart and its cross-validated ROC AUC is 0.5 (Lopez-Paz, D. and
Oquab, M. (2017). Revisiting classifier two-sample tests. International Conference on Learning Representations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.quick import as_floats
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.metrics.intervals import interval
from engine.metrics.scores import score
from engine.monitor.measures import lengths

Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 50
LIMIT = 0.55
"""The two are told apart if the whole interval of the ROC AUC lies above this."""

_MOST_ROWS = 4_000
_FOLDS = 5
_MOST_LEVELS = 250
_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_PROBLEM = Problem(target="side", task=Task.BINARY, metric="roc_auc", features=(), kinds={}, classes=("old", "new"))


@dataclass(frozen=True, kw_only=True)
class Apart:
    """How well old and new rows are told apart."""

    auc: float
    low: float | None
    high: float | None
    told_apart: bool
    columns: list[dict[str, Any]]
    """``column`` and ``loss`` of ROC AUC when its values are shuffled, largest first, those above zero;
    empty where the two are not told apart."""
    old_rows: npt.NDArray[np.intp]
    """Positions of the old rows that were drawn."""
    odds: Floats
    """For each of them how much likelier it is among new rows than among old ones, shape (n_drawn,)."""

    def as_dict(self) -> dict[str, Any]:
        """Return what is shown."""
        return {
            "auc": self.auc,
            "low": self.low,
            "high": self.high,
            "limit": LIMIT,
            "told_apart": self.told_apart,
            "columns": self.columns,
            "rows": len(self.old_rows),
        }


def tell_apart(old: pd.DataFrame, new: pd.DataFrame, kinds: Mapping[str, ColumnKind], *, seed: int = 0) -> Apart | None:
    """Fit gradient boosting that tells old rows from new ones, and score it on rows that it has not seen.

    Dates are left out, since new rows have later ones. At most 4,000 rows of each side are drawn.

    Parameters
    ----------
    old, new : DataFrame of shape (n_old, n_columns), (n_new, n_columns)
        As :func:`engine.automl.table.align` gives them.
    kinds : mapping
        Kind of each column.
    seed : int

    Returns
    -------
    Apart or None
        Nothing with fewer than 50 rows on a side, or without a column that can be used.
    """
    names = [name for name, kind in kinds.items() if kind is not ColumnKind.DATETIME]
    if min(len(old), len(new)) < FEWEST_ROWS or not names:
        return None
    rng = np.random.default_rng(seed)
    mine, theirs = _drawn(len(old), rng), _drawn(len(new), rng)
    both = pd.concat([old[names].iloc[mine], new[names].iloc[theirs]], ignore_index=True)
    X = np.column_stack([_coded(both[name], kinds[name]) for name in names])
    y = np.repeat([0, 1], [len(mine), len(theirs)])
    chance, models = _crossed(X, y, seed)
    value = interval("roc_auc", y, chance, _PROBLEM, seed=seed)
    auc = value.value if value else 0.5
    low, high = (value.low, value.high) if value else (None, None)
    p = np.clip(chance[: len(mine), 1], 0.01, 0.99)
    told_apart = low is not None and low > LIMIT
    losses = _losses(models, X, y, chance, seed) if told_apart else np.zeros(len(names))
    ranked = sorted(zip(names, losses, strict=True), key=lambda pair: -pair[1])
    return Apart(
        auc=auc,
        low=low,
        high=high,
        told_apart=told_apart,
        columns=[{"column": name, "loss": float(loss)} for name, loss in ranked if loss > 0][:10],
        old_rows=mine,
        odds=p / (1 - p) * (len(mine) / len(theirs)),
    )


def _drawn(rows: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    if rows <= _MOST_ROWS:
        return np.arange(rows, dtype=np.intp)
    return np.sort(rng.choice(rows, _MOST_ROWS, replace=False)).astype(np.intp)


def _coded(series: pd.Series, kind: ColumnKind) -> Floats:
    """Write a column as numbers: texts by their length, categories by how frequent they are, the rarest as one."""
    if kind in _NUMBERS:
        return as_floats(series)
    if kind is ColumnKind.TEXT:
        return lengths(series)
    place = {level: code for code, level in enumerate(series.value_counts().index)}
    codes: Floats = np.minimum(np.asarray(series.map(place), dtype=np.float64), _MOST_LEVELS)
    return codes


def _crossed(X: Floats, y: npt.NDArray[np.intp], seed: int) -> tuple[Floats, list[tuple[Any, npt.NDArray[np.intp]]]]:
    """Predict each row by a model that has not seen it; returns the chances, and the models with their rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold

    chance = np.zeros((len(y), 2))
    models = []
    for rest, part in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(X, y):
        model = HistGradientBoostingClassifier(
            max_iter=60,
            max_leaf_nodes=15,
            min_samples_leaf=min(20, max(2, len(rest) // 20)),
            learning_rate=0.1,
            early_stopping=False,
            random_state=seed,
        ).fit(X[rest], y[rest])
        chance[part] = model.predict_proba(X[part])
        models.append((model, part))
    return chance, models


def _losses(
    models: list[tuple[Any, npt.NDArray[np.intp]]], X: Floats, y: npt.NDArray[np.intp], chance: Floats, seed: int
) -> Floats:
    """Measure how much ROC AUC is lost when a column is shuffled, in the mean over the folds; shape (n_columns,)."""
    rng = np.random.default_rng(seed)
    losses = np.zeros(X.shape[1])
    for model, part in models:
        plain = score("roc_auc", y[part], chance[part], _PROBLEM)
        shuffled = np.repeat(X[part][None], X.shape[1], axis=0)
        for place in range(X.shape[1]):
            rng.shuffle(shuffled[place, :, place])
        # All columns in one call: a call costs more than its rows.
        answers = model.predict_proba(shuffled.reshape(-1, X.shape[1])).reshape(X.shape[1], len(part), 2)
        losses += [(plain - score("roc_auc", y[part], one, _PROBLEM)) / len(models) for one in answers]
    return losses
