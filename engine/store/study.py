"""What the person brought as evidence from elsewhere, and the rhythm that they want to work in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlite_utils import Database

from engine.domain.claim import Claim, ClaimKind
from engine.domain.clock import from_text, to_text
from engine.store.db import change, dump, first, load, rows, writing

DAYS_A_WEEK = 3
"""Days a week until the person says otherwise."""


def add_claim(db: Database, claim: Claim) -> int:
    """Store a piece of evidence (its ``id`` is not used) and return its id; the same one again keeps its first row."""
    values = asdict(claim) | {
        "kind": str(claim.kind),
        "made_on": claim.made_on.isoformat(),
        "found": dump(dict(claim.found)),
        "is_public": int(claim.is_public),
        "created_at": to_text(claim.created_at),
    }
    del values["id"]
    names = ", ".join(values)
    with writing(db):
        change(
            db, f"INSERT OR IGNORE INTO claims ({names}) VALUES ({', '.join(f':{name}' for name in values)})", values
        )
        row = first(
            db,
            """SELECT id FROM claims WHERE skill = :skill AND kind = :kind AND project = :project
               AND file_sha256 = :file_sha256 AND link = :link AND note = :note""",
            values,
        )
    assert row is not None
    return int(row["id"])


def claims(db: Database) -> list[Claim]:
    """Fetch all evidence that was made elsewhere, oldest first."""
    return [
        Claim(
            **{
                **row,
                "kind": ClaimKind(row["kind"]),
                "made_on": date.fromisoformat(row["made_on"]),
                "found": load(row["found"]),
                "is_public": bool(row["is_public"]),
                "created_at": from_text(row["created_at"]),
            }
        )
        for row in rows(db, "SELECT * FROM claims ORDER BY id")
    ]


def remove_claim(db: Database, claim_id: int) -> None:
    """Take a piece of evidence back."""
    change(db, "DELETE FROM claims WHERE id = ?", [claim_id])


def add_break(db: Database, first_day: date, last_day: date, note: str, at: datetime) -> None:
    """Plan a break from one day to another, both included; the same one again stores nothing."""
    change(
        db,
        "INSERT OR IGNORE INTO breaks (first, last, note, created_at) VALUES (?, ?, ?, ?)",
        [first_day.isoformat(), last_day.isoformat(), note, to_text(at)],
    )


def breaks(db: Database) -> list[tuple[int, date, date, str]]:
    """Fetch the planned breaks, earliest first: id, first day, last day, note."""
    return [
        (row["id"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["note"])
        for row in rows(db, "SELECT * FROM breaks ORDER BY first, last")
    ]


def remove_break(db: Database, break_id: int) -> None:
    """Take a planned break back."""
    change(db, "DELETE FROM breaks WHERE id = ?", [break_id])


def set_days_a_week(db: Database, days: int, at: datetime) -> None:
    """Store how many days a week the person wants to work."""
    change(
        db,
        "INSERT INTO rhythm VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET days = excluded.days, "
        "updated_at = excluded.updated_at",
        [days, to_text(at)],
    )


def days_a_week(db: Database) -> int:
    """Fetch how many days a week the person wants to work."""
    row = first(db, "SELECT days FROM rhythm WHERE id = 1")
    return int(row["days"]) if row else DAYS_A_WEEK


def worked_at(db: Database, since: datetime) -> list[datetime]:
    """Fetch the moments from ``since`` on at which something was done that is stored: runs, reasons, answers."""
    found = rows(
        db,
        """SELECT created_at FROM runs WHERE created_at >= :since
           UNION SELECT created_at FROM decisions WHERE created_at >= :since
           UNION SELECT created_at FROM briefs WHERE created_at >= :since
           UNION SELECT created_at FROM recipes WHERE created_at >= :since
           UNION SELECT created_at FROM row_tags WHERE created_at >= :since
           UNION SELECT created_at FROM writeups WHERE created_at >= :since
           UNION SELECT created_at FROM claims WHERE created_at >= :since
           UNION SELECT created_at FROM answers WHERE created_at >= :since
           UNION SELECT created_at FROM interview_notes WHERE created_at >= :since""",
        {"since": to_text(since)},
    )
    return [from_text(row["created_at"]) for row in found]


def last_worked(db: Database) -> dict[str, datetime]:
    """Fetch when something was last done in each project."""
    found = rows(
        db,
        """SELECT project, MAX(created_at) AS at FROM (
             SELECT project, created_at FROM runs UNION ALL SELECT project, created_at FROM decisions
             UNION ALL SELECT project, created_at FROM briefs UNION ALL SELECT project, created_at FROM recipes
             UNION ALL SELECT project, created_at FROM writeups)
           WHERE project IS NOT NULL GROUP BY project""",
    )
    return {row["project"]: from_text(row["at"]) for row in found}
