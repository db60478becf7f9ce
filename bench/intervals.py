"""How often the 95 % interval of each metric contains the truth, in simulation: 2,000 samples of each task and size.

``python -m bench.intervals``. The truth is the score of the same predictions on a million rows of the same source, with
the same class counts, as the stratified intervals suppose. Asked: 92 to 97 %.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bench.record import write
from engine.domain.data import Problem
from engine.domain.metric import METRICS
from engine.domain.task import Task
from engine.metrics.intervals import RESAMPLES, intervals

REPETITIONS, SIZES = 2_000, (300, 2_000)
ASKED = (0.92, 0.97)
_LARGE = 1_000_000
_SHARES = {Task.BINARY: (0.7, 0.3), Task.MULTICLASS: (0.5, 0.3, 0.2)}
_CLASSES = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c"), Task.REGRESSION: ()}
_COSTS = {
    Task.BINARY: ((0.0, 1.0), (5.0, 0.0)),
    Task.MULTICLASS: ((0.0, 1.0, 2.0), (1.0, 0.0, 1.0), (4.0, 1.0, 0.0)),
    Task.REGRESSION: (),
}


def problem(task: Task) -> Problem:
    """Make the problem of a task, with unequal costs where there are classes."""
    return Problem(
        target="y",
        task=task,
        metric="rmse" if task is Task.REGRESSION else "log_loss",
        features=(),
        kinds={},
        classes=_CLASSES[task],
        costs=_COSTS[task],
    )


def sample(task: Task, rows: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Draw truth and predictions: a model with some skill that is a little too sure of itself."""
    if task is Task.REGRESSION:
        y = np.exp(rng.normal(2.0, 0.6, rows))
        return y, y * np.exp(rng.normal(0.05, 0.25, rows))
    counts = np.round(np.asarray(_SHARES[task]) * rows).astype(int)
    y = np.repeat(np.arange(len(counts)), counts)
    signal = rng.normal(size=(len(y), len(counts)))
    signal[np.arange(len(y)), y] += 1.0
    pred = np.exp(1.3 * signal + np.log(_SHARES[task]))
    return y, pred / pred.sum(axis=1, keepdims=True)


def measure(task: Task, rows: int) -> dict[str, dict[str, float]]:
    """Count, for each metric of a task, how often the interval contains the truth."""
    of = problem(task)
    names = [one.id for one in METRICS.values() if task in one.tasks]
    rng = np.random.default_rng(1)
    y, pred = sample(task, _LARGE, rng)
    truth = {one.name: one.value for one in intervals(names, y, pred, of, resamples=0)}
    held, widths = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0.0)
    for seed in range(REPETITIONS):
        y, pred = sample(task, rows, rng)
        for one in intervals(names, y, pred, of, resamples=RESAMPLES, seed=seed):
            if one.low is not None and one.high is not None and one.name in truth:
                held[one.name] += one.low <= truth[one.name] <= one.high
                widths[one.name] += (one.high - one.low) / REPETITIONS
    return {
        name: {
            "truth": round(truth[name], 5),
            "coverage": held[name] / REPETITIONS,
            "mean_width": round(widths[name], 5),
        }
        for name in truth
    }


def main() -> None:
    began = time.monotonic()
    found = {f"{task}, {rows:,} rows": measure(task, rows) for task in Task for rows in SIZES}
    outside = [
        f"{case}: {name} {one['coverage']:.3f}"
        for case, metrics in found.items()
        for name, one in metrics.items()
        if not ASKED[0] <= one["coverage"] <= ASKED[1]
    ]
    write(
        "intervals",
        {
            "asked": ASKED,
            "repetitions": REPETITIONS,
            "resamples": RESAMPLES,
            "outside": outside,
            "coverage": found,
            "seconds": round(time.monotonic() - began),
        },
    )


if __name__ == "__main__":
    main()
