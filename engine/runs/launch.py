"""Putting a run into the queue and starting its worker; returns at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.run import Run, RunKind, RunStatus
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect, storage_faults

_Key = tuple[Path, int, int]

# Workers that this process started, by home, run and attempt: kept so that they are reaped, never waited for.
_STARTED: dict[_Key, subprocess.Popen[bytes]] = {}

COMMAND = (sys.executable, "-m", "engine.runs.worker")
"""What starts a worker; the run's id follows."""

_NO_START = "The process for this run could not start."
_NO_START_HINT = "Run 'proofolio doctor'; the reason stands in worker.log in the run's folder."

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def enqueue(
    settings: Settings, project: str, kind: RunKind, params: Mapping[str, Any], *, clock: Clock = utc_now
) -> int:
    """Queue a run, start the worker that will take it up, and return the run's id.

    Raises
    ------
    StorageError
        If the row or the run's folder cannot be written; nothing is queued then.
    """
    with connect(settings) as db:
        run_id = runs.add(db, project, kind, params, clock())
    start_next(settings)
    return run_id


def start_next(settings: Settings) -> None:
    """Start a worker for the oldest run that waits, if nothing else is going on.

    It is the worker's atomic claim that decides who does the run, so calling this too often is harmless.
    """
    with connect(settings) as db:
        waiting, busy = runs.queued(db), runs.active(db)
    if waiting and not busy:
        _start_once(settings, waiting[0])


def _start_once(settings: Settings, run: Run) -> None:
    """Start a worker unless one is just starting up; a worker that could not even claim its run fails it."""
    key = _key(settings, run)
    earlier = _STARTED.get(key)
    ended = earlier.poll() if earlier is not None else None
    if earlier is not None and ended is None:
        return
    if ended:
        del _STARTED[key]
        with connect(settings) as db:
            runs.move(db, run.id, RunStatus.FAILED, utc_now(), error=_NO_START, hint=_NO_START_HINT)
        return
    start_worker(settings, run)


def _key(settings: Settings, run: Run) -> _Key:
    return settings.home, run.id, run.attempt


def start_worker(settings: Settings, run: Run) -> int:
    """Start a detached worker process for one run and return its process id."""
    for ended in [one for one, process in _STARTED.items() if process.poll() is not None]:
        del _STARTED[ended]
    folder = settings.run_folder(run.id)
    with storage_faults(settings.home):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*COMMAND, str(run.id)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=worker_environment(settings),
                # A session of its own: closing the terminal or the application does not end the run.
                start_new_session=True,
            )
    _STARTED[_key(settings, run)] = process
    return process.pid


def worker_environment(settings: Settings) -> dict[str, str]:
    """Build the worker's environment: thread counts must stand there before NumPy is loaded."""
    threads = str(settings.threads)
    return {
        **os.environ,
        **dict.fromkeys(_THREAD_VARIABLES, threads),
        # Threads that wait must not keep a core busy: others work on this machine too.
        "OMP_WAIT_POLICY": "PASSIVE",
        # Every thread of a fit would have arenas of its own, whose memory no other can use.
        "MALLOC_ARENA_MAX": "2",
        "PROOFOLIO_HOME": str(settings.home),
        "PROOFOLIO_THREADS": threads,
        "PYTHONUNBUFFERED": "1",
    }
