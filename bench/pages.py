"""A page's own work with 50 projects, 200 runs and 20,000 trials in the store (asked: median under 300 ms)."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.record import write

ROOT = Path(__file__).resolve().parents[1]
PROJECTS, RUNS, TRIALS = 50, 200, 20_000
REPETITIONS = 7


def fill(home: Path) -> None:
    """Do one real project, then copy its rows until the store is full."""
    from engine.actions import projects, publishing, work
    from engine.settings import Settings
    from engine.store import runs as stored_runs
    from engine.store import trials as stored_trials
    from engine.store.db import connect

    settings = Settings(home=home, threads=2)
    first = projects.create_from_template(settings, "telecom-churn")
    work.wait(settings, work.start_training(settings, first, trial_budget=8))
    publishing.save_writeup(settings, first, publishing.draft(settings, first))
    with connect(settings) as db, db.atomic():
        run = stored_runs.latest_result(db, first)
        assert run is not None
        kept = [one for one in stored_trials.of_run(db, run.id) if one.ok]
        execute = db.conn.execute
        for number in range(PROJECTS - 1):
            slug = f"copy-{number}"
            execute(
                "INSERT INTO projects SELECT ?, title, status, template, domain, dataset_sha256, problem, split, "
                "promoted, created_at, closed_at FROM projects WHERE slug = ?",
                (slug, first),
            )
            for table in ("briefs", "splits", "profiles", "writeups"):
                columns = [row[1] for row in execute(f"PRAGMA table_info({table})")][1:]
                names = ", ".join(columns)
                execute(
                    f"INSERT INTO {table} (project, {names}) SELECT ?, {names} FROM {table} WHERE project = ?",
                    (slug, first),
                )
        slugs = [first, *(f"copy-{number}" for number in range(PROJECTS - 1))]
        for number in range(RUNS - 1):
            execute(
                "INSERT INTO runs (project, kind, status, params, result, created_at, started_at, finished_at) "
                "SELECT ?, kind, status, params, result, created_at, started_at, finished_at FROM runs WHERE id = ?",
                (slugs[1 + number % (PROJECTS - 1)], run.id),
            )
        ids = [row[0] for row in execute("SELECT id FROM runs")]
        for number in range(TRIALS):
            one = kept[number % len(kept)]
            execute(
                "INSERT INTO trials (run_id, number, family, kind, config, ok, score, low, high, fold_scores, "
                "predictions, created_at) VALUES (?, ?, ?, 'candidate', '{}', 1, ?, ?, ?, '[]', ?, ?)",
                (
                    ids[number % len(ids)],
                    1000 + number,
                    one.family,
                    one.score,
                    one.low,
                    one.high,
                    "",
                    "2026-01-01T00:00:00+00:00",
                ),
            )


def time_pages() -> dict[str, float]:
    """Run every page of the application in this process and take the median of its script time (milliseconds)."""
    from streamlit.testing.v1 import AppTest

    found = {}
    for path in sorted((ROOT / "pages").glob("*/*.py")):
        if path.parent.name == "shared":
            continue
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["project"] = "telecom-churn"
        app.run()
        app.switch_page(str(path.relative_to(ROOT))).run()
        seconds = []
        for _ in range(REPETITIONS):
            began = time.perf_counter()
            app.run()
            seconds.append(time.perf_counter() - began)
            assert not app.exception, (path, app.exception)
        found[path.stem] = round(1000 * statistics.median(seconds), 1)
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(time_pages()))
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PROOFOLIO_HOME"] = str(Path(folder) / "home")
        fill(Path(folder) / "home")
        done = subprocess.run(
            [sys.executable, "-m", "bench.pages", "measure"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    pages = json.loads(done.stdout.strip().splitlines()[-1])
    write("pages", {"asked_milliseconds": 300, "median_milliseconds": pages, "worst": max(pages.values())})
