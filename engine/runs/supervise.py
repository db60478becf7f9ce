"""A worker is two processes: one that does the job, and a small one that sees how it ends.

A fit may crash its process, never come back from a library's code, or eat all memory. Then the small one records the
trial in hand as failed, with its reason, and starts a fresh process that goes on from the recorded trials with what
is left of the budget. It loads nothing heavy and runs no threads, so a copy of it is a clean start.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from engine import logs
from engine.domain.clock import Clock
from engine.domain.run import PROCESS_ENDED, RunKind, RunStatus, TrialKind
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect

Job = Callable[[int | None], None]
"""Does a run to its end; it is told which process supervises it, if one does."""

_LOG = logs.logger(__name__)

STUCK, TOO_LARGE = 71, 72
"""Exit codes: a fit could not be stopped; the process needed too much memory."""

MOST_PROCESSES = 12
"""A run whose process had to be ended so often has failed."""
_FAILED = "The process that did this run was ended {count} times."
_ENDED = "The process that did this run {how}."
_HINT = "Resume the run: it goes on from the trials that are stored."
_DEATH_SIGNAL = 1
"""Linux: PR_SET_PDEATHSIG."""


def supervised(settings: Settings, run_id: int, job: Job, *, clock: Clock) -> None:
    """Do a job in a process of its own, again after a crash, until the run is over.

    Parameters
    ----------
    settings : Settings
    run_id : int
        Claimed by this process.
    job : callable
        Does the run to its end and stores how it ended.
    clock : Clock
    """
    if not hasattr(os, "fork"):
        job(None)
        return
    asked: list[int] = []
    for count in range(1, MOST_PROCESSES + 1):
        how = _child(job, asked)
        if not how or not _goes_on(settings, run_id, how, count, clock):
            return
        if asked:
            # The process that was asked to stop is gone; the next one reads it from the row.
            with connect(settings) as db:
                runs.request_cancel(db, run_id, clock())


def _child(job: Job, asked: list[int]) -> str:
    """Do the job in a copy of this process; says how that ended, nothing if it ended well.

    ``asked`` takes the signals that came in between.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _work(job, parent)

    def forward(number: int, _: FrameType | None) -> None:
        asked.append(number)
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, forward)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == STUCK:
        return "held a fit that could not be stopped"
    if code == TOO_LARGE:
        return "needed more memory than a run may use"
    if code < 0:
        return f"was ended by the system ({signal.Signals(-code).name})"
    return f"ended with code {code}" if code else ""


def _work(job: Job, parent: int) -> None:
    """Be the process that does the job, and end with it whatever threads are left."""
    code = 1
    try:
        # No process outlives its worker: where the system can see to that, it does; else the heartbeat looks.
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() == parent:
            job(parent)
            code = 0
    except Exception:  # noqa: BLE001 - the border of the process: the other one sees the code
        _LOG.exception("the job could not even fail")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _goes_on(settings: Settings, run_id: int, how: str, count: int, clock: Clock) -> bool:
    """Record what happened; returns whether a fresh process should go on with the run."""
    with connect(settings) as db:
        run = runs.get(db, run_id)
        if run.status.is_over:
            return False
        begun = run.in_hand
        recorded = any(one.number == begun.get("number") for one in trials.of_run(db, run_id))
        if begun and not recorded:
            reason = f"{PROCESS_ENDED} {how}"
            if how.startswith("needed"):
                reason += f" ({settings.memory_bytes / 1024**3:.1f} GiB)"
            trials.add(
                db,
                run_id,
                number=int(begun["number"]),
                family=str(begun["family"]),
                kind=TrialKind(begun["kind"]),
                config=begun["config"],
                reason=f"{reason}.",
                at=clock(),
            )
        going_on = run.kind is RunKind.TRAIN and run.status is RunStatus.RUNNING and bool(begun)
        if going_on and count < MOST_PROCESSES:
            runs.add_event(db, run_id, clock(), f"The process {how}; a fresh one goes on.", "warning")
            return True
        error = _FAILED.format(count=count) if going_on else _ENDED.format(how=how)
        runs.move(db, run_id, RunStatus.FAILED, clock(), error=error, hint=_HINT)
    return False
