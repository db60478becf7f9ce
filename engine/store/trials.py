"""Trials: one row each, written the moment it finishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.run import Trial, TrialKind
from engine.errors import NotFoundError
from engine.store.db import Row, change, dump, first, insert, load, rows, writing


def add(
    db: Database,
    run_id: int,
    *,
    number: int,
    family: str,
    kind: TrialKind,
    config: Mapping[str, Any],
    at: datetime,
    reason: str = "",
    score: float | None = None,
    low: float | None = None,
    high: float | None = None,
    fold_scores: Sequence[float] = (),
    fit_seconds: float = 0.0,
    predict_seconds: float = 0.0,
    size_bytes: int = 0,
    predictions: str = "",
    taken_from: int | None = None,
) -> int:
    """Store a finished trial and return its id; one without a score is a failed one and has a reason."""
    return insert(
        db,
        "trials",
        {
            "run_id": run_id,
            "number": number,
            "family": family,
            "kind": str(kind),
            "config": dump(dict(config)),
            "ok": int(score is not None),
            "reason": reason,
            "score": score,
            "low": low,
            "high": high,
            "fold_scores": dump(list(fold_scores)),
            "fit_seconds": fit_seconds,
            "predict_seconds": predict_seconds,
            "size_bytes": size_bytes,
            "predictions": predictions,
            "taken_from": taken_from,
            "created_at": to_text(at),
        },
    )


def set_interval(db: Database, trial_id: int, low: float | None, high: float | None) -> None:
    """Store the interval of a trial's score."""
    change(db, "UPDATE trials SET low = ?, high = ? WHERE id = ?", [low, high, trial_id])


def remove(db: Database, trial_ids: Sequence[int]) -> None:
    """Remove trials: used for the ensemble of an interrupted run, which is made anew. Fitted trials stay for ever."""
    with writing(db):
        for trial_id in trial_ids:
            change(db, "DELETE FROM trials WHERE id = ? AND kind = 'ensemble'", [trial_id])


def get(db: Database, trial_id: int) -> Trial:
    """Fetch a trial. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM trials WHERE id = ?", [trial_id])
    if row is None:
        raise NotFoundError("trial", str(trial_id), hint="See 'proofolio run show RUN'.")
    return _trial(row)


def of_run(db: Database, run_id: int) -> list[Trial]:
    """Fetch the trials of a run in the order in which they finished."""
    return [_trial(row) for row in rows(db, "SELECT * FROM trials WHERE run_id = ? ORDER BY number", [run_id])]


def count(db: Database, run_id: int) -> int:
    """Count the trials of a run."""
    row = first(db, "SELECT count(*) AS n FROM trials WHERE run_id = ?", [run_id])
    return int(row["n"]) if row else 0


def exploratory(db: Database) -> set[int]:
    """Fetch the ids of all trials of runs that were a look around: begun before the brief was complete."""
    found = rows(
        db,
        """SELECT trials.id FROM trials JOIN runs ON runs.id = trials.run_id
           WHERE runs.kind = 'train' AND json_extract(runs.params, '$.exploratory')""",
    )
    return {row["id"] for row in found}


def _trial(row: Row) -> Trial:
    return Trial(
        **{
            **row,
            "kind": TrialKind(row["kind"]),
            "config": load(row["config"]),
            "ok": bool(row["ok"]),
            "fold_scores": tuple(load(row["fold_scores"])),
            "created_at": from_text(row["created_at"]),
        }
    )
