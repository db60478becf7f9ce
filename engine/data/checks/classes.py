"""What a target of classes adds to the checks of quality: rare classes and imbalance."""

from __future__ import annotations

import numpy as np

from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.target import encode_target
from engine.domain.data import Finding, Severity

_RARE = 30
_UNEVEN = 10
_VERY_UNEVEN = 20

_RARE_CLASSES = Check(
    code="PF-Q07",
    title="Rare classes",
    why="A score on a handful of rows is mostly chance, and there is little to learn such a class from.",
    advice="Collect more of them, join them with a class that means nearly the same, or say in the write-up that "
    "nothing can be claimed about them.",
)
_IMBALANCE = Check(
    code="PF-Q08",
    title="Uneven classes",
    why="Always saying the most frequent class already gets a high accuracy, so accuracy says little here.",
    advice="Judge by a metric that does not reward this (average precision, balanced accuracy, the cost of errors), "
    "and compare with the dummy.",
)


def rare_classes(subject: Subject) -> Finding:
    """Look for classes with few rows (PF-Q07)."""
    counts = _counts(subject)
    if isinstance(counts, str):
        return _RARE_CLASSES.not_applicable(counts)
    rare = [f"{label!r} ({count:,} rows)" for label, count in counts.items() if count < _RARE]
    if not rare:
        return _RARE_CLASSES.passed(f"Every class has at least {_RARE} rows; the rarest has {min(counts.values()):,}.")
    severity = Severity.HIGH if min(counts.values()) < _RARE / 3 else Severity.MEDIUM
    are = "is a class" if len(rare) == 1 else "are classes"
    message = f"{listed(rare)} {are} of {_target(subject)!r} with fewer than {_RARE} rows."
    return _RARE_CLASSES.issue(message, severity, columns=[_target(subject)])


def imbalance(subject: Subject) -> Finding:
    """Compare the most frequent class with the rarest (PF-Q08)."""
    counts = _counts(subject)
    if isinstance(counts, str):
        return _IMBALANCE.not_applicable(counts)
    total = sum(counts.values())
    rarest, most = min(counts, key=lambda c: counts[c]), max(counts, key=lambda c: counts[c])
    ratio = counts[most] / max(counts[rarest], 1)
    message = (
        f"{most!r} is {percent(counts[most] / total)} of {_target(subject)!r}, "
        f"{rarest!r} is {percent(counts[rarest] / total)}"
    )
    if ratio < _UNEVEN:
        return _IMBALANCE.passed(f"{message}: no class is {_UNEVEN} times as frequent as another.")
    severity = Severity.MEDIUM if ratio >= _VERY_UNEVEN else Severity.LOW
    return _IMBALANCE.issue(
        f"{message}: always saying {most!r} is right in {percent(counts[most] / total)} of the rows.",
        severity,
        columns=[_target(subject)],
    )


def _target(subject: Subject) -> str:
    return subject.problem.target if subject.problem else ""


def _counts(subject: Subject) -> dict[str, int] | str:
    """Count the rows of each class, or say why there is nothing to count."""
    problem = subject.problem
    if problem is None:
        return "No target is chosen."
    if not problem.task.is_classification:
        return f"{problem.target!r} is a number."
    y = encode_target(subject.frame[problem.target], problem).astype(np.intp)
    counts = np.bincount(y, minlength=len(problem.classes))
    return {label: int(count) for label, count in zip(problem.classes, counts, strict=True)}


CHECKS: tuple[Coded, ...] = ((_RARE_CLASSES, rare_classes), (_IMBALANCE, imbalance))
