"""Templates of every kind, from data to an exported repository that is built again in a clean place: all must agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.record import write

KINDS = {
    "binary": "telecom-churn",
    "multiclass": "penguin-species",
    "regression": "house-prices-ames",
    "text": "food-review-sentiment",
    "images": "handwritten-digits",
    "grouped split": "hiring-experiment",
    "time split": "mail-abuse-detection",
    "counts": "solder-defects",
}
SECONDS = 10


def once(slug: str) -> dict[str, Any]:
    """Train a template for a moment, open its hold-out, and build its repository again from the raw data."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        answers = []
        for words in (
            ("demo", "--template", slug, "--seconds", str(SECONDS), "--out", f"{folder}/site"),
            ("rebuild", slug),
        ):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "engine.cli", *words, "--json"],
                env={**os.environ, "PROOFOLIO_HOME": str(home)},
                capture_output=True,
                text=True,
                check=False,
            )
            answers.append((json.loads(done.stdout or "{}"), done.returncode, time.perf_counter() - began))
    (demo, _, _), (rebuilt, code, seconds) = answers
    return {
        "template": slug,
        "model": (demo.get("best") or {}).get("family"),
        "exit_code": code,
        "ok": rebuilt.get("ok"),
        "seconds": round(seconds, 1),
        "checks": [one for one in rebuilt.get("checks", []) if not one.get("ok")] or "all hold",
        "error": rebuilt.get("error") or demo.get("error"),
    }


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(KINDS)
    write("rebuild", {"budget_seconds": SECONDS, "kinds": {kind: once(KINDS[kind]) for kind in chosen}})
