"""How the score grows with the rows: fits on parts of the folds, and what more rows would bring."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.bench import Bench, Fold, used_folds
from engine.automl.families import find
from engine.automl.families.family import ROUNDS
from engine.automl.folds import fit_folds
from engine.automl.limits import Limit, OutOfTimeError, quiet
from engine.automl.pipeline import vote
from engine.automl.replay import Record
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.recipe import Recipe
from engine.metrics.scores import score
from engine.metrics.weighted import Floats, Ints

SECONDS = 60.0
"""Wall clock of all fits of a curve."""
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
MOST_ROWS = 20_000
MOST_FOLDS = 5
_SCORED_ROWS = 5_000
"""Most rows of a fit on which its training score is computed."""
_FEWEST_FIT_ROWS = 20
_FEWEST_SIZES = 4
_EXPONENTS = np.linspace(0.1, 1.5, 29)
_DRAWS = 1000

HELPS, HELPS_NOT, UNCLEAR = "more data would help", "more data would not help", "cannot be told"


def learning_curve(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    record: Record,
    *,
    seed: int = 0,
    threads: int = 1,
    recipe: Recipe | None = None,
    seconds: float = SECONDS,
    stopping: Callable[[], bool] | None = None,
    aside: Aside | None = None,
) -> dict[str, Any]:
    """Fit one configuration on growing parts of each fold, and score it on rows it did not and did see.

    The full size is fitted first, so that the gap between training and validation is known even when the
    time is short.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    problem : Problem
    folds : sequence of (fit rows, score rows)
    record : Record
        Family and configuration.
    seed, threads : int
    recipe : Recipe, optional
    seconds : float
        Wall clock of all fits; sizes that do not end in time are left out.
    stopping : callable, optional
    aside : Aside, optional
        That of the run: fits respect groups, times and weights as those of the search did, and growing parts are made
        of whole groups.

    Returns
    -------
    dict
        ``metric``; ``rows of folds seconds budget complete``; ``points``, smallest first: ``size`` (rows of a fit),
        ``train`` and ``validation`` (mean over folds), ``train_folds`` and ``validation_folds``.
    """
    began = time.monotonic()
    kept, inside, of = _sampled(X, y, folds, seed)
    frame, truth = X.iloc[kept], y[kept]
    known, points = Aside(**(aside or Aside()).of(kept)), []
    made = partial(Bench, raw=frame, y=truth, problem=problem, seed=seed, threads=threads, aside=known)
    for share in sorted(SHARES, reverse=True):
        parts = [(_part(fit, truth, problem, share, seed, known.groups), rest) for fit, rest in inside]
        bench = made(folds=parts, recipe=recipe or Recipe())
        left = seconds - (time.monotonic() - began)
        if left > 0 and not (stopping is not None and stopping()):
            points += _point(bench, record, Limit(seconds=left, stopping=stopping))
    return {
        "metric": find_metric(problem.metric).id,
        "rows": len(kept),
        "of": of,
        "folds": len(inside),
        "seconds": round(time.monotonic() - began, 2),
        "budget": seconds,
        "complete": len(points) == len(SHARES),
        "points": points[::-1],
    }


def _sampled(
    X: pd.DataFrame, y: npt.NDArray[np.generic], folds: Sequence[Fold], seed: int
) -> tuple[Ints, list[Fold], int]:
    """Take at most 20,000 rows, each fold keeping its own, and the last folds, which time leaves the most rows."""
    rows = len(y)
    used = list(used_folds(folds, rows))[-MOST_FOLDS:]
    if rows <= MOST_ROWS:
        return np.arange(rows), used, rows
    kept = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    place = np.full(rows, -1, dtype=np.intp)
    place[kept] = np.arange(MOST_ROWS)
    return kept, [(place[fit][place[fit] >= 0], place[rest][place[rest] >= 0]) for fit, rest in used], rows


def _part(
    fit: Ints,
    y: npt.NDArray[np.generic],
    problem: Problem,
    share: float,
    seed: int,
    groups: npt.NDArray[np.generic] | None = None,
) -> Ints:
    """Draw a share of the rows of a fit; smaller parts lie within larger ones, classes keep their shares.

    Where rows come in groups whole groups are drawn: more rows of the groups that are known would say less.
    """
    if share >= 1:
        return fit
    if groups is not None:
        names = np.unique(groups[fit])
        drawn = np.random.default_rng(seed).permutation(names)[: max(2, round(share * len(names)))]
        inside: Ints = fit[np.isin(groups[fit], drawn)]
        return inside
    order = np.random.default_rng(seed).permutation(len(fit))
    if not problem.task.is_classification:
        return np.sort(fit[order[: round(share * len(fit))]])
    taken = []
    for code in np.unique(y[fit]):
        rows = order[y[fit][order] == code]
        taken.append(rows[: max(2, round(share * len(rows)))])
    found: Ints = np.sort(fit[np.concatenate(taken)])
    return found


def _point(bench: Bench, record: Record, limit: Limit) -> list[dict[str, Any]]:
    """Fit one size; nothing where it is too small for every class, or does not end in time."""
    size = int(np.mean([len(fit) for fit, _ in bench.folds]))
    if size < _FEWEST_FIT_ROWS:
        return []
    config = {name: value for name, value in record.config.items() if name != ROUNDS}
    try:
        found = fit_folds(bench, find(record.family), config, limit)
    except (OutOfTimeError, ValueError):
        return []
    train = []
    for (fit, _), pipeline in zip(bench.folds, found.pipelines, strict=True):
        rows = fit if len(fit) <= _SCORED_ROWS else fit[:: len(fit) // _SCORED_ROWS + 1]
        with quiet():
            pred: Floats = vote({0: pipeline}, {0: 1.0}, bench.X.iloc[rows], bench.problem)
        value = float(score(bench.problem.metric, bench.y[rows], pred, bench.problem))
        if np.isfinite(value):
            train.append(value)
    if not train or not found.fold_scores:
        return []
    return [
        {
            "size": size,
            "train": float(np.mean(train)),
            "validation": float(np.mean(found.fold_scores)),
            "train_folds": train,
            "validation_folds": list(found.fold_scores),
        }
    ]


def extrapolated(curve: dict[str, Any], *, seed: int = 0, practical: float | None = None) -> dict[str, Any]:
    """Fit an inverse power law ``score = a - b * size ** -c`` and say what twice the rows would bring.

    The exponent is searched on a grid, the rest is least squares with ``b`` of the improving sign; the interval is
    that of resamples of the folds, as the fits of one fold on all sizes belong together, with its tails expanded for
    the few folds there are.

    Parameters
    ----------
    curve : dict
        Of :func:`learning_curve`.
    seed : int
    practical : float, optional
        Gain below which a better score makes no difference; 1 % of the present score by default.

    Returns
    -------
    dict
        ``verdict`` (:data:`HELPS`, :data:`HELPS_NOT` or :data:`UNCLEAR`), ``size`` (twice the present),
        ``gain low high`` (positive is better), ``exponent``, ``practical``; null where the curve has too few sizes.

    Notes
    -----
    Viering, T. and Loog, M. (2023). The shape of learning curves: a review. IEEE TPAMI 45, 7799-7819. Expanded
    percentiles: Hesterberg, T. C. (2015). What teachers should know about the bootstrap. American Statistician 69,
    371-386, section 5.3.
    """
    points = curve["points"]
    counts = {len(one["validation_folds"]) for one in points}
    nothing = {"verdict": UNCLEAR, "size": None, "gain": None, "low": None, "high": None, "exponent": None}
    if len(points) < _FEWEST_SIZES or len(counts) != 1:
        return nothing | {"practical": practical}
    sign = 1.0 if find_metric(curve["metric"]).higher_is_better else -1.0
    sizes = np.array([one["size"] for one in points], dtype=np.float64)
    values = sign * np.array([one["validation_folds"] for one in points])
    gain, exponent = _gain(sizes, values.mean(axis=1))
    rng = np.random.default_rng(seed)
    folds = values.shape[1]
    drawn = [_gain(sizes, values[:, rng.integers(0, folds, folds)].mean(axis=1))[0] for _ in range(_DRAWS)]
    low, high = (float(one) for one in np.quantile(drawn, _tails(folds))) if folds > 2 else (None, None)
    enough = 0.01 * abs(float(values[-1].mean())) if practical is None else practical
    verdict = UNCLEAR
    if low is not None and high is not None:
        verdict = HELPS if low > 0 and gain >= enough else HELPS_NOT if high < enough else UNCLEAR
    return {
        "verdict": verdict,
        "size": int(2 * sizes[-1]),
        "gain": gain,
        "low": low,
        "high": high,
        "exponent": exponent,
        "practical": enough,
    }


def _tails(folds: int) -> tuple[float, float]:
    """Say at which percentiles a 95 % interval ends where so few folds are resampled.

    Percentiles of five folds are as narrow as if the spread of the folds were known: they hold four times in five.
    """
    from scipy import stats

    reach = np.sqrt(folds / (folds - 1)) * stats.t.ppf(0.975, folds - 1)
    tail = float(stats.norm.sf(reach))
    return tail, 1 - tail


def _gain(sizes: Floats, values: Floats) -> tuple[float, float]:
    """Fit the law to improving values; returns what twice the largest size adds, and the exponent."""
    best = (np.inf, 0.0, 1.0)
    for exponent in _EXPONENTS:
        falling = sizes**-exponent
        centred = falling - falling.mean()
        # The noise of a score shrinks with the size of the fit hardly at all: all sizes count alike.
        slope = max(0.0, -float(centred @ (values - values.mean())) / float(centred @ centred))
        level = values.mean() + slope * falling.mean()
        residual = float(((values - level + slope * falling) ** 2).sum())
        if residual < best[0]:
            best = (residual, slope * float(falling[-1] - (2 * sizes[-1]) ** -exponent), float(exponent))
    return best[1], best[2]
