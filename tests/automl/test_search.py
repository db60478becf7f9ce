import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier

from engine.automl import bench, families
from engine.automl.families.family import Config, Context, Family
from engine.automl.model import Model
from engine.automl.outcome import Recorded, SearchResult, TrialOutcome
from engine.automl.replay import refolded
from engine.automl.search import search
from engine.domain.run import Budget, TrialKind
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from engine.metrics.scores import score
from tests.automl.toys import Halving, Notes, Toy, folds_of, numeric_toy, problem_of, toy

QUICK = ("linear", "lightgbm")


def run(given: Toy, budget: Budget, notes: Notes | None = None, **more: Any) -> SearchResult:
    return search(
        given.X,
        given.y,
        given.problem,
        given.folds,
        budget=budget,
        listener=notes or Notes(),
        **({"seed": 0, "threads": 2, "families": QUICK, "make_searcher": Halving} | more),
    )


def recorded(result: SearchResult) -> list[Recorded]:
    return [Recorded(**vars(one)) for one in result.outcomes]


def planted(monkeypatch: pytest.MonkeyPatch, build: Any, **more: Any) -> None:
    """Put a family into the registry that takes the place of the network."""
    family = Family(
        id="planted",
        title="Planted",
        order=2,
        clarity=1,
        encoding="ordinal",
        build=build,
        defaults=({"n_estimators": 1},),
        **more,
    )
    known = families.registry()
    wanted = {name: known[name] for name in ("dummy", "linear")} | {"planted": family}
    monkeypatch.setattr(families, "registry", lambda: wanted)


def test_the_baselines_come_first_and_everything_is_told() -> None:
    notes = Notes()
    result = run(numeric_toy(), Budget(trials=5), notes)
    assert [one.number for one in result.outcomes] == [1, 2, 3, 4, 5]
    assert [one.kind for one in result.outcomes[:3]] == [TrialKind.DUMMY, TrialKind.SIMPLE, TrialKind.DEFAULT]
    assert tuple(notes.outcomes) == result.outcomes
    shares = [share for _, share in notes.phases]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert notes.phases[0][0] == "Fitting Dummy (trial 1)"


@pytest.mark.parametrize("task", list(Task))
def test_a_search_ends_with_a_model_of_what_won(task: Task) -> None:
    given = toy(task) if task is Task.BINARY else numeric_toy(task)
    result = run(given, Budget(trials=5))
    assert result.winner.score is not None
    sign = 1 if task is Task.BINARY else -1
    singles = [sign * one.score for one in result.outcomes if one.score is not None]
    assert sign * result.winner.score >= max(singles)
    assert result.winner.score == pytest.approx(score(given.problem.metric, given.y, result.winner.oof, given.problem))
    assert result.model.predict(given.X).shape == result.winner.oof.shape
    numbered = {one.number: one.family for one in result.outcomes}
    wanted: dict[str, float] = defaultdict(float)
    found: dict[str, float] = defaultdict(float)
    for number, weight in result.ensemble:
        wanted[numbered[number]] += weight
    for member in result.model.members:
        found[member.family] += member.weight
    assert found == pytest.approx(wanted)


def test_with_trials_as_budget_nothing_depends_on_the_clock() -> None:
    given = numeric_toy()

    def leaderboard(clock: Any) -> list[tuple[str, Any, float | None]]:
        result = run(given, Budget(trials=9), clock=clock)
        board = [(one.family, dict(one.config), one.score) for one in result.outcomes]
        return [*board, ("blend", result.ensemble, result.ensemble_score)]

    strange = iter(range(0, 10**9, 1000))
    assert leaderboard(time.monotonic) == leaderboard(lambda: float(next(strange)))


def test_a_search_goes_on_after_what_was_recorded() -> None:
    given = numeric_toy()
    whole = run(given, Budget(trials=9))
    notes = Notes()
    first = recorded(replace(whole, outcomes=whole.outcomes[:4]))
    result = run(given, Budget(trials=9), notes, recorded=first)
    assert [one.number for one in notes.outcomes] == [5, 6, 7, 8, 9]
    tried = [(one.family, tuple(sorted(one.config.items()))) for one in result.outcomes]
    assert len(set(tried)) == len(tried)
    assert {one[0] for one in result.ensemble} <= {one.number for one in result.outcomes}


def test_everything_recorded_is_enough_for_a_model() -> None:
    given = numeric_toy()
    done = recorded(run(given, Budget(trials=4)))
    for budget in (Budget(trials=4), Budget(seconds=0.0)):
        result = run(given, budget, recorded=done)
        assert len(result.outcomes) == 4
        assert np.isfinite(result.model.predict(given.X)).all()
    bare = run(given, Budget(trials=4), recorded=[replace(one, oof=None) for one in done])
    assert bare.ensemble_outcome is None
    assert np.isfinite(bare.model.predict(given.X)).all()


def test_asked_to_stop_it_ends_soon_with_a_usable_model(tmp_path: Path) -> None:
    given = toy(Task.BINARY)
    began = time.monotonic()
    result = run(given, Budget(seconds=60), Notes(stop_after=3))
    assert time.monotonic() - began < 15
    assert len(result.outcomes) == 3
    result.model.save(tmp_path)
    np.testing.assert_allclose(Model.load(tmp_path, given.problem).predict(given.X), result.model.predict(given.X))


def test_asked_to_stop_at_once_there_is_still_a_model() -> None:
    result = run(numeric_toy(), Budget(seconds=60), Notes(stop_after=0))
    assert [one.kind for one in result.outcomes] == [TrialKind.DUMMY]


@pytest.mark.parametrize("seconds", [0.0, 2.5])
def test_seconds_are_kept(seconds: float) -> None:
    given = toy(Task.BINARY)
    began = time.monotonic()
    result = run(given, Budget(seconds=seconds))
    assert time.monotonic() - began < seconds + 3
    assert np.isfinite(result.model.predict(given.X)).all()


def raising(_: Config, __: Context) -> Any:
    raise RuntimeError("planted fault\nwith a long tail")


class Hanging(DummyClassifier):  # type: ignore[misc]
    """Never comes back."""

    def fit(self, X: Any, y: Any) -> "Hanging":
        del X, y
        while True:
            time.sleep(0.01)


class Wild(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Predicts what is no probability."""

    def fit(self, X: Any, y: Any) -> "Wild":
        del X
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:
        return np.full((len(X), len(self.classes_)), np.nan)


class Hungry(Wild):
    """Wants more memory than there is."""

    def fit(self, X: Any, y: Any) -> "Hungry":
        raise MemoryError


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (raising, "It failed with RuntimeError: planted fault."),
        (lambda *_: Wild(), "It failed with ValueError: it predicts values that are not finite."),
        (lambda *_: Hungry(), "It needed more memory than there is."),
    ],
)
def test_a_family_that_fails_is_a_row(monkeypatch: pytest.MonkeyPatch, build: Any, reason: str) -> None:
    planted(monkeypatch, build)
    result = run(numeric_toy(), Budget(trials=4), families=None)
    failed = [one for one in result.outcomes if one.score is None]
    assert [(one.family, one.reason) for one in failed] == [("planted", reason)]
    assert failed[0].oof is None
    assert np.isfinite(result.model.predict(numeric_toy().X)).all()


def test_a_family_that_hangs_does_not_sink_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, lambda *_: Hanging())
    began = time.monotonic()
    result = run(numeric_toy(), Budget(seconds=4), families=None)
    assert time.monotonic() - began < 7
    reasons = [one.reason for one in result.outcomes if one.family == "planted"]
    assert len(reasons) == 1
    assert "longer than the 1 s" in reasons[0]
    assert any(one.family == "linear" and one.score is not None for one in result.outcomes)


def test_without_a_single_success_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, raising)
    only = {"planted": families.registry()["planted"]}
    monkeypatch.setattr(families, "registry", lambda: only)
    with pytest.raises(InputError, match="No model could be fitted: It failed with RuntimeError: planted fault"):
        run(numeric_toy(), Budget(seconds=2), families=None)


def wide(rows: int = 40, columns: int = 3000) -> Toy:
    rng = np.random.default_rng(0)
    names = [f"x{n}" for n in range(columns)]
    frame = pd.DataFrame(rng.normal(size=(rows, columns)), columns=names)
    problem = problem_of(Task.BINARY, kinds=dict.fromkeys(names, ColumnKind.NUMERIC))
    return Toy(frame, (frame["x0"] > 0).to_numpy().astype(int), problem, folds_of(rows))


def many_levels(rows: int = 900) -> Toy:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"city": [f"c{n}" for n in rng.integers(0, 500, rows)], "size": rng.normal(size=rows)})
    kinds = {"city": ColumnKind.CATEGORICAL, "size": ColumnKind.NUMERIC}
    return Toy(frame, (frame["size"] > 0).to_numpy().astype(int), problem_of(Task.BINARY, kinds=kinds), folds_of(rows))


def rare_class() -> Toy:
    given = numeric_toy(Task.MULTICLASS)
    y = np.minimum(given.y, 1)
    y[[0, 1]] = 2
    return Toy(given.X, y, given.problem, folds_of(len(y), 2))


def few_rows() -> Toy:
    return toy(Task.REGRESSION, rows=30)


@pytest.mark.parametrize(
    ("make", "chosen"),
    [
        (wide, ["linear", "extra_trees"]),
        (many_levels, ["linear", "lightgbm", "catboost", "random_forest"]),
        (rare_class, None),
        (few_rows, None),
    ],
)
def test_awkward_tables_end_in_a_usable_model(make: Any, chosen: list[str] | None) -> None:
    given = make()
    count = 1 + len(chosen or families.registry())
    result = run(given, Budget(trials=count), families=chosen)
    assert np.isfinite(result.model.predict(given.X)).all()
    assert result.winner.family != "dummy"
    assert {one.family: one.reason for one in result.outcomes if one.score is None} == {}


def test_many_rows_are_judged_on_fewer_folds() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=20_010)})
    y = (frame["size"] + rng.normal(size=len(frame)) > 0).to_numpy().astype(int)
    kinds = {"size": ColumnKind.NUMERIC}
    given = Toy(frame, y, problem_of(Task.BINARY, kinds=kinds), folds_of(len(y), 5))
    result = run(given, Budget(trials=2))
    assert "3 of 5 folds" in result.notes[0]
    oof = result.outcomes[1].oof
    assert oof is not None
    assert np.isnan(oof[given.folds[0][1]]).all()
    assert np.isfinite(oof[given.folds[4][1]]).all()
    one = result.outcomes[1]
    assert refolded(one, given.X, given.y, given.folds, given.problem, seed=0, threads=1).score == one.score


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_an_interrupted_search_that_counts_trials_ends_as_if_it_had_not_been(task: Task) -> None:
    given = numeric_toy(task)
    whole = run(given, Budget(trials=14))
    first = run(given, Budget(trials=9))
    recorded = [
        Recorded(**{name: getattr(one, name) for name in TrialOutcome.__dataclass_fields__}) for one in first.outcomes
    ]
    notes = Notes()
    again = run(given, Budget(trials=14), notes, recorded=recorded)
    assert [(one.family, one.config, one.score) for one in again.outcomes] == [
        (one.family, one.config, one.score) for one in whole.outcomes
    ]
    assert [one.number for one in notes.outcomes] == [10, 11, 12, 13, 14], "nothing is fitted twice"
    assert again.ensemble == whole.ensemble


def test_trials_that_were_taken_over_do_not_count_but_compete() -> None:
    given = numeric_toy()
    first = run(given, Budget(trials=9))
    names = TrialOutcome.__dataclass_fields__
    taken = [Recorded(**{name: getattr(one, name) for name in names} | {"taken": True}) for one in first.outcomes]
    notes = Notes()
    again = run(given, Budget(trials=3), notes, recorded=taken)
    assert len(notes.outcomes) == 3
    assert again.winner.score >= first.winner.score
    known = [(one.family, dict(one.config)) for one in first.outcomes]
    assert all((one.family, dict(one.config)) not in known for one in notes.outcomes)


def test_what_did_well_on_older_data_is_tried_first() -> None:
    given = numeric_toy()
    notes = Notes()
    config = dict(families.find("lightgbm").defaults[0]) | {"num_leaves": 7, "rounds": 33}
    run(given, Budget(trials=4), notes, starts=[("lightgbm", config), ("gone", {})])
    assert [one.family for one in notes.outcomes[:3]] == ["dummy", "linear", "lightgbm"]
    assert notes.outcomes[2].config["num_leaves"] == 7


def test_a_long_table_is_searched_on_growing_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_SAMPLE_CELLS", 100)
    monkeypatch.setattr(bench, "_FEWEST_SAMPLED", 60)
    given = numeric_toy(rows=600)
    result = run(given, Budget(trials=40))
    sizes = [one.config.get("sample") for one in result.outcomes]
    assert set(sizes) >= {60, 120, None}
    again = next(one for one in result.outcomes if one.config.get("sample") == 120)
    found = refolded(again, given.X, given.y, given.folds, given.problem, seed=0, threads=1)
    assert found.score == again.score
    assert result.model.predict(given.X).shape == (600, 2)
