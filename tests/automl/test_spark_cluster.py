"""The search on a cluster of two workers, each a process of its own; and through the command, to the hold-out."""

import time
from pathlib import Path

import pytest

from engine.automl import spark_session
from engine.domain.run import Budget
from engine.domain.task import Task
from engine.errors import InputError
from tests.automl.test_spark import board, needs_spark, on, run
from tests.automl.toys import numeric_toy, toy
from tests.cli.test_end_to_end import Shell

CLUSTER = "local-cluster[2,1,1024]"
"""A standalone master and two workers with an executor each."""

pytestmark = [needs_spark, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _no_session_is_left_open() -> None:
    from pyspark.sql import SparkSession

    if (left := SparkSession.getActiveSession()) is not None:
        left.stop()


def test_two_processes_of_a_cluster_give_what_two_threads_give() -> None:
    given = toy(Task.BINARY, rows=200)
    assert board(run(given, on(CLUSTER, 2))) == board(run(given, on("local[2]", 2)))


def test_a_budget_in_seconds_is_kept() -> None:
    began = time.monotonic()
    found = run(toy(Task.BINARY, rows=300), on("local[2]", 2), budget=Budget(seconds=40), families=None)
    assert time.monotonic() - began < 43
    assert len(found.outcomes) > 6


def test_a_master_without_a_free_executor_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "_FIRST_JOB_SECONDS", 15.0)
    # A worker of 512 MB can start no executor of 1 GB.
    with pytest.raises(InputError, match=r"no free executor|No session could be opened"):
        run(numeric_toy(), on("local-cluster[1,1,512]", 1))


def test_the_command_records_where_trials_were_fitted(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("project", "new", "penguins", "--template", "penguin-species")
    words = ("train", "penguins", "--trials", 7, "--seed", 3)
    there = shell(*words, "--engine", "spark", "--master", "local[2]", "--workers", 1)
    assert (there["engine"], there["master"], there["workers"]) == ("spark", "local[2]", 1)
    here = shell(*words)
    assert here["engine"] == "local"
    assert [row["score"] for row in there["leaderboard"]] == [row["score"] for row in here["leaderboard"]]
    opened = shell("holdout", "open", "penguins", "--expect", "0.1")
    assert opened["metrics"]
