"""The open tasks in one minute on two cores, by the commands a person would use, beside what other tools reached.

``python -m bench.automl [--seeds 0 1 2] [--seconds 60] [--tasks …]``. What the other tools reached on the same rows in
the same minute stands in ``bench/peers.json``. Test rows are read once for each report, never to choose anything.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import pandas as pd
import psutil
from sklearn.metrics import log_loss, roc_auc_score, root_mean_squared_error

from bench import tasks
from bench.record import write

_PEERS = Path(__file__).parent / "peers.json"
_REFERENCES = ("hgb", "rf_logit")
_NO_RACER = ("constant", *_REFERENCES)
_RESAMPLES = 1_000
_ROWS_AT_ONCE = 10_000
_SINGLE_ROWS = 30


def command(home: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", *arguments, "--json"],
        env={**os.environ, "PROOFOLIO_HOME": str(home), "PROOFOLIO_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, answer
    return answer


class Memory(threading.Thread):
    """Watches how much memory the worker of a home holds at most."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self.ended = 0, threading.Event()

    def run(self) -> None:
        """Look five times a second."""
        while not self.ended.wait(0.2):
            for process in psutil.process_iter(["cmdline", "memory_info"]):
                if "engine.runs.worker" in (process.info["cmdline"] or ()) and process.info["memory_info"]:
                    self.peak = max(self.peak, process.info["memory_info"].rss)


def trained(home: Path, memory: Memory, *arguments: str) -> dict[str, Any]:
    """Search; what is evaluated and explained after the hand-over is neither waited for nor part of the memory."""
    from engine.domain.run import Run
    from engine.settings import Settings
    from engine.store import runs
    from engine.store.db import connect

    number = str(command(home, "train", "task", *arguments, "--detach")["run_id"])
    settings = Settings(home=home, threads=2)

    def wait(ended: Callable[[Run], bool]) -> Run:
        while True:
            time.sleep(0.2)
            with connect(settings) as db:
                one = runs.get(db, int(number))
            if ended(one):
                return one

    handed_over = wait(lambda one: bool(one.result) or one.status.is_over)
    memory.ended.set()
    if not handed_over.status.is_over:
        command(home, "run", "cancel", number)
        wait(lambda one: one.status.is_over)
    return command(home, "run", "show", number)


def run(name: str, seed: int, seconds: float) -> dict[str, Any]:
    """Bring the training rows, search, predict the test rows, and score them with scikit-learn."""
    made = tasks.make(name)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        made.train.to_parquet(home / "train.parquet")
        features = made.test.drop(columns=made.target)
        features.to_parquet(home / "test.parquet")
        wanted = ["--target", made.target, "--metric", made.metric, "--holdout", "0", "--split", "random"]
        if made.metric != "rmse":
            wanted[-1] = "stratified"
        command(home / "h", "project", "new", "task", "--data", str(home / "train.parquet"), *wanted)
        memory = Memory()
        memory.start()
        answer = trained(home / "h", memory, "--seconds", str(seconds), "--seed", str(seed))
        command(home / "h", "predict", "task", str(home / "test.parquet"), "--out", str(home / "out.csv"))
        pred = pd.read_csv(home / "out.csv")
        latency = _latency(home / "h", features)
    value, low, high = score_of(made, pred)
    return {
        "task": name,
        "seed": seed,
        "score": value,
        "low": low,
        "high": high,
        "inner": answer["best"]["score"],
        "family": next(r["family"] for r in answer["leaderboard"] if r["trial"] == answer["recommended"]),
        "members": [one["family"] for one in answer["ensemble"]],
        "trials": answer["trials"],
        "failed": answer["failed"],
        "seconds": answer["seconds"],
        "peak_gigabytes": round(memory.peak / 1e9, 2),
        **latency,
    }


def _latency(home: Path, features: pd.DataFrame) -> dict[str, Any]:
    """Measure the model that counts: one row at a time, and many at once."""
    from engine.actions import work
    from engine.automl.model import Model
    from engine.runs.jobs.material import model_folder
    from engine.settings import Settings
    from engine.store import projects
    from engine.store.db import connect

    settings = Settings(home=home, threads=2)
    with connect(settings) as db:
        problem = projects.get(db, "task").problem
    model = Model.load(model_folder(settings, work.winner(settings, "task")), problem)
    times = []
    for place in range(min(_SINGLE_ROWS, len(features))):
        began = time.perf_counter()
        model.predict(features.iloc[place : place + 1])
        times.append(time.perf_counter() - began)
    many = pd.concat([features] * (_ROWS_AT_ONCE // len(features) + 1), ignore_index=True).iloc[:_ROWS_AT_ONCE]
    began = time.perf_counter()
    model.predict(many)
    return {
        "one_row_milliseconds": round(1000 * median(times), 1),
        "ten_thousand_rows_seconds": round(time.perf_counter() - began, 2),
    }


def score_of(made: tasks.Made, pred: pd.DataFrame) -> tuple[float, float, float]:
    """Score by scikit-learn, with a bootstrap interval over test rows."""
    truth = made.test[made.target].to_numpy()
    if made.metric == "rmse":
        values = pred["prediction"].to_numpy(dtype=float)

        def score(rows: Any) -> float:
            return float(root_mean_squared_error(truth[rows].astype(float), values[rows]))

    else:
        labels = sorted(set(truth))
        table = pred[[f"probability_{label}" for label in labels]].to_numpy(dtype=float)

        def score(rows: Any) -> float:
            if made.metric == "roc_auc":
                return float(roc_auc_score(truth[rows] == labels[1], table[rows, 1]))
            return float(log_loss(truth[rows], table[rows], labels=labels))

    rng = np.random.default_rng(0)
    everything = np.arange(len(truth))
    draws = [
        score(rng.integers(0, len(truth), len(truth))) for _ in range(_RESAMPLES if made.metric == "rmse" else 300)
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    return score(everything), float(low), float(high)


def report(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Set what was reached beside the other tools: ranks, distances, and the limits that were asked for."""
    peers: dict[str, dict[str, float]] = json.loads(_PEERS.read_text(encoding="utf-8"))["scores"]
    by_task = {}
    for name in dict.fromkeys(row["task"] for row in rows):
        own = [row for row in rows if row["task"] == name]
        by_task[name] = _beside(own, peers[name], tasks.metric_of(name) == "roc_auc")
    return {
        "tasks": by_task,
        "mean_rank": round(mean(one["rank"] for one in by_task.values()), 2),
        "first_on": sum(one["rank"] == 1 for one in by_task.values()),
        "of": len(by_task),
        "worst_excess_percent": max(one["excess_percent"] for one in by_task.values()),
        "worse_than_a_reference": [name for name, one in by_task.items() if one["worse_than_a_reference"]],
        "seconds_at_most": max(row["seconds"] for row in rows),
        "peak_gigabytes_median": median(row["peak_gigabytes"] for row in rows),
        "one_row_milliseconds_at_most": max(row["one_row_milliseconds"] for row in rows),
        "ten_thousand_rows_seconds_at_most": max(row["ten_thousand_rows_seconds"] for row in rows),
    }


def _beside(own: list[dict[str, Any]], others: dict[str, float], higher: bool) -> dict[str, Any]:
    """Rank by the mean over seeds; the excess is that of the error (1 - AUC, log loss, RMSE) over the best tool's."""
    sign = -1.0 if higher else 1.0
    reached = mean(row["score"] for row in own)
    racers = {name: value for name, value in others.items() if name not in _NO_RACER}
    error = (lambda value: 1 - value) if higher else (lambda value: value)
    best = min(racers.values(), key=lambda value: sign * value)
    reference = min((others[name] for name in _REFERENCES), key=lambda value: sign * value)
    bound = mean(row["high" if higher else "low"] for row in own)
    return {
        "score": round(reached, 5),
        "by_seed": [round(row["score"], 5) for row in own],
        "rank": 1 + sum(sign * value < sign * reached for value in racers.values()),
        "best_other": round(best, 5),
        "excess_percent": round(100 * (error(reached) / error(best) - 1), 2),
        "worse_than_a_reference": bool(sign * reference < sign * bound),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--tasks", nargs="+", default=tasks.names())
    asked = parser.parse_args()
    rows = []
    for seed in asked.seeds:
        for name in asked.tasks:
            rows.append(run(name, seed, asked.seconds))
            print(json.dumps(rows[-1]), flush=True)
    write("automl", {"seconds": asked.seconds, "summary": report(rows), "runs": rows})


if __name__ == "__main__":
    main()
