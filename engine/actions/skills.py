"""Where the person stands with each skill, what a role still asks for, and evidence brought from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain.claim import Claim, ClaimKind
from engine.domain.clock import Clock, utc_now
from engine.domain.fact import Trust
from engine.domain.skill import Practice, SkillState
from engine.errors import InputError, NotFoundError
from engine.evidence import skill_content
from engine.evidence import skills as evidence_skills
from engine.evidence.brought import read
from engine.evidence.dossier import distinct_words
from engine.evidence.gap import gap
from engine.evidence.predicates.brought import FEWEST_NOTE_WORDS
from engine.settings import Settings
from engine.store import projects, study, writeups
from engine.store.db import connect

LONGEST_NOTE, LONGEST_LINK = 1_000, 500


def skills(settings: Settings, *, practice: Practice | None = None, clock: Clock = utc_now) -> list[dict[str, Any]]:
    """Compute where the person stands with each skill, and record levels that are newly proved."""
    return [_told(state, dates) for state, dates in _states(settings, practice, clock)]


def _states(
    settings: Settings, practice: Practice | None, clock: Clock
) -> list[tuple[SkillState, Mapping[tuple[str, int], Any]]]:
    practised = practice if practice is not None else _practice(settings, clock)
    with connect(settings) as db:
        found = evidence_skills.evaluate_skills(db, practice=practised)
        evidence_skills.mark(db, clock(), found)
        dates = evidence_skills.first_reached(db)
    return [(state, dates) for state in found]


def _practice(settings: Settings, clock: Clock) -> Practice:
    """Say what was practised, from the log of answers and the talks about decisions."""
    # Imported here: practice asks for the names of skills.
    from engine.actions import cases, explain_back
    from engine.actions import practice as practising

    return Practice(
        recall=practising.recall(settings, clock=clock),
        cases=cases.found(settings),
        defended=explain_back.defended(settings),
    )


def _told(state: SkillState, dates: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
    skill = state.skill
    return state.as_dict() | {
        "group_name": skill_content.groups()[skill.group],
        "short": skill.short,
        "needs": list(skill.needs),
        "todo": dict(skill.todo),
        "closed": dict(skill.closed),
        "earlier": {
            level: at.date().isoformat()
            for (name, level), at in dates.items()
            if name == skill.id and level > state.level
        },
    }


def roles() -> dict[str, str]:
    """Return the roles to aim at: id to name."""
    return {role.id: role.name for role in skill_content.roles()}


def target_role(settings: Settings) -> str:
    """Fetch the role that the person aims at, empty for none."""
    with connect(settings) as db:
        chosen = writeups.profile(db).target_role
    return chosen if chosen in roles() else ""


def set_target_role(settings: Settings, role: str, *, clock: Clock = utc_now) -> None:
    """Store the role that the person aims at; empty for none. Raises ``NotFoundError`` if there is no such role."""
    if role and role not in roles():
        raise NotFoundError("role", role, hint=f"Choose one of: {', '.join(roles())}.")
    with connect(settings) as db:
        writeups.save_profile(db, replace(writeups.profile(db), target_role=role), clock())


def role_gap(
    settings: Settings,
    role: str,
    templates: Mapping[str, Sequence[str]],
    *,
    practice: Practice | None = None,
    clock: Clock = utc_now,
) -> dict[str, Any]:
    """Hold what a role asks for against what is there.

    Parameters
    ----------
    settings : Settings
    role : str
        Id of a role.
    templates : mapping
        Short name of each template to the ids of the skills that it can prove.
    practice : Practice, optional

    Returns
    -------
    dict
        ``role name gist project share asked[{…skill, wanted core is_there advice templates}]``.

    Raises
    ------
    NotFoundError
        If there is no such role.
    """
    chosen = next((one for one in skill_content.roles() if one.id == role), None)
    if chosen is None:
        raise NotFoundError("role", role, hint=f"Choose one of: {', '.join(roles())}.")
    found = _states(settings, practice, clock)
    held = gap(chosen, [state for state, _ in found], templates)
    dates = found[0][1]
    asked = [
        _told(one.state, dates)
        | {
            "wanted": one.wanted,
            "core": one.core,
            "is_there": one.is_there,
            "advice": one.advice,
            "templates": list(one.templates),
        }
        for one in held.asked
    ]
    return {
        "role": chosen.id,
        "name": chosen.name,
        "gist": chosen.gist,
        "project": chosen.project,
        "share": held.share,
        "asked": asked,
    }


def first() -> tuple[str, ...]:
    """Return the ids of the skills of a first project."""
    return skill_content.first_skills()


def usual_view(settings: Settings) -> str:
    """Choose what is shown first: the skills of a first project until a second one is begun, then a role or all."""
    with connect(settings) as db:
        begun = len(projects.all_of(db))
    if begun <= 1:
        return "first"
    return "role" if target_role(settings) else "all"


def bring(
    settings: Settings,
    skill: str,
    kind: ClaimKind,
    *,
    made_on: date,
    note: str = "",
    link: str = "",
    file_name: str = "",
    content: bytes | None = None,
    project: str = "",
    is_public: bool = False,
    clock: Clock = utc_now,
) -> int:
    """Store evidence that was made elsewhere and return its id; of a file the hash and what was read, not the file.

    Raises
    ------
    InputError
        If the file or the address is missing or wrong, the note says too little, or the day lies ahead.
    NotFoundError
        If there is no such skill or project.
    """
    note, link = " ".join(note.split()), link.strip()
    _check(skill, kind, note, link, content, made_on, clock)
    found = read(kind, content) if content is not None and kind.trust is Trust.IMPORTED else {}
    with connect(settings) as db:
        if project:
            projects.get(db, project)
        return study.add_claim(
            db,
            Claim(
                id=0,
                skill=skill,
                kind=kind,
                project=project,
                note=note,
                link=link,
                made_on=made_on,
                file_name="".join(one for one in file_name if one.isprintable())[:120] if found else "",
                file_sha256=hashlib.sha256(content).hexdigest() if found and content is not None else "",
                found=found,
                is_public=is_public,
                created_at=clock(),
            ),
        )


def _check(
    skill: str, kind: ClaimKind, note: str, link: str, content: bytes | None, made_on: date, clock: Clock
) -> None:
    if skill not in {one.id for one in skill_content.skills()}:
        raise NotFoundError("skill", skill, hint="Choose one of the list.")
    if len(note) > LONGEST_NOTE or len(link) > LONGEST_LINK:
        raise InputError("The note or the address is too long.", hint=f"Keep the note under {LONGEST_NOTE} characters.")
    if link and not link.startswith(("https://", "http://")):
        raise InputError(f"{link[:80]!r} is no web address.", hint="Begin it with https://.")
    if made_on > clock().astimezone().date():
        raise InputError("The day lies ahead.", hint="Choose the day on which it was made.")
    if kind.trust is Trust.IMPORTED:
        if content is None:
            raise InputError("No file was chosen.", hint="Choose the file that shows the work.")
        return
    if kind is ClaimKind.LINK and not link:
        raise InputError("The address is missing.", hint="Give the address at which a reader finds it.")
    if len(distinct_words(note)) < FEWEST_NOTE_WORDS:
        raise InputError(
            "The note says too little.",
            hint=f"Say in {FEWEST_NOTE_WORDS} words or more what you did and what came of it.",
        )


def brought(settings: Settings) -> list[Claim]:
    """Fetch the evidence that was made elsewhere, newest first."""
    with connect(settings) as db:
        return study.claims(db)[::-1]


def take_back(settings: Settings, claim_id: int) -> None:
    """Take a piece of evidence back."""
    with connect(settings) as db:
        study.remove_claim(db, claim_id)
