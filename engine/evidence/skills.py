"""Skills and their levels, computed from recorded facts; nothing is ticked by hand.

The rule stands here once for all skills: level 2 may come from any project, level 3 only from an own
question on own data, level 4 only from such a project once it is published. Level 1 (recalls) is a
matter of practice questions and is not computed here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sqlite_utils import Database

from engine.domain.fact import Trust
from engine.domain.skill import Evidence, Skill, SkillState
from engine.errors import ContentError
from engine.evidence.dossier import Dossier, dossiers
from engine.evidence.predicates import PREDICATES
from engine.store import writeups

LEVELS = (2, 3, 4)
"""The levels that facts can prove."""

_FILE = "skills.toml"


@cache
def skills() -> tuple[Skill, ...]:
    """Load the skills, in the order of the content file.

    Raises
    ------
    ContentError
        If the file is faulty: an id twice, an unknown group, skill or check, or needs in a circle.
    """
    raw = tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8"))
    return read_skills(raw)


@cache
def groups() -> dict[str, str]:
    """Load the groups of skills: id to name, in the order in which they are shown."""
    raw = tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8"))
    return dict(raw["groups"])


def read_skills(raw: Mapping[str, Any]) -> tuple[Skill, ...]:
    """Read and check the content of the file of skills. Raises ``ContentError`` if it is faulty."""
    found = tuple(_skill(item, raw.get("groups", {})) for item in raw.get("skill", ()))
    ids = [skill.id for skill in found]
    for skill in found:
        if ids.count(skill.id) > 1:
            raise ContentError(_FILE, skill.id, "an id that is used once")
        for need in skill.needs:
            if need not in ids:
                raise ContentError(_FILE, f"{skill.id}.needs", f"the id of a skill instead of {need!r}")
    _refuse_circles({skill.id: skill.needs for skill in found})
    return found


def _skill(item: Mapping[str, Any], known_groups: Collection[str]) -> Skill:
    name = str(item.get("id", "?"))
    for key in ("id", "name", "group"):
        if not isinstance(item.get(key), str) or not item[key]:
            raise ContentError(_FILE, f"{name}.{key}", "a text")
    if item["group"] not in known_groups:
        raise ContentError(_FILE, f"{name}.group", f"one of {', '.join(known_groups)}")
    todo, checks = {}, {}
    for level in LEVELS:
        entry = item.get(str(level))
        if not isinstance(entry, dict) or not entry.get("todo"):
            raise ContentError(_FILE, f"{name}.{level}", "a todo and a check")
        if entry.get("check") not in PREDICATES:
            raise ContentError(_FILE, f"{name}.{level}.check", "the name of a check in engine/evidence/predicates")
        todo[level], checks[level] = str(entry["todo"]), str(entry["check"])
    needs = tuple(item.get("needs", ()))
    return Skill(id=item["id"], name=item["name"], group=item["group"], needs=needs, todo=todo, checks=checks)


def _refuse_circles(needs: Mapping[str, Iterable[str]]) -> None:
    settled: set[str] = set()
    while True:
        ready = {name for name, wanted in needs.items() if name not in settled and set(wanted) <= settled}
        if not ready:
            break
        settled |= ready
    left = sorted(set(needs) - settled)
    if left:
        raise ContentError(_FILE, f"{left[0]}.needs", "skills that do not need each other in a circle")


def evaluate_skills(
    db: Database, *, publishing: Collection[str] = (), now: datetime | None = None, only: Collection[str] | None = None
) -> list[SkillState]:
    """Compute where the person stands with each skill.

    Parameters
    ----------
    db : Database
    publishing : collection of str
        Projects that are being published at this moment (``now``) and count as published already.
    now : datetime, optional
    only : collection of str, optional
        Look at these projects alone: what is published must not tell of what stays private.
    """
    found = [one for one in dossiers(db, publishing, now) if only is None or one.slug in only]
    return [_state(skill, found) for skill in skills()]


def _state(skill: Skill, found: Iterable[Dossier]) -> SkillState:
    """Compute the level of one skill; for each level the earliest fact that proves it is its evidence."""
    proofs: dict[int, Evidence] = {}
    for dossier in found:
        for evidence in _proved(skill, dossier):
            if evidence.level not in proofs or evidence.at < proofs[evidence.level].at:
                proofs[evidence.level] = evidence
    return SkillState(
        skill=skill,
        level=max(proofs, default=0),
        trust=Trust.VERIFIED,
        evidence=tuple(proofs[level] for level in sorted(proofs)),
    )


def _proved(skill: Skill, dossier: Dossier) -> Iterable[Evidence]:
    """List what one project proves of one skill."""
    reachable = LEVELS if dossier.is_own else LEVELS[:1]
    applied = False
    for level in reachable:
        found = PREDICATES[skill.checks[level]](dossier)
        at = found.at if found else None
        if level == 4:
            published = dossier.published_at
            # Shown to the public is only what was true when it was published.
            at = published if applied and at is not None and published is not None and at <= published else None
        if found is None or at is None:
            continue
        applied = applied or level == 3
        ref = dossier.slug if found.run_id is None else f"{dossier.slug}/{found.run_id}"
        yield Evidence(level=level, fact=found.fact, value=found.value, at=at, ref=ref)


def mark(db: Database, now: datetime, states: Iterable[SkillState] | None = None) -> list[Evidence]:
    """Record the levels that are newly proved, and return what proves them; a mark that stands is kept.

    ``states`` are those that :func:`evaluate_skills` has just computed, where it has; else they are computed here.
    """
    known = {(one["skill"], one["level"]) for one in writeups.skill_marks(db)}
    current = evaluate_skills(db) if states is None else states
    proved = [(state, evidence) for state in current for evidence in state.evidence]
    new = [(state, evidence) for state, evidence in proved if (state.skill.id, evidence.level) not in known]
    with db.atomic():
        for state, evidence in new:
            shown = {"fact": evidence.fact, "value": evidence.value, "at": evidence.at.isoformat(), "ref": evidence.ref}
            writeups.mark_skill(db, state.skill.id, evidence.level, str(state.trust), shown, now)
    return [evidence for _, evidence in new]
