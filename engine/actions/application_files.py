"""Applications as files, CSV out and in and a calendar; and what to practise for an interview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.actions import explain_back, jobs
from engine.actions import skills as standing
from engine.actions.applications import checked, new_lasting_id
from engine.career import applications as written
from engine.career import calendar
from engine.career.interview import Prompt, prompts
from engine.domain.clock import Clock, from_text, to_text, utc_now
from engine.errors import InputError
from engine.settings import Settings
from engine.store import applications as stored
from engine.store import jobs as stored_jobs
from engine.store.db import connect, writing
from engine.study import questions

MOST_CSV_BYTES = 50_000_000


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
    settings: Settings, data: str | bytes, *, new_uid: Callable[[], str] = new_lasting_id, clock: Clock = utc_now
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
        replace(one, application=checked(one.application))
        for one in written.from_csv(text, at=clock(), new_uid=new_uid)
    ]
    done = {"added": 0, "changed": 0, "files_missing": 0}
    with connect(settings) as db, writing(db):
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
