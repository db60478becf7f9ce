"""Ideas for the next project: interests, domain, data and the skills that are still open, ranked by plain counting."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from engine.errors import ContentError

MOST = 3
"""How many are suggested."""

_FILE = "ideas.toml"
_TEXTS = ("id", "area", "domain", "target", "task", "ask")
_INTEREST, _WORD, _NEW, _SKILL, _MOST_SKILLS = 4.0, 3.0, 2.0, 1.0, 2
"""Points: an area that was chosen, a word that is found, a task or domain that is new, a skill that is still open."""
_ALIKE_AREA, _ALIKE_TASK = 1.5, 1.0
"""Points taken off where one suggested already has the same area or task, so that the three differ."""

_TASKS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "a number"}


@dataclass(frozen=True, kw_only=True)
class Idea:
    """One idea: a public table and something to ask of it."""

    id: str
    """The table, as the catalogue of installed data names it."""
    area: str
    """Id of an area of interest; empty for a table that was found by words alone."""
    domain: str
    target: str
    """Column that could be predicted; empty where it is still to be chosen."""
    ask: str
    skills: tuple[str, ...]
    """Ids of the skills that it exercises."""
    title: str = ""
    rows: int = 0
    columns: int = 0
    task: str = ""
    """What predicting the target is; where it is still to be chosen, what the table allows."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """An idea with what speaks for it."""

    idea: Idea
    reasons: tuple[str, ...]
    """Full sentences, strongest first."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of the person: interests, what was done, what is still open."""

    areas: Collection[str] = ()
    words: Collection[str] = ()
    tasks: Collection[str] = ()
    """Tasks of projects so far."""
    domains: Collection[str] = ()
    open_skills: Mapping[str, str] | None = None
    """Skills that no own project has shown yet: id to name."""


@cache
def ideas() -> tuple[Idea, ...]:
    """Load the ideas.

    Raises
    ------
    ContentError
        If the content file is faulty.
    """
    return read(_raw())


@cache
def areas() -> dict[str, str]:
    """Load the areas of interest: id to name."""
    return dict(_raw()["areas"])


def _raw() -> dict[str, Any]:
    return tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8"))


def read(raw: Mapping[str, Any]) -> tuple[Idea, ...]:
    """Read and check the content of the file. Raises ``ContentError`` if it is faulty."""
    known = raw.get("areas", {})
    found: list[Idea] = []
    for item in raw.get("idea", ()):
        name = str(item.get("id", "?"))
        for key in _TEXTS:
            if not isinstance(item.get(key), str) or not item[key].strip():
                raise ContentError(_FILE, f"{name}.{key}", "a text")
        if item["area"] not in known:
            raise ContentError(_FILE, f"{name}.area", f"one of {', '.join(known)}")
        if item["task"] not in _TASKS:
            raise ContentError(_FILE, f"{name}.task", f"one of {', '.join(_TASKS)}")
        if any(name == one.id for one in found):
            raise ContentError(_FILE, name, "a table that is named once")
        found.append(Idea(**{key: item[key] for key in _TEXTS}, skills=tuple(item.get("skills", ()))))
    return tuple(found)


def suggest(candidates: Iterable[Idea], person: Person, *, most: int = MOST) -> list[Suggestion]:
    """Choose the ideas that fit best, each with its reasons; the same input gives the same answer.

    Points are given for interests, for a task and a domain that are new, and for skills that are still open; among
    equals the id decides. Each next one loses points where its area or task was suggested already.
    """
    left, chosen = sorted(candidates, key=lambda one: one.id), list[Suggestion]()
    while left and len(chosen) < most:
        best = max(left, key=lambda one: _points(one, person) - _alike(one, chosen))
        chosen.append(Suggestion(idea=best, reasons=tuple(_reasons(best, person))))
        left.remove(best)
    return chosen


def _points(idea: Idea, person: Person) -> float:
    points = _INTEREST * (idea.area in person.areas) + _WORD * len(_found_words(idea, person.words))
    points += _NEW * (idea.task not in person.tasks) + _NEW * (idea.domain not in person.domains)
    return points + _SKILL * len(_exercised(idea, person))


def _alike(idea: Idea, chosen: Sequence[Suggestion]) -> float:
    # A table that was found by words has no area of its own: two of them are not alike for that.
    same_area = sum(bool(idea.area) and one.idea.area == idea.area for one in chosen)
    return _ALIKE_AREA * same_area + _ALIKE_TASK * sum(one.idea.task == idea.task for one in chosen)


def _reasons(idea: Idea, person: Person) -> Iterable[str]:
    words = _found_words(idea, person.words)
    if words:
        yield f"It is about {' and '.join(words)}."
    elif idea.area in person.areas:
        yield f"You chose {areas()[idea.area].lower()}."
    if person.domains and idea.domain and idea.domain not in person.domains:
        yield f"None of your projects is about {idea.domain} yet."
    if person.tasks and idea.task and idea.task not in person.tasks:
        yield f"None of your projects predicts {_TASKS[idea.task]} yet."
    skills = _exercised(idea, person)
    if skills:
        yield f"An own project could show: {', '.join(skills)}."


def _exercised(idea: Idea, person: Person) -> list[str]:
    names = person.open_skills or {}
    return [names[skill] for skill in idea.skills if skill in names][:_MOST_SKILLS]


def _found_words(idea: Idea, words: Collection[str]) -> list[str]:
    text = f"{idea.title} {idea.ask} {idea.domain} {idea.id}".casefold()
    return [word for word in words if word.casefold() in text]
