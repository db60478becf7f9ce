"""The write-up, the publication, and its verification."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.fact import Fact
from engine.domain.run import RunKind
from engine.domain.writeup import Credit, Extras, Profile, ValueEstimate, WriteUp
from engine.errors import InputError, StateError
from engine.evidence import facts as evidence_facts
from engine.evidence import keys, plain_language
from engine.publish import compose
from engine.publish.differences import Change, differences
from engine.publish.markdown import to_html
from engine.publish.typed import Typed, typed_numbers
from engine.runs import launch
from engine.settings import Settings
from engine.store import projects, runs, writeups
from engine.store.db import connect

LONGEST_SECTION = 20_000


def facts(settings: Settings, slug: str) -> dict[str, Fact]:
    """Collect the stored facts of a project."""
    with connect(settings) as db:
        return evidence_facts.collect(db, slug)


def draft(settings: Settings, slug: str) -> dict[str, str]:
    """Compose the sections from the stored facts."""
    with connect(settings) as db:
        return compose.draft(db, slug)


def writeup(settings: Settings, slug: str) -> WriteUp | None:
    """Fetch the newest saved version, or nothing."""
    with connect(settings) as db:
        return writeups.latest(db, slug)


def save_writeup(settings: Settings, slug: str, sections: Mapping[str, str], *, clock: Clock = utc_now) -> int:
    """Store the sections as the next version, with the facts that they refer to; an unchanged text stores nothing.

    Raises
    ------
    InputError
        If a section is too long or refers to a fact that does not exist.
    """
    for name, text in sections.items():
        if len(text) > LONGEST_SECTION:
            raise InputError(f"The section {name!r} has {len(text):,} characters.", hint="Shorten it to 20,000.")
    with connect(settings) as db:
        known = evidence_facts.collect(db, slug)
        wanted = {name for text in sections.values() for name in compose.references(text)}
        unknown = sorted(wanted - set(known))
        if unknown:
            raise InputError(f"There is no fact {unknown[0]!r}.", hint="Choose one from the list of facts.")
        used = {name: known[name] for name in sorted(wanted)}
        last = writeups.latest(db, slug)
        if last is not None and dict(last.sections) == dict(sections) and dict(last.facts) == used:
            return last.version
        return writeups.save(db, slug, sections, used, clock())


def versions(settings: Settings, slug: str) -> list[WriteUp]:
    """Fetch all saved versions, newest first."""
    with connect(settings) as db:
        return writeups.versions(db, slug)


def section_titles() -> dict[str, str]:
    """Name the sections, in the order of the page."""
    return compose.titles()


def stale(saved: WriteUp, known: Mapping[str, Fact]) -> list[compose.Stale]:
    """List the references whose fact changed since the version was saved."""
    return compose.stale(saved, known)


def unknown_references(text: str, known: Mapping[str, Fact]) -> list[str]:
    """List the references of a text that no fact answers."""
    return [name for name in compose.references(text) if name not in known]


def advice(text: str) -> list[plain_language.Advice]:
    """Say where the person's own lines of a text could be plainer; it blocks nothing."""
    return plain_language.advise(text)


def typed(text: str, known: Mapping[str, Fact]) -> list[Typed]:
    """List the typed numbers of a text that are, or nearly are, a stored fact; contradictions come first."""
    return typed_numbers(text, known)


def changes(old: WriteUp | None, new: WriteUp) -> list[Change]:
    """Compare a version of a write-up with an earlier one."""
    return differences(old, new)


def extras(settings: Settings, slug: str) -> Extras:
    """Fetch the value estimate and the credits of a project."""
    with connect(settings) as db:
        return writeups.extras(db, slug)


def save_extras(
    settings: Settings,
    slug: str,
    value: ValueEstimate,
    credits: Sequence[Credit],
    *,
    clock: Clock = utc_now,
) -> None:
    """Store what the result could be worth, and who contributed.

    Raises
    ------
    InputError
        If an estimate has no unit or no assumption, is upside down, or a credit has no name or no deed.
    NotFoundError
        If there is no such project.
    """
    if (value.low is None) != (value.high is None):
        raise InputError("The estimate has one end only.", hint="Give a lower and an upper end, or neither.")
    if value.low is not None and value.high is not None:
        if not all(map(math.isfinite, (value.low, value.high))) or value.low > value.high:
            raise InputError("The lower end is above the upper one.", hint="Exchange them.")
        if not value.unit.strip():
            raise InputError("The estimate has no unit.", hint="Say what it counts, such as 'EUR a year'.")
        if not any(one.strip() for one in value.assumptions):
            raise InputError("The estimate has no assumption.", hint="Say in a line what has to hold for it.")
    for one in credits:
        if not one.name.strip() or not one.did.strip():
            raise InputError("A credit needs a name and what the person did.", hint="Write 'Name: what they did'.")
        if one.link and not one.link.startswith(("https://", "http://")):
            raise InputError(f"{one.link[:80]!r} is no web address.", hint="Begin it with https://.")
    with connect(settings) as db:
        found = Extras(value=value, credits=tuple(credits))
        writeups.save_extras(db, projects.get(db, slug).slug, found, clock())


def preview(text: str, known: Mapping[str, Fact]) -> str:
    """Render Markdown as the published page does: sanitised, each number with its fact."""
    return to_html(compose.fill(text, known))


def known_fingerprint(settings: Settings) -> str | None:
    """Return the fingerprint of the author's key, if there is one yet."""
    return keys.known_fingerprint(settings)


def start(settings: Settings, slugs: Sequence[str], out: Path, *, clock: Clock = utc_now) -> int:
    """Queue the publication of projects into a folder; returns the run's id.

    Raises
    ------
    StateError
        If no project is named, or one of them has no finished run or no write-up.
    """
    if not slugs:
        raise StateError("No project is chosen.", hint="Choose at least one project with a finished run.")
    for slug in slugs:
        with connect(settings) as db:
            split = projects.get_split(db, projects.get(db, slug).slug)
            trained, written = runs.latest_result(db, slug), writeups.latest(db, slug)
        if split.holdout_sha256 is None:
            raise StateError(f"The project {slug!r} keeps no hold-out.", hint="Start it anew with one to publish it.")
        if trained is None:
            raise StateError(f"The project {slug!r} has no finished run.", hint=f"Run 'proofolio train {slug}' first.")
        if written is None:
            save_writeup(settings, slug, draft(settings, slug), clock=clock)
    params = {"projects": list(slugs), "out": str(out.expanduser().resolve())}
    return launch.enqueue(settings, slugs[0], RunKind.PUBLISH, params, clock=clock)


def verify(
    place: str,
    *,
    agree: Callable[[str], bool] | None = None,
    tell: Callable[[str], None] = lambda _: None,
    data: Path | None = None,
) -> dict[str, Any]:
    """Check somebody's site, repository, project folder or zip, on disk or at an address (the fields of ``verify``).

    With ``agree`` a repository is built again as well: it is told what would be run, and says whether to.
    """
    from engine.evidence.verify import verify as check

    return check(place, agree=agree, tell=tell, data=data).as_dict()


def save_profile(settings: Settings, profile: Profile, *, clock: Clock = utc_now) -> None:
    """Store the author's name, contact and site address.

    Raises
    ------
    InputError
        If an address is not one that begins with https:// or http://, or a text is too long.
    """
    for name, value in asdict(profile).items():
        for text in value if isinstance(value, tuple | list) else (value,):
            if len(text) > 2_000:
                raise InputError(f"The {name.replace('_', ' ')} is too long.", hint="Shorten it to 2,000 characters.")
    for address in (profile.site_address, *profile.links):
        if address and not address.startswith(("https://", "http://")):
            raise InputError(f"{address[:80]!r} is no web address.", hint="Begin it with https://.")
    with connect(settings) as db:
        writeups.save_profile(db, profile, clock())


def profile(settings: Settings) -> Profile:
    """Fetch the author's profile."""
    with connect(settings) as db:
        return writeups.profile(db)
