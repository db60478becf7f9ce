"""Wall clock, first model and peak memory of runs on 30,000 rows (asked: under 1.5 GB, 3 s over at most, 5 s)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from bench.record import write
from engine.actions import projects, work
from engine.domain.run import Run, TrialKind
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect

ROWS, SECONDS = 30_000, 60.0
CASES = ((30, 2), (60, 2), (30, 10))
"""Columns and classes."""


def table(rows: int, columns: int, classes: int = 2, seed: int = 0) -> pd.DataFrame:
    """Make a table of numbers and categories with some empty cells and a target that a model can learn in part."""
    rng = np.random.default_rng(seed)
    numeric = columns * 2 // 3
    frame = pd.DataFrame(rng.normal(size=(rows, numeric)), columns=[f"n{i}" for i in range(numeric)])
    for i in range(columns - numeric - 1):
        frame[f"c{i}"] = rng.choice([f"level {k}" for k in range(3 + 5 * i)], size=rows)
    signal = frame["n0"] + frame["n1"] * frame["n2"] + 0.7 * (frame["c1"] == "level 1") + rng.normal(size=rows)
    frame = frame.mask(rng.random(frame.shape) < 0.03)
    if classes == 2:
        frame["target"] = np.where(signal > 0.8, "yes", "no")
    else:
        frame["target"] = "class " + pd.qcut(signal, classes, labels=False).astype(str)
    return frame


def measure(columns: int, classes: int) -> dict[str, object]:
    """Run one training and watch its process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", threads=2)
        path = Path(folder) / "table.parquet"
        table(ROWS, columns, classes).to_parquet(path)
        slug = projects.create_from_file(settings, path, target="target")
        peak = 0
        began = time.monotonic()
        run_id = work.start_training(settings, slug, seconds=SECONDS)
        ended: dict[str, float] = {}

        def look(run: Run) -> None:
            nonlocal peak
            if run.pid and psutil.pid_exists(run.pid):
                try:
                    peak = max(peak, psutil.Process(run.pid).memory_info().rss)
                except psutil.NoSuchProcess:
                    return
            ended.setdefault(str(run.status), time.monotonic() - began)

        done = work.wait(settings, run_id, tell=look, poll_seconds=0.1)
        with connect(settings) as db:
            kept = runs.get(db, run_id)
            models = [one for one in trials.of_run(db, run_id) if one.ok and one.kind is not TrialKind.DUMMY]
    assert kept.started_at is not None
    first = min(one.created_at for one in models) - kept.started_at
    return {
        "rows": ROWS,
        "columns": columns,
        "classes": classes,
        "budget_seconds": SECONDS,
        "search_seconds": done.result["seconds"],
        "over_seconds": round(done.result["seconds"] - SECONDS, 2),
        "first_model_after_seconds": round(first.total_seconds(), 1),
        "reached_after_seconds": {name: round(value, 1) for name, value in ended.items()},
        "peak_memory_gb": round(peak / 1e9, 3),
        "trials": done.result["trials"],
        "best": done.result["best"],
        "status": str(done.status),
    }


if __name__ == "__main__":
    write("memory", {"runs": [measure(columns, classes) for columns, classes in CASES]})
