"""Columns that are a function of the target, or that are only known after the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.data.checks import exact
from engine.data.checks.alone import (
    FEWEST_ROWS,
    dropped,
    measure_of,
    sampled_truth,
    score_alone,
    scores_alone,
    severity_of,
    with_and_without,
)
from engine.data.checks.gaps import gap_score
from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.kinds import words_of
from engine.data.split.effect import column_effect
from engine.domain.data import Column, Finding, Problem, Severity
from engine.domain.task import ColumnKind

_AUC_TELLS = 0.65
_R2_TELLS = 0.1
_LATER = 0.99
_MOST_LEVELS = 1_000
_BORN = frozenset(["birth", "born", "dob", "birthdate", "birthday"])

_CHECK = Check(
    code="PF-L07",
    title="Known only after the outcome",
    why="A column that is worked out from the target, or filled once the outcome is known, is not there when the model "
    "is used.",
    advice="Ask whoever keeps the data when each of these is filled. Leave out what is not known beforehand.",
)

# fmt: off
_AFTER_WORDS = frozenset([
    "outcome", "result", "results", "refund", "refunded", "closed", "closing", "resolution", "resolved", "discharge",
    "discharged", "death", "died", "deceased", "cause", "settlement", "settled", "cancelled", "canceled",
    "cancellation", "final", "finished", "completed", "completion", "payout", "recovery", "recovered", "recoveries",
    "collections", "chargeoff", "charged", "exit", "leaving", "terminated", "termination", "awarded", "verdict",
    "sentence", "decision", "approved", "confirmed", "afterwards", "actual", "realised", "realized", "returned",
    "reimbursed", "repaid", "penalty", "followup", "diagnosed", "autopsy", "ended", "end", "duration", "paid",
    "compensation", "quit",
])
_AFTER_PAIRS = frozenset([
    ("payment", "date"), ("date", "payment"), ("days", "to"), ("days", "until"), ("time", "until"),
    ("follow", "up"), ("charged", "off"), ("end", "date"), ("end", "time"), ("last", "day"), ("exit", "date"),
    ("weeks", "to"), ("months", "to"), ("paid", "at"), ("left", "at"), ("left", "on"),
])
# fmt: on


@dataclass(frozen=True)
class _Suspect:
    columns: tuple[str, ...]
    words: str
    sure: bool
    """Whether it is a fact of the numbers, not a question for the person."""


def after_outcome(subject: Subject) -> Finding:
    """Look for arithmetic on the target, the target in other words, late dates and telling names (PF-L07)."""
    problem = subject.problem
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    if len(subject.frame) < FEWEST_ROWS:
        return _CHECK.not_applicable(f"{len(subject.frame)} rows are too few to look for this.")
    sure = _functions(subject, problem)
    known = {name for suspect in sure for name in suspect.columns}
    asked = [one for one in [*_late_dates(subject, problem), *_names(subject, problem)] if one.columns[0] not in known]
    asked = list({one.columns: one for one in reversed(asked)}.values())[::-1]
    if not sure and not asked:
        return _CHECK.passed(f"No column is a function of {problem.target!r}, and none sounds as if it came after it.")
    names = list(dict.fromkeys(name for one in (*sure, *asked) for name in one.columns))
    # Of a sum one part is enough to break it, but which one the person has to say.
    effect = column_effect(subject.frame, problem, names)
    measure = f" {with_and_without(effect, 'it' if len(names) == 1 else 'them', len(subject.frame))}" if effect else ""
    facts = {
        "columns": names,
        "fix": dropped(names, "Not known before the outcome.", _CHECK.code),
        "measured": {"with_and_without": effect.as_dict() if effect else None},
    }
    if not sure:
        question = f"When {'is it' if len(asked) == 1 else 'are they'} filled: before the outcome or after?"
        return _CHECK.tip(f"{listed([one.words for one in asked])}.{measure} {question}", **facts)
    more = f" And {listed([one.words for one in asked])}: when is that known?" if asked else ""
    severity = severity_of(effect.difference) if effect else Severity.HIGH
    return _CHECK.issue(f"{listed([one.words for one in sure])}.{measure}{more}", severity, **facts)


def _functions(subject: Subject, problem: Problem) -> list[_Suspect]:
    few = subject.sample
    y = subject.y[few]
    codes = y.astype(np.intp) if problem.task.is_classification else None
    found = []
    for column in subject.others:
        if column.kind in (ColumnKind.CONSTANT, ColumnKind.TEXT, ColumnKind.IDENTIFIER):
            continue
        how = _same_thing(subject, column, few, y, codes)
        if how:
            found.append(_Suspect((column.name,), f"{column.name!r} {how} {problem.target!r}", True))
    if codes is None:
        single = {one.columns[0] for one in found}
        columns = [c for c in subject.numbers if c.name not in single]
        if columns:
            X = np.column_stack([subject.floats(c.name)[few] for c in columns])
            equation = exact.formula(X, y, [c.name for c in columns], problem.target)
            if equation:
                found.append(_Suspect(tuple(equation[0]), f"{equation[1]} (to the last digit)", True))
    return found


def _same_thing(subject: Subject, column: Column, few: np.ndarray, y: np.ndarray, codes: np.ndarray | None) -> str:
    """Say how a column is the target in another form; empty if it is not."""
    if subject.is_text(column) or column.kind is ColumnKind.BOOLEAN or column.unique <= 20:
        if column.unique > _MOST_LEVELS:
            return ""
        values = subject.codes(column.name)[0][few].astype(np.intp)
        if codes is not None:
            return "says, in other words, what is in" if exact.settles_class(values, codes) else ""
        if exact.bands_number(values, y):
            return "holds the bands of"
        if subject.is_text(column) or column.kind is ColumnKind.BOOLEAN:
            return ""
    values = subject.floats(column.name)[few]
    if codes is not None:
        return "is cut into the classes of" if exact.cuts_class(values, codes) else ""
    return "rises or falls in step with" if exact.follows_number(values, y) else ""


def _tells(subject: Subject, problem: Problem, column: Column) -> tuple[float, bool]:
    """Score a column, or its gaps, alone; the second value says whether that is much."""
    gap = 0.0
    if 0 < column.missing < len(subject.frame):
        gap = gap_score(subject.plain(column.name).isna().to_numpy(), subject.y, problem)
    score = max(scores_alone(subject).get(column.name, 0.0), gap)
    return score, score >= (_AUC_TELLS if problem.task.is_classification else _R2_TELLS)


def _names(subject: Subject, problem: Problem) -> list[_Suspect]:
    found = []
    own = set(words_of(problem.target))
    for column in subject.others:
        words = words_of(column.name)
        if not (set(words) & (_AFTER_WORDS - own) or _AFTER_PAIRS & set(pairwise(words))):
            continue
        score, much = _tells(subject, problem, column)
        if much:
            told = f"{column.name!r} sounds as if it were known only afterwards, and predicts"
            found.append(_Suspect((column.name,), f"{told} ({measure_of(problem)} {score:.3f})", False))
    return found


def _late_dates(subject: Subject, problem: Problem) -> list[_Suspect]:
    """Find dates that always come after another date, where the time between, or the gaps, predict."""
    dates = [c for c in subject.others if c.kind is ColumnKind.DATETIME]
    if not 2 <= len(dates) <= 20:
        return []
    values = {c.name: subject.floats(c.name) for c in dates}
    whole = [c for c in dates if c.missing <= 0.01 * len(subject.frame) and not _BORN & set(words_of(c.name))]
    event = min(whole, key=lambda c: float(np.nanmedian(values[c.name])), default=None)
    if event is None:
        return []
    found = []
    for column in dates:
        between = (values[column.name] - values[event.name]) / 86_400
        known = between[~np.isnan(between)]
        if column.name == event.name or len(known) < FEWEST_ROWS / 2 or (known >= 0).mean() < _LATER:
            continue
        if (known > 0).mean() < 0.5:
            continue
        score, much = _tells(subject, problem, column)
        alone = score_alone(pd.Series(between[subject.sample]), sampled_truth(subject), problem)
        score = max(score, alone)
        if much or alone >= (_AUC_TELLS if problem.task.is_classification else _R2_TELLS):
            told = (
                f"{column.name!r} is later than {event.name!r} in {percent(float((known > 0).mean()))} of the rows, "
                f"and predicts ({measure_of(problem)} {score:.3f})"
            )
            found.append(_Suspect((column.name,), told, False))
    return found


CHECKS: tuple[Coded, ...] = ((_CHECK, after_outcome),)
