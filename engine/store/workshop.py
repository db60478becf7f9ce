"""What was done in all projects beside training, in one query each: for looking at everything at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text
from engine.domain.intake import Acceptance, DataNotes, Measure
from engine.domain.submission import Submission
from engine.store.db import load, rows


def measures(db: Database) -> dict[str, list[Measure]]:
    """Fetch the measured effects of recipes, oldest first, by project; without the measurements themselves."""
    found: defaultdict[str, list[Measure]] = defaultdict(list)
    for row in rows(db, "SELECT id, run_id, project, subject, before, after, created_at FROM measures ORDER BY id"):
        found[row["project"]].append(
            Measure(
                id=row["id"],
                run_id=row["run_id"],
                subject=row["subject"],
                before=load(row["before"]),
                after=load(row["after"]),
                payload={},
                created_at=from_text(row["created_at"]),
            )
        )
    return found


def acceptances(db: Database) -> dict[str, list[Acceptance]]:
    """Fetch the accepted findings, oldest first, by project."""
    found: defaultdict[str, list[Acceptance]] = defaultdict(list)
    for row in rows(db, "SELECT * FROM acceptances ORDER BY created_at, code"):
        found[row["project"]].append(
            Acceptance(
                code=row["code"],
                columns=tuple(load(row["columns"])),
                reason=row["reason"],
                created_at=from_text(row["created_at"]),
            )
        )
    return found


def notes(db: Database) -> dict[str, tuple[DataNotes, datetime]]:
    """Fetch the notes on the data with their date, by project."""
    return {
        row["project"]: (
            DataNotes(
                dictionary=load(row["dictionary"]),
                questions=tuple((str(question), str(answer)) for question, answer in load(row["questions"]) or ()),
            ),
            from_text(row["updated_at"]),
        )
        for row in rows(db, "SELECT * FROM data_notes")
    }


def sensitive(db: Database) -> dict[str, dict[str, datetime]]:
    """Fetch the columns that are marked as sensitive with their dates, by project."""
    return _named(db, "SELECT project, name AS what, created_at FROM sensitive_columns ORDER BY created_at")


def tagged(db: Database) -> dict[str, dict[Any, datetime]]:
    """Fetch the rows that were tagged, each with the date of its first tag, oldest first, by project."""
    return _named(
        db, "SELECT project, row AS what, MIN(created_at) AS created_at FROM row_tags GROUP BY 1, 2 ORDER BY 3, 2"
    )


def submissions(db: Database) -> dict[str, list[Submission]]:
    """Fetch the predictions that were made elsewhere, oldest first, by project."""
    found: defaultdict[str, list[Submission]] = defaultdict(list)
    for row in rows(db, "SELECT * FROM submissions ORDER BY id"):
        one = {**row, "labels_only": bool(row["labels_only"]), "created_at": from_text(row["created_at"])}
        found[row["project"]].append(Submission(**one))
    return found


def _named(db: Database, sql: str) -> dict[str, dict[Any, datetime]]:
    found: defaultdict[str, dict[Any, datetime]] = defaultdict(dict)
    for row in rows(db, sql):
        found[row["project"]][row["what"]] = from_text(row["created_at"])
    return found
