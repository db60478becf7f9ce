"""The Evaluate page's own work for a model of 30,000 rows (asked: under 300 ms), part by part; in milliseconds.

python -m bench.evaluate
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench.record import write

ROOT = Path(__file__).resolve().parents[1]
ROWS, COLUMNS, REPETITIONS = 37_500, 30, 9
"""Rows in the file: a fifth is sealed, 30,000 are learned from."""
SLUGS = {"classes": "yes", "values": "amount"}
PARTS = ("Errors", "Curves", "Residuals", "Folds", "Compare", "All metrics")
DIAGNOSIS = ("Over- and underfit", "Where it fails", "Groups of people", "Rows to review")


def table(target: str) -> pd.DataFrame:
    """Make rows of which some columns say something about the target."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({f"x{place}": rng.normal(size=ROWS) for place in range(COLUMNS - 2)})
    X["plan"] = rng.choice(["a", "b", "c", "d"], ROWS)
    X["site"] = rng.choice(["north", "south"], ROWS)
    signal = X["x0"] + 0.5 * X["x1"] + rng.normal(size=ROWS)
    X[target] = np.where(signal > 0.8, "yes", "no") if target == "yes" else np.exp(1 + 0.4 * signal)
    return X


def fill(home: Path) -> None:
    """Bring both tables, train a few trials on each, and diagnose."""
    from engine.actions import diagnosis, projects, work
    from engine.settings import Settings

    settings = Settings(home=home, threads=2)
    for slug, target in SLUGS.items():
        file = home.parent / f"{slug}.csv"
        table(target).to_csv(file, index=False)
        projects.create_from_file(settings, file, target=target, slug=slug)
        work.wait(settings, work.start_training(settings, slug, trial_budget=3))
        work.wait(settings, diagnosis.start(settings, slug, seconds=20))


def time_page(slug: str, **chosen: str) -> float:
    """Return the median time of the page's script with some parts chosen, in milliseconds."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["project"] = slug
    for key, value in chosen.items():
        app.session_state[key] = value
    app.run()
    app.switch_page("pages/build/evaluate.py").run()
    seconds = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - began)
        assert not app.exception, (slug, chosen, app.exception)
    return round(1000 * statistics.median(seconds), 1)


def measure() -> dict[str, dict[str, float]]:
    """Time the page of both projects, each part open once."""
    found: dict[str, dict[str, float]] = {}
    for slug in SLUGS:
        own = [one for one in PARTS if one != ("Residuals" if slug == "classes" else "Curves")]
        found[slug] = {one: time_page(slug, evaluation=one) for one in own}
        found[slug] |= {one: time_page(slug, diagnosis=one) for one in DIAGNOSIS}
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        pages = measure()
        write(
            "evaluate",
            {
                "rows": 30_000,
                "asked_milliseconds": 300,
                "median_milliseconds": pages,
                "worst": max(max(one.values()) for one in pages.values()),
            },
        )
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PROOFOLIO_HOME"] = str(Path(folder) / "home")
        fill(Path(folder) / "home")
        subprocess.run([sys.executable, "-m", "bench.evaluate", "measure"], cwd=ROOT, check=True)
