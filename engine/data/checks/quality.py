"""Quality of the columns and rows, whatever the target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.kinds import MOST_LEVELS, as_text, plain
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

_MUCH_MISSING = 0.4
_LITTLE_MISSING = 0.05
_NEAR_CONSTANT = 0.98
_COUNTED = 100_000

_MISSING = Check(
    code="PF-Q01",
    title="Empty cells",
    why="A model has to be told what an empty cell means; where cells are empty for a reason, the gap itself says "
    "something.",
    advice="Find out why they are empty. Where empty means 'has none', write that as a value; where it means "
    "'unknown', the gaps are filled inside the folds.",
)
_CONSTANT = Check(
    code="PF-Q02",
    title="Columns without information",
    why="A column that is the same in every row cannot help to tell rows apart.",
    advice="Leave it out, or find out why it was not filled. No model here uses it.",
)
_NEARLY_CONSTANT = Check(
    code="PF-Q03",
    title="Nearly constant columns",
    why="What is seen in very few rows can hardly be learned, and it may be absent from whole folds.",
    advice="Keep it only if the rare value matters to the question.",
)
_DUPLICATES = Check(
    code="PF-Q04",
    title="Repeated rows",
    why="A row that stands on both sides of a split is remembered, not predicted: the score gets too good.",
    advice="Find out whether they are one thing recorded twice; if so, keep one of each.",
)
_IDENTIFIERS = Check(
    code="PF-Q05",
    title="Identifiers",
    why="A number that names a row predicts nothing about a new row, and it can leak the order of the file.",
    advice="No model here uses them. If one repeats, split by it.",
)
_MANY_LEVELS = Check(
    code="PF-Q06",
    title="Categories with very many values",
    why="Most of the values are seen in few rows, so what is learned about each of them is mostly chance.",
    advice="Join rare values, or replace them by what they stand for (a region for a postcode).",
)


def missing(subject: Subject) -> Finding:
    """Look for empty cells (PF-Q01)."""
    rows = len(subject.frame)
    named = [column.name for column in subject.columns if column.unique]
    gaps = subject.frame[named].isna().sum().sort_values(ascending=False, kind="stable")
    found = {str(name): int(count) for name, count in gaps.items() if count}
    if not found:
        return _MISSING.passed("No column that holds anything has an empty cell.")
    shares = listed([f"{name!r} ({count:,} of {rows:,}, {percent(count / rows)})" for name, count in found.items()])
    are = "One column has" if len(found) == 1 else f"{len(found)} of {len(subject.columns)} columns have"
    where = subject.row_numbers(subject.frame[list(found)].isna().any(axis=1))
    message = f"{are} empty cells: {shares}."
    most = max(found.values()) / rows
    told = {"columns": found, "rows": where, "fix": _filled(subject, found), "measured": {"cells": found}}
    if most < _LITTLE_MISSING:
        return _MISSING.tip(message, **told)
    return _MISSING.issue(message, Severity.MEDIUM if most > _MUCH_MISSING else Severity.LOW, **told)


def _filled(subject: Subject, gaps: dict[str, int]) -> Step | None:
    names = tuple(column.name for column in subject.numbers if column.name in gaps)
    return (
        Step(
            kind=StepKind.IMPUTE,
            columns=names,
            options={"strategy": "median", "indicator": True},
            reason="Gaps in numbers are filled inside the folds, and marked.",
            finding=_MISSING.code,
        )
        if names
        else None
    )


def constant(subject: Subject) -> Finding:
    """Look for columns with one value or none (PF-Q02)."""
    found = [c for c in subject.others if c.kind is ColumnKind.CONSTANT]
    if not found:
        return _CONSTANT.passed("Every column holds at least two values.")
    told = listed([f"{c.name!r} is {'always ' + repr(c.examples[0]) if c.examples else 'empty'}" for c in found])
    names = tuple(c.name for c in found)
    fix = Step(kind=StepKind.DROP_COLUMNS, columns=names, reason="They say nothing.", finding=_CONSTANT.code)
    return _CONSTANT.issue(f"{told}.", Severity.LOW, columns=names, fix=fix)


def nearly_constant(subject: Subject) -> Finding:
    """Look for columns in which nearly all rows hold the same value (PF-Q03)."""
    found = [(c, *top) for c in subject.others if c.kind.is_feature and (top := _top(subject, c)) is not None]
    if not found:
        return _NEARLY_CONSTANT.passed(f"No column holds one value in {percent(_NEAR_CONSTANT)} of its rows or more.")
    told = listed([f"{c.name!r} is {value!r} in {percent(share)} of the rows" for c, value, share in found])
    return _NEARLY_CONSTANT.tip(f"{told}.", columns=[c.name for c, _, _ in found])


def _top(subject: Subject, column: Column) -> tuple[str, float] | None:
    """Return the value that nearly all rows hold, and its share; empty cells count as a value."""
    series = plain(subject.frame[column.name])
    few = series.iloc[:: len(series) // _COUNTED + 1]
    counts = few.value_counts(dropna=False)
    if counts.iloc[0] < len(few) * (_NEAR_CONSTANT - 0.01):
        return None
    value = counts.index[0]
    share = float(series.isna().mean()) if pd.isna(value) else float((series == value).fillna(False).mean())
    return ("empty" if pd.isna(value) else as_text(value), share) if share >= _NEAR_CONSTANT else None


def duplicates(subject: Subject) -> Finding:
    """Look for rows that are the same in every column but the identifiers (PF-Q04)."""
    compared = [c for c in subject.columns if c.kind not in (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)]
    ignored = [c.name for c in subject.columns if c.kind is ColumnKind.IDENTIFIER]
    but = f" (leaving out {listed([repr(name) for name in ignored])})" if ignored else ""
    if not compared:
        return _DUPLICATES.not_applicable("All columns are identifiers or constant.")
    groups = row_groups(subject, sorted(compared, key=lambda column: -column.unique))
    repeated = (groups >= 0) & pd.Series(groups).duplicated().to_numpy()
    count, rows = int(repeated.sum()), len(subject.frame)
    if not count:
        return _DUPLICATES.passed(f"No two rows are the same{but}.")
    message = f"{count:,} of {rows:,} rows ({percent(count / rows)}) repeat an earlier one in every column{but}."
    told = {
        "rows": subject.row_numbers(repeated),
        "fix": Step(
            kind=StepKind.DROP_DUPLICATES,
            columns=tuple(column.name for column in compared) if ignored else (),
            reason="One of each is kept.",
            finding=_DUPLICATES.code,
        ),
        "measured": {"rows": count},
    }
    if all(column.unique <= MOST_LEVELS for column in compared):
        return _DUPLICATES.tip(f"{message} With so few different values this can be chance as well as a fault.", **told)
    return _DUPLICATES.issue(message, Severity.MEDIUM if count / rows > 0.01 else Severity.LOW, **told)


def row_groups(subject: Subject, columns: Sequence[Column]) -> npt.NDArray[np.int64]:
    """Give one number to the rows that are equal to another in all of the columns; empty cells are equal.

    Columns with many values come first: after each, only rows that are still equal to another are looked at,
    which makes it quick where few rows repeat.

    Returns
    -------
    ndarray of shape (n_rows,)
        Equal rows, equal numbers; -1 for a row that is like no other.
    """
    rows = np.arange(len(subject.frame))
    key = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(subject.plain(column.name).iloc[rows])
        key = pd.factorize(key * (len(values) + 1) + codes + 1)[0].astype(np.int64)
        shared = np.bincount(key)[key] > 1
        rows, key = rows[shared], key[shared]
        if not len(rows):
            break
    groups = np.full(len(subject.frame), -1, dtype=np.int64)
    groups[rows] = pd.factorize(key)[0] if columns else -1
    return groups


def identifiers(subject: Subject) -> Finding:
    """Look for columns that name rows or entities (PF-Q05)."""
    found = [c for c in subject.others if c.kind is ColumnKind.IDENTIFIER]
    if not found:
        return _IDENTIFIERS.passed("No column looks like an identifier.")
    told = listed([f"{c.name!r} ({c.unique:,} values in {len(subject.frame) - c.missing:,} rows)" for c in found])
    verb = "looks like an identifier" if len(found) == 1 else "look like identifiers"
    return _IDENTIFIERS.tip(f"{told} {verb}.", columns=[c.name for c in found])


def many_levels(subject: Subject) -> Finding:
    """Look for categories with more values than can be learned (PF-Q06)."""
    categories = [c for c in subject.others if c.kind is ColumnKind.CATEGORICAL]
    if not categories:
        return _MANY_LEVELS.not_applicable("The table has no categories.")
    found = [c for c in categories if c.unique > MOST_LEVELS]
    if not found:
        return _MANY_LEVELS.passed(f"No category has more than {MOST_LEVELS} values.")
    told = listed([f"{c.name!r} has {c.unique:,} values" for c in found])
    names = tuple(c.name for c in found)
    fix = Step(
        kind=StepKind.GROUP_RARE,
        columns=names,
        options={"least": 20},
        reason="Values with fewer than 20 rows are joined.",
        finding=_MANY_LEVELS.code,
    )
    return _MANY_LEVELS.tip(f"{told}, in {len(subject.frame):,} rows.", columns=names, fix=fix)


CHECKS: tuple[Coded, ...] = (
    (_MISSING, missing),
    (_CONSTANT, constant),
    (_NEARLY_CONSTANT, nearly_constant),
    (_DUPLICATES, duplicates),
    (_IDENTIFIERS, identifiers),
    (_MANY_LEVELS, many_levels),
)
