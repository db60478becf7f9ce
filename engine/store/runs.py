"""Runs and their events. Every change of status is one compare-and-swap, so that two processes never disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.run import MOVES, Event, Run, RunKind, RunStatus, check_move
from engine.errors import NotFoundError, StateError
from engine.store.db import Row, change, dump, first, insert, load, rows, writing

_ACTIVE = tuple(str(status) for status in RunStatus if status.is_active)


def add(db: Database, project: str, kind: RunKind, params: Mapping[str, Any], at: datetime) -> int:
    """Queue a run and return its id; without a project where it looks at a file that is none yet."""
    return insert(
        db,
        "runs",
        {
            "project": project or None,
            "kind": str(kind),
            "status": str(RunStatus.QUEUED),
            "params": dump(dict(params)),
            "created_at": to_text(at),
        },
    )


def get(db: Database, run_id: int) -> Run:
    """Fetch a run. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM runs WHERE id = ?", [run_id])
    if row is None:
        raise NotFoundError("run", str(run_id), hint="See 'proofolio runs'.")
    return _run(row)


def all_of(db: Database, project: str | None = None, limit: int = 200) -> list[Run]:
    """Fetch runs, newest first, of one project or of all."""
    if project is None:
        return [_run(row) for row in rows(db, "SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit])]
    return [
        _run(row) for row in rows(db, "SELECT * FROM runs WHERE project = ? ORDER BY id DESC LIMIT ?", [project, limit])
    ]


def latest(
    db: Database, project: str, kind: RunKind = RunKind.TRAIN, status: Sequence[RunStatus] | None = None
) -> Run | None:
    """Fetch the newest run of a kind, if given in one of some states."""
    states = [str(one) for one in (status or tuple(RunStatus))]
    marks = ", ".join("?" * len(states))
    row = first(
        db,
        f"SELECT * FROM runs WHERE project = ? AND kind = ? AND status IN ({marks}) ORDER BY id DESC LIMIT 1",
        [project, str(kind), *states],
    )
    return _run(row) if row else None


def latest_result(db: Database, project: str) -> Run | None:
    """Fetch the newest training run that came to a usable result, also one that was cancelled."""
    row = first(
        db,
        """SELECT * FROM runs WHERE project = ? AND kind = 'train' AND result != '{}'
           AND status IN ('done', 'cancelled') ORDER BY id DESC LIMIT 1""",
        [project],
    )
    return _run(row) if row else None


def first_training(db: Database, project: str) -> datetime | None:
    """Fetch when the first training run of a project was asked for."""
    row = first(db, "SELECT min(created_at) AS at FROM runs WHERE project = ? AND kind = 'train'", [project])
    return from_text(row["at"]) if row and row["at"] else None


def active(db: Database) -> list[Run]:
    """Fetch the runs that a worker is at, oldest first."""
    marks = ", ".join("?" * len(_ACTIVE))
    return [_run(row) for row in rows(db, f"SELECT * FROM runs WHERE status IN ({marks}) ORDER BY id", _ACTIVE)]


def queued(db: Database) -> list[Run]:
    """Fetch the runs that wait, oldest first."""
    return [_run(row) for row in rows(db, "SELECT * FROM runs WHERE status = 'queued' ORDER BY id")]


def move(db: Database, run_id: int, new: RunStatus, at: datetime, *, error: str = "", hint: str = "") -> None:
    """Change the status of a run: the one place where that happens.

    Raises
    ------
    StateError
        If the move is not allowed from the status that is stored at this moment.
    """
    sources = [str(old) for old, targets in MOVES.items() if new in targets]
    marks = ", ".join("?" * len(sources))
    finished = to_text(at) if new.is_over else None
    changed = change(
        db,
        f"""UPDATE runs SET status = ?, error = ?, hint = ?, finished_at = ?, heartbeat_at = ?
            WHERE id = ? AND status IN ({marks})""",
        [str(new), error, hint, finished, to_text(at), run_id, *sources],
    )
    if not changed:
        old = get(db, run_id).status
        check_move(old, new)
        # Allowed now, so somebody changed it in between: the caller decided on an old picture.
        raise StateError(f"Run {run_id} was changed by another process.", hint="Look again and repeat.")


def claim(db: Database, run_id: int, pid: int, at: datetime, *, at_once: int = 1) -> bool:
    """Take a queued run for this process; only one process can, and only ``at_once`` runs are active at a time."""
    moment = to_text(at)
    marks = ", ".join("?" * len(_ACTIVE))
    return bool(
        change(
            db,
            f"""UPDATE runs SET status = 'running', pid = ?, attempt = attempt + 1, started_at = ?,
                heartbeat_at = ?, finished_at = NULL, cancel_requested = 0, progress = 0,
                used_before = used_seconds
                WHERE id = ? AND status = 'queued'
                AND (SELECT count(*) FROM runs WHERE status IN ({marks})) < ?
                AND id = (SELECT min(id) FROM runs WHERE status = 'queued')""",
            [pid, moment, moment, run_id, *_ACTIVE, at_once],
        )
    )


def requeue(db: Database, run_id: int, at: datetime) -> None:
    """Queue a run that failed, was cancelled or was lost again. Raises ``StateError`` if it may not be."""
    with writing(db):
        move(db, run_id, RunStatus.QUEUED, at)
        change(db, "UPDATE runs SET cancel_requested = 0, pid = NULL, phase = '' WHERE id = ?", [run_id])


def beat(
    db: Database,
    run_id: int,
    at: datetime,
    phase: str | None = None,
    progress: float | None = None,
    seconds: float | None = None,
) -> bool:
    """Say that the worker lives, where it stands and how many seconds it has worked since it claimed the run.

    Returns whether a cancel was asked for.
    """
    change(
        db,
        """UPDATE runs SET heartbeat_at = ?, phase = coalesce(?, phase), progress = coalesce(?, progress),
           used_seconds = CASE WHEN status = 'running' THEN used_before + coalesce(?, used_seconds - used_before)
           ELSE used_seconds END WHERE id = ?""",
        [to_text(at), phase, progress, seconds, run_id],
    )
    row = first(db, "SELECT cancel_requested FROM runs WHERE id = ?", [run_id])
    return bool(row and row["cancel_requested"])


def request_cancel(db: Database, run_id: int, at: datetime) -> None:
    """Ask the worker to stop with what it has; a run that still waits is cancelled at once.

    Raises
    ------
    StateError
        If the run is over.
    """
    run = get(db, run_id)
    if run.status is RunStatus.QUEUED:
        move(db, run_id, RunStatus.CANCELLED, at)
    elif run.status.is_active:
        change(db, "UPDATE runs SET cancel_requested = 1 WHERE id = ?", [run_id])
    else:
        raise StateError(f"Run {run_id} is already {run.status}.", hint="There is nothing to cancel.")


def set_result(db: Database, run_id: int, result: Mapping[str, Any]) -> None:
    """Store what came out, small enough to read at a glance."""
    change(db, "UPDATE runs SET result = ? WHERE id = ?", [dump(dict(result)), run_id])


def begin_trial(db: Database, run_id: int, trial: Mapping[str, Any], at: datetime) -> None:
    """Say which trial is fitted now (number, family, kind, config); the last one stays named once it is done."""
    in_hand = {**trial, "since": to_text(at)}
    change(db, "UPDATE runs SET in_hand = ? WHERE id = ?", [dump(in_hand), run_id])


def add_event(db: Database, run_id: int, at: datetime, message: str, level: str = "info") -> int:
    """Tell something about a run."""
    return insert(db, "events", {"run_id": run_id, "at": to_text(at), "level": level, "message": message})


def events(db: Database, run_id: int, after: int = 0, limit: int = 500) -> list[Event]:
    """Fetch the events of a run after a given event id, oldest first."""
    return [
        Event(**{**row, "at": from_text(row["at"])})
        for row in rows(
            db, "SELECT * FROM events WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?", [run_id, after, limit]
        )
    ]


def _run(row: Row) -> Run:
    def moment(name: str) -> datetime | None:
        return from_text(row[name]) if row[name] else None

    return Run(
        id=row["id"],
        project=row["project"] or "",
        kind=RunKind(row["kind"]),
        status=RunStatus(row["status"]),
        params=load(row["params"]),
        result=load(row["result"]),
        in_hand=load(row["in_hand"]),
        phase=row["phase"],
        progress=row["progress"],
        cancel_requested=bool(row["cancel_requested"]),
        pid=row["pid"],
        error=row["error"],
        hint=row["hint"],
        attempt=row["attempt"],
        used_before=row["used_before"],
        created_at=from_text(row["created_at"]),
        started_at=moment("started_at"),
        heartbeat_at=moment("heartbeat_at"),
        finished_at=moment("finished_at"),
    )
