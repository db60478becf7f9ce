"""The demonstration from data to a verified page, on every template: time (asked: under 3 minutes), criteria."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.record import write

TEMPLATES = sorted(path.parent.name for path in (Path(__file__).parents[1] / "projects").glob("*/project.toml"))


def once(template: str) -> dict[str, object]:
    """Run ``proofolio demo`` in an empty home and time the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", "demo", "--json", "--template", template, "--out", f"{folder}/site"],
            env={**os.environ, "PROOFOLIO_HOME": str(Path(folder) / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
    answer = json.loads(done.stdout)
    return {
        "seconds": round(seconds, 1),
        "exit_code": done.returncode,
        "best": answer.get("best"),
        "judged_on": answer.get("judged_on"),
        "criteria": answer.get("criteria"),
        "verified_level": answer.get("verified_level"),
        "error": answer.get("error"),
    }


if __name__ == "__main__":
    write("demo", {"asked_seconds": 180, "templates": {name: once(name) for name in sys.argv[1:] or TEMPLATES}})
