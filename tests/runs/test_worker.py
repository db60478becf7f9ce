"""The worker process: claim, heartbeat, endings, the queue, kill and resume."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import work
from engine.domain.project import Project
from engine.domain.run import RunKind, RunStatus
from engine.errors import StateError
from engine.runs import jobs, launch, watch
from engine.runs.worker import work as do_work
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect
from engine.store.snapshot import integrity
from tests.conftest import MOMENT
from tests.runs.small_worker import COMMAND

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let training runs do a small job, in this process and in every worker that is started."""
    monkeypatch.setitem(jobs._MODULES, RunKind.TRAIN, "tests.runs.small_job")
    monkeypatch.setattr(launch, "COMMAND", COMMAND)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


@pytest.fixture(autouse=True)
def nobody_outlives_the_test() -> Iterator[None]:
    yield
    for process in launch._STARTED.values():
        process.kill()
        process.wait()
    launch._STARTED.clear()


def queue(settings: Settings, **params: object) -> int:
    with connect(settings) as db:
        return runs.add(db, "demo", RunKind.TRAIN, params, MOMENT)


def get(settings: Settings, run_id: int):
    with connect(settings) as db:
        return runs.get(db, run_id)


def wait(settings: Settings, run_id: int, seconds: float = 60.0):
    began = time.monotonic()
    while not (run := get(settings, run_id)).status.is_over:
        assert time.monotonic() - began < seconds, run
        watch.reap(settings)
        time.sleep(0.02)
    return run


def test_a_run_is_done_and_says_so(settings: Settings, project: Project) -> None:
    run_id = queue(settings, do="trials", count=3)
    assert do_work(settings, run_id)
    run = get(settings, run_id)
    assert run.status is RunStatus.DONE
    assert run.attempt == 1
    assert run.started_at is not None
    assert run.finished_at is not None


def test_what_is_not_queued_cannot_be_worked_on(settings: Settings, project: Project) -> None:
    run_id = queue(settings)
    assert do_work(settings, run_id)
    assert not do_work(settings, run_id)


def test_unusable_input_becomes_a_failed_run_with_its_sentence(settings: Settings, project: Project) -> None:
    run_id = queue(settings, do="input")
    settings.run_folder(run_id).mkdir(parents=True)
    do_work(settings, run_id)
    run = get(settings, run_id)
    assert (run.status, run.error, run.hint) == (RunStatus.FAILED, "Column y is empty.", "Choose another one.")


def test_a_crash_becomes_a_failed_run_and_the_traceback_is_kept(settings: Settings, project: Project) -> None:
    run_id = queue(settings, do="crash")
    settings.run_folder(run_id).mkdir(parents=True)
    do_work(settings, run_id)
    run = get(settings, run_id)
    assert run.status is RunStatus.FAILED
    assert "ZeroDivisionError: by zero" in run.error
    assert "resume" in run.hint
    assert "ZeroDivisionError" in (settings.run_folder(run_id) / "traceback.txt").read_text()


def test_a_worker_process_does_the_run_and_then_the_next(settings: Settings, project: Project) -> None:
    first, second = queue(settings, do="trials", count=5), queue(settings, do="trials", count=5)
    launch.start_next(settings)
    assert wait(settings, second).status is RunStatus.DONE
    assert get(settings, first).status is RunStatus.DONE
    assert get(settings, first).finished_at <= get(settings, second).started_at, "one at a time"


def test_cancel_keeps_what_was_found_and_resume_goes_on(settings: Settings, project: Project) -> None:
    run_id = queue(settings, do="trials", count=150)
    launch.start_next(settings)
    while True:
        with connect(settings) as db:
            if trials.count(db, run_id) >= 3:
                break
        time.sleep(0.02)
    work.cancel(settings, run_id)
    assert wait(settings, run_id).status is RunStatus.CANCELLED
    with connect(settings) as db:
        found = trials.count(db, run_id)
    assert 3 <= found < 150
    work.resume(settings, run_id)
    run = wait(settings, run_id)
    assert (run.status, run.attempt) == (RunStatus.DONE, 2)
    with connect(settings) as db:
        assert [one.number for one in trials.of_run(db, run_id)] == list(range(1, 151))


def kill_at(settings: Settings, run_id: int, seconds: float) -> bool:
    """Kill the worker of a run after a while; returns whether there was one at it."""
    time.sleep(seconds)
    run = get(settings, run_id)
    if run.pid is None or not run.status.is_active:
        return False
    os.kill(run.pid, signal.SIGKILL)
    return True


def stored(settings: Settings, run_id: int) -> list[tuple[int, float | None]]:
    with connect(settings) as db:
        return [(one.number, one.score) for one in trials.of_run(db, run_id)]


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_moments_nothing_is_lost(settings: Settings, project: Project, kills: int) -> None:
    moments = random.Random(0)
    run_id = queue(settings, do="trials", count=150)
    launch.start_next(settings)
    hits = 0
    while hits < kills:
        if not kill_at(settings, run_id, moments.uniform(0.2, 0.8)):
            assert get(settings, run_id).status in (RunStatus.QUEUED, RunStatus.DONE)
            if get(settings, run_id).status is RunStatus.DONE:
                run_id = queue(settings, do="trials", count=150)
                launch.start_next(settings)
            continue
        hits += 1
        before = stored(settings, run_id)
        assert integrity(settings) == "ok"
        work.resume(settings, run_id)
        assert stored(settings, run_id)[: len(before)] == before
    assert wait(settings, run_id).status is RunStatus.DONE
    assert [number for number, _ in stored(settings, run_id)] == list(range(1, 151))


def test_a_worker_that_vanished_is_noticed(settings: Settings, project: Project) -> None:
    run_id = queue(settings)
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    with connect(settings) as db:
        runs.claim(db, run_id, gone.pid, MOMENT)
    assert watch.reap(settings) == [run_id]
    run = get(settings, run_id)
    assert run.status is RunStatus.LOST
    assert "Resume" in run.hint


def test_another_program_under_the_same_process_number_is_not_our_worker(settings: Settings, project: Project) -> None:
    run_id = queue(settings)
    with connect(settings) as db:
        runs.claim(db, run_id, os.getpid(), MOMENT)
    assert not watch.worker_lives(get(settings, run_id))


def test_the_queue_goes_on_after_a_lost_worker(settings: Settings, project: Project) -> None:
    first, second = queue(settings), queue(settings, do="trials", count=1)
    with connect(settings) as db:
        runs.claim(db, first, 2**22 + 1, MOMENT)
    assert wait(settings, second).status is RunStatus.DONE
    assert get(settings, first).status is RunStatus.LOST


def test_a_run_that_is_done_cannot_be_resumed(settings: Settings, project: Project) -> None:
    run_id = queue(settings)
    do_work(settings, run_id)
    with pytest.raises(StateError, match="cannot become queued"):
        work.resume(settings, run_id)


def test_a_signal_asks_for_a_usable_ending(settings: Settings, project: Project) -> None:
    run_id = queue(settings, do="trials", count=500)
    launch.start_next(settings)
    while get(settings, run_id).pid is None or get(settings, run_id).progress == 0:
        time.sleep(0.02)
    os.kill(get(settings, run_id).pid, signal.SIGTERM)
    assert wait(settings, run_id).status is RunStatus.CANCELLED


def test_the_worker_has_its_thread_counts_before_anything_is_loaded(settings: Settings) -> None:
    environment = launch.worker_environment(settings)
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["PROOFOLIO_HOME"] == str(settings.home)


def test_a_worker_that_cannot_start_fails_its_run_instead_of_trying_for_ever(
    settings: Settings, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    run_id = queue(settings)
    run = wait(settings, run_id)
    assert (run.status, run.error) == (RunStatus.FAILED, "The process for this run could not start.")
