"""Postings, what was noted of boards, and the resume document that was brought in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.posting import Board, Posting
from engine.errors import NotFoundError
from engine.store.db import change, dump, first, insert, load, rows, writing

_OF_THE_CONTENT = ("applications", "tip", "prepare", "skills")
"""Fields of a board that are no notes of the person."""


def add_posting(db: Database, posting: Posting) -> int:
    """Store a posting with its text and return its number."""
    with writing(db):
        number = insert(db, "postings", _row(posting))
        insert(db, "posting_texts", {"posting": number, "text": posting.text})
    return number


def save_posting(db: Database, posting: Posting) -> None:
    """Store what the person corrected; the text stays as it was pasted."""
    row = _row(posting)
    names = ", ".join(f"{name} = :{name}" for name in row)
    change(db, f"UPDATE postings SET {names} WHERE id = :number", row | {"number": posting.id})


def posting(db: Database, number: int) -> Posting:
    """Fetch a posting with its text. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT postings.*, text FROM postings JOIN posting_texts ON posting = id WHERE id = ?", [number])
    if row is None:
        raise NotFoundError("posting", str(number), hint="Choose one of the list.")
    return _posting(row)


def postings(
    db: Database,
    *,
    text: str = "",
    engagement: str = "",
    remote: bool | None = None,
    skill: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Posting], int]:
    """Fetch postings without their texts, newest first, and how many there are in all.

    Parameters
    ----------
    db : Database
    text : str
        Part of the title, the company or the place.
    engagement, skill : str
        Empty for any.
    remote : bool, optional
        Only those that say so, or that say it is not.
    limit, offset : int
    """
    where, values = ["1"], {"limit": limit, "offset": offset, "text": f"%{_like(text)}%", "skill": f'%"{skill}"%'}
    if text:
        where.append("(title LIKE :text ESCAPE '!' OR company LIKE :text ESCAPE '!' OR place LIKE :text ESCAPE '!')")
    if engagement:
        where.append("engagement = :engagement")
        values["engagement"] = engagement
    if remote is not None:
        where.append("remote = :remote")
        values["remote"] = int(remote)
    if skill:
        where.append("skills LIKE :skill")
    condition = " AND ".join(where)
    found = rows(db, f"SELECT * FROM postings WHERE {condition} ORDER BY id DESC LIMIT :limit OFFSET :offset", values)
    total = first(db, f"SELECT count(*) AS n FROM postings WHERE {condition}", values)
    return [_posting(row | {"text": ""}) for row in found], int((total or {"n": 0})["n"])


def every_posting(db: Database) -> list[Posting]:
    """Fetch all postings without their texts, oldest first."""
    return [_posting(row | {"text": ""}) for row in rows(db, "SELECT * FROM postings ORDER BY id")]


def remove_posting(db: Database, number: int) -> bool:
    """Throw a posting away; applications that point at it stay. Returns whether there was one."""
    return change(db, "DELETE FROM postings WHERE id = ?", [number]) == 1


def boards(db: Database) -> dict[str, Board]:
    """Fetch what was noted of boards, and own boards, by id."""
    return {row["id"]: _board(row) for row in rows(db, "SELECT * FROM boards ORDER BY name")}


def save_board(db: Database, board: Board, at: datetime) -> None:
    """Store what the person noted of a board, in place of what was known."""
    row = {key: value for key, value in asdict(board).items() if key not in _OF_THE_CONTENT}
    row |= {"visited_on": board.visited_on.isoformat() if board.visited_on else None, "updated_at": to_text(at)}
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    change(db, f"INSERT OR REPLACE INTO boards ({names}) VALUES ({marks})", row)


def remove_board(db: Database, board: str) -> None:
    """Throw away what was noted of a board; an own board is gone with it."""
    change(db, "DELETE FROM boards WHERE id = ?", [board])


def kept_resume(db: Database) -> dict[str, Any]:
    """Fetch the JSON Resume document that was brought in; empty if there is none."""
    row = first(db, "SELECT document FROM resume_kept WHERE id = 1")
    return dict(load(row["document"])) if row else {}


def keep_resume(db: Database, document: Mapping[str, Any], at: datetime) -> None:
    """Store a JSON Resume document in place of the one before."""
    change(
        db,
        """INSERT INTO resume_kept (id, document, updated_at) VALUES (1, ?, ?)
           ON CONFLICT (id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at""",
        [dump(dict(document)), to_text(at)],
    )


def _like(text: str) -> str:
    """Take the meaning out of the marks of LIKE."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _row(one: Posting) -> dict[str, Any]:
    row = {key: value for key, value in asdict(one).items() if key not in ("id", "text")}
    remote = None if one.remote is None else int(one.remote)
    return row | {"remote": remote, "skills": dump(list(one.skills)), "saved_at": to_text(one.saved_at)}


def _posting(row: dict[str, Any]) -> Posting:
    remote = None if row["remote"] is None else bool(row["remote"])
    return Posting(
        **row | {"remote": remote, "skills": tuple(load(row["skills"])), "saved_at": from_text(row["saved_at"])}
    )


def _board(row: dict[str, Any]) -> Board:
    plain = {key: value for key, value in row.items() if key != "updated_at"}
    visited = date.fromisoformat(row["visited_on"]) if row["visited_on"] else None
    return replace(Board(**plain | {"is_own": bool(row["is_own"])}), visited_on=visited)
