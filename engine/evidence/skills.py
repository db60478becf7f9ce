"""Skills and their levels, computed from recorded facts; nothing is ticked by hand.

The rules stand here once for all skills. Level 2 may come from any project, level 3 only from an own question on own
data, level 4 only from such a project once it is published. What a file shows is worth level 3 at most, what a person
states level 2. Level 1 (recalls) follows the log of practice; it fades, and never stands in the way of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from engine.domain.claim import Claim
from engine.domain.fact import Trust
from engine.domain.skill import CAPS, Evidence, Practice, Recall, Skill, SkillState
from engine.evidence.dossier import Dossier, dossiers
from engine.evidence.predicates import PERSON_PREDICATES, PREDICATES, Found, Person
from engine.evidence.predicates.practised import recalled
from engine.evidence.skill_content import PROVABLE as LEVELS
from engine.evidence.skill_content import groups, read_skills, renamed, skills
from engine.store import study, writeups
from engine.store.db import writing

__all__ = ["LEVELS", "evaluate_skills", "first_reached", "groups", "mark", "read_skills", "skills"]


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """All that levels are computed from."""

    dossiers: Sequence[Dossier]
    own: Mapping[str, Dossier]
    claims: Mapping[str, Sequence[Claim]]
    """By skill, under the id that it has now."""
    practice: Practice
    known: dict[tuple[str, str], Found | None]
    """What each check has found in each project: several levels and skills ask the same."""


def evaluate_skills(
    db: Database,
    *,
    publishing: Collection[str] = (),
    now: datetime | None = None,
    only: Collection[str] | None = None,
    practice: Practice | None = None,
) -> list[SkillState]:
    """Compute where the person stands with each skill.

    Parameters
    ----------
    db : Database
    publishing : collection of str
        Projects that are being published at this moment (``now``) and count as published already.
    now : datetime, optional
    only : collection of str, optional
        Look at these projects alone, and at brought evidence that is public: what is published must not tell of what
        stays private.
    practice : Practice, optional
        What the log of practice says.
    """
    found = [one for one in dossiers(db, publishing, now) if only is None or one.slug in only]
    slugs = {one.slug for one in found}
    claims: dict[str, list[Claim]] = {}
    for claim in study.claims(db):
        shown = only is None or (claim.is_public and (not claim.project or claim.project in slugs))
        if shown:
            claims.setdefault(renamed().get(claim.skill, claim.skill), []).append(claim)
    ground = _Ground(
        dossiers=found,
        own={one.slug: one for one in found if one.is_own},
        claims=claims,
        practice=practice or Practice(),
        known={},
    )
    return [_state(skill, ground) for skill in skills()]


def _state(skill: Skill, ground: _Ground) -> SkillState:
    """Compute the level of one skill; for each level the most trusted, then earliest fact is its evidence."""
    proofs: dict[int, Evidence] = {}
    for evidence in _proved_by_person(skill, ground):
        _keep(proofs, evidence)
    for dossier in ground.dossiers:
        for evidence in _proved_by(skill, dossier, _worth_asking(skill, dossier, proofs), ground.known):
            _keep(proofs, evidence)
    remembered = recalled(_person(skill, ground, 1))
    top = max(proofs, default=1 if remembered else 0)
    return SkillState(
        skill=skill,
        level=top,
        trust=proofs[top].trust if top in proofs else Trust.VERIFIED,
        evidence=tuple(proofs[level] for level in sorted(proofs)),
        recalled=_evidence(1, remembered, "practice") if remembered else None,
    )


def _worth_asking(skill: Skill, dossier: Dossier, proofs: Mapping[int, Evidence]) -> list[int]:
    """List the levels that a project can reach and of which it may have an earlier proof."""
    # Nothing in a project is older than the project, so one that begins later has no earlier proof.
    oldest = (-CAPS[Trust.VERIFIED], dossier.project.created_at)
    open_levels = {level for level in skill.checks if level not in proofs or _rank(proofs[level]) > oldest}
    if not dossier.is_own:
        return [level for level in open_levels if level == LEVELS[0]]
    if dossier.published_at is None:
        open_levels.discard(4)
    # What is demonstrated was applied in the same project.
    return sorted(open_levels | ({3} if 4 in open_levels else set()))


def _keep(proofs: dict[int, Evidence], evidence: Evidence) -> None:
    known = proofs.get(evidence.level)
    if evidence.level <= CAPS[evidence.trust] and (known is None or _rank(evidence) < _rank(known)):
        proofs[evidence.level] = evidence


def _rank(evidence: Evidence) -> tuple[int, datetime]:
    return -CAPS[evidence.trust], evidence.at


def _proved_by(
    skill: Skill, dossier: Dossier, reachable: Iterable[int], known: dict[tuple[str, str], Found | None]
) -> Iterable[Evidence]:
    """List what one project proves of one skill."""
    applied = False
    for level in reachable:
        found = _any(skill.checks[level], dossier, known)
        at = found.at if found else None
        if level == 4:
            published = dossier.published_at
            # Shown to the public is only what was true when it was published.
            at = published if applied and at is not None and published is not None and at <= published else None
        if found is None or at is None:
            continue
        applied = applied or level == 3
        ref = dossier.slug if found.run_id is None else f"{dossier.slug}/{found.run_id}"
        yield _evidence(level, replace(found, at=at), ref)


def _any(names: Iterable[str], dossier: Dossier, known: dict[tuple[str, str], Found | None]) -> Found | None:
    """Run the checks of a project until one holds."""
    for name in names:
        if name not in PREDICATES:
            continue
        key = (name, dossier.slug)
        if key not in known:
            known[key] = PREDICATES[name](dossier)
        if known[key] is not None:
            return known[key]
    return None


def _proved_by_person(skill: Skill, ground: _Ground) -> Iterable[Evidence]:
    """List what brought files, statements and practice prove of one skill."""
    for level, names in skill.checks.items():
        person = _person(skill, ground, level)
        for name in names:
            found = PERSON_PREDICATES[name](person) if name in PERSON_PREDICATES else None
            if found is not None:
                yield _evidence(level, found, found.ref)


def _person(skill: Skill, ground: _Ground, level: int) -> Person:
    claims = ground.claims.get(skill.id, ())
    return Person(
        claims=[one for one in claims if level < 3 or one.project in ground.own],
        recall=ground.practice.recall.get(skill.id, Recall()),
        practice=ground.practice,
        skill=skill.id,
        projects=ground.dossiers,
        own=ground.own,
    )


def _evidence(level: int, found: Found, ref: str) -> Evidence:
    return Evidence(
        level=level, fact=found.fact, value=found.value, at=found.at, ref=ref, trust=found.trust, link=found.link
    )


def mark(db: Database, now: datetime, states: Iterable[SkillState] | None = None) -> list[Evidence]:
    """Record the levels that are newly proved, and return what proves them; a mark that stands is kept.

    ``states`` are those that :func:`evaluate_skills` has just computed, where it has; else they are computed here.
    """
    known = first_reached(db)
    current = evaluate_skills(db) if states is None else states
    proved = [(state, evidence) for state in current for evidence in state.evidence]
    new = [(state, evidence) for state, evidence in proved if (state.skill.id, evidence.level) not in known]
    with writing(db):
        for state, evidence in new:
            shown = {"fact": evidence.fact, "value": evidence.value, "at": evidence.at.isoformat(), "ref": evidence.ref}
            writeups.mark_skill(db, state.skill.id, evidence.level, str(evidence.trust), shown, now)
    return [evidence for _, evidence in new]


def first_reached(db: Database) -> dict[tuple[str, int], datetime]:
    """Fetch when each level was first reached, by the id that the skill has now and the level.

    A mark is a date and no proof: levels are always computed anew.
    """
    found: dict[tuple[str, int], datetime] = {}
    for one in writeups.skill_marks(db):
        key = (renamed().get(one["skill"], one["skill"]), int(one["level"]))
        found[key] = min(found.get(key, one["reached_at"]), one["reached_at"])
    return found
