"""Finding workers that died, so that no run says "running" for ever."""

from __future__ import annotations

import psutil

from engine.domain.clock import Clock, utc_now
from engine.domain.run import Run, RunStatus
from engine.errors import StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect

LOST = "The process that did this run has ended without a word."
LOST_HINT = "Resume the run: it goes on from the trials that are stored."


def worker_lives(run: Run) -> bool:
    """Whether the process that took the run up still exists and is a worker of this run."""
    if run.pid is None:
        return False
    try:
        process = psutil.Process(run.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    # Process numbers are used again: another program under the same number is not our worker.
    return launch.COMMAND[-1] in command and command[-1] == str(run.id)


def mark_lost(settings: Settings, run: Run, *, clock: Clock = utc_now) -> bool:
    """Mark an active run as lost if its worker is gone; returns whether it was."""
    if not run.status.is_active or worker_lives(run):
        return False
    with connect(settings) as db:
        try:
            runs.move(db, run.id, RunStatus.LOST, clock(), error=LOST, hint=LOST_HINT)
        except StateError:
            # The worker finished between the look and the move: nothing is lost.
            return False
    return True


def reap(settings: Settings, *, clock: Clock = utc_now) -> list[int]:
    """Mark all lost runs, start the next one that waits, and return the ids of the lost."""
    with connect(settings) as db:
        active = runs.active(db)
        waiting = bool(runs.queued(db))
    lost = [run.id for run in active if mark_lost(settings, run, clock=clock)]
    if waiting and len(lost) == len(active):
        launch.start_next(settings)
    return lost
