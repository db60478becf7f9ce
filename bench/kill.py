"""Killing a worker at random moments: no finished trial is lost, the database stays sound, resume ends usable."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from pathlib import Path

from bench.record import write
from engine.actions import projects, work
from engine.domain.run import RunStatus
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect
from engine.store.snapshot import integrity

KILLS = 20


def kill_and_resume(settings: Settings, slug: str, delay: float) -> dict[str, object]:
    """Start a run, kill its worker after ``delay`` seconds, resume it, and say what was found."""
    run_id = work.start_training(settings, slug, trial_budget=14, seed=0)
    began = time.monotonic()
    while time.monotonic() - began < delay:
        with connect(settings) as db:
            if runs.get(db, run_id).status.is_over:
                break
        time.sleep(0.02)
    with connect(settings) as db:
        run = runs.get(db, run_id)
    if run.status.is_active and run.pid:
        os.kill(run.pid, signal.SIGKILL)
    with connect(settings) as db:
        before = {one.number: (one.family, one.score) for one in trials.of_run(db, run_id) if one.kind != "ensemble"}
    lost = run.status.is_active
    sound = integrity(settings)
    if lost:
        work.resume(settings, run_id)
    done = work.wait(settings, run_id)
    with connect(settings) as db:
        after = {one.number: (one.family, one.score) for one in trials.of_run(db, run_id) if one.kind != "ensemble"}
    return {
        "delay": round(delay, 2),
        "killed_in": str(run.status),
        "trials_before": len(before),
        "trials_lost": sum(after.get(number) != kept for number, kept in before.items()),
        "database": sound,
        "ended": str(done.status),
        "usable": done.status is RunStatus.DONE and bool(done.result.get("best")),
    }


def measure(kills: int, seed: int = 0) -> dict[str, object]:
    """Kill ``kills`` workers at random moments."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", threads=2)
        slug = projects.create_from_template(settings, "penguin-species")
        found = [kill_and_resume(settings, slug, moments.uniform(0.2, 12.0)) for _ in range(kills)]
    return {
        "kills": sum(one["killed_in"] not in ("done", "queued") for one in found),
        "runs": len(found),
        "trials_lost": sum(int(str(one["trials_lost"])) for one in found),
        "databases_sound": all(one["database"] == "ok" for one in found),
        "all_usable": all(one["usable"] for one in found),
        "moments": found,
    }


if __name__ == "__main__":
    write("kill", measure(KILLS))
