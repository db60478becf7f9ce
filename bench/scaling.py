"""The same search on a thousand to a million rows of one source: it ends in time, within memory, and gets no worse."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from bench.automl import Memory, command, trained
from bench.record import write

ROWS = (1_000, 10_000, 100_000, 1_000_000)
SECONDS = 60.0
_TEST = 20_000


def table(rows: int, seed: int) -> pd.DataFrame:
    """Make rows of numbers and categories whose target depends on some of them, on two together, and on chance."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 12)), columns=[f"n{place}" for place in range(12)])
    for place, levels in enumerate((3, 8, 40, 200)):
        frame[f"c{place}"] = np.char.add("level ", rng.integers(0, levels, rows).astype(str))
    effects = np.random.default_rng(7).normal(0, 0.7, 200)
    code = frame["c3"].str.removeprefix("level ").astype(int).to_numpy()
    signal = frame["n0"] + frame["n1"] * frame["n2"] + np.abs(frame["n3"]) + effects[code] + (frame["c0"] == "level 1")
    frame["y"] = np.where(signal + rng.logistic(0, 1, rows) > 1.2, "yes", "no")
    return frame


def run(rows: int) -> dict[str, Any]:
    """Search on so many rows and score the model that counts on others of the same source."""
    test = table(_TEST, seed=99)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        table(rows, seed=1).to_parquet(home / "train.parquet")
        test.drop(columns="y").to_parquet(home / "test.parquet")
        made = ["--data", str(home / "train.parquet"), "--target", "y", "--holdout", "0", "--split", "stratified"]
        command(home / "h", "project", "new", "task", *made)
        memory = Memory()
        memory.start()
        answer = trained(home / "h", memory, "--seconds", str(SECONDS))
        command(home / "h", "predict", "task", str(home / "test.parquet"), "--out", str(home / "out.csv"))
        pred = pd.read_csv(home / "out.csv")
    return {
        "rows": rows,
        "roc_auc": round(float(roc_auc_score(test["y"] == "yes", pred["probability_yes"])), 4),
        "seconds": answer["seconds"],
        "trials": answer["trials"],
        "failed": answer["failed"],
        "peak_gigabytes": round(memory.peak / 1e9, 2),
        "members": [one["family"] for one in answer["ensemble"]],
    }


if __name__ == "__main__":
    write("scaling", {"seconds": SECONDS, "columns": 16, "by_rows": [run(rows) for rows in ROWS]})
