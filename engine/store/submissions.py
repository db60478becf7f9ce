"""Predictions made elsewhere: kept when they are handed in, scored when the hold-out is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.submission import Submission
from engine.store.db import first, insert, rows


def add(
    db: Database,
    *,
    project: str,
    name: str,
    language: str,
    note: str,
    file_sha256: str,
    holdout_sha256: str,
    predictions_sha256: str,
    labels_only: bool,
    at: datetime,
) -> int:
    """Keep a submission; returns its id."""
    return insert(
        db,
        "submissions",
        {
            "project": project,
            "name": name,
            "language": language,
            "note": note,
            "file_sha256": file_sha256,
            "holdout_sha256": holdout_sha256,
            "predictions_sha256": predictions_sha256,
            "labels_only": int(labels_only),
            "created_at": to_text(at),
        },
    )


def same_file(db: Database, project: str, file_sha256: str, holdout_sha256: str) -> Submission | None:
    """Find a submission of the very same file for the same sealed rows, or nothing."""
    sql = "SELECT * FROM submissions WHERE project = ? AND file_sha256 = ? AND holdout_sha256 = ?"
    row = first(db, sql, [project, file_sha256, holdout_sha256])
    return _submission(row) if row else None


def of_project(db: Database, project: str) -> list[Submission]:
    """Fetch all submissions of a project, oldest first."""
    return [_submission(row) for row in rows(db, "SELECT * FROM submissions WHERE project = ? ORDER BY id", [project])]


def _submission(row: Mapping[str, Any]) -> Submission:
    return Submission(**{**row, "labels_only": bool(row["labels_only"]), "created_at": from_text(row["created_at"])})
