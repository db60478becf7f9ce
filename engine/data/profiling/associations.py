"""How columns go together: pairs of mixed kinds, and each feature with the target, on one scale from 0 to 1.

Numbers and dates are compared by their ranks (Spearman), so that a few extreme values decide nothing; Pearson's
correlation is told beside it. Two categories are compared by Cramér's V, a category and a number by the correlation
ratio eta of the ranks; both are corrected for what they are by chance. For two truth values all of these are the
same number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.data.profiling.sample import CATEGORIES, NUMBERS, Floats, Ints, Sample
from engine.data.profiling.statistics import (
    correlations,
    counts_of,
    cramers_v,
    eta,
    eta_with_p,
    holm,
    p_of_correlation,
    p_of_table,
)
from engine.domain.data import Column, Problem
from engine.domain.task import Task

Json = dict[str, Any]

MOST_COLUMNS = 30
MOST_PAIRS = 30

_BINS = 10
_CERTAIN = 0.01
_BENT = 0.95
"""Bins lose a little of what is in order, so they have to be clearly better to say that it is not."""
_USED = (*NUMBERS, *CATEGORIES)


def strengths(sample: Sample, problem: Problem) -> list[Json]:
    """Say how strongly each feature goes with the target, strongest first.

    A number is judged twice: by its order, and by ten bins of even counts, which also sees what rises and falls
    again; the larger of the two counts, with the name of its measure. For each: ``column``, ``kind``, ``strength``,
    ``measure``, ``direction`` (1 rises, -1 falls, 0 neither or no order), ``p`` (corrected for the two looks and for
    the count of columns) and ``visible`` (p below 0.01).
    """
    found: list[Json] = [
        {"column": column.name, "kind": str(column.kind)} | _strength(sample, column, problem)
        for column in sample.others
        if column.name in problem.features and column.kind in _USED
    ]
    for one, p in zip(found, holm([one["p"] for one in found]), strict=True):
        one["p"], one["visible"] = p, p < _CERTAIN
    return sorted(found, key=lambda one: (-one["strength"], one["column"]))


def _strength(sample: Sample, column: Column, problem: Problem) -> Json:
    if column.kind in CATEGORIES:
        codes = sample.codes(column.name)
        if problem.task.is_classification:
            table = counts_of(codes, sample.y.astype(np.intp))
            return _judged("cramers_v", cramers_v(table), p_of_table(table))
        return _judged("eta", *eta_with_p(codes, sample.ranks(problem.target)))
    ranks = sample.ranks(column.name)
    ordered, binned = _by_order(sample, ranks, problem), _by_bins(sample, ranks, problem)
    best = ordered if ordered["strength"] >= _BENT * binned["strength"] else binned
    # There were two looks, so the better one has to be twice as certain.
    return best | {"p": min(1.0, 2 * best["p"])}


def _judged(measure: str, value: float, p: float, direction: int = 0) -> Json:
    strength = 0.0 if math.isnan(value) else abs(float(value))
    return {"strength": strength, "measure": measure, "direction": direction, "p": p}


def _by_order(sample: Sample, ranks: Floats, problem: Problem) -> Json:
    if not problem.task.is_classification:
        target = sample.ranks(problem.target)
        rho = float(correlations(np.column_stack([ranks, target]))[0, 1])
        return _judged("spearman", rho, p_of_correlation(rho, int((~np.isnan(ranks)).sum())), _sign(rho))
    y = sample.y.astype(np.intp)
    direction = 0
    if problem.task is Task.BINARY:
        direction = _sign(float(correlations(np.column_stack([ranks, y]))[0, 1]))
    return _judged("eta", *eta_with_p(y, ranks), direction)


def _by_bins(sample: Sample, ranks: Floats, problem: Problem) -> Json:
    bins = _bins(ranks)
    if not problem.task.is_classification:
        return _judged("eta_of_bins", *eta_with_p(bins, sample.ranks(problem.target)))
    table = counts_of(bins, sample.y.astype(np.intp))
    return _judged("cramers_v_of_bins", cramers_v(table), p_of_table(table))


def _sign(r: float) -> int:
    return 0 if math.isnan(r) else int(np.sign(r))


def _bins(ranks: Floats) -> Ints:
    """Cut ranks into ten bins of even counts; -1 where there is none."""
    there = ~np.isnan(ranks)
    return np.where(there, np.minimum(_BINS - 1, np.floor(np.where(there, ranks, 0) * _BINS)), -1).astype(np.intp)


def pairs(sample: Sample, strongest: list[Json]) -> Json:
    """Compare every pair of at most 30 columns: the target and the features that go with it most, else the first.

    Returns
    -------
    dict
        ``columns`` and ``kinds`` of the matrix, ``matrix`` (Spearman from -1 to 1, the others from 0 to 1, ``None``
        where undefined), ``pairs`` (the 30 strongest: ``a``, ``b``, ``measure``, ``value``, ``pearson`` of two
        numbers), ``columns_of``.
    """
    usable = [column for column in sample.columns if column.kind in _USED]
    chosen = _chosen(sample, usable, strongest)
    matrix, pearson = _matrix(sample, chosen)
    found: list[Json] = []
    for i, a in enumerate(chosen):
        for j in range(i + 1, len(chosen)):
            if not math.isnan(matrix[i, j]):
                both = a.kind in NUMBERS and chosen[j].kind in NUMBERS
                found.append(
                    {
                        "a": a.name,
                        "b": chosen[j].name,
                        "measure": _measure(a, chosen[j]),
                        "value": float(matrix[i, j]),
                        "pearson": _or_none(pearson[i, j]) if both else None,
                    }
                )
    found.sort(key=lambda one: (-abs(one["value"]), one["a"], one["b"]))
    return {
        "columns": [column.name for column in chosen],
        "kinds": [str(column.kind) for column in chosen],
        "matrix": [[_or_none(value) for value in row] for row in matrix],
        "pairs": found[:MOST_PAIRS],
        "columns_of": len(usable),
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _chosen(sample: Sample, usable: list[Column], strongest: list[Json]) -> list[Column]:
    by_name = {column.name: column for column in usable}
    names = [one["column"] for one in strongest] or list(by_name)
    first = [sample.target] if sample.target in by_name else []
    names = list(dict.fromkeys(str(name) for name in [*first, *names] if name in by_name))
    return [by_name[name] for name in names[:MOST_COLUMNS]]


def _measure(a: Column, b: Column) -> str:
    numbers = (a.kind in NUMBERS) + (b.kind in NUMBERS)
    return ("cramers_v", "eta", "spearman")[numbers]


def _matrix(sample: Sample, chosen: list[Column]) -> tuple[Floats, Floats]:
    """Compare all pairs; the second matrix holds Pearson's correlations of two numbers."""
    matrix, pearson = np.full((len(chosen), len(chosen)), np.nan), np.full((len(chosen), len(chosen)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    numbers = [place for place, column in enumerate(chosen) if column.kind in NUMBERS]
    if numbers:
        at = np.ix_(numbers, numbers)
        matrix[at] = correlations(np.column_stack([sample.ranks(chosen[place].name) for place in numbers]))
        pearson[at] = correlations(np.column_stack([sample.values(chosen[place].name) for place in numbers]))
    categories = [place for place, column in enumerate(chosen) if column.kind in CATEGORIES]
    for i in categories:
        codes = sample.codes(chosen[i].name)
        for j in numbers:
            matrix[i, j] = matrix[j, i] = eta(codes, sample.ranks(chosen[j].name))
        for j in categories:
            if i < j:
                matrix[i, j] = matrix[j, i] = cramers_v(counts_of(codes, sample.codes(chosen[j].name)))
    return matrix, pearson
