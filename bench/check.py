"""Seconds and peak memory of ``proofolio check`` as rows and columns grow (asked: 20 s, 2 GB on 1,000,000 x 20)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.record import write

ROWS = (10_000, 100_000, 1_000_000, 3_000_000)
COLUMNS = (10, 100, 1_000)
_CHUNK = 250_000


def table(rows: int, columns: int, start: int = 0) -> pd.DataFrame:
    """Make rows of numbers, whole numbers, categories, codes and dates in turn, with a target that depends on two."""
    rng = np.random.default_rng(start)
    made: dict[str, Any] = {}
    for place in range(columns - 1):
        name = f"c{place}"
        match place % 5:
            case 0:
                made[name] = np.round(rng.normal(50, 10, rows), 3)
            case 1:
                made[name] = rng.integers(0, 5_000, rows)
            case 2:
                made[name] = rng.choice(["north", "south", "east", "west", "centre"], rows)
            case 3:
                made[name] = np.where(rng.random(rows) < 0.05, "", rng.choice([f"P-{n}" for n in range(40)], rows))
            case _:
                made[name] = np.where(rng.random(rows) < 0.1, np.nan, np.round(rng.gamma(2, 30, rows), 2))
    made["y"] = np.where(made["c0"] + 8 * (made["c2"] == "north") + rng.normal(0, 8, rows) > 55, "yes", "no")
    return pd.DataFrame(made)


def measure(folder: Path, rows: int, columns: int) -> dict[str, Any]:
    """Write a table, check it in a process of its own, and say how long it took and how much memory it held."""
    path = folder / "table.csv"
    for start in range(0, rows, _CHUNK):
        part = table(min(_CHUNK, rows - start), columns, start)
        part.to_csv(path, index=False, mode="a" if start else "w", header=not start)
    environment = {**os.environ, "PROOFOLIO_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "engine.cli", "check", str(path), "--target", "y", "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    answer = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    assert status == 0, answer
    return {
        "rows": rows,
        "columns": columns,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "seconds": round(seconds, 2),
        "peak_gigabytes": round(usage.ru_maxrss * 1024 / 1e9, 2),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write(
            "check",
            {
                "asked": {"1,000,000 x 20": "20 s, 2 GB", "100,000 x 50": "10 s"},
                "wide": measure(place, 100_000, 50),
                "by_rows": [measure(place, rows, 20) for rows in ROWS],
                "by_columns": [measure(place, 10_000, columns) for columns in COLUMNS],
            },
        )
