"""Explanation: the first view, exact tree SHAP, a blend, columns of noise, and a table of 300 x 300,000.

python -m bench.explain
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from bench.record import write
from bench.whatif import MODELS, table
from engine.automl.families import find
from engine.automl.model import Model, align
from engine.automl.replay import refit
from engine.charts import explanation as figures
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.explain.held_out import Part, permutation
from engine.explain.report import FIRST_VIEW_SECONDS, explain
from engine.explain.trees import margins

TREE_ROWS, TIMED = 1_000, 7
REPETITIONS, NOISE_ROWS, NOISES = 500, 400, 3
WIDE, LONG, LONG_FIT = 300, 300_000, 20_000


def fitted(families: tuple[str, ...], X: pd.DataFrame, y: Any, problem: Problem, **changes: Any) -> Model:
    parts = [(1.0, SimpleNamespace(family=one, config=dict(find(one).defaults[0]) | changes)) for one in families]
    return refit([(1 / len(parts), record) for _, record in parts], X, y, problem, seed=0, threads=1)


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = run()
    return round(time.perf_counter() - began, 2), result


def views(X: pd.DataFrame, y: Any, problem: Problem) -> dict[str, Any]:
    """How long the first view and the whole one take for a blend and for single models."""
    measured: dict[str, Any] = {}
    for name in ("lightgbm", "random_forest", "blend"):
        model = fitted(MODELS[name], X, y, problem)
        first, quick = seconds(lambda m=model: explain(m, X, y, problem, budget_seconds=FIRST_VIEW_SECONDS))
        whole, payload = seconds(lambda m=model: explain(m, X, y, problem))
        drawn, _ = seconds(lambda p=quick: figures.importance(p).specification())
        measured[name] = {
            "first_view_seconds": first + drawn,
            "first_view_rows": quick["sample_rows"],
            "whole_seconds": whole,
            "whole_rows": payload["sample_rows"],
            "background_rows": payload["background_rows"],
            "scale": payload["scale"],
            "additivity_error": payload["additivity_error"],
        }
    return measured


def trees(X: pd.DataFrame, y: Any, problem: Problem) -> dict[str, Any]:
    """Our time for 1,000 rows, from the table as it was brought to columns, against the library's own on its table."""
    measured = {}
    rows = X.iloc[:TREE_ROWS]
    for name in ("lightgbm", "xgboost", "catboost"):
        model = fitted((name,), X, y, problem)
        pipeline = model.members[0].pipeline
        estimator = pipeline.named_steps["model"]
        encoded = pipeline.named_steps["columns"].transform(align(rows, problem)[0])

        def native(name: str = name, estimator: Any = estimator, encoded: Any = encoded) -> None:
            if name == "lightgbm":
                estimator.predict(encoded, pred_contrib=True)
            elif name == "xgboost":
                from xgboost import DMatrix

                booster = estimator.get_booster()
                table = DMatrix(encoded, feature_types=booster.feature_types, enable_categorical=True)
                until = (0, int(estimator.best_iteration) + 1) if estimator.early_stopping_rounds else (0, 0)
                booster.predict(table, pred_contribs=True, iteration_range=until)
            else:
                from catboost import Pool

                pool = Pool(encoded, cat_features=estimator.get_cat_feature_indices())
                estimator.get_feature_importance(pool, type="ShapValues")

        ours, theirs = [], []
        found = margins(model, rows, problem)
        native()
        for _ in range(TIMED):
            # In turn, so that a busy moment of the machine meets both.
            began = time.perf_counter()
            native()
            between = time.perf_counter()
            margins(model, rows, problem)
            ours.append(time.perf_counter() - between)
            theirs.append(between - began)
        measured[name] = {
            "native_seconds": round(float(np.median(theirs)), 4),
            "our_seconds": round(float(np.median(ours)), 4),
            "ratio": round(float(np.median(ours) / np.median(theirs)), 3),
            "additivity_error": found.additivity_error,
        }
    return measured


def noise() -> dict[str, Any]:
    """How often the held-out importance of a column of noise has an interval that covers zero."""
    measured = {}
    for metric, task in (("roc_auc", Task.BINARY), ("rmse", Task.REGRESSION)):
        covered: list[bool] = []
        missed = 0
        for seed in range(REPETITIONS):
            rng = np.random.default_rng(seed)
            names = ["signal", *(f"noise{place}" for place in range(NOISES))]
            X = pd.DataFrame(rng.normal(size=(NOISE_ROWS, len(names))), columns=names)
            score = 2 * X["signal"].to_numpy() + rng.normal(size=NOISE_ROWS)
            y: Any = (score > 0).astype(np.intp) if task is Task.BINARY else score
            kinds = dict.fromkeys(names, ColumnKind.NUMERIC)
            classes = ("no", "yes") if task is Task.BINARY else ()
            problem = Problem(target="y", task=task, metric=metric, features=tuple(names), kinds=kinds, classes=classes)
            half = NOISE_ROWS // 2
            model = fitted(("lightgbm",), X.iloc[:half], y[:half], problem, n_estimators=30)
            parts = [Part(model=model, rows=np.arange(half, NOISE_ROWS))]
            found = permutation(parts, X, y, problem, seed=seed)
            for one in found["columns"]:
                if one["column"] == "signal":
                    missed += one["low"] <= 0
                else:
                    covered.append(one["low"] <= 0 <= one["high"])
        measured[metric] = {
            "repetitions": REPETITIONS,
            "columns_of_noise": len(covered),
            "cover_zero": round(float(np.mean(covered)), 4),
            "signal_missed": missed,
        }
    return measured


def large() -> dict[str, Any]:
    """300 columns and 300,000 rows: it answers, from a sample that it names."""
    rng = np.random.default_rng(0)
    names = [f"x{place}" for place in range(WIDE)]
    X = pd.DataFrame(rng.normal(size=(LONG, WIDE)).astype(np.float32), columns=names)
    y = (X["x0"] + X["x1"] * X["x2"] + rng.normal(size=LONG) > 0).to_numpy().astype(np.intp)
    problem = Problem(
        target="y",
        task=Task.BINARY,
        metric="roc_auc",
        features=tuple(names),
        kinds=dict.fromkeys(names, ColumnKind.NUMERIC),
        classes=("no", "yes"),
    )
    model = fitted(("lightgbm",), X.iloc[:LONG_FIT], y[:LONG_FIT], problem)
    taken, payload = seconds(lambda: explain(model, X, y, problem))
    parts = [Part(model=model, rows=np.arange(LONG_FIT, LONG))]
    first = [one["column"] for one in payload["importance"]]
    held, found = seconds(lambda: permutation(parts, X, y, problem, first=first))
    return {
        "rows": LONG,
        "columns": WIDE,
        "rows_of_the_fit": LONG_FIT,
        "seconds": taken,
        "sample_rows": payload["sample_rows"],
        "columns_joined": payload["columns_joined"],
        "first": first[:3],
        "sample_is_said": any(f"Measured on {payload['sample_rows']}" in one for one in payload["words"]),
        "held_out_seconds": held,
        "held_out_rows": found["rows"],
    }


def main() -> None:
    X, y, problem = table()
    write(
        "explain",
        {
            "rows": len(X),
            "columns": len(problem.features),
            "views": views(X, y, problem),
            "exact_trees_1000_rows": trees(X, y, problem),
            "noise_on_held_out_rows": noise(),
            "wide_and_long": large(),
        },
    )


if __name__ == "__main__":
    main()
