"""The worker process: ``python -m engine.runs.worker RUN_ID`` claims one run, does it, and ends."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback

from engine import logs, settings
from engine.domain.clock import Clock, utc_now
from engine.domain.run import RunKind, RunStatus
from engine.errors import EngineError
from engine.runs import launch
from engine.runs.progress import Progress
from engine.runs.supervise import supervised
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect

_LOG = logs.logger(__name__)


def main(argv: list[str] | None = None) -> int:
    """Do the run that is named on the command line, if it can be claimed; then hand over to the next."""
    logs.configure()
    run_id = int((sys.argv if argv is None else argv)[-1])
    values = settings.from_environment()
    worked = work(values, run_id, apart=True)
    if worked:
        launch.start_next(values)
    return 0


def work(values: Settings, run_id: int, *, apart: bool = False, clock: Clock = utc_now) -> bool:
    """Claim a run and do it to its end; returns whether the claim succeeded.

    With ``apart``, a process of its own does the job, and its crash is not the end of the run.
    """
    with connect(values) as db:
        if not runs.claim(db, run_id, os.getpid(), clock()):
            return False
        kind = runs.get(db, run_id).kind
    claimed = time.monotonic()

    def job(parent: int | None = None) -> None:
        _do(kind, Progress(settings=values, run_id=run_id, clock=clock, claimed=claimed, parent=parent))

    if apart:
        supervised(values, run_id, job, clock=clock)
    else:
        job()
    return True


def _do(kind: RunKind, progress: Progress) -> None:
    """Do a run that was claimed, and store how it ended."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: progress.stop())
    with progress:
        status, error, hint = _outcome(kind, progress)
    with connect(progress.settings) as db:
        runs.beat(db, progress.run_id, progress.clock(), "", 1.0)
        runs.move(db, progress.run_id, status, progress.clock(), error=error, hint=hint)


def _outcome(kind: RunKind, progress: Progress) -> tuple[RunStatus, str, str]:
    """Do the job and say how it ended. The one place in a worker where every exception is caught."""
    try:
        # Imported only now: the claim must be quick, and the search must not pay for what it does not use.
        from engine.runs import jobs

        stopped = jobs.do(kind, progress)
    except EngineError as error:
        _LOG.info("run %s failed: %s", progress.run_id, error)
        _keep_traceback(progress)
        return RunStatus.FAILED, error.message, error.hint
    except Exception as error:  # noqa: BLE001 - the process border: a failed run is a row, not a vanished process
        _LOG.exception("run %s failed", progress.run_id)
        _keep_traceback(progress)
        what = str(error).strip().splitlines()
        message = f"Something went wrong while working: {type(error).__name__}{': ' + what[0][:200] if what else ''}."
        return RunStatus.FAILED, message, "The details are in the run's folder (traceback.txt); resume to try again."
    return (RunStatus.CANCELLED if stopped else RunStatus.DONE), "", ""


def _keep_traceback(progress: Progress) -> None:
    try:
        path = progress.settings.run_folder(progress.run_id) / "traceback.txt"
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError as error:
        _LOG.warning("the traceback could not be kept: %s", error)


if __name__ == "__main__":
    sys.exit(main())
