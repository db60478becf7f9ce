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
from engine.data.profiling.statistics import correlations, counts_of, cramers_v, eta
from engine.domain.data import Column, Problem
from engine.domain.task import Task

Json = dict[str, Any]

MOST_COLUMNS = 30
MOST_PAIRS = 30

_BINS = 10
_USED = (*NUMBERS, *CATEGORIES)


def strengths(sample: Sample, problem: Problem) -> list[Json]:
    """Say how strongly each feature goes with the target, strongest first.

    A number is judged twice: by its order, and by ten bins of even counts, which also sees what rises and falls
    again; the larger of the two counts, with the name of its measure.
    """
    found = []
    for column in sample.others:
        if column.name in problem.features and column.kind in _USED:
            value, measure, direction = _strength(sample, column, problem)
            found.append(
                {
                    "column": column.name,
                    "kind": str(column.kind),
                    "strength": value,
                    "measure": measure,
                    "direction": direction,
                }
            )
    return sorted(found, key=lambda one: (-one["strength"], one["column"]))


def _strength(sample: Sample, column: Column, problem: Problem) -> tuple[float, str, int]:
    if problem.task.is_classification:
        y = sample.y.astype(np.intp)
        if column.kind in CATEGORIES:
            return _number(cramers_v(counts_of(sample.codes(column.name), y))), "cramers_v", 0
        ranks = sample.ranks(column.name)
        ordered, binned = _number(eta(y, ranks)), _number(cramers_v(counts_of(_bins(ranks), y)))
        direction = _direction(ranks, y.astype(np.float64)) if problem.task is Task.BINARY else 0
        return (ordered, "eta", direction) if ordered >= binned else (binned, "cramers_v_of_bins", 0)
    target = sample.ranks(problem.target)
    if column.kind in CATEGORIES:
        return _number(eta(sample.codes(column.name), target)), "eta", 0
    ranks = sample.ranks(column.name)
    rho = float(correlations(np.column_stack([ranks, target]))[0, 1])
    binned = _number(eta(_bins(ranks), target))
    # Bins lose a little of what is in order, so they have to be clearly better to say that it is not.
    if _number(abs(rho)) >= 0.95 * binned:
        return _number(abs(rho)), "spearman", int(np.sign(rho)) if not math.isnan(rho) else 0
    return binned, "eta_of_bins", 0


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else float(value)


def _direction(ranks: Floats, y: Floats) -> int:
    r = float(correlations(np.column_stack([ranks, y]))[0, 1])
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
