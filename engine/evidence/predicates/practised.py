"""Checks on what was practised and explained again, and on what several projects show together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.evidence.predicates.found import Found, Person, person_check

FEWEST_CARDS, MATURE_SHARE, STILL_RECALLED = 3, 0.5, 0.7
FEWEST_SOLVED, FEWEST_DAYS = 4, 2
WEEKS_APART = timedelta(days=14)


def recalled(person: Person) -> Found | None:
    """Require a passed quiz and a deck of which at least half is mature and most would be recalled now.

    Unlike everything else this fades: the chance that a question is recalled falls with time.
    """
    known = person.recall
    if known.quiz_passed_at is None or known.cards < FEWEST_CARDS or known.mature < MATURE_SHARE * known.cards:
        return None
    if known.chance < STILL_RECALLED:
        return None
    value = f"{known.mature} of {known.cards} cards mature, {known.chance:.0%} recalled"
    return Found(fact="cards.mature", value=value, at=known.quiz_passed_at, ref="practice")


@person_check
def items_solved(person: Person) -> Found | None:
    """Require four questions, each answered right at the first try without a hint, on two different days."""
    solved = sorted(person.recall.solved)
    reached = _reached(solved, FEWEST_SOLVED, FEWEST_DAYS)
    if reached is None:
        return None
    return Found(fact="practice.solved", value=f"{len(solved)} questions solved", at=reached, ref="practice")


@person_check
def fault_found(person: Person) -> Found | None:
    """Require a planted fault of this kind that was found."""
    at = person.practice.cases.get(person.skill)
    return Found(fact="practice.case", value="planted fault found", at=at, ref="practice") if at else None


@person_check
def three_choices_defended(person: Person) -> Found | None:
    """Require three decisions that were explained again in words of one's own."""
    moments = sorted(at for found in person.practice.defended.values() for at in found)
    if len(moments) < 3:
        return None
    return Found(fact="explain_back.count", value=f"{len(moments)} choices explained", at=moments[2], ref="practice")


@person_check
def own_choices_defended(person: Person) -> Found | None:
    """Require five decisions of one own project, explained again over at least two weeks."""
    for slug in person.own:
        moments = sorted(person.practice.defended.get(slug, ()))
        if len(moments) >= 5 and moments[-1] - moments[0] >= WEEKS_APART:
            at = next(one for one in moments[4:] if one - moments[0] >= WEEKS_APART)
            return Found(fact="explain_back.count", value=f"{len(moments)} choices explained", at=at, ref=slug)
    return None


@person_check
def two_domains(person: Person) -> Found | None:
    """Require two published projects of one's own in different fields."""
    shown: dict[str, tuple[datetime, str]] = {}
    for slug, one in person.own.items():
        field = one.project.domain.strip().casefold()
        if one.published_at is not None and one.runs and field:
            shown.setdefault(field, (one.published_at, slug))
    if len(shown) < 2:
        return None
    (_, _), (at, slug) = sorted(shown.values())[:2]
    return Found(fact="projects.domains", value=", ".join(sorted(shown)), at=at, ref=slug)


def _reached(moments: Iterable[datetime], fewest: int, days: int) -> datetime | None:
    """Find when there were enough moments on enough days."""
    seen: set[object] = set()
    for count, at in enumerate(moments, start=1):
        seen.add(at.date())
        if count >= fewest and len(seen) >= days:
            return at
    return None
