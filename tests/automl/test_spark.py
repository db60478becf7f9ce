"""The search on a real Spark: the same records as without one, whatever happens to its executors."""

import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier

from engine.automl import families
from engine.automl.families.family import Config, Context, Family
from engine.automl.outcome import Recorded, SearchResult
from engine.automl.race import Race
from engine.automl.replay import refolded
from engine.automl.search import search
from engine.automl.spark import SparkRace
from engine.automl.spark_session import Where, check_ready, session, where
from engine.cli import main
from engine.domain.project import Project
from engine.domain.run import Budget, TrialKind
from engine.domain.task import Task
from engine.errors import InputError
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect
from tests.automl.toys import Notes, Toy, numeric_toy, toy

QUICK = ("linear", "lightgbm", "extra_trees")


def _missing() -> str:
    try:
        check_ready(Where(master="local[2]", workers=2))
    except InputError as error:
        return str(error)
    return ""


needs_spark = pytest.mark.skipif(bool(_missing()), reason=_missing())


@pytest.fixture(scope="module")
def warm() -> Iterator[None]:
    """One session for all tests on this machine: executors load libraries once, not once per test."""
    with session(Where(master="local[2]", workers=2), 1):
        yield


def run(given: Toy, race: Callable[..., Race], notes: Notes | None = None, **more: Any) -> SearchResult:
    chosen: dict[str, Any] = {"budget": Budget(trials=8), "seed": 0, "threads": 2, "families": QUICK} | more
    return search(given.X, given.y, given.problem, given.folds, listener=notes or Notes(), make_race=race, **chosen)


def on(master: str, workers: int) -> Callable[..., Race]:
    return partial(SparkRace, where=Where(master=master, workers=workers))


def board(found: SearchResult) -> list[tuple[object, ...]]:
    return [(one.number, one.family, one.kind, dict(one.config), one.score) for one in found.outcomes]


class Raising(ClassifierMixin, BaseEstimator):
    """Raises, or takes its whole process with it."""

    def __init__(self, how: str = "raise") -> None:
        self.how = how

    def fit(self, X: Any, y: Any) -> "Raising":
        if self.how == "raise":
            raise ArithmeticError("no root was found")
        if self.how == "hang":
            time.sleep(120)
        os._exit(9)


def _build(config: Config, context: Context) -> Any:
    del context
    return DummyClassifier() if config["how"] == "well" else Raising(str(config["how"]))


def planted(monkeypatch: pytest.MonkeyPatch, *ways: str) -> None:
    """Leave the dummy and the linear model in the registry, and a family whose configurations go wrong."""
    family = Family(
        id="planted",
        title="Planted",
        order=2,
        clarity=1,
        encoding="ordinal",
        build=_build,
        defaults=tuple({"how": way} for way in ways),
    )
    known = families.registry()
    wanted = {name: known[name] for name in ("dummy", "linear")} | {"planted": family}
    monkeypatch.setattr(families, "registry", lambda: wanted)


@needs_spark
@pytest.mark.usefixtures("warm")
def test_one_worker_gives_the_leaderboard_of_the_local_engine() -> None:
    given = numeric_toy()
    there, here = run(given, on("local[2]", 1), threads=1), run(given, Race, threads=1)
    assert board(there) == board(here)
    assert there.ensemble == here.ensemble
    np.testing.assert_array_equal(there.ensemble_oof, here.ensemble_oof)
    np.testing.assert_allclose(there.model.predict(given.X.iloc[:9]), here.model.predict(given.X.iloc[:9]))


@needs_spark
@pytest.mark.usefixtures("warm")
def test_two_workers_repeat_themselves_and_every_trial_replays() -> None:
    given, notes = toy(Task.REGRESSION, rows=120), Notes()
    first = run(given, on("local[2]", 2), notes, budget=Budget(trials=7))
    again = run(given, on("local[2]", 2), budget=Budget(trials=7))
    assert board(first) == board(again)
    assert [one.number for one in notes.outcomes] == list(range(1, 8)), "an odd budget is kept, and told in order"
    assert {one.kind for one in first.outcomes} >= {TrialKind.DUMMY, TrialKind.SIMPLE, TrialKind.DEFAULT}
    assert all("Spark" in phase for phase, _ in notes.phases[:-1])
    for one in first.outcomes:
        record = Recorded(**vars(one))
        scored = refolded(record, given.X, given.y, given.folds, given.problem, seed=0, threads=2)
        assert scored.score == pytest.approx(one.score, rel=1e-12)


@needs_spark
@pytest.mark.usefixtures("warm")
def test_a_search_goes_on_from_recorded_trials() -> None:
    given = numeric_toy()
    whole = run(given, on("local[2]", 2), budget=Budget(trials=6))
    part = [Recorded(**vars(one)) for one in whole.outcomes[:4]]
    rest = run(given, on("local[2]", 2), budget=Budget(trials=6), recorded=part)
    assert board(rest)[:4] == board(whole)[:4]
    assert len(rest.outcomes) == 6


@needs_spark
@pytest.mark.usefixtures("warm")
def test_what_raises_or_takes_its_executor_along_is_a_failed_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "raise", "exit", "well")
    found = run(numeric_toy(), on("local[2]", 2), families=None, budget=Budget(trials=8))
    reasons = {one.config["how"]: one.reason for one in found.outcomes if one.family == "planted"}
    assert reasons["raise"] == "It failed with ArithmeticError: no root was found."
    assert "executor that fitted it was lost" in reasons["exit"]
    assert reasons["well"] == "", "the neighbour in its batch was fitted again, alone"
    assert found.winner.score is not None
    assert sorted(one.number for one in found.outcomes) == list(range(1, len(found.outcomes) + 1))


@needs_spark
@pytest.mark.usefixtures("warm")
def test_asked_to_end_it_leaves_what_hangs_and_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "hang")
    began = time.monotonic()
    found = run(numeric_toy(), on("local[2]", 1), Notes(stop_after=2), families=None, budget=Budget(trials=50))
    assert time.monotonic() - began < 60
    assert found.winner.family == "linear"
    assert len(found.outcomes) <= 3


@needs_spark
@pytest.mark.usefixtures("warm")
def test_a_batch_that_hangs_is_ended_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "hang")

    class Impatient(Notes):
        """Asks to end once the trial that hangs has been begun."""

        def stopping(self) -> bool:
            return any("Planted" in phase for phase, _ in self.phases)

    began = time.monotonic()
    found = run(numeric_toy(), on("local[2]", 1), Impatient(), families=None, budget=Budget(trials=50))
    assert time.monotonic() - began < 60
    assert [one.reason for one in found.outcomes] == ["", "", "It was stopped, since the run was asked to end."]


def test_where_trials_are_fitted_is_settled_before_anything_is_queued() -> None:
    assert where(None, None, 4) == Where(master="local[4]", workers=4)
    assert where(None, 3, 4) == Where(master="local[3]", workers=3)
    assert where("spark://host:7077", 8, 2) == Where(master="spark://host:7077", workers=8)
    assert where("local[*]", 2, 2).local
    assert not where("yarn", 2, 2).local


@pytest.mark.parametrize(
    ("master", "workers", "said"),
    [
        ("spark://ann:secret@host:7077", 2, "must not hold a name, password or token"),
        ("k8s://https://host:1?token=abc", 2, "must not hold a name, password or token"),
        ("http://host:7077", 2, "not the address of a Spark master"),
        ("local[2] --conf x", 2, "not the address of a Spark master"),
        (None, 0, "0 workers are not possible"),
        (None, 10_000, "10000 workers are not possible"),
    ],
)
def test_an_impossible_place_is_one_sentence(master: str | None, workers: int, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        where(master, workers, 2)
    assert caught.value.hint
    assert "ann:" not in str(caught.value)
    assert "abc" not in str(caught.value)


def test_missing_parts_are_named_with_the_next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = Where(master="local[1]", workers=1)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else object())
    with pytest.raises(InputError, match=r"needs the package pyspark.*proofolio\[spark\]"):
        check_ready(place)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InputError, match="needs Java, and none was found"):
        check_ready(place)
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(InputError, match="Java 17 or newer; this is Java 8"):
        check_ready(place)
    old.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\" 2024-01-16' >&2\n")
    check_ready(place)
    with pytest.raises(InputError, match=r"spark://127\.0\.0\.1:1 does not answer"):
        check_ready(Where(master="spark://127.0.0.1:1", workers=1))
    monkeypatch.setattr(importlib.util, "find_spec", found)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "spark", "--master", "ftp://x"], "not the address of a Spark master"),
        (["--master", "local[2]"], "belong to Spark"),
        (["--engine", "cloud"], "cloud"),
    ],
)
def test_the_command_refuses_with_exit_code_2_and_queues_nothing(
    settings: Settings, project: Project, words: list[str], said: str
) -> None:
    done = CliRunner().invoke(main, ["train", project.slug, "--trials", "3", *words])
    assert done.exit_code == 2
    assert said in done.output
    with connect(settings) as db:
        assert runs.all_of(db, project.slug) == []
