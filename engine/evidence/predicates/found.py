"""What a check returns, how checks are registered, and the steps that several of them share.

There are two sorts: those that look at one project, and those that look at all that a person brought or practised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.claim import Claim
from engine.domain.fact import Trust
from engine.domain.metric import find_metric
from engine.domain.project import Decision
from engine.domain.run import Run
from engine.domain.skill import Practice, Recall
from engine.domain.words import with_interval
from engine.evidence.dossier import Dossier

LONGEST_VALUE = 120


@dataclass(frozen=True, kw_only=True)
class Found:
    """The fact that proves a level."""

    fact: str
    value: str
    at: datetime
    run_id: int | None = None
    trust: Trust = Trust.VERIFIED
    ref: str = ""
    """Where it stands, if not in the project that was looked at."""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a person brought and practised, as one skill sees it."""

    claims: Sequence[Claim]
    """Those for the skill, oldest first; for level 3 only what belongs to a project of one's own."""
    recall: Recall
    practice: Practice
    skill: str
    projects: Sequence[Dossier]
    """All of them, oldest first."""
    own: Mapping[str, Dossier]
    """Those on an own question, by short name."""


Predicate = Callable[[Dossier], Found | None]
PersonPredicate = Callable[[Person], Found | None]

PREDICATES: dict[str, Predicate] = {}
"""All checks of one project by name, as the content file names them."""

PERSON_PREDICATES: dict[str, PersonPredicate] = {}
"""All checks of what a person brought and practised, by name."""


def check(function: Predicate) -> Predicate:
    """Register a check under the name of its function."""
    PREDICATES[function.__name__] = function
    return function


def person_check(function: PersonPredicate) -> PersonPredicate:
    """Register a check of what a person brought or practised under the name of its function."""
    PERSON_PREDICATES[function.__name__] = function
    return function


def short(text: str) -> str:
    """Put a text on one line of at most 120 characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"


def reason_found(decision: Decision) -> Found:
    """Give a recorded reason as what was found."""
    return Found(
        fact=f"decision.{short(decision.step)}",
        value=short(decision.reason),
        at=decision.created_at,
        run_id=decision.run_id,
    )


def found_in(run: Run, fact: str, value: str) -> Found:
    """Give something that stands in the summary of a run as what was found."""
    return Found(fact=fact, value=short(value), at=run.finished_at or run.created_at, run_id=run.id)


def score_found(dossier: Dossier) -> Found | None:
    """Give the score of the first run that counts."""
    if not dossier.runs:
        return None
    run = dossier.runs[0]
    best = run.result["best"]
    title = find_metric(str(run.result.get("metric") or dossier.project.problem.metric)).title
    return found_in(run, "best.score", f"{title} {with_interval(best['score'], best.get('low'), best.get('high'))}")


def all_of(first: Found | None, *others: Found | None) -> Found | None:
    """Return the first of several facts, dated by the newest, if all of them are there: together they prove it."""
    if first is None or not all(others):
        return None
    return replace(first, at=max(one.at for one in (first, *others) if one is not None))


def speaks_of(decision: Decision, *names: str) -> bool:
    """Whether a decision names one of several things (lower-case), as a word or as the beginning of one."""
    text = f"{decision.choice} {decision.reason}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(name)}", text) for name in names)
