"""Rows that are the same but for their target."""

from __future__ import annotations

import numpy as np

from engine.data.checks.quality import row_groups
from engine.data.checks.subject import Check, Coded, Subject, percent
from engine.data.kinds import MOST_LEVELS
from engine.domain.data import Finding, Severity

_CHECK = Check(
    code="PF-Q13",
    title="Same row, other target",
    why="Where all columns are equal and the target is not, no model can be right on both rows.",
    advice="Find out whether one of the labels is a slip, or whether a column is missing that tells the rows apart.",
)


def conflicts(subject: Subject) -> Finding:
    """Look for rows that agree in every column a model may use and differ in the target (PF-Q13)."""
    problem = subject.problem
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    columns = sorted(subject.features, key=lambda column: -column.unique)
    groups = row_groups(subject, columns)
    places = np.flatnonzero(groups >= 0)
    y = subject.y[places]
    if not problem.task.is_classification and len(places):
        y = np.asarray(
            np.round(y / (float(subject.y.std()) or 1.0), 1), dtype=np.float64
        )  # a tenth of the spread is no conflict
    kinds = np.unique(y, return_inverse=True)[1]
    pairs, counts = np.unique(groups[places] * (kinds.max(initial=0) + 1) + kinds, return_counts=True)
    owner = pairs // (kinds.max(initial=0) + 1)
    differ = np.bincount(owner, minlength=int(groups.max(initial=0)) + 1) > 1
    marked = np.zeros(len(groups), dtype=np.bool_)
    marked[places] = differ[groups[places]]
    count, rows = int(marked.sum()), len(groups)
    if not count:
        return _CHECK.passed("No two rows that are equal in every column have different targets.")
    message = (
        f"{count:,} of {rows:,} rows ({percent(count / rows)}) are equal to another in every column that a model may "
        f"use, but not in {problem.target!r}."
    )
    told = {"columns": [problem.target], "rows": subject.row_numbers(marked), "measured": {"rows": count}}
    if problem.task.is_classification:
        best = np.zeros(len(differ), dtype=np.int64)
        np.maximum.at(best, owner, counts)
        ceiling = (rows - count + int(best[differ].sum())) / rows
        message += f" On these rows no model can be right in more than {percent(ceiling)} of the cases."
        told["measured"] = {"rows": count, "highest_accuracy": ceiling}
    if all(column.unique <= MOST_LEVELS for column in columns):
        return _CHECK.tip(f"{message} With so few different values this is to be expected.", **told)
    return _CHECK.issue(message, Severity.MEDIUM if count / rows > 0.01 else Severity.LOW, **told)


CHECKS: tuple[Coded, ...] = ((_CHECK, conflicts),)
