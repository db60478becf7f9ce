"""What a resume is made of, as values; its written form is JSON Resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Document = Mapping[str, Any]
"""A JSON Resume document (https://jsonresume.org/schema)."""


@dataclass(frozen=True, kw_only=True)
class ResumeProject:
    """A finished project with its headline number."""

    slug: str
    title: str
    question: str
    headline: str
    """The number with its interval and on how many rows, as recorded."""
    skills: tuple[str, ...]
    """Ids of the skills that it proves."""
    began_on: date
    ended_on: date | None = None
    link: str = ""
    """Address of its published page; empty if none is known."""
    is_guided: bool = False
    """Whether it was done along a template with guidance."""


@dataclass(frozen=True, kw_only=True)
class ResumeSkill:
    """A skill with its level and how far that is checked."""

    id: str
    name: str
    level: str
    trust: str
    """``verified``, ``imported`` or ``self-reported``."""
    projects: tuple[str, ...] = ()
    """Titles of the projects that prove it."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who it is about."""

    name: str = ""
    headline: str = ""
    about: str = ""
    email: str = ""
    site_address: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sources:
    """All that a resume is put together from."""

    person: Person = field(default_factory=Person)
    projects: Sequence[ResumeProject] = ()
    skills: Sequence[ResumeSkill] = ()
    entries: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Section of JSON Resume (``work``, ``education``, ``certificates`` …) to entries kept in the log of experience."""
    kept: Document = field(default_factory=dict)
    """The document that was last brought in, with every key that it had."""
