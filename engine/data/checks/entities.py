"""The same customer, patient or place on both sides of the split."""

from __future__ import annotations

import numpy as np

from engine.data.checks.alone import severity_of
from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.split.effect import is_material
from engine.data.split.entities import Entity, find_entity
from engine.data.split.proposal import find_group_column
from engine.domain.data import Finding, SplitKind

_CHECK = Check(
    code="PF-L05",
    title="The same entity on both sides of the split",
    why="Rows of one customer, patient or place are alike. A model that has seen some of them recognises the others, "
    "and the score says nothing about new ones.",
    advice="Split by it, so that whole entities stay on one side, unless the model will only be used on the same "
    "entities again.",
)


def same_entities(subject: Subject) -> Finding:
    """Look for what repeats, and measure random folds against folds of whole entities (PF-L05)."""
    problem, split = subject.problem, subject.split
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    if split is not None and split.group_columns:
        return _CHECK.passed(f"The split keeps all rows of one value of {split.group_columns[0]!r} on one side.")
    known = find_group_column(subject.others, len(subject.frame))
    entity = find_entity(subject.frame, subject.others, problem, known)
    if entity is None:
        return _CHECK.passed("No column, nor two together, name something whose rows are alike beyond chance.")
    told = f"{entity.words} {'repeats' if len(entity.columns) == 1 else 'together repeat'}: {_repeats(entity)}"
    effect = entity.effect
    if effect is None:
        return _CHECK.passed(f"{told}, but there are too few to measure what this does to a score.")
    scores = (
        f"a small model scores {effect.first:.3f} on random folds and {effect.second:.3f} on folds of whole groups "
        f"({effect.metric}, {subject.looked_at(effect.rows)}; difference {effect.difference:+.3f}, 95 % interval "
        f"{effect.low:+.3f} to {effect.high:+.3f})"
    )
    facts = {"columns": entity.columns, "rows": _example(subject, entity), "measured": _measured(entity)}
    if not is_material(effect):
        return _CHECK.passed(f"{told}, but it changes little: {scores}.", measured=facts["measured"])
    alike = (
        f" {listed([repr(name) for name in entity.constant], 3)} never change within one." if entity.constant else ""
    )
    message = f"{told}.{alike} It matters: {scores}."
    if split is not None and split.kind is SplitKind.TIME:
        return _CHECK.tip(f"{message} Your split is by time: will the model meet the same ones again?", **facts)
    return _CHECK.issue(message, severity_of(effect.difference), **facts)


def _repeats(entity: Entity) -> str:
    rows = len(entity.groups)
    return (
        f"{entity.count:,} different values in {rows:,} rows, and {percent(entity.rows / rows)} of the rows share "
        "theirs with another"
    )


def _example(subject: Subject, entity: Entity) -> tuple[int, ...]:
    """Name the rows of the largest group."""
    largest = int(np.bincount(entity.groups).argmax())
    return subject.numbers_of(np.flatnonzero(entity.groups == largest))


def _measured(entity: Entity) -> dict[str, object]:
    return {
        "groups": entity.count,
        "rows_that_share": entity.rows,
        "constant_within": list(entity.constant),
        "random_and_grouped": entity.effect.as_dict() if entity.effect else None,
        "split": {"kind": str(SplitKind.GROUP), "column": entity.columns[0], "more_columns": list(entity.columns[1:])},
    }


CHECKS: tuple[Coded, ...] = ((_CHECK, same_entities),)
