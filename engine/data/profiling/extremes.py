"""Values that stand apart: numbers far outside, categories that are rare or very many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.data.kinds import MOST_LEVELS, as_text, plain
from engine.data.profiling.sample import CATEGORIES, Floats, Sample, numbers_of, row_numbers
from engine.domain.data import Column
from engine.domain.task import ColumnKind

Json = dict[str, Any]

_FENCES = 3.0
"""How many interquartile ranges beyond the quartiles a value has to lie (Tukey's outer fences)."""
_EXAMPLES = 5
_FEWEST = 20
_RARE_SHARE = 0.01
_RARE_ROWS = 30
_MOST_RARE = 10


def outliers(sample: Sample) -> list[Json]:
    """Find numbers beyond three interquartile ranges outside the quartiles, in the whole table.

    The quartiles are those of the sample. Where at least half of the values are the same and there is no range
    between the quartiles, those of the other values count (``method`` ``other_values``).

    Returns
    -------
    list of dict
        For each column with such values: ``column``, ``count``, ``share`` of the filled cells, ``low`` and ``high``
        (the fences), ``method``, ``log_count`` (how many are left on the log scale, ``None`` where it is undefined),
        ``examples`` (``row`` and ``value``, the furthest first). Most of them first.
    """
    found = []
    for column in sample.columns:
        if column.kind in (ColumnKind.NUMERIC, ColumnKind.INTEGER) and column.unique > 2:
            one = _outliers(column, sample)
            if one:
                found.append(one)
    return sorted(found, key=lambda one: (-one["share"], one["column"]))


def _outliers(column: Column, sample: Sample) -> Json | None:
    values = sample.values(column.name)
    fences = _fences(values[~np.isnan(values)])
    if fences is None:
        return None
    low, high, usual = fences
    whole = numbers_of(plain(sample.whole[column.name])) if len(sample.whole) > len(sample) else values
    with np.errstate(invalid="ignore"):
        outside = np.flatnonzero(((whole < low) | (whole > high)) & (whole != usual))
    if not len(outside):
        return None
    far = np.maximum(low - whole[outside], whole[outside] - high)
    furthest = outside[np.argsort(-far, kind="stable")[:_EXAMPLES]]
    filled = int((~np.isnan(whole)).sum())
    return {
        "column": column.name,
        "count": len(outside),
        "share": len(outside) / filled,
        "low": low,
        "high": high,
        "method": "quartiles" if usual is None else "other_values",
        "log_count": _on_log_scale(values, whole),
        "examples": [
            {"row": row, "value": float(whole[place])}
            for row, place in zip(row_numbers(sample.whole.index, furthest), furthest, strict=True)
        ],
    }


def _fences(present: Floats) -> tuple[float, float, float | None] | None:
    """Return the fences, and the usual value where it fills the quartiles and only the others were measured."""
    if len(present) < _FEWEST:
        return None
    first, third = np.quantile(present, [0.25, 0.75])
    usual = None
    if first == third:
        usual = float(first)
        present = present[present != first]
        if len(present) < _FEWEST:
            return None
        first, third = np.quantile(present, [0.25, 0.75])
    reach = _FENCES * (third / 2 - first / 2) * 2
    if not np.isfinite(reach) or reach == 0:
        return None
    return float(first - reach), float(third + reach), usual


def _on_log_scale(values: Floats, whole: Floats) -> int | None:
    """Count the values beyond the fences of the logarithms; few of them mean a skew rather than mistakes."""
    present = values[~np.isnan(values)]
    least = min(float(present.min()), float(np.nanmin(whole)))
    if least < 0:
        return None
    # With zeros among them, one is added to all.
    log = np.log1p if least == 0 else np.log
    fences = _fences(log(present))
    if fences is None:
        return None
    logs = log(whole)
    with np.errstate(invalid="ignore"):
        return int((((logs < fences[0]) | (logs > fences[1])) & (logs != fences[2])).sum())


def rare(sample: Sample) -> list[Json]:
    """Find values of a category that few rows have: under 1 % and under 30 rows of the sample.

    Returns
    -------
    list of dict
        For each category with at most 50 values and such among them: ``column``, ``count`` of rare values, ``rows``
        that have one, ``values`` (``value`` and ``count``, the rarest first, at most ten).
    """
    found = []
    for column in sample.columns:
        if column.kind not in CATEGORIES or column.unique > MOST_LEVELS:
            continue
        counts = sample.series(column.name).value_counts()
        few = counts[(counts < _RARE_ROWS) & (counts < _RARE_SHARE * counts.sum())]
        if len(few):
            found.append({"column": column.name, "count": len(few), "rows": int(few.sum()), "values": _rarest(few)})
    return sorted(found, key=lambda one: (-one["count"], one["column"]))


def _rarest(few: pd.Series) -> list[Json]:
    listed = sorted((int(count), as_text(value)) for value, count in few.items())
    return [{"value": value, "count": count} for count, value in listed[:_MOST_RARE]]


def high_cardinality(sample: Sample) -> list[Json]:
    """Find categories with more than 50 values: ``column``, ``unique``, ``rows_per_value``, ``once`` (seen once)."""
    found = []
    for column in sample.columns:
        if column.kind is ColumnKind.CATEGORICAL and column.unique > MOST_LEVELS:
            counts = sample.series(column.name).value_counts()
            found.append(
                {
                    "column": column.name,
                    "unique": column.unique,
                    "rows_per_value": (len(sample.whole) - column.missing) / column.unique,
                    "once": int((counts == 1).sum()),
                }
            )
    return sorted(found, key=lambda one: (-one["unique"], one["column"]))
