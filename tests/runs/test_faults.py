"""Families that raise, hang, eat memory or end their process: the run ends well, the failure is a row."""

import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.actions import projects as project_actions
from engine.domain.run import RunKind, RunStatus, Trial
from engine.runs import launch
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect
from tests.runs.faulty_worker import COMMAND

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def faulty(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{place}": rng.normal(size=120) for place in range(4)})
    frame["y"] = np.where(frame["x0"] + rng.normal(size=120) > 0, "yes", "no")
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    project_actions.create_from_file(settings, path, target="y", slug="faulty")
    monkeypatch.setattr(launch, "COMMAND", COMMAND)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PROOFOLIO_MEMORY_MB", "900")
    return settings


def train(settings: Settings, fault: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> tuple[float, list[Trial]]:
    """Run a search with a faulty family; returns how long its process took and the trials."""
    monkeypatch.setenv("FAULT", fault)
    params = {"seconds": seconds, "trials": None, "seed": 0, "families": ["linear", "faulty", "lightgbm"]}
    began = time.monotonic()
    run_id = launch.enqueue(settings, "faulty", RunKind.TRAIN, {**params, "recipe": {}, "exploratory": True})
    for process in launch._STARTED.values():
        process.wait(timeout=120)
    launch._STARTED.clear()
    with connect(settings) as db:
        run, found = runs.get(db, run_id), trials.of_run(db, run_id)
    assert run.status is RunStatus.DONE, run
    assert run.result["best"]["score"] > 0.5
    assert run.result["seconds"] <= seconds + 3
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert any(one.family == "lightgbm" and one.ok for one in found)
    return time.monotonic() - began, found


FAULTS = {
    "raise": "It failed with ValueError: planted.",
    "hang": "could not be stopped",
    "eat": "more memory",
    "SIGKILL": "Its process was ended by the system (SIGKILL).",
    "SIGSEGV": "Its process was ended by the system (SIGSEGV).",
}


@pytest.mark.parametrize(
    "fault", ["SIGSEGV", *(pytest.param(one, marks=pytest.mark.slow) for one in FAULTS if one != "SIGSEGV")]
)
def test_a_faulty_family_is_a_row_and_no_more(fault: str, faulty: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = train(faulty, fault, 20.0 if fault in ("hang", "eat") else 10.0, monkeypatch)
    failed = [one for one in found if one.family == "faulty"]
    assert failed
    assert all(FAULTS[fault] in one.reason and not one.ok for one in failed)
    if fault not in ("raise",):
        assert len(failed) <= 2, "a family that ends its process twice is tried no more"


def test_the_process_that_works_ends_with_the_one_that_supervises(
    faulty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULT", "raise")
    run_id = launch.enqueue(
        faulty,
        "faulty",
        RunKind.TRAIN,
        {"seconds": 60.0, "trials": None, "seed": 0, "families": ["linear"], "recipe": {}, "exploratory": True},
    )
    (worker,) = launch._STARTED.values()
    launch._STARTED.clear()
    while not (children := _children(worker.pid)):
        time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    for _ in range(100):
        if not any(_lives(pid) for pid in children):
            break
        time.sleep(0.05)
    assert not any(_lives(pid) for pid in children)
    with connect(faulty) as db:
        assert not runs.get(db, run_id).status.is_over


def _children(pid: int) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(one) for one in done.stdout.split()]


def _lives(pid: int) -> bool:
    path = Path(f"/proc/{pid}/stat")
    return path.exists() and path.read_text().split(") ")[1][0] != "Z"
