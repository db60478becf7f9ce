"""The resume: put together from what is recorded, tailored to a posting, brought in and written without loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from engine.actions import jobs
from engine.actions import skills as standing
from engine.career.tailoring import Answer, letter, tailored_projects, tailored_skills
from engine.domain.clock import Clock, utc_now
from engine.domain.metric import find_metric
from engine.domain.posting import Posting
from engine.domain.project import Project, ProjectStatus
from engine.domain.record import Guidance, degree_that_counts
from engine.domain.resume import Person, ResumeProject, ResumeSkill, Sources
from engine.domain.skill import LEVELS
from engine.evidence.facts import facts_of
from engine.evidence.seal import claims
from engine.evidence.standing import standing as standing_of
from engine.publish import resume, resume_pages
from engine.settings import Settings
from engine.store import jobs as stored
from engine.store import projects, writeups
from engine.store.db import connect

Entries = Mapping[str, Sequence[Mapping[str, Any]]]
FORMATS = ("json", "html", "pdf")

ROOMS: tuple[Callable[[Database], Entries], ...] = ()
"""Rooms that keep entries for a resume; each gives JSON Resume sections (``work``, ``education`` …) with entries."""


@dataclass(frozen=True, kw_only=True)
class Tailoring:
    """What the person chose of a resume."""

    posting: int | None = None
    projects: tuple[str, ...] | None = None
    """Slugs of the projects to name; nothing for all that are finished."""
    skills: tuple[str, ...] | None = None
    """Ids of the skills to name; nothing for all from "practised" on."""


def sources(settings: Settings, *, clock: Clock = utc_now) -> Sources:
    """Fetch all that a resume can be put together from.

    Projects are those that were closed or published and have a result; skills those from "practised" on.
    """
    states = [one for one in standing.skills(settings, clock=clock) if one["level"] >= 2]
    with connect(settings) as db:
        every = projects.all_of(db)
        public = {slug for one in writeups.publications(db) for slug in one.projects}
        pages = jobs.published(db)
        finished = [one for one in every if one.status is not ProjectStatus.OPEN or one.slug in public]
        shown = [_project(db, one, pages.get(one.slug, ""), states) for one in finished]
        profile = writeups.profile(db)
        kept = stored.kept_resume(db)
        entries = _entries(db)
    titles = {one.slug: one.title for one in every}
    return Sources(
        person=Person(
            name=profile.name,
            headline=profile.headline,
            about=profile.about,
            email=profile.email,
            site_address=profile.site_address,
            links=profile.links,
        ),
        projects=tuple(one for one in shown if one is not None),
        skills=tuple(_skill(one, titles) for one in sorted(states, key=lambda one: -one["level"])),
        entries=entries,
        kept=kept,
    )


def _entries(db: Database) -> Entries:
    """Gather the entries of all rooms, section by section."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for room in ROOMS:
        for section, entries in room(db).items():
            found.setdefault(section, []).extend(entries)
    return found


def _project(db: Database, one: Project, link: str, states: Sequence[Mapping[str, Any]]) -> ResumeProject | None:
    stand = standing_of(db, one.slug)
    claimed = claims(stand, facts_of(stand))
    if not claimed:
        return None
    first = claimed[0]
    where = "rows that no model had seen" if stand.opening is not None else "rows, out of fold"
    proved = [
        state["id"]
        for state in states
        if any(proof["ref"].partition("/")[0] == one.slug for proof in state["evidence"])
    ]
    return ResumeProject(
        slug=one.slug,
        title=one.title,
        question=stand.brief.question.strip(),
        headline=f"{find_metric(first.metric).title} {first.text} on {first.n:,} {where}",
        skills=tuple(proved),
        began_on=one.created_at.date(),
        ended_on=one.closed_at.date() if one.closed_at else None,
        link=link,
        is_guided=bool(one.template) and degree_that_counts(stand.assistance) is Guidance.GUIDED,
    )


def _skill(state: Mapping[str, Any], titles: Mapping[str, str]) -> ResumeSkill:
    slugs = dict.fromkeys(proof["ref"].partition("/")[0] for proof in state["evidence"])
    return ResumeSkill(
        id=state["id"],
        name=state["name"],
        level=LEVELS[state["level"]],
        trust=str(state["trust"]).replace("_", "-"),
        projects=tuple(titles[slug] for slug in slugs if slug in titles),
    )


def tailored(found: Sources, chosen: Tailoring, posting: Posting | None) -> Sources:
    """Keep what the person chose, in the order of the posting."""
    asked = posting.skills if posting else ()
    named = [one for one in found.projects if chosen.projects is None or one.slug in chosen.projects]
    skills = [one for one in found.skills if chosen.skills is None or one.id in chosen.skills]
    return replace(found, projects=tailored_projects(asked, named), skills=tailored_skills(asked, skills))


def composed(found: Sources, chosen: Tailoring, posting: Posting | None, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Put what the person chose together as a JSON Resume document, in the order of the posting."""
    return resume.compose(tailored(found, chosen, posting), at=clock())


def document(settings: Settings, chosen: Tailoring | None = None, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Put the resume together as a JSON Resume document.

    Raises
    ------
    NotFoundError
        If there is no such posting.
    """
    wanted = chosen or Tailoring()
    posting = jobs.get(settings, wanted.posting) if wanted.posting is not None else None
    return composed(sources(settings, clock=clock), wanted, posting, clock=clock)


def export(settings: Settings, form: str, chosen: Tailoring | None = None, *, clock: Clock = utc_now) -> bytes:
    """Write the resume as ``json``, ``html`` or ``pdf``. Raises ``NotFoundError`` if there is no such posting."""
    return as_file(document(settings, chosen, clock=clock), form, clock=clock)


def as_file(found: Mapping[str, Any], form: str, *, clock: Clock = utc_now) -> bytes:
    """Write a document as ``json``, ``html`` or ``pdf``."""
    if form == "pdf":
        return resume_pages.as_pdf(found, at=clock())
    return (resume_pages.as_html(found, at=clock()) if form == "html" else resume.written(found)).encode()


def bring(settings: Settings, content: str | bytes, *, clock: Clock = utc_now) -> dict[str, int]:
    """Bring a JSON Resume document in, in place of the one before; returns how many entries each section holds.

    Raises
    ------
    InputError
        If it is no such document; what was kept before stays.
    """
    found = resume.read(content)
    with connect(settings) as db:
        stored.keep_resume(db, found, clock())
    return {name: len(entries) for name, entries in found.items() if isinstance(entries, list)}


def kept(settings: Settings) -> dict[str, Any]:
    """Fetch the document that was brought in; empty if there is none."""
    with connect(settings) as db:
        return stored.kept_resume(db)


def forget(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Take the document that was brought in away."""
    with connect(settings) as db:
        stored.keep_resume(db, {}, clock())


def cover_letter(settings: Settings, posting: Posting, found: Sequence[Answer], *, clock: Clock = utc_now) -> str:
    """Write the skeleton of a letter for a posting: recorded facts with their place, and gaps for own words."""
    known = sources(settings, clock=clock)
    return letter(posting, found, known.person, known.projects)
