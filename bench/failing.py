"""Where it fails, on wide and long data: 300,000 rows of 300 columns, with a weak segment planted.

    python -m bench.failing

Also counts over many small tables: how often a planted segment is found, and how often noise is called weak.
"""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pandas as pd

from bench.record import write
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.evaluate.fairness import fairness
from engine.evaluate.learning import learning_curve
from engine.evaluate.segments import weak_segments
from engine.evaluate.slices import row_losses, table

ROWS, COLUMNS, REPETITIONS = 300_000, 300, 100


RECORD = SimpleNamespace(family="linear", config={"C": 1.0})


def wide() -> tuple[pd.DataFrame, np.ndarray, np.ndarray, Problem]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({f"x{place}": rng.normal(size=ROWS) for place in range(COLUMNS - 2)})
    X["plan"] = rng.choice(["a", "b", "c", "d"], ROWS)
    X["site"] = rng.choice(["north", "south"], ROWS)
    chance = 1 / (1 + np.exp(-2 * X["x0"].to_numpy()))
    y = (rng.random(ROWS) < chance).astype(np.intp)
    weak = ((X["plan"] == "b") & (X["site"] == "north")).to_numpy()
    y[weak] = rng.integers(0, 2, int(weak.sum()))
    kinds = dict.fromkeys(X.columns, ColumnKind.NUMERIC) | {
        "plan": ColumnKind.CATEGORICAL,
        "site": ColumnKind.CATEGORICAL,
    }
    problem = Problem(
        target="y", task=Task.BINARY, metric="roc_auc", features=tuple(X.columns), kinds=kinds, classes=("no", "yes")
    )
    return X, y, np.column_stack([1 - chance, chance]), problem


def rates() -> dict[str, float]:
    found = alarms = 0
    for seed in range(REPETITIONS):
        rng = np.random.default_rng(seed)
        X = pd.DataFrame(
            {
                "age": rng.normal(size=1000),
                "plan": rng.choice(["a", "b", "c"], 1000),
                "site": rng.choice(["north", "south"], 1000),
                **{f"noise{place}": rng.normal(size=1000) for place in range(7)},
            }
        )
        losses = rng.exponential(0.1, 1000)
        alarms += bool(weak_segments(X, losses, seed=seed)["segments"])
        losses = losses + 0.1 * ((X["plan"] == "b") & (X["site"] == "north")).to_numpy()
        segments = weak_segments(X, losses, seed=seed)["segments"]
        wanted = {("plan", "b"), ("site", "north")}
        found += any({(c["column"], c["part"]) for c in one["conditions"]} == wanted for one in segments)
    return {"repetitions": REPETITIONS, "planted_found": found / REPETITIONS, "noise_called_weak": alarms / REPETITIONS}


def main() -> None:
    X, y, pred, problem = wide()
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    segments = weak_segments(X, row_losses(y, pred, problem))
    seconds["weak_segments"] = time.perf_counter() - began
    kept = np.arange(0, ROWS, 6)
    began = time.perf_counter()
    table(X.iloc[kept], y[kept], pred[kept], problem, list(X.columns[-30:]))
    seconds["table_of_30_columns"] = time.perf_counter() - began
    began = time.perf_counter()
    fairness(X["site"].iloc[kept], y[kept], pred[kept], problem)
    seconds["fairness"] = time.perf_counter() - began
    fold = np.arange(ROWS) % 5 == 0
    began = time.perf_counter()
    curve = learning_curve(X, y, problem, [(np.flatnonzero(~fold), np.flatnonzero(fold))], RECORD, seconds=60)
    seconds["learning_curve"] = time.perf_counter() - began
    write(
        "failing",
        {
            "rows": ROWS,
            "columns": COLUMNS,
            "seconds": {name: round(value, 2) for name, value in seconds.items()},
            "segments": {key: segments[key] for key in ("rows", "of", "columns", "of_columns", "looked_at")},
            "planted": segments["segments"][:1],
            "learning": {key: curve[key] for key in ("rows", "of", "complete")},
            "rates": rates(),
        },
    )


if __name__ == "__main__":
    main()
