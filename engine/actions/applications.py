"""Applications: kept, moved, with their files; as CSV and as a calendar; practice for the interview."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.actions import explain_back, jobs
from engine.actions import skills as standing
from engine.career import applications as written
from engine.career import calendar
from engine.career.interview import Prompt, prompts
from engine.domain.application import Application, ApplicationStatus, Attachment, Contact, Interview
from engine.domain.clock import Clock, from_text, to_text, utc_now
from engine.domain.posting import PERIODS
from engine.errors import InputError, NotFoundError
from engine.settings import Settings
from engine.store import applications as stored
from engine.store import jobs as stored_jobs
from engine.store.db import connect
from engine.study import questions

MOST_FILE_BYTES, MOST_FILES = 10_000_000, 20
MOST_CSV_BYTES = 50_000_000
LONGEST_NOTE, MOST_LISTED = 20_000, 50


def _new_uid() -> str:
    return uuid.uuid4().hex


def add(
    settings: Settings,
    title: str = "",
    *,
    posting: int | None = None,
    company: str = "",
    status: str = "draft",
    new_uid: Callable[[], str] = _new_uid,
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
    checked = _checked(begun)
    with connect(settings) as db:
        return replace(checked, id=stored.add(db, checked))


def save(settings: Settings, application: Application, *, clock: Clock = utc_now) -> Application:
    """Store an application as the person changed it. Raises ``InputError`` if a value cannot be."""
    checked = _checked(replace(application, updated_at=clock()))
    with connect(settings) as db:
        stored.get(db, application.id)
        stored.save(db, checked)
    return checked


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


def _checked(one: Application) -> Application:
    jobs.check_pay(one.pay_low, one.pay_high)
    if one.period and one.period not in PERIODS:
        raise InputError(f"{one.period[:20]!r} is no time for pay.", hint=f"Choose one of: {', '.join(PERIODS)}.")
    if len(one.contacts) > MOST_LISTED or len(one.interviews) > MOST_LISTED:
        raise InputError(f"More than {MOST_LISTED} contacts or interviews.", hint="Leave out those that have passed.")
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


def export_csv(settings: Settings) -> str:
    """Write all applications as CSV; what it holds comes back with :func:`import_csv`."""
    with connect(settings) as db:
        kept = [
            written.Kept(
                application=one,
                moves=tuple(stored.moves(db, one.id)),
                files=tuple(
                    {"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes, "added_at": to_text(f.added_at)}
                    for f in stored.attachments(db, one.id)
                ),
            )
            for one in stored.every(db)
        ]
    return written.as_csv(kept)


def import_csv(
    settings: Settings, data: str | bytes, *, new_uid: Callable[[], str] = _new_uid, clock: Clock = utc_now
) -> dict[str, int]:
    """Bring applications in from CSV: all or, if a line cannot be read, none; known ones are brought up to date.

    Returns
    -------
    dict
        ``added changed files_missing``: of the files only those come back whose bytes are in this home folder.

    Raises
    ------
    InputError
        If it is too large, no UTF-8 text, no such table, or a line cannot be read.
    """
    if len(data) > MOST_CSV_BYTES:
        raise InputError("The file is larger than 50 MB.", hint="Split it.")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise InputError("The file is no UTF-8 text.", hint="Save it as CSV in UTF-8.") from error
    kept = [
        replace(one, application=_checked(one.application))
        for one in written.from_csv(text, at=clock(), new_uid=new_uid)
    ]
    done = {"added": 0, "changed": 0, "files_missing": 0}
    with connect(settings) as db, db.atomic():
        known = {one.id for one in stored_jobs.every_posting(db)}
        for one in kept:
            application = one.application
            if application.posting not in known:
                application = replace(application, posting=None)
            before = stored.by_uid(db, application.uid)
            number = stored.put(db, application, before.id if before else None, one.moves)
            done["changed" if before else "added"] += 1
            for file in one.files:
                there = stored.attach_known(settings, db, number, file, from_text(str(file["added_at"])))
                done["files_missing"] += not there
    return done


def as_calendar(settings: Settings) -> str:
    """Write the next steps, last days and interviews of all applications that have not ended as a calendar file."""
    with connect(settings) as db:
        return calendar.as_ics(stored.every(db))


def practice(settings: Settings, posting: int | None, *, turn: int = 0, clock: Clock = utc_now) -> list[Prompt]:
    """Put together what to practise for an interview: for a posting, or from own decisions alone.

    Questions that were asked in own interviews come along.
    """
    asked = jobs.get(settings, posting).skills if posting is not None else ()
    states = standing.skills(settings, clock=clock)
    with connect(settings) as db:
        before = [
            (one.company or one.title, text) for one in stored.every(db) for t in one.interviews for text in t.questions
        ]
    return prompts(
        asked,
        notes=explain_back.notes(settings),
        proofs={one["id"]: one["evidence"][-1]["ref"].partition("/")[0] for one in states if one["evidence"]},
        bank={skill: [one for one in questions.of_skill(skill) if not (one.figure or one.table)] for skill in asked},
        names={one["id"]: one["name"] for one in states},
        before=before[-10:],
        turn=turn,
    )
