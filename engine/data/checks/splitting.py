"""Whether the split respects time and entities."""

from __future__ import annotations

from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.split.proposal import find_group_column
from engine.data.split.timeline import find_time_column
from engine.domain.data import Finding, Severity, SplitKind
from engine.domain.task import ColumnKind

_TIME = Check(
    code="PF-S01",
    title="Time and the split",
    why="If a model is to be used on the future, a random split lets it learn from the future of the rows that it is "
    "tested on, and the score gets too good.",
    advice="Split by time, unless the order of the rows plays no part in how the model will be used.",
)
_GROUPS = Check(
    code="PF-S02",
    title="Repeated entities and the split",
    why="Rows of one customer, patient or place are alike. If they stand on both sides of the split, the model is "
    "tested on what it has already seen.",
    advice="Split by group, unless the model will be used on the same entities again.",
)


def time_ignored(subject: Subject) -> Finding:
    """Look for a date that the split does not use (PF-S01)."""
    dates = [column for column in subject.others if column.kind is ColumnKind.DATETIME]
    if not dates:
        return _TIME.not_applicable("No column holds dates.")
    clear = find_time_column(subject.others, len(subject.frame))
    kind = subject.split.kind if subject.split else None
    if kind in (SplitKind.TIME, SplitKind.GROUP_TIME):
        return _TIME.passed("The rows are split by time.")
    if clear is None:
        names = listed([repr(column.name) for column in dates])
        return _TIME.tip(
            f"{names} {'holds' if len(dates) == 1 else 'hold'} dates; whether they order the events is for you to say.",
            columns=[column.name for column in dates],
        )
    runs = f"{clear.name!r} dates the rows from {clear.low} to {clear.high}"
    if kind is None:
        return _TIME.tip(f"{runs}.", columns=[clear.name])
    return _TIME.issue(f"{runs}, but the split is {kind.replace('_', ' ')}.", Severity.MEDIUM, columns=[clear.name])


def entities_ignored(subject: Subject) -> Finding:
    """Look for an identifier that repeats and that the split does not use (PF-S02)."""
    column = find_group_column(subject.others, len(subject.frame))
    if column is None:
        return _GROUPS.not_applicable("No identifier repeats.")
    kind = subject.split.kind if subject.split else None
    repeats = f"{column.name!r} repeats: {column.unique:,} values in {len(subject.frame) - column.missing:,} rows"
    if subject.split is not None and subject.split.group_columns:
        return _GROUPS.passed("Whole groups stay on one side of the split.")
    if kind is None:
        return _GROUPS.tip(f"{repeats}.", columns=[column.name])
    return _GROUPS.issue(
        f"{repeats}, but the split is {kind.replace('_', ' ')}.", Severity.MEDIUM, columns=[column.name]
    )


CHECKS: tuple[Coded, ...] = ((_TIME, time_ignored), (_GROUPS, entities_ignored))
