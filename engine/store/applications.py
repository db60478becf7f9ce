"""Applications, how they moved, and the files that belong to them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from engine.domain.application import Application, ApplicationStatus, Attachment, Contact, Interview
from engine.domain.clock import from_text, to_text
from engine.errors import NotFoundError
from engine.settings import Settings
from engine.store.db import change, dump, first, insert, load, rows, writing
from engine.store.files import whole_file

_DATES = ("applied_on", "closes_on", "next_on")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def add(db: Database, application: Application) -> int:
    """Store an application and return its number."""
    with writing(db):
        number = insert(db, "applications", _row(application))
        _moved(db, number, application.status, application.created_at)
    return number


def save(db: Database, application: Application) -> None:
    """Store an application in place of what was known of it; a change of status is kept as a move."""
    row = _row(application)
    names = ", ".join(f"{name} = :{name}" for name in row)
    with writing(db):
        before = first(db, "SELECT status FROM applications WHERE id = ?", [application.id])
        change(db, f"UPDATE applications SET {names} WHERE id = :number", row | {"number": application.id})
        if before and before["status"] != application.status:
            _moved(db, application.id, application.status, application.updated_at)


def _moved(db: Database, number: int, status: ApplicationStatus, at: datetime) -> None:
    insert(db, "application_moves", {"application": number, "status": str(status), "at": to_text(at)})


def get(db: Database, number: int) -> Application:
    """Fetch an application. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM applications WHERE id = ?", [number])
    if row is None:
        raise NotFoundError("application", str(number), hint="Choose one of the list.")
    return _application(row)


def by_uid(db: Database, uid: str) -> Application | None:
    """Fetch the application of this lasting id, or nothing."""
    row = first(db, "SELECT * FROM applications WHERE uid = ?", [uid])
    return _application(row) if row else None


def find(
    db: Database,
    *,
    statuses: Collection[str] = (),
    text: str = "",
    board: str = "",
    posting: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Application], int]:
    """Fetch applications, the one that was touched last first, and how many there are in all.

    Parameters
    ----------
    db : Database
    statuses : collection of str
        Empty for all.
    text : str
        Part of the title, the company or the next step.
    board : str
        Empty for any.
    posting : int, optional
    limit, offset : int
    """
    like = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    values: dict[str, Any] = {"limit": limit, "offset": offset, "text": f"%{like}%", "board": board, "posting": posting}
    where = ["1"]
    if statuses:
        marks = {f"status{place}": str(one) for place, one in enumerate(statuses)}
        where.append(f"status IN ({', '.join(f':{name}' for name in marks)})")
        values |= marks
    if text:
        where.append(
            "(title LIKE :text ESCAPE '!' OR company LIKE :text ESCAPE '!' OR next_step LIKE :text ESCAPE '!')"
        )
    if board:
        where.append("board = :board")
    if posting is not None:
        where.append("posting = :posting")
    condition = " AND ".join(where)
    order = "ORDER BY updated_at DESC, id DESC LIMIT :limit OFFSET :offset"
    found = rows(db, f"SELECT * FROM applications WHERE {condition} {order}", values)
    total = first(db, f"SELECT count(*) AS n FROM applications WHERE {condition}", values)
    return [_application(row) for row in found], int((total or {"n": 0})["n"])


def every(db: Database) -> list[Application]:
    """Fetch all applications, oldest first."""
    return [_application(row) for row in rows(db, "SELECT * FROM applications ORDER BY id")]


def counts(db: Database) -> dict[str, int]:
    """Count applications by status; what has none is 0."""
    found = {row["status"]: row["n"] for row in rows(db, "SELECT status, count(*) AS n FROM applications GROUP BY 1")}
    return {str(status): int(found.get(status, 0)) for status in ApplicationStatus}


def counts_by_board(db: Database) -> dict[str, int]:
    """Count applications by the board that they name."""
    found = rows(db, "SELECT board, count(*) AS n FROM applications WHERE board != '' GROUP BY board")
    return {row["board"]: int(row["n"]) for row in found}


def upcoming(db: Database, limit: int = 20) -> list[Application]:
    """Fetch applications with a dated next step, the nearest first; ended ones are left out."""
    found = rows(
        db,
        """SELECT * FROM applications WHERE next_on IS NOT NULL
           AND status NOT IN ('rejected', 'expired', 'archived') ORDER BY next_on, id LIMIT ?""",
        [limit],
    )
    return [_application(row) for row in found]


def moves(db: Database, number: int) -> list[tuple[ApplicationStatus, datetime]]:
    """Fetch how an application moved, oldest first."""
    found = rows(db, "SELECT status, at FROM application_moves WHERE application = ? ORDER BY id", [number])
    return [(ApplicationStatus(row["status"]), from_text(row["at"])) for row in found]


def remove(db: Database, number: int) -> bool:
    """Throw an application away; returns whether there was one."""
    return change(db, "DELETE FROM applications WHERE id = ?", [number]) == 1


def attach(settings: Settings, db: Database, number: int, name: str, content: bytes, at: datetime) -> Attachment:
    """Keep a file under its hash and note it; its name never becomes a path."""
    digest = hashlib.sha256(content).hexdigest()
    path = _folder(settings) / digest
    if not path.is_file():
        with whole_file(path) as temporary:
            temporary.write_bytes(content)
    change(
        db,
        """INSERT OR IGNORE INTO attachments (application, name, sha256, size_bytes, added_at)
           VALUES (?, ?, ?, ?, ?)""",
        [number, name, digest, len(content), to_text(at)],
    )
    return next(one for one in attachments(db, number) if (one.sha256, one.name) == (digest, name))


def attachments(db: Database, number: int) -> list[Attachment]:
    """Fetch the files of an application, oldest first."""
    found = rows(db, "SELECT * FROM attachments WHERE application = ? ORDER BY id", [number])
    return [Attachment(**row | {"added_at": from_text(row["added_at"])}) for row in found]


def content_of(settings: Settings, attachment: Attachment) -> bytes:
    """Read the bytes of a file. Raises ``NotFoundError`` if they are gone or were changed on disk."""
    path = _folder(settings) / attachment.sha256
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise NotFoundError("file", attachment.name, hint="Restore a backup, or attach it again.")
    return content


def detach(settings: Settings, db: Database, number: int) -> None:
    """Take a file away; its bytes go when no other application has them."""
    row = first(db, "SELECT sha256 FROM attachments WHERE id = ?", [number])
    if row is None:
        return
    change(db, "DELETE FROM attachments WHERE id = ?", [number])
    if first(db, "SELECT 1 AS n FROM attachments WHERE sha256 = ?", [row["sha256"]]) is None:
        (_folder(settings) / row["sha256"]).unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.home / "attachments"


def _row(one: Application) -> dict[str, Any]:
    row = {key: value for key, value in asdict(one).items() if key != "id"}
    days = {name: row[name].isoformat() if row[name] else None for name in _DATES}
    listed = {name: dump([_plain(item) for item in row[name]]) for name in ("contacts", "interviews")}
    times = {"created_at": to_text(one.created_at), "updated_at": to_text(one.updated_at)}
    return row | days | listed | times | {"status": str(one.status)}


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """Write a day as text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in item.items()}


def _application(row: dict[str, Any]) -> Application:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in _DATES}
    talks = tuple(
        Interview(
            **item
            | {"on": date.fromisoformat(item["on"]) if item["on"] else None, "questions": tuple(item["questions"])}
        )
        for item in load(row["interviews"])
    )
    return Application(
        **row
        | days
        | {
            "status": ApplicationStatus(row["status"]),
            "contacts": tuple(Contact(**item) for item in load(row["contacts"])),
            "interviews": talks,
            "created_at": from_text(row["created_at"]),
            "updated_at": from_text(row["updated_at"]),
        }
    )


def put(db: Database, one: Application, number: int | None, told: Sequence[tuple[ApplicationStatus, datetime]]) -> int:
    """Store an application that was brought in, with its moves, in place of the one of this number."""
    if number is None:
        number = insert(db, "applications", _row(one))
    else:
        row = _row(one)
        names = ", ".join(f"{name} = :{name}" for name in row)
        change(db, f"UPDATE applications SET {names} WHERE id = :number", row | {"number": number})
    if told:
        change(db, "DELETE FROM application_moves WHERE application = ?", [number])
    if told or not moves(db, number):
        for status, at in told or ((one.status, one.created_at),):
            _moved(db, number, status, at)
    return number


def attach_known(settings: Settings, db: Database, number: int, file: Mapping[str, Any], at: datetime) -> bool:
    """Note a file again whose bytes are still here; returns whether they are."""
    digest = str(file.get("sha256", ""))
    if not _DIGEST.fullmatch(digest) or not (_folder(settings) / digest).is_file():
        return False
    change(
        db,
        """INSERT OR IGNORE INTO attachments (application, name, sha256, size_bytes, added_at)
           VALUES (?, ?, ?, ?, ?)""",
        [number, str(file["name"]), digest, int(file["size_bytes"]), to_text(at)],
    )
    return True
