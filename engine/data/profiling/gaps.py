"""Empty cells: which columns are empty together, and whether being empty goes with the target."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.profiling.sample import Floats, Sample
from engine.data.profiling.statistics import (
    correlations,
    counts_of,
    cramers_v,
    difference_of_means,
    difference_of_shares,
    eta,
    holm,
    p_of_ranks,
    p_of_table,
)
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number, share, with_interval

Json = dict[str, Any]

MOST_PATTERNS = 10
MOST_PAIRS = 20

_MOST_COLUMNS = 100
_TOGETHER = 0.3
"""Correlation of being empty from which a pair is listed."""
_FEWEST = 5
"""Empty and filled rows that a column needs to be compared with the target."""
_CERTAIN = 0.01


def missing_pattern(sample: Sample) -> Json:
    """Describe where cells are empty.

    Returns
    -------
    dict
        ``columns`` (name, ``count`` and ``share`` of empty cells in the sample), ``complete`` rows, ``patterns`` (the
        ten most frequent sets of columns that are empty in the same rows, with ``count``), ``pairs`` (``a``, ``b``,
        ``correlation`` of being empty, ``both``: rows where both are), ``target``: for each column what the target is
        like where it is empty and where it is not (``where_empty``, ``elsewhere``, ``difference`` with its 95 %
        interval ``low`` to ``high`` for two classes and numbers, ``effect`` from 0 to 1, ``p`` corrected for the
        count of columns, ``goes_with``, ``sentence``).
    """
    there = [column.name for column in sample.columns if column.missing and column.unique]
    empty = {name: sample.series(name).isna().to_numpy(dtype=np.bool_) for name in there}
    counts = {name: int(gaps.sum()) for name, gaps in empty.items()}
    names = sorted((name for name in there if counts[name]), key=lambda name: (-counts[name], name))[:_MOST_COLUMNS]
    rows = len(sample)
    listed = [{"column": name, "count": counts[name], "share": counts[name] / rows} for name in names]
    if not names:
        return {"columns": [], "complete": rows, "patterns": [], "pairs": [], "target": []}
    gaps = np.column_stack([empty[name] for name in names])
    return {
        "columns": listed,
        "complete": int((~gaps.any(axis=1)).sum()),
        "patterns": _patterns(names, gaps),
        "pairs": _pairs(names, gaps),
        "target": _against_target(sample, names, gaps) if sample.problem else [],
    }


def _patterns(names: list[str], gaps: npt.NDArray[np.bool_]) -> list[Json]:
    some = gaps[gaps.any(axis=1)]
    # A row of gaps as one piece of bytes, so that equal rows are found by sorting once.
    packed = np.ascontiguousarray(np.packbits(some, axis=1))
    whole = packed.view([("bytes", np.void, packed.shape[1])]).ravel()
    _, first, counts = np.unique(whole, return_index=True, return_counts=True)
    found: list[Json] = [
        {"columns": [name for name, gap in zip(names, some[place], strict=True) if gap], "count": int(count)}
        for place, count in zip(first, counts, strict=True)
    ]
    return sorted(found, key=lambda one: (-one["count"], one["columns"]))[:MOST_PATTERNS]


def _pairs(names: list[str], gaps: npt.NDArray[np.bool_]) -> list[Json]:
    as_numbers: Floats = gaps.astype(np.float64)
    together, both = correlations(as_numbers), as_numbers.T @ as_numbers
    found: list[Json] = [
        {"a": a, "b": names[j], "correlation": float(together[i, j]), "both": int(both[i, j])}
        for i, a in enumerate(names)
        for j in range(i + 1, len(names))
        if abs(together[i, j]) >= _TOGETHER
    ]
    return sorted(found, key=lambda one: (-abs(one["correlation"]), one["a"], one["b"]))[:MOST_PAIRS]


def _against_target(sample: Sample, names: list[str], gaps: npt.NDArray[np.bool_]) -> list[Json]:
    """Compare rows where a column is empty with those where it is not; p values are corrected for their count."""
    problem = sample.problem
    if problem is None:
        return []
    compare = {Task.BINARY: _binary, Task.MULTICLASS: _multiclass, Task.REGRESSION: _regression}[problem.task]
    found: list[Json] = []
    for name, gap in zip(names, gaps.T, strict=True):
        if name in problem.features and min(int(gap.sum()), int((~gap).sum())) >= _FEWEST:
            found.append({"column": name, "empty": int(gap.sum())} | compare(sample.y, gap, problem))
    for one, p in zip(found, holm([one["p"] for one in found]), strict=True):
        one["p"], one["goes_with"] = p, p < _CERTAIN
        one["sentence"] = _sentence(one, problem)
    return sorted(found, key=lambda one: (not one["goes_with"], -one["effect"], one["column"]))


def _binary(y: npt.NDArray[np.generic], gap: npt.NDArray[np.bool_], problem: Problem) -> Json:
    codes = y.astype(np.intp)
    table = counts_of(gap.astype(np.intp), codes)
    table = np.pad(table, ((0, 0), (0, 2 - table.shape[1])))
    with_gap, without = (table[1, 1], table[1].sum()), (table[0, 1], table[0].sum())
    difference, low, high = difference_of_shares(with_gap, without)
    return {
        "where_empty": with_gap[0] / with_gap[1],
        "elsewhere": without[0] / without[1],
        "difference": difference,
        "low": low,
        "high": high,
        "effect": _or_zero(cramers_v(table)),
        "p": p_of_table(table),
    }


def _multiclass(y: npt.NDArray[np.generic], gap: npt.NDArray[np.bool_], problem: Problem) -> Json:
    table = counts_of(gap.astype(np.intp), y.astype(np.intp))
    shares = table / table.sum(axis=1, keepdims=True)
    most = int(np.argmax(np.abs(shares[1] - shares[0])))
    return {
        "class": problem.classes[most],
        "where_empty": float(shares[1, most]),
        "elsewhere": float(shares[0, most]),
        "difference": float(shares[1, most] - shares[0, most]),
        "low": None,
        "high": None,
        "effect": _or_zero(cramers_v(table)),
        "p": p_of_table(table),
    }


def _regression(y: npt.NDArray[np.generic], gap: npt.NDArray[np.bool_], problem: Problem) -> Json:
    values = y.astype(np.float64)
    difference, low, high = difference_of_means(values[gap], values[~gap])
    ranks = np.asarray(pd.Series(values).rank(pct=True), dtype=np.float64)
    return {
        "where_empty": float(values[gap].mean()),
        "elsewhere": float(values[~gap].mean()),
        "difference": difference,
        "low": low,
        "high": high,
        "effect": _or_zero(eta(gap.astype(np.intp), ranks)),
        "p": p_of_ranks(values[gap], values[~gap]),
    }


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _sentence(one: Json, problem: Problem) -> str:
    name, target = one["column"], problem.target
    if not one["goes_with"]:
        return f"Whether {name!r} is empty does not visibly go with {target!r} ({one['empty']:,} empty rows)."
    rows = f"({one['empty']:,} rows)"
    if problem.task is Task.REGRESSION:
        told = with_interval(one["difference"], one["low"], one["high"])
        there, else_ = number(one["where_empty"]), number(one["elsewhere"])
        means = f"{target!r} is {there} on average, elsewhere {else_}"
        return f"Where {name!r} is empty {rows}, {means}: a difference of {told}."
    label = problem.positive or one["class"]
    shares = f"{share(one['where_empty'])} of the rows are {label!r}, elsewhere {share(one['elsewhere'])}"
    if one["low"] is None:
        return f"Where {name!r} is empty {rows}, {shares} (Cramér's V {one['effect']:.2f})."
    low, high = 100 * one["low"], 100 * one["high"]
    return f"Where {name!r} is empty {rows}, {shares} (difference {low:+.1f} to {high:+.1f} percentage points)."
