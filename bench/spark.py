"""One against two workers on Spark, and the local engine beside them: throughput, overhead, best score."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import make_classification

from bench import record
from engine.automl.outcome import TrialOutcome
from engine.automl.race import Race
from engine.automl.search import search
from engine.automl.spark import SparkRace
from engine.automl.spark_session import Where
from engine.domain.data import Problem
from engine.domain.run import Budget
from engine.domain.task import ColumnKind, Task

ROWS, COLUMNS, FOLDS, TRIALS = 3_000, 12, 3, 12
_FAMILIES = ("linear", "lightgbm", "extra_trees")


class _Listener:
    """Notes when each trial was told."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.fit_seconds: list[float] = []

    def trial(self, outcome: TrialOutcome) -> None:
        self.at.append(time.perf_counter())
        self.fit_seconds.append(outcome.fit_seconds)

    def tell(self, phase: str, share: float) -> None:
        pass

    def stopping(self) -> bool:
        return False


def main() -> None:
    table, y = _task()
    ways: dict[str, Callable[..., Race]] = {"local, one thread": Race}
    for workers in (1, 2):
        place = Where(master=f"local-cluster[{workers},1,1024]", workers=workers)
        ways[f"spark, {workers} worker{'s' * (workers > 1)}"] = partial(SparkRace, where=place)
    measured = {name: _measured(make, table, y) for name, make in ways.items()}
    one, two = measured["spark, 1 worker"], measured["spark, 2 workers"]
    speedup = one["trials_seconds"] / two["trials_seconds"]
    # Two workers need two free cores: with a high load, what is measured is the queue for them.
    load = [round(one, 1) for one in os.getloadavg()]
    measured_at = {"load": load, "rows": ROWS, "columns": COLUMNS, "folds": FOLDS, "trials": TRIALS}
    # Amdahl: speedup = 1 / (serial + (1 - serial) / 2).
    serial = max(2 / speedup - 1, 0.0)
    record.write(
        "spark",
        {"task": measured_at, "ways": measured, "speedup": round(speedup, 3), "serial_share": round(serial, 3)},
    )


def _task() -> tuple[pd.DataFrame, Any]:
    X, y = make_classification(ROWS, COLUMNS, n_informative=10, flip_y=0.1, random_state=0)
    return pd.DataFrame(X, columns=[f"x{place}" for place in range(COLUMNS)]), y


def _measured(make_race: Callable[..., Race], table: pd.DataFrame, y: Any) -> dict[str, Any]:
    problem = Problem(
        target="y",
        task=Task.BINARY,
        metric="roc_auc",
        features=tuple(table.columns),
        kinds=dict.fromkeys(table.columns, ColumnKind.NUMERIC),
        classes=("no", "yes"),
    )
    places = np.arange(len(y))
    folds = [(places[places % FOLDS != one], places[places % FOLDS == one]) for one in range(FOLDS)]
    listener, began = _Listener(), time.perf_counter()
    found = search(
        table,
        y,
        problem,
        folds,
        budget=Budget(trials=TRIALS),
        seed=0,
        threads=1,
        listener=listener,
        families=_FAMILIES,
        make_race=make_race,
    )
    # From the first row to the last: starting Spark is paid once, and stands beside it.
    spent = listener.at[-1] - listener.at[0]
    batches = len({round(one, 1) for one in listener.at})
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "seconds_to_first_row": round(listener.at[0] - began, 1),
        "trials_seconds": round(spent, 2),
        "trials_per_minute": round(60 * (TRIALS - 1) / spent, 1),
        "fit_seconds": round(sum(listener.fit_seconds[1:]), 2),
        "median_fit_seconds": round(statistics.median(listener.fit_seconds), 3),
        "batches": batches,
        "best_score": round(float(found.ensemble_score or 0.0), 5),
    }


if __name__ == "__main__":
    main()
