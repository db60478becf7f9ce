"""Jobs of a few milliseconds, told by the run's parameters what to do: they stand in for the real ones."""

import time

from engine.domain.run import TrialKind
from engine.errors import InputError
from engine.runs.progress import Progress
from engine.store import runs, trials
from engine.store.db import connect


def do(progress: Progress) -> bool:
    with connect(progress.settings) as db:
        params = runs.get(db, progress.run_id).params
    what = params.get("do")
    if what == "input":
        raise InputError("Column y is empty.", hint="Choose another one.")
    if what == "crash":
        raise ZeroDivisionError("by zero")
    if what == "trials":
        return _trials(progress, int(params["count"]))
    return False


def _trials(progress: Progress, count: int) -> bool:
    with connect(progress.settings) as db:
        done = trials.count(db, progress.run_id)
    for number in range(done + 1, count + 1):
        if progress.stopping():
            return True
        time.sleep(0.02)
        progress.tell(f"trial {number}", number / count)
        with connect(progress.settings) as db:
            trials.add(
                db,
                progress.run_id,
                number=number,
                family="linear",
                kind=TrialKind.CANDIDATE,
                config={"number": number},
                score=float(number),
                at=progress.clock(),
            )
    return False
