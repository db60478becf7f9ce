"""Applications: kept, moved, with their files; with their next steps."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.actions import jobs
from engine.domain.application import EARLIEST, LATEST, Application, ApplicationStatus, Attachment, Contact, Interview
from engine.domain.clock import Clock, utc_now
from engine.domain.posting import PERIODS
from engine.errors import InputError, NotFoundError
from engine.settings import Settings
from engine.store import applications as stored
from engine.store.db import connect

MOST_FILE_BYTES, MOST_FILES = 10_000_000, 20
LONGEST_NOTE, MOST_LISTED = 20_000, 50


def new_lasting_id() -> str:
    """Make the id that an application keeps in every copy."""
    return uuid.uuid4().hex


def add(
    settings: Settings,
    title: str = "",
    *,
    posting: int | None = None,
    company: str = "",
    status: str = "draft",
    new_uid: Callable[[], str] = new_lasting_id,
    clock: Clock = utc_now,
) -> Application:
    """Begin an application; what a posting says is taken over from it.

    Raises
    ------
    InputError
        If neither a title nor a posting is given, or there is no such status.
    NotFoundError
        If there is no such posting.
    """
    now = clock()
    begun = Application(
        id=0,
        uid=new_uid(),
        title=title,
        company=company,
        status=read_status(status),
        created_at=now,
        updated_at=now,
    )
    if posting is not None:
        said = jobs.get(settings, posting)
        begun = replace(
            begun,
            posting=posting,
            title=title or said.title,
            company=company or said.company,
            board=said.board,
            link=said.link,
            pay_low=said.pay_low,
            pay_high=said.pay_high,
            currency=said.currency,
            period=said.period,
        )
    fixed = checked(begun)
    with connect(settings) as db:
        return replace(fixed, id=stored.add(db, fixed))


def save(settings: Settings, application: Application, *, clock: Clock = utc_now) -> Application:
    """Store an application as the person changed it. Raises ``InputError`` if a value cannot be."""
    fixed = checked(replace(application, updated_at=clock()))
    with connect(settings) as db:
        stored.get(db, application.id)
        stored.save(db, fixed)
    return fixed


def move(
    settings: Settings,
    number: int,
    status: str,
    *,
    next_step: str | None = None,
    next_on: date | None = None,
    clock: Clock = utc_now,
) -> Application:
    """Move an application to another status and name its next step; the day of applying is kept the first time.

    Raises
    ------
    InputError
        If there is no such application or status.
    """
    found = replace(get(settings, number), status=read_status(status))
    if found.status is ApplicationStatus.APPLIED and found.applied_on is None:
        found = replace(found, applied_on=clock().astimezone().date())
    if next_step is not None or next_on is not None:
        found = replace(found, next_step=next_step or found.next_step, next_on=next_on or found.next_on)
    return save(settings, found, clock=clock)


def read_status(text: str) -> ApplicationStatus:
    """Read a status. Raises ``InputError`` if there is none of this name."""
    try:
        return ApplicationStatus(text)
    except ValueError as error:
        raise InputError(
            f"{text[:40]!r} is no status.", hint=f"Choose one of: {', '.join(map(str, ApplicationStatus))}."
        ) from error


def checked(one: Application) -> Application:
    """Clean what was typed. Raises ``InputError`` if a value cannot be."""
    jobs.check_pay(one.pay_low, one.pay_high)
    if one.period and one.period not in PERIODS:
        raise InputError(f"{one.period[:20]!r} is no time for pay.", hint=f"Choose one of: {', '.join(PERIODS)}.")
    if len(one.contacts) > MOST_LISTED or len(one.interviews) > MOST_LISTED:
        raise InputError(f"More than {MOST_LISTED} contacts or interviews.", hint="Leave out those that have passed.")
    for day in (one.applied_on, one.closes_on, one.next_on, *(talk.on for talk in one.interviews)):
        if day is not None and not EARLIEST <= day <= LATEST:
            raise InputError(f"{day} is no day for an application.", hint=f"Choose one from {EARLIEST.year} on.")
    title = jobs.line(one.title, "title")
    if not title:
        raise InputError("The application has no title.", hint="Write the position, or choose a posting.")
    return replace(
        one,
        title=title,
        company=jobs.line(one.company, "company"),
        link=jobs.address(one.link),
        next_step=jobs.line(one.next_step, "next step"),
        currency=jobs.currency(one.currency),
        note=jobs.paragraphs(one.note, "note", LONGEST_NOTE),
        contacts=tuple(_contact(contact) for contact in one.contacts if contact.name.strip()),
        interviews=tuple(map(_talk, one.interviews)),
    )


def _contact(one: Contact) -> Contact:
    return Contact(
        name=jobs.line(one.name, "name"), role=jobs.line(one.role, "role"), address=jobs.line(one.address, "address")
    )


def _talk(one: Interview) -> Interview:
    asked = (jobs.line(text, "question", 1_000) for text in one.questions)
    return replace(
        one,
        kind=jobs.line(one.kind, "kind of interview"),
        questions=tuple(text for text in asked if text),
        note=jobs.paragraphs(one.note, "note on the interview", LONGEST_NOTE),
    )


def get(settings: Settings, number: int) -> Application:
    """Fetch an application. Raises ``NotFoundError`` if there is none."""
    with connect(settings) as db:
        return stored.get(db, number)


def find(settings: Settings, **filters: Any) -> tuple[list[Application], int]:
    """Fetch applications, the last touched first, and their count; filters as in ``engine.store.applications.find``."""
    with connect(settings) as db:
        return stored.find(db, **filters)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the board of applications shows."""

    counts: dict[str, int]
    first: dict[str, list[Application]]
    """Status to the applications that were touched last."""
    upcoming: list[Application]


def overview(settings: Settings, statuses: Collection[str], each: int = 5) -> Overview:
    """Fetch how many applications stand where, the newest of some statuses, and the next dated steps."""
    with connect(settings) as db:
        return Overview(
            counts=stored.counts(db),
            first={str(one): stored.find(db, statuses=[one], limit=each)[0] for one in statuses},
            upcoming=stored.upcoming(db, limit=each),
        )


def moves(settings: Settings, number: int) -> list[tuple[ApplicationStatus, Any]]:
    """Fetch how an application moved, oldest first."""
    with connect(settings) as db:
        return stored.moves(db, number)


def delete(settings: Settings, number: int) -> None:
    """Throw an application away, with its files. Raises ``NotFoundError`` if there is none."""
    with connect(settings) as db:
        for one in stored.attachments(db, number):
            stored.detach(settings, db, one.id)
        if not stored.remove(db, number):
            raise NotFoundError("application", str(number), hint="Choose one of the list.")


def attach(settings: Settings, number: int, name: str, content: bytes, *, clock: Clock = utc_now) -> Attachment:
    """Keep a file with an application.

    Raises
    ------
    InputError
        If it is empty or too large, or there are too many.
    """
    if not content or len(content) > MOST_FILE_BYTES:
        raise InputError("The file is empty or larger than 10 MB.", hint="Attach a smaller one, or note where it lies.")
    # Only its last part: what a browser or an archive calls it may hold a path.
    plain = jobs.line(name.replace("\\", "/").rpartition("/")[2], "name of the file", 150) or "file"
    with connect(settings) as db:
        stored.get(db, number)
        if len(stored.attachments(db, number)) >= MOST_FILES:
            raise InputError(f"There are {MOST_FILES} files already.", hint="Take one away first.")
        return stored.attach(settings, db, number, plain, content, clock())


def files(settings: Settings, number: int) -> list[Attachment]:
    """Fetch the files of an application."""
    with connect(settings) as db:
        return stored.attachments(db, number)


def content(settings: Settings, attachment: Attachment) -> bytes:
    """Read a file. Raises ``NotFoundError`` if it is gone or was changed on disk."""
    return stored.content_of(settings, attachment)


def detach(settings: Settings, number: int) -> None:
    """Take a file away."""
    with connect(settings) as db:
        stored.detach(settings, db, number)
