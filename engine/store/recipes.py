"""Recipes with their versions, their measured effects, accepted findings and notes on the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.intake import Acceptance, DataNotes, Measure
from engine.domain.recipe import Recipe
from engine.store.db import change, dump, first, insert, load, rows, writing


def save(db: Database, slug: str, recipe: Recipe, at: datetime) -> int:
    """Store a recipe as the next version and return its number; an unchanged one stores nothing."""
    with writing(db):
        version, last = latest(db, slug)
        if last == recipe:
            return version
        payload = dump(recipe.as_dict())
        insert(db, "recipes", {"project": slug, "version": version + 1, "payload": payload, "created_at": to_text(at)})
        return version + 1


def latest(db: Database, slug: str) -> tuple[int, Recipe]:
    """Fetch the recipe that counts now with its number; an empty one is number 0."""
    row = first(db, "SELECT * FROM recipes WHERE project = ? ORDER BY version DESC LIMIT 1", [slug])
    return (row["version"], Recipe.from_dict(load(row["payload"]))) if row else (0, Recipe())


def versions(db: Database, slug: str) -> list[tuple[int, Recipe, datetime]]:
    """Fetch all versions, newest first."""
    found = rows(db, "SELECT * FROM recipes WHERE project = ? ORDER BY version DESC", [slug])
    return [(row["version"], Recipe.from_dict(load(row["payload"])), from_text(row["created_at"])) for row in found]


def add_measure(
    db: Database,
    *,
    project: str,
    run_id: int,
    subject: str,
    before: Recipe,
    after: Recipe,
    payload: Mapping[str, Any],
    at: datetime,
) -> int:
    """Store a measured effect and return its id."""
    return insert(
        db,
        "measures",
        {
            "run_id": run_id,
            "project": project,
            "subject": subject,
            "before": dump(before.as_dict()),
            "after": dump(after.as_dict()),
            "payload": dump(dict(payload)),
            "created_at": to_text(at),
        },
    )


def measures(db: Database, slug: str) -> list[Measure]:
    """Fetch the measured effects of a project, newest first."""
    return [
        Measure(
            id=row["id"],
            run_id=row["run_id"],
            subject=row["subject"],
            before=load(row["before"]),
            after=load(row["after"]),
            payload=load(row["payload"]),
            created_at=from_text(row["created_at"]),
        )
        for row in rows(db, "SELECT * FROM measures WHERE project = ? ORDER BY id DESC", [slug])
    ]


def accept(db: Database, slug: str, code: str, columns: Sequence[str], reason: str, at: datetime) -> None:
    """Store that a finding is accepted; a newer reason replaces the older."""
    change(
        db,
        """INSERT INTO acceptances VALUES (?, ?, ?, ?, ?) ON CONFLICT (project, code, columns) DO UPDATE SET
           reason = excluded.reason, created_at = excluded.created_at""",
        (slug, code, dump(list(columns)), reason, to_text(at)),
    )


def reopen(db: Database, slug: str, code: str, columns: Sequence[str]) -> None:
    """Take an acceptance back."""
    change(
        db, "DELETE FROM acceptances WHERE project = ? AND code = ? AND columns = ?", (slug, code, dump(list(columns)))
    )


def acceptances(db: Database, slug: str) -> list[Acceptance]:
    """Fetch the accepted findings of a project, oldest first."""
    found = rows(db, "SELECT * FROM acceptances WHERE project = ? ORDER BY created_at, code", [slug])
    return [
        Acceptance(
            code=row["code"],
            columns=tuple(load(row["columns"])),
            reason=row["reason"],
            created_at=from_text(row["created_at"]),
        )
        for row in found
    ]


def set_notes(db: Database, slug: str, notes: DataNotes, at: datetime) -> None:
    """Store what the person knows of the columns and would ask."""
    change(
        db,
        """INSERT INTO data_notes VALUES (?, ?, ?, ?) ON CONFLICT (project) DO UPDATE SET
           dictionary = excluded.dictionary, questions = excluded.questions, updated_at = excluded.updated_at""",
        (slug, dump(dict(notes.dictionary)), dump([list(one) for one in notes.questions]), to_text(at)),
    )


def notes(db: Database, slug: str) -> DataNotes:
    """Fetch the notes on the data of a project; empty ones where nothing is stored."""
    row = first(db, "SELECT * FROM data_notes WHERE project = ?", [slug])
    if row is None:
        return DataNotes()
    questions = tuple((str(question), str(answer)) for question, answer in load(row["questions"]) or ())
    return DataNotes(dictionary=load(row["dictionary"]), questions=questions)
