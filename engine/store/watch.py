"""Batches of new rows with their reports, challengers, and which model stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.watch import Batch, Champion, Retraining, Source
from engine.errors import NotFoundError
from engine.store.db import Row, change, dump, first, insert, load, rows, writing


def add_batches(
    db: Database,
    project: str,
    run_id: int,
    champion: str,
    trial_id: int,
    found: Sequence[Mapping[str, Any]],
    at: datetime,
) -> list[int]:
    """Store batches with their reports, all or none; returns their numbers.

    Each of ``found`` has ``name source period dataset_sha256 rows labelled report``. What an earlier attempt of the
    same run has stored is kept.
    """
    # Asked before the transaction: one that reads first cannot write once another connection has written.
    known = [row["id"] for row in rows(db, "SELECT id FROM batches WHERE run_id = ? ORDER BY id", [run_id])]
    if known:
        return known
    shared = {
        "project": project,
        "run_id": run_id,
        "champion": champion,
        "trial_id": trial_id,
        "created_at": to_text(at),
    }
    with writing(db):
        return [
            insert(db, "batches", {**shared, **one, "source": str(one["source"]), "report": dump(one["report"])})
            for one in found
        ]


def batches(db: Database, project: str, limit: int = 200) -> list[Batch]:
    """Fetch the batches of a project, newest first."""
    found = rows(db, "SELECT * FROM batches WHERE project = ? ORDER BY id DESC LIMIT ?", [project, limit])
    return [_batch(row) for row in found]


def batch(db: Database, batch_id: int) -> Batch:
    """Fetch one batch. Raises ``NotFoundError`` if there is none of that number."""
    row = first(db, "SELECT * FROM batches WHERE id = ?", [batch_id])
    if row is None:
        raise NotFoundError("batch", str(batch_id), hint="See the history of batches on the Watch page.")
    return _batch(row)


def of_run(db: Database, run_id: int) -> list[Batch]:
    """Fetch the batches that a run has stored, in their order."""
    return [_batch(row) for row in rows(db, "SELECT * FROM batches WHERE run_id = ? ORDER BY id", [run_id])]


def add_retraining(db: Database, project: str, batch_id: int, challenger: str, kept_rows: int, at: datetime) -> int:
    """Store that a challenger is being trained after a batch; returns its number."""
    return insert(
        db,
        "retrainings",
        {
            "project": project,
            "batch_id": batch_id,
            "challenger": challenger,
            "kept_rows": kept_rows,
            "comparison": "{}",
            "created_at": to_text(at),
        },
    )


def set_comparison(db: Database, retraining_id: int, comparison: Mapping[str, Any]) -> None:
    """Store how challenger and champion compare."""
    change(db, "UPDATE retrainings SET comparison = ? WHERE id = ?", [dump(dict(comparison)), retraining_id])


def retrainings(db: Database, project: str) -> list[Retraining]:
    """Fetch the challengers of a project, newest first."""
    return [
        _retraining(row) for row in rows(db, "SELECT * FROM retrainings WHERE project = ? ORDER BY id DESC", [project])
    ]


def retraining(db: Database, retraining_id: int) -> Retraining:
    """Fetch one challenger. Raises ``NotFoundError`` if there is none of that number."""
    row = first(db, "SELECT * FROM retrainings WHERE id = ?", [retraining_id])
    if row is None:
        raise NotFoundError("challenger", str(retraining_id), hint="Retrain first.")
    return _retraining(row)


def retraining_of(db: Database, challenger: str) -> Retraining | None:
    """Fetch what a project was trained as a challenger for, or nothing."""
    row = first(db, "SELECT * FROM retrainings WHERE challenger = ? ORDER BY id DESC LIMIT 1", [challenger])
    return _retraining(row) if row else None


def add_champion(
    db: Database,
    project: str,
    *,
    champion: str,
    trial_id: int,
    move: str,
    reason: str,
    retraining_id: int | None,
    at: datetime,
) -> int:
    """Store which model stands from now on; returns the number of the entry."""
    return insert(
        db,
        "champions",
        {
            "project": project,
            "champion": champion,
            "trial_id": trial_id,
            "move": move,
            "reason": reason,
            "retraining_id": retraining_id,
            "created_at": to_text(at),
        },
    )


def champions(db: Database, project: str) -> list[Champion]:
    """Fetch all changes of which model stands, oldest first."""
    found = rows(db, "SELECT * FROM champions WHERE project = ? ORDER BY id", [project])
    return [Champion(**{**row, "created_at": from_text(row["created_at"])}) for row in found]


def _batch(row: Row) -> Batch:
    return Batch(
        **{
            **row,
            "source": Source(row["source"]),
            "report": load(row["report"]),
            "created_at": from_text(row["created_at"]),
        }
    )


def _retraining(row: Row) -> Retraining:
    return Retraining(**{**row, "comparison": load(row["comparison"]), "created_at": from_text(row["created_at"])})
