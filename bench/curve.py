"""Score against budget, beside plain FLAML on the same rows, one after the other on the same machine.

``python -m bench.curve [--budgets 10 30 60 180 600] [--tasks …]``. What was measured before stays in the result unless
it is measured again, so that the long budgets can be run on their own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench import automl, tasks
from bench.record import RESULTS, write

TASKS = ("telco_churn", "digits", "delivery_time", "diamonds")
BUDGETS = (10.0, 30.0, 60.0, 180.0, 600.0)
SEED = 0


def flaml(name: str, seconds: float) -> dict[str, Any]:
    """Fit FLAML's AutoML as its documentation shows it, in a process of its own; returns its score on the test rows."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        done = subprocess.run(
            [sys.executable, "-m", "bench.curve", "--flaml", name, str(seconds), str(out)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        told = json.loads(done.stdout.splitlines()[-1])
        return told | {"score": automl.score_of(tasks.make(name), pd.read_csv(out))[0]}


def _fit(name: str, seconds: float, out: Path) -> None:
    from flaml import AutoML

    made = tasks.make(name)
    words = {one: "category" for one in made.train if not pd.api.types.is_numeric_dtype(made.train[one])}
    words.pop(made.target, None)
    # The levels of both parts, so that the test rows can be asked about.
    both = pd.concat([made.train, made.test]).astype(words)
    train, test = both.iloc[: len(made.train)], both.iloc[len(made.train) :]
    regression = made.metric == "rmse"
    y = train[made.target].to_numpy()
    model = AutoML()
    began = time.monotonic()
    model.fit(
        X_train=train.drop(columns=made.target),
        y_train=y.astype(float) if regression else y.astype(object),
        task="regression" if regression else "classification",
        metric=made.metric,
        time_budget=seconds,
        n_jobs=2,
        seed=SEED,
        verbose=0,
    )
    used = time.monotonic() - began
    asked = test.drop(columns=made.target)
    if regression:
        pred = pd.DataFrame({"prediction": model.predict(asked)})
    else:
        names = [f"probability_{label}" for label in model.classes_]
        pred = pd.DataFrame(np.asarray(model.predict_proba(asked)), columns=names)
    pred.to_csv(out, index=False)
    print(json.dumps({"seconds": round(used, 1), "model": model.best_estimator}))


def _row(name: str, seconds: float) -> dict[str, Any]:
    ours, theirs = automl.run(name, SEED, seconds), flaml(name, seconds)
    higher = tasks.metric_of(name) == "roc_auc"
    return {
        "task": name,
        "budget_seconds": seconds,
        "metric": tasks.metric_of(name),
        "score": round(ours["score"], 5),
        "seconds": ours["seconds"],
        "flaml_score": round(theirs["score"], 5),
        "flaml_seconds": theirs["seconds"],
        "flaml_model": theirs["model"],
        "below_flaml": bool(ours["score"] < theirs["score"] if higher else ours["score"] > theirs["score"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--budgets", type=float, nargs="+", default=BUDGETS)
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    parser.add_argument("--flaml", nargs=3)
    asked = parser.parse_args()
    if asked.flaml:
        name, seconds, out = asked.flaml
        _fit(name, float(seconds), Path(out))
        return
    before = RESULTS / "curve.json"
    known = json.loads(before.read_text(encoding="utf-8"))["measured"]["rows"] if before.is_file() else []
    rows = {(row["task"], row["budget_seconds"]): row for row in known}
    for seconds in asked.budgets:
        for name in asked.tasks:
            rows[name, seconds] = _row(name, seconds)
            print(json.dumps(rows[name, seconds]), flush=True)
            ordered = [rows[key] for key in sorted(rows)]
            write("curve", {"rows": ordered, "below_flaml": sum(row["below_flaml"] for row in ordered)})


if __name__ == "__main__":
    main()
