"""One row on 30,000 rows of 30 mixed columns: how long a what-if takes, and the search for what flips the answer.

    python -m bench.whatif

The models are fitted from records, saved and loaded again as the page does; each is asked about 40 rows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from bench.record import write
from engine.automl.families import find
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.automl.table import align
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.explain import flip, similar, whatif
from engine.explain.ranges import ranges

ROWS, NUMBERS, LEVELS, ASKED = 30_000, 20, 9, 40
MODELS = {
    "linear": ("linear",),
    "lightgbm": ("lightgbm",),
    "random_forest": ("random_forest",),
    "catboost": ("catboost",),
    "blend": ("linear", "lightgbm", "random_forest", "catboost"),
}


def table() -> tuple[pd.DataFrame, np.ndarray, Problem]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({f"x{place}": rng.normal(size=ROWS) for place in range(NUMBERS)})
    for place in range(LEVELS):
        X[f"c{place}"] = rng.choice([f"level{one}" for one in range(5 + place)], ROWS)
    X["since"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, ROWS), unit="D")
    X.loc[rng.random(ROWS) < 0.1, "x3"] = np.nan
    chance = 1 / (1 + np.exp(-(2 * X["x0"] + X["x1"] + (X["c0"] == "level1"))))
    kinds = {name: ColumnKind.NUMERIC if name.startswith("x") else ColumnKind.CATEGORICAL for name in X.columns}
    problem = Problem(
        target="y",
        task=Task.BINARY,
        metric="roc_auc",
        features=tuple(X.columns),
        kinds=kinds | {"since": ColumnKind.DATETIME},
        classes=("no", "yes"),
    )
    return X, (rng.random(ROWS) < chance).to_numpy().astype(np.intp), problem


def milliseconds(run: Callable[[int], Any], count: int) -> dict[str, float]:
    run(0)
    taken = []
    for place in range(count):
        began = time.perf_counter()
        run(place)
        taken.append(1000 * (time.perf_counter() - began))
    return {"median": round(float(np.median(taken)), 1), "worst": round(max(taken), 1)}


def main() -> None:
    X, y, problem = table()
    frame, _ = align(X, problem)
    known = ranges(frame, problem)
    began = time.perf_counter()
    space = similar.make_space(frame, problem)
    prepared = time.perf_counter() - began
    measured: dict[str, Any] = {"rows": ROWS, "columns": len(problem.features), "prepare_seconds": round(prepared, 2)}
    measured["nearest_rows_ms"] = milliseconds(lambda place: similar.nearest(space, frame.iloc[[place]]), ASKED)
    for name, families in MODELS.items():
        parts = [(1.0, SimpleNamespace(family=one, config=dict(find(one).defaults[0]))) for one in families]
        model = refit(parts, X, y, problem, seed=0, threads=1)
        with tempfile.TemporaryDirectory() as folder:
            model.save(Path(folder))
            began = time.perf_counter()
            model = Model.load(Path(folder), problem)
            loaded = time.perf_counter() - began

        def ask(place: int, model: Model = model) -> Any:
            changes = {"x0": 1.5 + place / 100, "c0": "level2", "since": "2021-05-05"}
            return whatif.try_out(model, frame.iloc[[place]], changes, known, space, problem)

        def hunt(place: int, model: Model = model) -> Any:
            return flip.search(model, frame, frame.iloc[[place]], problem, space)

        measured[name] = {
            "load_seconds": round(loaded, 2),
            "what_if_ms": milliseconds(ask, ASKED),
            "flip_ms": milliseconds(hunt, 5),
        }
    write("whatif", measured)


if __name__ == "__main__":
    main()
