"""Partial dependence, individual lines and accumulated local effects, against others and by hand."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import partial_dependence

from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.explain.effects import LOCAL, PARTIAL, effects
from engine.explain.grid import Sampled
from tests.explain.toys import Formula, mixed, mixed_chance, numbers, problem_of, two_columns


@pytest.fixture(autouse=True)
def not_a_single_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def along(model: object, frame: pd.DataFrame, problem: Problem, *columns: str) -> dict:
    return effects(Sampled.of(model, frame, problem), columns or problem.features)  # type: ignore[arg-type]


class Forest:
    def __init__(self, forest: RandomForestClassifier) -> None:
        self.forest = forest

    def predict(self, frame: pd.DataFrame, /) -> np.ndarray:
        return np.asarray(self.forest.predict_proba(frame))


def test_averages_and_lines_are_those_of_scikit_learn() -> None:
    frame = numbers(120, 3)
    frame["x1"] = np.random.default_rng(1).integers(0, 4, 120).astype(float)
    truth = (frame["x0"] + frame["x1"] > 1).astype(int)
    forest = RandomForestClassifier(20, max_depth=4, random_state=0, n_jobs=1).fit(frame, truth)
    found = along(Forest(forest), frame, problem_of(frame, Task.BINARY, ("no", "yes")), "x0", "x1")
    assert found["rows"] == 120
    for one in found["columns"]:
        drawn = one["curves"][0]["partial"]
        theirs = partial_dependence(
            forest, frame, [one["column"]], custom_values={one["column"]: np.array(one["x"])}, kind="both"
        )
        assert drawn["mean"] == pytest.approx(theirs["average"][0], abs=1e-5)
        lines = theirs["individual"][0]
        shares = np.array(one["counts"]) / 120
        centred = lines - (lines @ shares)[:, None]
        assert np.array(drawn["lines"]) == pytest.approx(centred[: len(drawn["lines"])], abs=1e-5)
        assert drawn["effect"] == pytest.approx(centred.mean(axis=0), abs=1e-5)
    assert found["columns"][1]["x"] == [0, 1, 2, 3]


def test_local_effects_of_a_line_with_correlated_columns_rise_by_its_slope() -> None:
    frame = numbers(300, 2)
    frame["x1"] = frame["x0"] + 0.1 * frame["x1"]
    model = Formula(lambda rows: 3 * rows["x0"] - 2 * rows["x1"])
    found = along(model, frame, problem_of(frame))
    for one, slope in zip(found["columns"], (3, -2), strict=True):
        assert one["first"] == LOCAL
        assert one["partner"] in ("x0", "x1")
        assert "combinations that do not occur" in one["why"]
        local = one["curves"][0]["local"]
        gaps = np.diff(local["effect"]) / np.diff(local["x"])
        assert gaps == pytest.approx(np.full(len(gaps), slope), rel=1e-3)
        assert all(low <= high for low, high in zip(local["low"], local["high"], strict=True))


def test_local_effects_do_not_ask_about_what_never_occurs() -> None:
    """The formula explodes off the diagonal, where no row lies: partial dependence is misled, local effects are not."""
    base = np.random.default_rng(0).uniform(0, 1, 300)
    frame = pd.DataFrame({"a": base, "b": base + np.random.default_rng(1).normal(0, 0.01, 300)})
    model = Formula(lambda rows: rows["a"] + 100 * np.maximum(0, (rows["a"] - rows["b"]).abs() - 0.3))
    curve = along(model, frame, problem_of(frame), "a")["columns"][0]["curves"][0]
    assert np.ptp(curve["local"]["effect"]) == pytest.approx(1, abs=0.02)
    assert np.ptp(curve["partial"]["effect"]) > 5


def test_local_effects_of_levels_are_their_differences() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"plan": rng.choice(["a", "b", "c"], 200, p=[0.5, 0.3, 0.2]), "x": rng.normal(size=200)})
    value = {"a": 1.0, "b": 4.0, "c": -2.0}
    found = along(
        Formula(lambda rows: rows["plan"].map(value).astype(float) + rows["x"]), frame, problem_of(frame), "plan"
    )
    one = found["columns"][0]
    local = one["curves"][0]["local"]
    effect = dict(zip(local["x"], local["effect"], strict=True))
    assert effect["b"] - effect["a"] == pytest.approx(3, abs=1e-4)
    assert effect["c"] - effect["a"] == pytest.approx(-3, abs=1e-4)
    mean = sum(effect[level] * count for level, count in zip(one["x"], one["counts"], strict=True))
    assert mean == pytest.approx(0, abs=1e-2)


def test_levels_stand_beside_those_that_are_like_them() -> None:
    rng = np.random.default_rng(0)
    level = rng.integers(0, 4, 400)
    frame = pd.DataFrame({"size": np.array(["d", "b", "a", "c"])[level], "x": level + rng.normal(0, 0.3, 400)})
    found = along(Formula(lambda rows: rows["x"]), frame, problem_of(frame), "size")
    order = found["columns"][0]["curves"][0]["local"]["x"]
    assert order in (["d", "b", "a", "c"], ["c", "a", "b", "d"])


def test_loosely_tied_columns_show_partial_dependence_first_and_say_so() -> None:
    frame = numbers(300, 3)
    one = along(Formula(lambda rows: rows["x0"] ** 2), frame, problem_of(frame), "x0")["columns"][0]
    assert one["first"] == PARTIAL
    assert "partial dependence comes first" in one["why"]


def test_lines_that_run_against_each_other_are_counted() -> None:
    frame = numbers(200, 2)
    frame["x1"] = np.where(np.arange(200) % 4 == 0, -1.0, 1.0)
    one = along(Formula(lambda rows: rows["x0"] * rows["x1"]), frame, problem_of(frame), "x0")["columns"][0]
    assert one["curves"][0]["partial"]["agree"] == pytest.approx(0.75)
    assert "75 % of the rows" in one["curves"][0]["sentence"]


def test_a_gap_in_the_data_is_marked() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": np.concatenate([rng.uniform(0, 1, 150), rng.uniform(9, 10, 150)])})
    one = along(Formula(lambda rows: rows["x"]), frame, problem_of(frame))["columns"][0]
    spans = one["few"]
    assert any(span["from"] < 2 and span["to"] > 8 and span["rows"] == 0 for span in spans)
    assert not any(span["from"] <= 0.5 <= span["to"] for span in spans)


def test_intervals_of_partial_dependence_cover_that_of_many_rows() -> None:
    """Of 60 tables of 80 rows each, most intervals must hold what very many rows would show."""
    truth = 1.0 / 3.0 + 0.5  # the mean slope of x0 over x1, uniform on 0 to 1, of x0 * (x1 ** 2 + 0.5)
    held = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"x0": np.tile([0.0, 1.0], 40), "x1": rng.uniform(0, 1, 80)})
        model = Formula(lambda rows: rows["x0"] * (rows["x1"] ** 2 + 0.5))
        drawn = along(model, frame, problem_of(frame), "x0")["columns"][0]["curves"][0]["partial"]
        held.append(drawn["low"][1] <= truth / 2 <= drawn["high"][1])
    assert np.mean(held) >= 0.83


def test_every_kind_of_column_is_drawn() -> None:
    frame = mixed(100)
    problem = problem_of(frame, Task.BINARY, ("no", "yes"))
    found = effects(
        Sampled.of(Formula(mixed_chance), frame, problem), ["since", "members", "tag", "grade", "paid", "agreed"]
    )
    kinds = {one["column"]: one["kind"] for one in found["columns"]}
    assert kinds == {
        "since": "date",
        "members": "numeric",
        "tag": "category",
        "grade": "category",
        "paid": "category",
        "agreed": "category",
    }
    by_name = {one["column"]: one for one in found["columns"]}
    assert by_name["grade"]["x"] == ["low", "mid", "high"]
    assert by_name["members"]["curves"][0]["missing"] is not None
    assert by_name["since"]["x"] == sorted(by_name["since"]["x"])


def test_each_class_has_its_own_curve() -> None:
    frame = numbers(100, 2)
    problem = problem_of(frame, Task.MULTICLASS, ("a", "b", "c"))

    def chances(rows: pd.DataFrame) -> np.ndarray:
        raw = np.exp(np.column_stack([rows["x0"], -rows["x0"], np.zeros(len(rows))]))
        return raw / raw.sum(axis=1, keepdims=True)

    curves = along(Formula(chances), frame, problem, "x0")["columns"][0]["curves"]
    assert [curve["label"] for curve in curves] == ["a", "b", "c"]
    assert np.sum([curve["partial"]["effect"] for curve in curves], axis=0) == pytest.approx(0, abs=1e-5)


def test_columns_without_a_shape_are_left_out_by_name() -> None:
    frame = pd.DataFrame(
        {
            "same": np.ones(40),
            "none": np.full(40, np.nan),
            "text": [f"word {place}" for place in range(40)],
            "two": np.tile([0.0, 1.0], 20),
            "each": pd.Series([f"id {place}" for place in range(40)], dtype="str"),
        }
    )
    problem = problem_of(frame)
    kinds = {**problem.kinds, "text": ColumnKind.TEXT}
    problem = Problem(target="outcome", task=Task.REGRESSION, metric="rmse", features=problem.features, kinds=kinds)
    found = along(Formula(lambda rows: rows["two"]), frame, problem)
    assert [one["column"] for one in found["columns"]] == ["two"]
    assert found["left_out"] == ["same", "none", "text", "each"]
    assert found["columns"][0]["curves"][0]["partial"]["effect"] == [-0.5, 0.5]


def test_a_model_that_says_always_the_same_is_said_to() -> None:
    frame = numbers(60, 2)
    problem = problem_of(frame, Task.BINARY, ("no", "yes"))
    found = along(Formula(lambda rows: two_columns(np.full(len(rows), 0.25))), frame, problem, "x0")
    curve = found["columns"][0]["curves"][0]
    assert "does not change along x0" in curve["sentence"]
    assert curve["partial"]["agree"] is None


def test_a_slow_model_is_asked_about_fewer_rows() -> None:
    frame = numbers(400, 2)
    ticks = iter(np.arange(0, 1e6, 1.0))
    problem = problem_of(frame)
    found = effects(
        Sampled.of(Formula(lambda rows: rows["x0"]), frame, problem),
        ["x0", "x1"],
        budget_seconds=2.0,
        timer=lambda: float(next(ticks)),
    )
    assert found["rows"] == int(2_000 * 2 / (2 * 28))
    assert len(found["columns"][0]["curves"][0]["partial"]["lines"]) == 30
