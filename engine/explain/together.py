"""Columns that move together: a model may use either of them, so their importance is to be read as one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import rankdata

from engine.domain.task import ColumnKind
from engine.explain.cells import as_numbers
from engine.explain.output import Floats, Places

STRONG = 0.8
"""From this association on (0 none, 1 complete) columns are named as a group."""

MOST_LEVELS = 50
_LEAST_ROWS = 10
_LEVELS = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)


def together(frame: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> list[list[str]]:
    """Find groups of columns that are strongly associated.

    Two numbers or dates by Spearman's rank correlation, two categories by Cramer's V (bias-corrected:
    Bergsma, 2013), a number and a category by the correlation ratio (adjusted for the count of
    levels: Kelley, 1935). Texts, constants and categories of more than 50 levels are left out. Rows
    where a number is empty do not count; an empty category is a level of its own.

    Returns
    -------
    list of list of str
        Columns each of which is strongly associated with each other of its group, in the order of the
        table (complete linkage); groups by their first column.
    """
    read = {name: as_numbers(frame[name], kinds[name]) for name in frame.columns}
    numbers = {name: values for name, values in read.items() if values is not None}
    levels = _coded(frame, kinds)
    usable = [name for name in frame.columns if name in numbers or name in levels]
    if len(usable) < 2:
        return []
    apart = np.array([1 - _association(pair, numbers, levels) for pair in combinations(usable, 2)])
    cluster_of = fcluster(linkage(np.maximum(apart, 0), "complete"), 1 - STRONG, criterion="distance")
    groups = [
        [name for name, cluster in zip(usable, cluster_of, strict=True) if cluster == one]
        for one in dict.fromkeys(cluster_of)
    ]
    return [group for group in groups if len(group) > 1]


def strongest_partner(frame: pd.DataFrame, column: str, kinds: Mapping[str, ColumnKind]) -> tuple[str | None, float]:
    """Find the column that is most strongly associated with one, and how strongly (0 none, 1 complete).

    Measured as in :func:`together`; ``None`` and 0 where no other column is associated with it.
    """
    read = {name: as_numbers(frame[name], kinds[name]) for name in frame.columns}
    numbers = {name: values for name, values in read.items() if values is not None}
    levels = _coded(frame, kinds)
    if column not in numbers and column not in levels:
        return None, 0.0
    found = [
        (_association((column, name), numbers, levels), name)
        for name in frame.columns
        if name != column and (name in numbers or name in levels)
    ]
    strength, name = max(found, key=lambda one: one[0], default=(0.0, ""))
    return (name, float(strength)) if strength > 0 else (None, 0.0)


def _coded(frame: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> dict[str, Places]:
    """Give the levels of those categories numbers that can be compared."""
    levels = {name: pd.factorize(frame[name].astype(object))[0] for name in frame.columns if kinds[name] in _LEVELS}
    return {name: codes - codes.min() for name, codes in levels.items() if 1 < len(np.unique(codes)) <= MOST_LEVELS}


def _association(pair: tuple[str, str], numbers: Mapping[str, Floats], levels: Mapping[str, Places]) -> float:
    first, second = pair
    if first in numbers and second in numbers:
        return _spearman(numbers[first], numbers[second])
    if first in levels and second in levels:
        return cramers_v(levels[first], levels[second])
    return (
        correlation_ratio(levels[second], numbers[first])
        if first in numbers
        else correlation_ratio(levels[first], numbers[second])
    )


def _spearman(first: Floats, second: Floats) -> float:
    there = ~(np.isnan(first) | np.isnan(second))
    if there.sum() < _LEAST_ROWS:
        return 0.0
    ranks = rankdata(first[there]), rankdata(second[there])
    if np.ptp(ranks[0]) == 0 or np.ptp(ranks[1]) == 0:
        return 0.0
    return float(abs(np.corrcoef(*ranks)[0, 1]))


def cramers_v(first: Places, second: Places) -> float:
    """Measure the association of two categories given as codes from 0, shape (n_rows,); bias-corrected."""
    rows = len(first)
    if rows < _LEAST_ROWS:
        return 0.0
    height, width = int(first.max()) + 1, int(second.max()) + 1
    counts = np.bincount(first * width + second, minlength=height * width).reshape(height, width).astype(np.float64)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / rows
    seen = expected > 0
    squared = float((((counts - expected) ** 2)[seen] / expected[seen]).sum()) / rows
    corrected = max(0.0, squared - (width - 1) * (height - 1) / (rows - 1))
    narrow = min(side - (side - 1) ** 2 / (rows - 1) for side in (height, width)) - 1
    return float(np.sqrt(corrected / narrow)) if narrow > 0 else 0.0


def correlation_ratio(codes: Places, numbers: Floats) -> float:
    """Measure how far a number is fixed by a category (codes from 0), shape (n_rows,); adjusted for its levels."""
    there = ~np.isnan(numbers)
    codes, numbers = codes[there], numbers[there]
    count = np.bincount(codes)
    rows, levels = len(codes), int((count > 0).sum())
    total = float(((numbers - numbers.mean()) ** 2).sum()) if rows >= _LEAST_ROWS else 0.0
    if rows <= levels or levels < 2 or total == 0:
        return 0.0
    means = np.bincount(codes, weights=numbers) / np.maximum(count, 1)
    within = float(((numbers - means[codes]) ** 2).sum()) / total
    return float(np.sqrt(max(0.0, 1 - within * (rows - 1) / (rows - levels))))
