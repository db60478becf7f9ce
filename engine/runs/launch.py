"""Putting a run into the queue and starting its worker; returns at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.run import RunKind
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect, storage_faults

# Workers that this process started: kept so that they are reaped when they end, never waited for.
_STARTED: list[subprocess.Popen[bytes]] = []

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
        start_worker(settings, waiting[0].id)


def start_worker(settings: Settings, run_id: int) -> int:
    """Start a detached worker process for one run and return its process id."""
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
    folder = settings.run_folder(run_id)
    with storage_faults(settings.home):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "engine.runs.worker", str(run_id)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=worker_environment(settings),
                # A session of its own: closing the terminal or the application does not end the run.
                start_new_session=True,
            )
    _STARTED.append(process)
    return process.pid


def worker_environment(settings: Settings) -> dict[str, str]:
    """Build the worker's environment: thread counts must stand there before NumPy is loaded."""
    threads = str(settings.threads)
    return {
        **os.environ,
        **dict.fromkeys(_THREAD_VARIABLES, threads),
        "PROOFOLIO_HOME": str(settings.home),
        "PROOFOLIO_THREADS": threads,
        "PYTHONUNBUFFERED": "1",
    }
