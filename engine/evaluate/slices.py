"""Where a model fails: the loss of each row, the table by column, and a search for weak segments.

The search looks at every bin of one column and every pair of bins of two columns that holds enough rows. A
segment counts as weak when its standardised excess of loss is larger than the largest that 95 % of the shuffles
of the losses show anywhere: the max-statistic permutation test of Westfall and Young (1993), Resampling-based
multiple testing, chapter 2, which corrects for all segments looked at together. Where rows come in groups the
losses are not exchangeable; then the sign of each whole group's deviation is drawn at random instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.words import number
from engine.metrics.intervals import interval
from engine.metrics.scores import score
from engine.metrics.weighted import Floats, Ints, Truth

BINS = 5
"""Quantile bins of a number or a date."""
MOST_LEVELS = 20
"""Levels of a category that are looked at, the most frequent ones; the others stand together."""
MOST_COLUMNS = 40
MOST_ROWS = 20_000
SHUFFLES = 400
FEWEST_ROWS = 30
SMALLEST_SHARE = 0.02
MOST_SEGMENTS = 10
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


def _quantiles(values: pd.Series, missing: npt.NDArray[np.bool_], *, dates: bool) -> tuple[Ints, list[str]]:
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


def scored_part(y: Truth, pred: Floats, problem: Problem, *, seed: int = 0) -> dict[str, Any]:
    """Score a part of the rows by the project's metric; null with the reason where that cannot be said."""
    nothing: dict[str, Any] = {"value": None, "low": None, "high": None}
    if len(y) < FEWEST_ROWS:
        return nothing | {"reason": f"fewer than {FEWEST_ROWS} rows"}
    if np.isnan(score(problem.metric, y, pred, problem)):
        single = problem.task.is_classification and len(np.unique(y)) < 2
        return nothing | {"reason": "a single class" if single else "the metric is not defined here"}
    value = interval(problem.metric, y, pred, problem, resamples=TABLE_RESAMPLES, seed=seed)
    return {"value": value.value, "low": value.low, "high": value.high, "reason": ""}


def weak_segments(
    X: pd.DataFrame,
    losses: Floats,
    *,
    groups: npt.ArrayLike | None = None,
    seed: int = 0,
    shuffles: int = SHUFFLES,
) -> dict[str, Any]:
    """Search for segments on which the loss is larger than elsewhere, beyond chance.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    losses : ndarray of shape (n_rows,)
        Of out-of-fold predictions, without NaN.
    groups : array-like of shape (n_rows,), optional
        Groups of rows that belong together.
    seed : int
    shuffles : int

    Returns
    -------
    dict
        ``segments``, worst first: ``conditions`` (``column part``), ``rows loss rest gap low high`` (interval
        at 95 % for all segments together), ``p`` (corrected); ``looked_at`` (count), ``rows of columns``,
        ``fewest`` (rows of a segment), ``method``.
    """
    rng = np.random.default_rng(seed)
    of = len(losses)
    kept = np.arange(of) if of <= MOST_ROWS else np.sort(rng.choice(of, MOST_ROWS, replace=False))
    losses = losses[kept]
    names = _chosen(X, kept)
    member, labels, source = _members(X.iloc[kept], names)
    fewest = max(FEWEST_ROWS, int(np.ceil(SMALLEST_SHARE * len(kept))))
    known = None if groups is None else pd.factorize(np.asarray(groups)[kept])[0]
    search = _Search(member, source, fewest)
    result: dict[str, Any] = {
        "looked_at": search.count,
        "rows": len(kept),
        "of": of,
        "columns": len(names),
        "of_columns": X.shape[1],
        "fewest": fewest,
        "method": "shuffled losses, largest excess over all segments (Westfall and Young)"
        if known is None
        else "random signs of whole groups, largest excess over all segments",
    }
    if not search.count or not np.ptp(losses) > 0:
        return result | {"segments": []}
    null = search.null(losses, known, rng, shuffles)
    return result | {"segments": _reported(search, losses, null, labels)}


def _chosen(X: pd.DataFrame, kept: Ints) -> list[str]:
    """Choose the columns: all of them, or the ones with the fewest empty cells.

    The choice must not look at the losses: what chose the columns by them would find weakness in noise.
    """
    names = [str(name) for name in X.columns if X[name].nunique() > 1]
    if len(names) <= MOST_COLUMNS:
        return names
    filled = X[names].iloc[kept].notna().mean()
    return sorted(names, key=lambda name: -float(filled[name]))[:MOST_COLUMNS]


def _members(X: pd.DataFrame, names: Sequence[str]) -> tuple[Floats, list[tuple[str, str]], Ints]:
    blocks, labels, source = [], [], []
    for place, name in enumerate(names):
        codes, parts = binned(X[name])
        for code, part in enumerate(parts):
            blocks.append(codes == code)
            labels.append((name, part))
            source.append(place)
    member = np.column_stack(blocks).astype(np.float32) if blocks else np.zeros((len(X), 0), dtype=np.float32)
    return member, labels, np.array(source, dtype=np.intp)  # type: ignore[return-value]


class _Search:
    """All parts of one column and of two, with their standardised excess of loss."""

    def __init__(self, member: Any, source: Ints, fewest: int) -> None:
        self.member, self.rows = member, len(member)
        counts = (member.T @ member).astype(np.float64)
        # The diagonal holds the parts of single columns; two parts of one column share no row.
        single = np.eye(len(source), dtype=bool)
        pairs = (source[:, None] < source[None, :]) | single
        self.used = pairs & (counts >= fewest) & (counts <= self.rows - fewest)
        self.counts = counts[self.used]
        self.where = np.argwhere(self.used)
        self.count = len(self.where)
        free = (self.rows - self.counts) / (self.counts * max(self.rows - 1, 1))
        self.spread = np.sqrt(free)

    def excess(self, losses: Floats) -> Floats:
        """Standardise the mean loss of each segment as a draw without replacement from all rows."""
        centred = losses - losses.mean()
        scale = centred.std()
        sums = (self.member * centred[:, None].astype(np.float32)).T @ self.member
        found: Floats = sums[self.used].astype(np.float64) / self.counts / (self.spread * max(scale, 1e-300))
        return found

    def null(self, losses: Floats, groups: Any, rng: np.random.Generator, shuffles: int) -> Floats:
        """Return the largest excess of each shuffle, sorted, shape (shuffles,)."""
        largest = np.empty(shuffles)
        centred = losses - losses.mean()
        for place in range(shuffles):
            if groups is None:
                drawn = rng.permutation(losses)
            else:
                drawn = centred * rng.choice([-1.0, 1.0], size=int(groups.max()) + 1)[groups]
            largest[place] = self.excess(drawn).max()
        return np.sort(largest)

    def inside(self, place: int) -> npt.NDArray[np.bool_]:
        """Tell which rows belong to a segment."""
        first, second = self.where[place]
        found: npt.NDArray[np.bool_] = (self.member[:, first] * self.member[:, second]) > 0
        return found


def _reported(search: _Search, losses: Floats, null: Floats, labels: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Report the weakest segment, level its losses with the others', and look again until none is left."""
    limit = float(np.quantile(null, 0.95))
    left = losses.copy()
    found: list[dict[str, Any]] = []
    while len(found) < MOST_SEGMENTS:
        excess = search.excess(left)
        place = int(np.argmax(excess))
        # The loss that is left decides what is still new; nothing is reported that is not weak on its own either.
        if excess[place] <= limit:
            break
        inside = search.inside(place)
        original = float(search.excess(losses)[place])
        if original > limit:
            found.append(_segment(losses, inside, search.where[place], labels, limit))
            found[-1]["p"] = float((1 + (null >= original).sum()) / (1 + len(null)))
        left[inside] = left[~inside].mean()
    return sorted(found, key=lambda one: -one["gap"])


def _segment(
    losses: Floats, inside: npt.NDArray[np.bool_], where: Ints, labels: Sequence[tuple[str, str]], limit: float
) -> dict[str, Any]:
    here, rest = losses[inside], losses[~inside]
    gap = float(here.mean() - rest.mean())
    width = limit * float(np.sqrt(here.var(ddof=1) / len(here) + rest.var(ddof=1) / len(rest)))
    return {
        "conditions": [{"column": labels[at][0], "part": labels[at][1]} for at in dict.fromkeys(where.tolist())],
        "rows": len(here),
        "loss": float(here.mean()),
        "rest": float(rest.mean()),
        "gap": gap,
        "low": gap - width,
        "high": gap + width,
    }


def tagged(tags: Mapping[int, Sequence[str]], rows: Sequence[int], losses: Floats) -> list[dict[str, Any]]:
    """Describe the rows of each tag that a person gave: ``tag rows loss rest``, without a test.

    Tags are given to rows that were chosen for their loss, so a larger loss proves nothing.
    """
    place = {int(row): at for at, row in enumerate(rows)}
    found = []
    for tag in sorted({tag for given in tags.values() for tag in given}):
        inside = np.zeros(len(rows), dtype=bool)
        inside[[place[row] for row, given in tags.items() if tag in given and row in place]] = True
        if inside.any() and not inside.all():
            found.append(
                {
                    "tag": tag,
                    "rows": int(inside.sum()),
                    "loss": float(losses[inside].mean()),
                    "rest": float(losses[~inside].mean()),
                }
            )
    return found
