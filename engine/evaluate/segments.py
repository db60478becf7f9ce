"""A search for weak segments, corrected for everything that was looked at.

The search looks at every bin of one column and every pair of bins of two columns that holds enough rows. A
segment counts as weak when its standardised excess of loss is larger than the largest that 95 % of the shuffles
of the losses show anywhere: the max-statistic permutation test of Westfall and Young (1993), Resampling-based
multiple testing, chapter 2, which corrects for all segments looked at together. Where rows come in groups the
losses are not exchangeable; then the sign of each whole group's deviation is drawn at random instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.evaluate.slices import FEWEST_ROWS, binned
from engine.metrics.weighted import Floats, Ints

MOST_COLUMNS = 40
MOST_ROWS = 20_000
SHUFFLES = 400
SMALLEST_SHARE = 0.02
MOST_SEGMENTS = 10


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
    told = np.zeros(search.count, dtype=bool)
    while len(found) < MOST_SEGMENTS and not told.all():
        # Each segment is told once: levelling a later one may lift an earlier one above the rest again.
        excess = np.where(told, -np.inf, search.excess(left))
        place = int(np.argmax(excess))
        told[place] = True
        # The loss that is left decides what is still new; nothing is reported that is not weak on its own either.
        if excess[place] <= limit:
            break
        inside = search.inside(place)
        original = float(search.excess(losses)[place])
        if original > limit:
            found.append(_segment(losses, inside, search.where[place], labels, limit))
            found[-1]["p"] = float((1 + (null >= original).sum()) / (1 + len(null)))
        left[inside] -= left[inside].mean() - left[~inside].mean()
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
