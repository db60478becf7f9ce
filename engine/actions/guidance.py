"""Help with a template project: its degree, hints that are asked for, pitfalls that are found or asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from engine.actions import projects as starting
from engine.domain.clock import Clock, utc_now
from engine.domain.project import Project
from engine.domain.record import Assistance, Guidance, Help, degree_now, degree_that_counts
from engine.domain.template import Template
from engine.errors import ContentError, InputError, NotFoundError, StateError
from engine.settings import Settings
from engine.store import assistance, datasets, projects
from engine.store.db import connect, writing
from engine.study.guidance import Station, spoken_of, stations

LONGEST_FOUND = 1_000
FEWEST_WORDS = 4

_ASKED, _FOUND = "asked", "found"


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """A pitfall of a template that is no longer hidden."""

    text: str
    found: bool
    """Whether the person found it, or asked for it."""
    note: str
    """How the person put it."""


@dataclass(frozen=True, kw_only=True)
class HelpHere:
    """What a person may see at one station of one project."""

    degree: Guidance
    counts: Guidance
    """The degree that the record speaks of."""
    station: Station
    shown: tuple[str, ...]
    """Hints that were asked for."""
    left: int
    """Hints that can still be asked for."""
    pitfalls: tuple[Pitfall, ...]
    hidden: int
    """Pitfalls that are neither found nor asked for."""


def here(settings: Settings, project: Project, station: str) -> HelpHere | None:
    """Return the help of a station; ``None`` for a project of one's own, or where nothing is written."""
    if not project.template or station not in stations():
        return None
    with connect(settings) as db:
        entries = assistance.of(db, project.slug)
    known, hints = stations()[station], _hints(project, station)
    asked = [one.name for one in entries if one.kind is Help.HINT]
    shown = [hint for place, hint in enumerate(hints) if f"{station}:{place}" in asked]
    # They belong to the data, and are only drawn there.
    texts = _pitfalls(project) if station == "data" else ()
    seen = _seen(entries, texts)
    return HelpHere(
        degree=degree_now(entries),
        counts=degree_that_counts(entries),
        station=known,
        shown=tuple(shown),
        left=len(hints) - len(shown),
        pitfalls=tuple(seen.values()),
        hidden=len(texts) - len(seen),
    )


def change(settings: Settings, slug: str, degree: Guidance, *, clock: Clock = utc_now) -> None:
    """Choose how much help is shown from now on; every change is kept with its date.

    Raises
    ------
    StateError
        If the project was not started from a template: on a question of one's own nobody knows the way.
    """
    with connect(settings) as db, writing(db):
        _template_project(db, slug)
        if degree_now(assistance.of(db, slug)) is not degree:
            assistance.add(db, slug, Help.DEGREE, str(degree), clock())


def ask_hint(settings: Settings, slug: str, station: str, *, clock: Clock = utc_now) -> str:
    """Give the next hint of a station; that it was asked for is recorded.

    Raises
    ------
    StateError
        If the project is worked on without help, or there is no further hint.
    NotFoundError
        If there is no such station.
    """
    if station not in stations():
        raise NotFoundError("station", station, hint=f"Choose one of: {', '.join(stations())}.")
    with connect(settings) as db, writing(db):
        hints = _hints(_template_project(db, slug), station)
        entries = assistance.of(db, slug)
        _check_helped(entries)
        asked = {one.name for one in entries if one.kind is Help.HINT}
        place = next((n for n in range(len(hints)) if f"{station}:{n}" not in asked), None)
        if place is None:
            raise StateError("There is no further hint for this step.", hint="The ones that you asked for stay shown.")
        assistance.add(db, slug, Help.HINT, f"{station}:{place}", clock())
    return hints[place]


def ask_pitfall(settings: Settings, slug: str, *, clock: Clock = utc_now) -> str:
    """Give away the next hidden pitfall of a template's data; that it was asked for is recorded.

    Raises
    ------
    StateError
        If the project is worked on without help, or nothing is hidden any more.
    """
    with connect(settings) as db, writing(db):
        texts = _pitfalls(_template_project(db, slug))
        entries = assistance.of(db, slug)
        _check_helped(entries)
        seen = _seen(entries, texts)
        place = next((n for n in range(len(texts)) if n not in seen), None)
        if place is None:
            raise StateError("No pitfall is hidden any more.", hint="See them on the Data page.")
        assistance.add(db, slug, Help.PITFALL, f"{place}:{_ASKED}", clock())
    return texts[place]


def report_pitfall(settings: Settings, slug: str, text: str, *, clock: Clock = utc_now) -> list[str]:
    """Take what the person found in the data; uncovers the hidden pitfalls that it speaks of and returns them.

    Raises
    ------
    InputError
        If the text is too short to say anything, or too long.
    """
    text = " ".join(text.split())
    if len(set(text.casefold().split())) < FEWEST_WORDS:
        raise InputError("That is too short to tell what you found.", hint="Name the column and what is odd about it.")
    if len(text) > LONGEST_FOUND:
        raise InputError(f"The text has {len(text):,} characters.", hint=f"Say it in {LONGEST_FOUND:,}.")
    with connect(settings) as db, writing(db):
        project = _template_project(db, slug)
        columns = [one.name for one in datasets.get(db, project.dataset_sha256).columns]
        texts = _pitfalls(project)
        seen = _seen(assistance.of(db, slug), texts)
        found = [place for place in spoken_of(text, texts, columns) if place not in seen]
        for place in found:
            assistance.add(db, slug, Help.PITFALL, f"{place}:{_FOUND}", clock(), text)
    return [texts[place] for place in found]


def record_of(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """List the help that a project was given as plain values, oldest first; empty for a project of one's own."""
    with connect(settings) as db:
        project = projects.get(db, slug)
        entries = assistance.of(db, slug)
    if not project.template:
        return []
    return [
        {"kind": str(one.kind), "name": one.name, "note": one.note, "at": one.created_at.isoformat()} for one in entries
    ]


def _hints(project: Project, station: str) -> tuple[str, ...]:
    """Fetch the hints of a station: first those that fit every project, then those of the template."""
    template = template_of(project)
    return stations()[station].hints + (template.hints.get(station, ()) if template else ())


def template_of(project: Project) -> Template | None:
    """Fetch the template of a project; nothing for a question of one's own, or where it is gone or faulty by now."""
    try:
        return starting.template(project.template) if project.template else None
    except (NotFoundError, ContentError):
        return None


def _pitfalls(project: Project) -> tuple[str, ...]:
    template = template_of(project)
    return template.pitfalls if template else ()


def _seen(entries: list[Assistance], texts: tuple[str, ...]) -> dict[int, Pitfall]:
    """Gather the pitfalls that are no longer hidden, by their place; the first that happened to each counts."""
    seen: dict[int, Pitfall] = {}
    for one in entries:
        place, _, how = one.name.partition(":")
        if one.kind is Help.PITFALL and int(place) < len(texts):
            seen.setdefault(int(place), Pitfall(text=texts[int(place)], found=how == _FOUND, note=one.note))
    return seen


def _check_helped(entries: list[Assistance]) -> None:
    if degree_now(entries) is Guidance.BLANK:
        raise StateError(
            "This project is worked on without help.", hint="Change the degree of guidance first; that is recorded."
        )


def _template_project(db: Database, slug: str) -> Project:
    project = projects.get(db, slug)
    if not project.template:
        raise StateError(
            "This is a project of your own: there is no guidance for it.", hint="Guidance belongs to the templates."
        )
    return project
