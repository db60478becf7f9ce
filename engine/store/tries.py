"""What a person tried on one row, and which columns they marked as unchangeable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.store.db import change, dump, insert, load, rows, writing


def add(db: Database, project: str, trial_id: int, payload: Mapping[str, Any], at: datetime) -> int:
    """Store a try (``row changes prediction_before prediction_after …``); returns its id."""
    return insert(
        db,
        "tries",
        {
            "project": project,
            "trial_id": trial_id,
            "row": int(payload["row"]),
            "payload": dump(dict(payload)),
            "created_at": to_text(at),
        },
    )


def of_project(db: Database, project: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Fetch the tries of a project, newest first, each with its ``id``, ``trial`` and ``at``."""
    found = rows(db, "SELECT * FROM tries WHERE project = ? ORDER BY id DESC LIMIT ?", [project, limit])
    return [
        {**load(row["payload"]), "id": row["id"], "trial": row["trial_id"], "at": from_text(row["created_at"])}
        for row in found
    ]


def set_fixed(db: Database, project: str, names: Sequence[str], at: datetime) -> None:
    """Store which columns of a project cannot change, in place of what was marked before."""
    with writing(db):
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
