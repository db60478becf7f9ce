"""What follows from 30,000 and 300,000 out-of-fold predictions: decisions, corrections, gains, intervals; in seconds.

python -m bench.decide
"""

from __future__ import annotations

import time

import numpy as np

from bench.record import write
from engine.domain.data import Problem
from engine.domain.project import Brief
from engine.domain.task import Task
from engine.evaluate.consequences import consequences

SIZES = (30_000, 300_000)
CLASSES = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c"), Task.REGRESSION: ()}
COSTS = {"too high": 0.5, "too low": 1.0}


def made(task: Task, rows: int) -> tuple[np.ndarray, np.ndarray, Problem]:
    rng = np.random.default_rng(0)
    classes = CLASSES[task]
    problem = Problem(target="y", task=task, metric="log_loss", features=(), kinds={}, classes=classes)
    if not classes:
        pred = np.exp(rng.normal(3, 1, rows))
        return pred * np.exp(rng.normal(0, 0.2, rows)), pred, problem
    y = rng.integers(0, len(classes), rows)
    signal = rng.normal(size=(rows, len(classes)))
    signal[np.arange(rows), y] += 1
    pred = np.exp(signal)
    return y, pred / pred.sum(axis=1, keepdims=True), problem


def main() -> None:
    measured: dict[str, float] = {}
    for task in CLASSES:
        # Once on few rows, so that the time of imports is not measured.
        for rows in (500, *SIZES):
            y, pred, problem = made(task, rows)
            every = np.arange(rows)
            folds = [(np.setdiff1d(every, part), part) for part in np.array_split(every, 5)]
            began = time.perf_counter()
            consequences(y, pred, problem, folds, Brief(costs=COSTS))
            if rows in SIZES:
                measured[f"{task}_{rows}_rows_seconds"] = round(time.perf_counter() - began, 2)
    write("decide", measured)


if __name__ == "__main__":
    main()
