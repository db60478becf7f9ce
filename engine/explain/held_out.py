"""What a column is worth on rows that the model was not fitted on: permutation importance in the project's metric.

A column's values are shuffled among rows that were held out of the fit, and the score is taken again (Breiman 2001,
Random forests; Fisher, Rudin and Dominici 2019, All models are wrong, but many are useful). How much worse it is on
average over the shuffles is the importance. Columns that move together are also shuffled together, with one and the
same order: one of them alone may be missed little while the others stand in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.errors import InputError
from engine.explain.local import check_features
from engine.explain.output import Floats, Places, Predictor
from engine.metrics.intervals import NOISE, Resampled, bounds, resampled

REPEATS = 5
RESAMPLES = 500
ROWS = 1_000
"""Most rows that are predicted again and again, spread over the parts."""
MOST_COLUMNS = 40
"""Columns shuffled one by one; what is left of a wider table is shuffled together."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A model, and rows that it was not fitted on."""

    model: Predictor
    rows: Places
    """Their places in the training part, shape (n_rows,)."""


def permutation(
    parts: Sequence[Part],
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    *,
    together: Sequence[Sequence[str]] = (),
    first: Sequence[str] = (),
    groups: npt.NDArray[np.generic] | None = None,
    seed: int = 0,
    rows: int = ROWS,
    repeats: int = REPEATS,
) -> dict[str, Any]:
    """Measure how much worse the score is without what a column says.

    Parameters
    ----------
    parts : sequence of Part
        Fold models with the rows that they did not see; no row twice.
    frame, y : DataFrame, ndarray
        The training part and its class codes or values, shape (n_rows,).
    together : sequence of sequence of str
        Columns that are also shuffled as a group.
    first : sequence of str
        In a wide table: the columns to shuffle one by one before others.
    groups : ndarray, optional
        Group of each row, so that intervals resample groups.
    rows, repeats : int
        Rows that are predicted, and shuffles of each column.

    Returns
    -------
    dict
        ``metric score rows parts repeats method columns groups joined shown not_shown`` (columns whose interval lies
        above zero, and the others); entries of ``columns`` and ``groups`` hold ``column`` or ``columns``, the mean
        fall of the score as ``value`` (positive: worse without it) and its 95 % interval ``low high``, which is
        ``None`` where there are too few rows for one.

    Raises
    ------
    InputError
        If there are no rows, columns are missing, or the metric is not defined on these rows.
    """
    check_features(frame, problem)
    drawn = [Part(model=part.model, rows=one) for part, one in zip(parts, _draw(parts, rows, seed), strict=True)]
    items = _items(problem, together, first)
    places = np.concatenate([part.rows for part in drawn])
    before, after = _predictions(drawn, frame[list(problem.features)], [names for _, names in items], repeats, seed)
    held = None if groups is None else groups[places]
    found = [_falls(before, shuffled, y[places], problem, seed, held) for shuffled in after]
    score, method = found[0].points[0, 0], found[0].method
    if not np.isfinite(score):
        raise InputError(
            f"{find_metric(problem.metric).title} is not defined on the rows that were held out.",
            hint="Choose another metric, or bring more rows.",
        )
    entries = [(name, list(names), _fall(one, problem)) for (name, names), one in zip(items, found, strict=True)]
    entries.sort(key=lambda entry: -(entry[2]["value"] or 0.0))
    return {
        "metric": problem.metric,
        "score": float(score),
        "rows": len(places),
        "parts": len(drawn),
        "repeats": repeats,
        "method": _method(len(places), len(drawn), repeats, method),
        **_listed(entries, problem),
    }


def _listed(entries: Sequence[tuple[str, list[str], dict[str, float | None]]], problem: Problem) -> dict[str, Any]:
    """Tell columns from groups, and count those that the score is shown to need."""
    columns = [{"column": name, **fall} for name, _, fall in entries if name]
    shown = sum(bool(name) and fall["low"] is not None and fall["low"] > 0 for name, _, fall in entries)
    return {
        "columns": columns,
        "groups": [{"columns": names, **fall} for name, names, fall in entries if not name],
        "joined": len(set(problem.features) - {name for name, _, _ in entries}),
        "shown": shown,
        "not_shown": len(columns) - shown,
    }


def _draw(parts: Sequence[Part], rows: int, seed: int) -> list[Places]:
    """Take of each part its share of the rows."""
    total = sum(len(part.rows) for part in parts)
    if total == 0:
        raise InputError("No rows were held out of the fit.", hint="Bring more rows, or choose fewer folds.")
    rng = np.random.default_rng(seed)
    shares = [min(len(part.rows), max(2, round(rows * len(part.rows) / total))) for part in parts]
    return [np.sort(rng.permutation(part.rows)[:share]) for part, share in zip(parts, shares, strict=True)]


def _items(
    problem: Problem, together: Sequence[Sequence[str]], first: Sequence[str]
) -> list[tuple[str, tuple[str, ...]]]:
    """List what is shuffled, with its name; groups have none."""
    columns = list(problem.features)
    if len(columns) > MOST_COLUMNS:
        chosen = [*(name for name in first if name in columns), *columns]
        columns = list(dict.fromkeys(chosen))[:MOST_COLUMNS]
    items: list[tuple[str, tuple[str, ...]]] = [(name, (name,)) for name in columns]
    left = tuple(name for name in problem.features if name not in columns)
    if left:
        items.append((f"{len(left):,} other columns", left))
    return items + [("", tuple(names)) for names in together]


def _predictions(
    parts: Sequence[Part], frame: pd.DataFrame, items: Sequence[Sequence[str]], repeats: int, seed: int
) -> tuple[Floats, list[list[Floats]]]:
    """Predict the held-out rows as they are, and for each item and repeat with its columns shuffled."""
    rng = np.random.default_rng(seed)
    before: list[Floats] = []
    after: list[list[list[Floats]]] = [[[] for _ in range(repeats)] for _ in items]
    for part in parts:
        table = frame.iloc[part.rows].reset_index(drop=True)
        before.append(part.model.predict(table))
        for place, names in enumerate(items):
            # All repeats in one call: a call costs as much as hundreds of rows.
            orders = np.concatenate([rng.permutation(len(table)) for _ in range(repeats)])
            mixed = table.iloc[np.tile(np.arange(len(table)), repeats)].reset_index(drop=True)
            mixed[list(names)] = table[list(names)].iloc[orders].reset_index(drop=True)
            for repeat, one in enumerate(np.split(part.model.predict(mixed), repeats)):
                after[place][repeat].append(one)
    return np.concatenate(before), [[np.concatenate(one) for one in item] for item in after]


def _falls(
    before: Floats,
    after: Sequence[Floats],
    y: npt.NDArray[np.generic],
    problem: Problem,
    seed: int,
    groups: npt.NDArray[np.generic] | None,
) -> Resampled:
    """Score the rows as they are and shuffled on the same resamples; the seed makes these the same for all items."""
    return resampled([problem.metric], y, [before, *after], problem, resamples=RESAMPLES, seed=seed, groups=groups)


def _fall(found: Resampled, problem: Problem) -> dict[str, float | None]:
    """Average over the shuffles, on all rows and on each resample."""
    sign = 1.0 if find_metric(problem.metric).higher_is_better else -1.0
    fall = float(sign * (found.points[0, 0] - found.points[1:, 0].mean()))
    draws = sign * (found.values[0, 0] - found.values[1:, 0].mean(axis=0))
    # A column that moves nothing must not be parted from zero by rounding.
    draws[np.abs(draws) <= NOISE * abs(float(found.points[0, 0]))] = 0.0
    fall = 0.0 if abs(fall) <= NOISE * abs(float(found.points[0, 0])) else fall
    low, high = bounds(draws)
    return {"value": fall, "low": low, "high": high}


def _method(rows: int, parts: int, repeats: int, interval: str) -> str:
    models = "one model" if parts == 1 else f"{parts} models, each"
    return (
        f"Permutation importance on {rows:,} rows of the training part that were held out: {models} fitted on the "
        f"other rows as the whole model is; each column shuffled {repeats} times among the rows held out of the same "
        f"fit; {interval}, paired, of the mean over the shuffles."
    )
