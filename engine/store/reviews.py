"""What a person looks at after training: diagnoses, sensitive columns, and tags on rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import to_text
from engine.store.db import change, dump, first, load, rows, writing


def save_diagnosis(db: Database, run_id: int, trial_id: int, payload: Mapping[str, Any], at: datetime) -> None:
    """Store the diagnosis of a trial; a repeated one of the same run replaces the first."""
    change(
        db,
        """INSERT INTO diagnoses (run_id, trial_id, payload, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (run_id, trial_id) DO UPDATE SET payload = excluded.payload, created_at = excluded.created_at""",
        [run_id, trial_id, dump(dict(payload)), to_text(at)],
    )


def diagnosis(db: Database, trial_id: int) -> dict[str, Any] | None:
    """Fetch the newest diagnosis of a trial, or nothing."""
    row = first(db, "SELECT payload FROM diagnoses WHERE trial_id = ? ORDER BY id DESC LIMIT 1", [trial_id])
    return load(row["payload"]) if row else None


def set_sensitive(db: Database, project: str, names: Sequence[str], at: datetime) -> None:
    """Store which columns of a project the person marks as sensitive, in place of what was marked before."""
    with writing(db):
        change(db, "DELETE FROM sensitive_columns WHERE project = ?", [project])
        for name in dict.fromkeys(names):
            change(
                db,
                "INSERT INTO sensitive_columns (project, name, created_at) VALUES (?, ?, ?)",
                [project, name, to_text(at)],
            )


def sensitive(db: Database, project: str) -> list[str]:
    """Fetch the columns of a project that are marked as sensitive, in the order of marking."""
    found = rows(db, "SELECT name FROM sensitive_columns WHERE project = ? ORDER BY rowid", [project])
    return [row["name"] for row in found]


def set_tags(db: Database, project: str, row: int, tags: Sequence[str], at: datetime) -> None:
    """Store the tags of a row, in place of what it had before."""
    with writing(db):
        change(db, "DELETE FROM row_tags WHERE project = ? AND row = ?", [project, row])
        for tag in dict.fromkeys(tags):
            change(
                db,
                "INSERT INTO row_tags (project, row, tag, created_at) VALUES (?, ?, ?, ?)",
                [project, row, tag, to_text(at)],
            )


def tags(db: Database, project: str) -> dict[int, tuple[str, ...]]:
    """Fetch the tags of a project's rows, by row number."""
    found: dict[int, tuple[str, ...]] = {}
    for one in rows(db, "SELECT row, tag FROM row_tags WHERE project = ? ORDER BY row, rowid", [project]):
        found[one["row"]] = (*found.get(one["row"], ()), one["tag"])
    return found
