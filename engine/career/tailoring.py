"""Holding a posting against what is proved: requirement to evidence, a tailored order, the facts of a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.posting import Posting, Requirement
from engine.domain.resume import Person, ResumeProject, ResumeSkill
from engine.domain.skill import LEVELS

SHOWN_FROM = 2
"""Level from which recorded facts show that a skill was used; below it the requirement counts as missing."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One requirement with what answers it, or with what would prove it."""

    requirement: Requirement
    name: str
    level: int
    level_name: str
    trust: str
    """``verified``, ``imported`` or ``self_reported``; of what is missing it says nothing."""
    value: str
    """The fact that proves the level, in words; empty if there is none."""
    project: str
    """Slug of the project that it comes from; empty if it comes from elsewhere."""
    project_title: str
    link: str
    """Address at which a stranger can look; empty if none is known."""
    todo: str
    """What the next level asks for; empty if the highest is reached."""
    templates: tuple[str, ...]
    """Template projects in which it can be proved."""

    @property
    def is_missing(self) -> bool:
        """Whether nothing recorded shows that the skill was used."""
        return self.level < SHOWN_FROM


def answers(
    requirements: Sequence[Requirement],
    skills: Sequence[Mapping[str, Any]],
    *,
    titles: Mapping[str, str],
    pages: Mapping[str, str],
    templates: Mapping[str, Sequence[str]],
) -> tuple[Answer, ...]:
    """Hold each requirement against the standing of its skill.

    Parameters
    ----------
    requirements : sequence of Requirement
        In the order of the posting, which is kept.
    skills : sequence of mapping
        For each skill ``id name level trust evidence[{level value ref link}] todo``.
    titles, pages : mapping of str to str
        Slug of a project to its title, and to the address of its published page.
    templates : mapping of str to sequence of str
        Short name of a template to the ids of the skills that it can prove.
    """
    known = {one["id"]: one for one in skills}
    return tuple(_answer(one, known[one.skill], titles, pages, templates) for one in requirements if one.skill in known)


def _answer(
    requirement: Requirement,
    skill: Mapping[str, Any],
    titles: Mapping[str, str],
    pages: Mapping[str, str],
    templates: Mapping[str, Sequence[str]],
) -> Answer:
    proof = skill["evidence"][-1] if skill["evidence"] else {"value": "", "ref": "", "link": ""}
    slug = proof["ref"].partition("/")[0]
    project = slug if slug in titles else ""
    ahead = [level for level in sorted(skill["todo"]) if level > skill["level"]]
    return Answer(
        requirement=requirement,
        name=skill["name"],
        level=skill["level"],
        level_name=LEVELS[skill["level"]],
        trust=skill["trust"],
        value=proof["value"],
        project=project,
        project_title=titles.get(project, ""),
        link=pages.get(project, "") or proof["link"],
        todo=skill["todo"][ahead[0]] if ahead else "",
        templates=tuple(name for name, proves in templates.items() if requirement.skill in proves),
    )


def tailored_projects(asked: Sequence[str], projects: Sequence[ResumeProject]) -> list[ResumeProject]:
    """Order projects by the first skills of a posting that they prove, the newest first among equals.

    Nothing is left out: what answers none of the skills stands last.
    """
    places = {skill: place for place, skill in enumerate(asked)}
    newest = sorted(projects, key=lambda one: one.ended_on or one.began_on, reverse=True)
    far = len(places)
    return sorted(newest, key=lambda one: [*sorted(places[name] for name in one.skills if name in places), far])


def tailored_skills(asked: Sequence[str], skills: Sequence[ResumeSkill]) -> list[ResumeSkill]:
    """Order skills as a posting names them; the others keep their order behind them."""
    places = {skill: place for place, skill in enumerate(asked)}
    return sorted(skills, key=lambda one: places.get(one.id, len(places)))


def letter(posting: Posting, found: Sequence[Answer], person: Person, projects: Sequence[ResumeProject]) -> str:
    """Write the skeleton of a letter as plain text: recorded facts with their place, gaps for the person's own words.

    No sentence in it speaks for the person: between the facts stand bracketed reminders of what to write.
    """
    headlines = {one.slug: one for one in projects}
    lines = [f"To: {posting.company or '[company]'}", f"About: {posting.title or '[position]'}", ""]
    lines += ["[Why this work and this company, in your own words.]", ""]
    for one in found:
        if one.is_missing:
            continue
        lines.append(f"{one.name}: asked for{_quoted(one.requirement)}.")
        lines.append(f"  Recorded: {one.level_name.lower()} ({one.trust.replace('_', '-')}). {one.value}".rstrip())
        if one.project:
            lines.append(f"  Project: {one.project_title}")
            headline = headlines[one.project].headline if one.project in headlines else ""
            lines += [f"  Result: {headline}"] if headline else []
        lines += [f"  Look at: {one.link}"] if one.link else []
        lines += ["  [What you did there, in a sentence of your own.]", ""]
    missing = [one.name for one in found if one.is_missing]
    if missing:
        lines += [
            f"Asked for, and not shown by any record yet: {', '.join(missing)}.",
            "[Say so, or leave it out.]",
            "",
        ]
    lines += ["[When you could begin, and how to reach you.]", ""]
    lines += [one for one in (person.name, person.email, person.site_address, *person.links) if one]
    return "\n".join(lines).rstrip() + "\n"


def _quoted(requirement: Requirement) -> str:
    return f" as “{requirement.phrase}”" if requirement.phrase else ""
