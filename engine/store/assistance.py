"""The help that a project was given: degrees of guidance, hints, pitfalls."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.record import Assistance, Help
from engine.store.db import change, rows


def add(db: Database, slug: str, kind: Help, name: str, at: datetime, note: str = "") -> bool:
    """Keep an entry; a hint or pitfall that is there already stays as it is. Returns whether it is new."""
    return bool(
        change(
            db,
            """INSERT OR IGNORE INTO assistance (project, kind, name, note, created_at) VALUES (?, ?, ?, ?, ?)""",
            (slug, str(kind), name, note, to_text(at)),
        )
    )


def of(db: Database, slug: str) -> list[Assistance]:
    """Fetch what a project was given, oldest first."""
    return [
        Assistance(kind=Help(row["kind"]), name=row["name"], note=row["note"], created_at=from_text(row["created_at"]))
        for row in rows(db, "SELECT * FROM assistance WHERE project = ? ORDER BY id", [slug])
    ]
