"""The end of a search: what is fitted on all rows, and what answers where that is not possible."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from engine.automl import families
from engine.automl.families.family import Config, Context, Family
from engine.automl.finish import Finisher
from engine.automl.folds import many_rows_seconds
from engine.automl.outcome import Recorded, SearchResult, TrialOutcome
from engine.automl.reserve import Reserve
from engine.automl.search import search
from engine.domain.run import Budget, TrialKind
from engine.domain.task import Task
from tests.automl.toys import Halving, Notes, numeric_toy

GIVEN = numeric_toy()
ROWS = len(GIVEN.y)


class OnAllRows(LogisticRegression):  # type: ignore[misc]
    """Fits the folds at once; with all rows it does what the test says first."""

    def __init__(self, first: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.first = first

    def fit(self, X: Any, y: Any) -> "OnAllRows":
        if len(y) == ROWS:
            self.first()
        super().fit(np.nan_to_num(np.asarray(X, dtype=float)), y)
        return self

    def predict_proba(self, X: Any) -> Any:
        return super().predict_proba(np.nan_to_num(np.asarray(X, dtype=float)))


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    def plant(first: Callable[[], None]) -> None:
        def build(config: Config, context: Context) -> Any:
            del config, context
            return OnAllRows(first)

        family = Family(
            id="planted", title="Planted", order=2, clarity=1, encoding="ordinal", build=build, defaults=({},)
        )
        wanted = {"dummy": families.registry()["dummy"], "planted": family}
        monkeypatch.setattr(families, "registry", lambda: wanted)

    return plant


def run(budget: Budget, notes: Notes | None = None, **more: Any) -> SearchResult:
    return search(
        GIVEN.X,
        GIVEN.y,
        GIVEN.problem,
        GIVEN.folds,
        budget=budget,
        seed=0,
        threads=2,
        listener=notes or Notes(),
        make_searcher=Halving,
        **more,
    )


def fail() -> None:
    raise MemoryError


def hang() -> None:
    # Waits in a lock, where no exception of another thread arrives.
    threading.Event().wait(20)


def test_what_cannot_be_fitted_on_all_rows_answers_by_its_fold_models(planted: Any) -> None:
    planted(fail)
    result = run(Budget(trials=2))
    assert result.winner.family == "planted"
    assert [one.weight for one in result.model.members] == pytest.approx([1 / 3] * 3)
    assert "fold models answer" in result.notes[0]
    assert np.isfinite(result.model.predict(GIVEN.X)).all()


def test_a_fit_on_all_rows_that_hangs_does_not_sink_the_budget(planted: Any) -> None:
    planted(hang)
    began = time.monotonic()
    result = run(Budget(seconds=3.0))
    assert time.monotonic() - began < 3.0 + 3
    assert result.winner.family == "planted"
    assert len(result.model.members) == 3


def test_recorded_trials_that_time_does_not_allow_leave_the_answer_to_one_that_it_does(planted: Any) -> None:
    planted(lambda: time.sleep(15))
    whole = run(Budget(trials=2), Notes(stop_after=2))
    recorded = [Recorded(**vars(replace(one, fit_seconds=40.0 * (one.number - 1)))) for one in whole.outcomes]
    began = time.monotonic()
    result = run(Budget(seconds=2.0), recorded=recorded)
    assert time.monotonic() - began < 2.0 + 3
    assert result.winner.family == "dummy"
    assert np.isfinite(result.model.predict(GIVEN.X)).all()


def test_asked_to_stop_in_the_middle_of_a_fit_the_rest_is_enough(planted: Any) -> None:
    planted(lambda: None)
    result = run(Budget(seconds=60), Notes(stop_after=1))
    assert result.winner.family == "dummy"
    assert result.ensemble == ((1, 1.0),)


def finisher_with(seconds: dict[int, float], left: float) -> tuple[Finisher, dict[int, TrialOutcome]]:
    """Trials without fold models, whose errors cancel in pairs, and so much time for fitting them on all rows."""
    given = numeric_toy(Task.REGRESSION)
    noise = np.where(np.arange(ROWS) % 2, 1.0, -1.0)
    errors = {1: noise * 4.0, 2: -noise * 4.5, 3: np.full(ROWS, 3.0)}
    good = {
        number: TrialOutcome(
            number=number,
            family="linear",
            kind=TrialKind.CANDIDATE,
            config={"C": float(number)},
            score=float(np.sqrt(np.mean(errors[number] ** 2))),
            fit_seconds=seconds[number],
            oof=given.y + errors[number],
        )
        for number in errors
    }
    bench = given.bench()
    reserve = Reserve(bench=bench, clock=lambda: 0.0, deadline=left)
    return Finisher(bench=bench, reserve=reserve, stopping=lambda: False), good


def test_with_time_enough_the_best_blend_is_fitted() -> None:
    finisher, good = finisher_with({1: 1.0, 2: 1.0, 3: 1.0}, left=60)
    assert {1, 2} <= {number for number, _ in finisher._within.choose(good, finisher._seconds())}


@pytest.mark.parametrize(
    ("seconds", "left", "expected"),
    [
        # Either half of the blend fits into the time, both do not: the best single trial answers, not a half.
        ({1: 6.0, 2: 6.0, 3: 6.0}, 6.0, 3),
        # The best single trial takes too long: the best of the others answers.
        ({1: 2.0, 2: 90.0, 3: 90.0}, 6.0, 1),
        # Nothing fits: the quickest answers.
        ({1: 90.0, 2: 80.0, 3: 91.0}, 1.0, 2),
    ],
)
def test_what_time_does_not_allow_is_left_to_the_best_that_it_does(
    seconds: dict[int, float], left: float, expected: int
) -> None:
    finisher, good = finisher_with(seconds, left)
    assert finisher._within.choose(good, finisher._seconds()) == ((expected, 1.0),)


class Sleepy(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Takes some time for a call and some for each row."""

    def __init__(self, call: float, row: float) -> None:
        self.call, self.row = call, row
        self.rows = 0
        self.classes_ = np.arange(2)

    def predict_proba(self, X: Any) -> Any:
        self.rows += len(X)
        time.sleep(self.call + self.row * len(X))
        return np.full((len(X), 2), 0.5)


@pytest.mark.parametrize(("call", "row", "low", "high"), [(0.03, 0.0, 0.02, 0.6), (0.0, 0.0005, 4.0, 9.0)])
def test_the_time_of_many_rows_counts_what_a_call_costs_once(call: float, row: float, low: float, high: float) -> None:
    bench, model = GIVEN.bench(), Sleepy(call, row)
    found = many_rows_seconds(bench, {0: Pipeline([("model", model)])}, {0: 1.0}, 1.0)
    assert low < found < high
    if row:
        assert model.rows < 2 * (ROWS + 100), "what is far too slow is not measured to its end"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Quick ones: nothing is left out.
        ({1: 0.0, 2: 0.0, 3: 0.0}, {1, 2, 3}),
        # One is too slow by itself: the others stay, however much they err without it.
        ({1: 0.0005, 2: 0.0, 3: 0.0}, {2, 3}),
        # Each is quick enough, all together are not: the best part that is stays, and its errors cancel.
        ({1: 0.00006, 2: 0.00006, 3: 0.0001}, {1, 2}),
        # None is quick enough: the quickest answers.
        ({1: 0.0005, 2: 0.0004, 3: 0.0006}, {2}),
    ],
)
def test_a_blend_is_pruned_to_the_best_part_that_answers_in_time(rows: dict[int, float], expected: set[int]) -> None:
    finisher, good = finisher_with(dict.fromkeys(rows, 1.0), left=60)
    members = tuple((number, 1 / 3) for number in rows)
    fits = [{number: Pipeline([("model", SleepyNumbers(row))]) for number, row in rows.items()}]
    kept, _ = finisher._pruning(good).quick_enough(members, fits)
    assert {number for number, _ in kept} <= expected
    assert {number for number, _ in kept} == expected or len(expected) > 1


class SleepyNumbers(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Takes some time for each row."""

    def __init__(self, row: float) -> None:
        self.row = row
        self.fitted_ = True

    def predict(self, X: Any) -> Any:
        time.sleep(self.row * len(X))
        return np.zeros(len(X))
