"""What Watch costs and how far it can be trusted.

    python -m bench.drift

Three parts: the whole report on 100,000 rows of 50 columns against 100,000; how many columns alarm where nothing has
changed, over 200 resamples; how often planted shifts of stated sizes are found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bench.record import write
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.monitor.drift import DRIFT, drift
from engine.monitor.report import Fresh, Known, report

ROWS, NUMBERS, LEVELS = 100_000, 38, 12
RESAMPLES, RESAMPLE_ROWS = 200, 1_000
REPEATS = 100


def table(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray, Problem]:
    """Make a table of numbers (a third of them skewed), counts and categories, with missing cells, and a target."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {f"x{place}": rng.normal(size=rows) if place % 3 else rng.lognormal(size=rows) for place in range(NUMBERS - 4)}
    )
    for place in range(4):
        X[f"n{place}"] = rng.poisson(3 + place, rows).astype(np.float64)
    for place in range(LEVELS):
        weights = 1 / np.arange(1, 4 + 3 * place)
        names = [f"level{one}" for one in range(len(weights))]
        X[f"c{place}"] = rng.choice(names, rows, p=weights / weights.sum())
    X.loc[rng.random(rows) < 0.1, "x1"] = np.nan
    chance = 1 / (1 + np.exp(-(X["x2"] + X["x4"] + (X["c0"] == "level1"))))
    kinds = {name: ColumnKind.CATEGORICAL if name[0] == "c" else ColumnKind.NUMERIC for name in X.columns}
    problem = Problem(
        target="y",
        task=Task.BINARY,
        metric="roc_auc",
        features=tuple(X.columns),
        kinds=kinds,
        classes=("no", "yes"),
    )
    return X, (rng.random(rows) < chance).to_numpy().astype(np.intp), problem


def answers(X: pd.DataFrame) -> np.ndarray:
    """Answer as a model would that knows the truth."""
    p = (1 / (1 + np.exp(-(X["x2"] + X["x4"] + (X["c0"] == "level1"))))).to_numpy()
    return np.column_stack([1 - p, p])


def seconds() -> dict[str, Any]:
    """Time the whole report."""
    X, y, problem = table(ROWS, 0)
    new, labels, _ = table(ROWS, 1)
    known = Known(X=X, y=y, oof=answers(X), problem=problem, columns=tuple(X.columns))
    fresh = Fresh(frame=new, pred=answers(new), labelled=np.arange(ROWS), y=labels)
    begun = time.perf_counter()
    found = report(known, fresh)
    return {
        "rows_old": ROWS,
        "rows_new": ROWS,
        "columns": found["columns"],
        "seconds": round(time.perf_counter() - begun, 2),
        "drifted": found["drifted"],
        "advice": found["retrain"]["advice"],
    }


def calm() -> dict[str, Any]:
    """Count alarms where old and new rows are drawn from the same table."""
    X, _, problem = table(40_000, 2)
    rng = np.random.default_rng(3)
    alarms, beyond, whole = 0, 0, 0
    for _ in range(RESAMPLES):
        order = rng.permutation(len(X))[: 2 * RESAMPLE_ROWS]
        found = drift(X.iloc[order[:RESAMPLE_ROWS]], X.iloc[order[RESAMPLE_ROWS:]], problem.kinds)
        alarms += sum(one.verdict == DRIFT for one in found)
        beyond += sum(one.adjusted is not None and one.adjusted <= 0.05 for one in found)
        whole += any(one.verdict == DRIFT for one in found)
    of = RESAMPLES * len(X.columns)
    return {
        "resamples": RESAMPLES,
        "rows_each": RESAMPLE_ROWS,
        "columns": len(X.columns),
        "share_of_columns_that_alarm": alarms / of,
        "share_of_columns_beyond_chance": beyond / of,
        "share_of_resamples_with_any_alarm": whole / RESAMPLES,
    }


def moved(size: float) -> Callable[[pd.DataFrame, np.random.Generator], None]:
    def plant(new: pd.DataFrame, _: np.random.Generator) -> None:
        new["x2"] += size

    return plant


def turned(size: float) -> Callable[[pd.DataFrame, np.random.Generator], None]:
    def plant(new: pd.DataFrame, rng: np.random.Generator) -> None:
        new.loc[rng.random(len(new)) < size, "c1"] = "level1"

    return plant


def emptied(size: float) -> Callable[[pd.DataFrame, np.random.Generator], None]:
    def plant(new: pd.DataFrame, rng: np.random.Generator) -> None:
        new.loc[rng.random(len(new)) < size, "x4"] = np.nan

    return plant


def unknown(size: float) -> Callable[[pd.DataFrame, np.random.Generator], None]:
    def plant(new: pd.DataFrame, rng: np.random.Generator) -> None:
        new.loc[rng.random(len(new)) < size, "c2"] = "never seen"

    return plant


def found_rates() -> list[dict[str, Any]]:
    """Plant one shift into one of 50 columns and count how often that column is found, and how many others alarm."""
    X, _, problem = table(40_000, 4)
    plants: list[tuple[str, str, Callable[[float], Any], tuple[float, ...]]] = [
        ("mean moves by standard deviations", "x2", moved, (0.05, 0.1, 0.2, 0.3, 0.5)),
        ("share of rows turned into one category", "c1", turned, (0.02, 0.05, 0.1, 0.2, 0.3)),
        ("share of cells emptied", "x4", emptied, (0.02, 0.05, 0.1, 0.2)),
        ("share of rows with a new category", "c2", unknown, (0.005, 0.01, 0.02, 0.05)),
    ]
    return [
        {"planted": words, "size": size, "rows_each": rows} | _rate(X, problem, column, plant(size), rows)
        for words, column, plant, sizes in plants
        for size in sizes
        for rows in (300, 1_000, 5_000)
    ]


def _rate(X: pd.DataFrame, problem: Problem, column: str, plant: Any, rows: int) -> dict[str, float]:
    rng = np.random.default_rng(5)
    hits, others = 0, 0
    # The other columns stay what they are; a fifth of them is enough to correct for, and quicker.
    names = [column, *[name for name in X.columns if name != column][::5]]
    kinds = {name: problem.kinds[name] for name in names}
    for _ in range(REPEATS):
        order = rng.permutation(len(X))[: 2 * rows]
        new = X[names].iloc[order[rows:]].copy()
        plant(new, rng)
        found = drift(X[names].iloc[order[:rows]], new, kinds)
        hits += any(one.column == column and one.verdict == DRIFT for one in found)
        others += sum(one.column != column and one.verdict == DRIFT for one in found)
    return {"found": hits / REPEATS, "others_that_alarm": others / (REPEATS * (len(names) - 1))}


if __name__ == "__main__":
    write("drift", {"report": seconds(), "unchanged": calm(), "planted": found_rates()})
