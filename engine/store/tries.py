"""What a person asked a model about rows that are a little different, and which columns cannot change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.store.db import change, dump, insert, load, rows


def add(
    db: Database,
    project: str,
    trial_id: int,
    row: int,
    changes: Mapping[str, Any],
    before: Sequence[float],
    after: Sequence[float],
    at: datetime,
) -> int:
    """Store one try: the row, what was changed, and the predictions before and after; returns its id."""
    return insert(
        db,
        "tries",
        {
            "project": project,
            "trial_id": trial_id,
            "row": row,
            "changes": dump(dict(changes)),
            "before": dump(list(before)),
            "after": dump(list(after)),
            "created_at": to_text(at),
        },
    )


def of_project(db: Database, project: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Fetch the newest tries of a project, newest first: ``id trial_id row changes before after created_at``."""
    found = rows(db, "SELECT * FROM tries WHERE project = ? ORDER BY id DESC LIMIT ?", [project, limit])
    return [
        {
            "id": one["id"],
            "trial_id": one["trial_id"],
            "row": one["row"],
            "changes": load(one["changes"]),
            "before": load(one["before"]),
            "after": load(one["after"]),
            "created_at": from_text(one["created_at"]),
        }
        for one in found
    ]


def set_fixed(db: Database, project: str, names: Sequence[str], at: datetime) -> None:
    """Store which columns of a project cannot change, in place of what was marked before."""
    with db.atomic():
        change(db, "DELETE FROM fixed_columns WHERE project = ?", [project])
        for name in dict.fromkeys(names):
            change(
                db,
                "INSERT INTO fixed_columns (project, name, created_at) VALUES (?, ?, ?)",
                [project, name, to_text(at)],
            )


def fixed(db: Database, project: str) -> list[str]:
    """Fetch the columns of a project that cannot change, in the order of marking."""
    found = rows(db, "SELECT name FROM fixed_columns WHERE project = ? ORDER BY rowid", [project])
    return [row["name"] for row in found]
