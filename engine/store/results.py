"""What a worker computed: evaluations, explanations, and openings of the hold-out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.run import Opening
from engine.store.db import change, dump, first, insert, load, rows


def save_evaluation(db: Database, run_id: int, trial_id: int, payload: Mapping[str, Any], at: datetime) -> None:
    """Store the evaluation of a trial on its out-of-fold predictions; a repeated one replaces the first."""
    _save(db, "evaluations", run_id, trial_id, payload, at)


def evaluation(db: Database, trial_id: int) -> dict[str, Any] | None:
    """Fetch the evaluation of a trial, or nothing."""
    return _fetch(db, "evaluations", trial_id)


def has(db: Database, table: str, trial_id: int) -> bool:
    """Whether a trial has a stored evaluation or explanation (``table``), without reading it."""
    assert table in ("evaluations", "explanations")
    return first(db, f"SELECT 1 FROM {table} WHERE trial_id = ?", [trial_id]) is not None


def evaluations_of_run(db: Database, run_id: int) -> dict[int, dict[str, Any]]:
    """Fetch all evaluations of a run, by trial id."""
    found = rows(db, "SELECT trial_id, payload FROM evaluations WHERE run_id = ?", [run_id])
    return {row["trial_id"]: load(row["payload"]) for row in found}


def save_explanation(db: Database, run_id: int, trial_id: int, payload: Mapping[str, Any], at: datetime) -> None:
    """Store the explanation of a trial; a repeated one replaces the first."""
    _save(db, "explanations", run_id, trial_id, payload, at)


def explanation(db: Database, trial_id: int) -> dict[str, Any] | None:
    """Fetch the explanation of a trial, or nothing."""
    return _fetch(db, "explanations", trial_id)


def add_opening(
    db: Database,
    *,
    project: str,
    run_id: int,
    trial_id: int,
    dataset_sha256: str,
    metric: str,
    expected: float,
    at: datetime,
) -> int:
    """Record that the hold-out is opened, before anything of it is read; returns its id."""
    return insert(
        db,
        "openings",
        {
            "project": project,
            "run_id": run_id,
            "trial_id": trial_id,
            "dataset_sha256": dataset_sha256,
            "metric": metric,
            "expected": expected,
            "opened_at": to_text(at),
        },
    )


def set_opening_result(db: Database, opening_id: int, result: Mapping[str, Any]) -> None:
    """Store what the opening showed; only once, a stored result is never replaced."""
    change(db, "UPDATE openings SET result = ? WHERE id = ? AND result = '{}'", [dump(dict(result)), opening_id])


def opening_of_run(db: Database, run_id: int) -> Opening | None:
    """Fetch the opening that a run made, or nothing."""
    row = first(db, "SELECT * FROM openings WHERE run_id = ? ORDER BY id LIMIT 1", [run_id])
    return _opening(row) if row else None


def openings(db: Database, project: str) -> list[Opening]:
    """Fetch all openings of a project's hold-out, oldest first."""
    return [_opening(row) for row in rows(db, "SELECT * FROM openings WHERE project = ? ORDER BY id", [project])]


def all_openings(db: Database) -> list[Opening]:
    """Fetch all openings of all hold-outs, oldest first."""
    return [_opening(row) for row in rows(db, "SELECT * FROM openings ORDER BY id")]


def explained(db: Database) -> dict[int, datetime]:
    """Fetch which trials are explained and since when, by trial id, without the explanations themselves."""
    return {row["trial_id"]: from_text(row["at"]) for row in rows(db, _EXPLAINED)}


_EXPLAINED = "SELECT trial_id, min(created_at) AS at FROM explanations GROUP BY trial_id"


def _opening(row: Mapping[str, Any]) -> Opening:
    return Opening(**{**row, "result": load(row["result"]), "opened_at": from_text(row["opened_at"])})


def _save(db: Database, table: str, run_id: int, trial_id: int, payload: Mapping[str, Any], at: datetime) -> None:
    change(
        db,
        f"""INSERT INTO {table} (run_id, trial_id, payload, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (run_id, trial_id) 
            DO UPDATE SET payload = excluded.payload, created_at = excluded.created_at""",
        [run_id, trial_id, dump(dict(payload)), to_text(at)],
    )


def _fetch(db: Database, table: str, trial_id: int) -> dict[str, Any] | None:
    row = first(db, f"SELECT payload FROM {table} WHERE trial_id = ? ORDER BY id DESC LIMIT 1", [trial_id])
    return load(row["payload"]) if row else None
