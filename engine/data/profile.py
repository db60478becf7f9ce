"""A table as numbers for pictures: each column alone, against the target, with the others, over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from engine.data.profiling.against import against
from engine.data.profiling.associations import pairs, strengths
from engine.data.profiling.extremes import high_cardinality, outliers, rare
from engine.data.profiling.gaps import missing_pattern
from engine.data.profiling.highlights import highlights
from engine.data.profiling.over_time import over_time
from engine.data.profiling.pictures import picture
from engine.data.profiling.sample import MOST_ROWS, Sample
from engine.domain.data import Column, Problem

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "profile"]

Json = dict[str, Any]

MOST_COLUMNS = 60


def profile(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem | None = None) -> Json:
    """Summarise the table for pictures.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The training part, where a split exists; with a problem, every row has a target.
    columns : sequence of Column
    problem : Problem, optional

    Returns
    -------
    dict
        Plain JSON. ``shown_on`` and ``of`` count rows (beyond 50,000 a seeded sample of so many, of fewer beyond 200
        columns), ``columns_shown`` and ``columns_of`` columns (the target and the first 60 others). ``columns``: for
        each ``name``, ``kind``,
        ``missing`` (count in the whole table), ``missing_share``, ``unique``, ``low``, ``high``, and either
        ``histogram`` (``edges`` one longer than ``counts``; dates as ISO 8601) or ``levels`` (``value``,
        ``count``, most frequent first) with ``other`` rows beyond them, or neither (free text, identifiers).
        ``target``: name of the target or ``None``; ``positive``: the class whose rate is measured, or empty.
        ``against``: for each feature ``column``, ``kind``, ``measure`` and ``groups``; a group has ``label``,
        ``low`` and ``high`` (bins of numbers and dates, else ``None``), ``count``, and by the measure ``rate`` (share
        of the positive class), ``shares`` (of each class), or ``mean`` and ``median``. Empty cells form the last
        group, ``(empty)``.

        Of all columns, on the rows of the sample: ``strengths`` and ``associations`` (see
        :mod:`engine.data.profiling.associations`), ``missing_pattern`` (:mod:`~engine.data.profiling.gaps`),
        ``outliers`` (counted in the whole table), ``rare`` and ``high_cardinality``
        (:mod:`~engine.data.profiling.extremes`), ``over_time`` (:mod:`~engine.data.profiling.over_time`), and
        ``highlights``: at most eight findings in a sentence each (:mod:`~engine.data.profiling.highlights`).
    """
    sample = Sample(frame, columns, problem)
    target = sample.target
    shown = [column for column in columns if column.name == target] + sample.others[:MOST_COLUMNS]
    strongest = strengths(sample, problem) if problem else []
    found: Json = {
        "shown_on": len(sample),
        "of": len(frame),
        "columns_shown": len(shown),
        "columns_of": len(columns),
        "target": target,
        "positive": problem.positive if problem else "",
        "columns": [picture(column, sample.series(column.name), len(frame)) for column in shown],
        "against": against(sample, shown, problem) if problem else [],
        "strengths": strongest,
        "associations": pairs(sample, strongest),
        "missing_pattern": missing_pattern(sample),
        "outliers": outliers(sample),
        "rare": rare(sample),
        "high_cardinality": high_cardinality(sample),
        "over_time": over_time(sample),
    }
    return found | {"highlights": highlights(found, problem)}
