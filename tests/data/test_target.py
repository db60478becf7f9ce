import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.target import class_weights, classes_of, cost_matrix, encode_target, order_binary
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError
from tests.data.tables import problem_of


def frame(y: list[object], dtype: str | None = None) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(len(y)) % 7 + 0.5, "y": pd.Series(y, dtype=dtype)})


BAD: dict[str, tuple[list[object], str]] = {
    "empty": ([None] * 40, "'y' is empty in every row"),
    "constant": (["a"] * 40, "is 'a' in every row"),
    "constant with gaps": (["a", None] * 20, "is 'a' in every row"),
    "few rows": (["a", "b"] * 5, "Only 10 rows have a value of the target 'y'; at least 20"),
    "one row": (["a"], "in every row"),
    "class seen once": (["a", "b"] * 20 + ["rare"], "'rare' of the target 'y' is seen only once"),
    "class seen twice": (["a", "b"] * 20 + ["rare"] * 2, "'rare' of the target 'y' is seen only twice"),
    "text": ([f"a long note of the number {n} in words" for n in range(80)], "holds free text"),
    "identifier": ([f"id{n}" for n in range(80)], "is an identifier"),
    "dates": (list(pd.date_range("2024-01-01", periods=40)), "holds dates"),
    "many classes": ([f"class {n % 120}" for n in range(720)], "has 120 classes; at most 100"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_target_that_cannot_be_predicted(name: str) -> None:
    values, said = BAD[name]
    with pytest.raises(InputError) as caught:
        problem_of(frame(values), "y")
    assert said in caught.value.message
    assert caught.value.hint


def test_classes_have_a_stable_order() -> None:
    assert problem_of(frame(["c", "a", "b"] * 10), "y").classes == ("a", "b", "c")
    assert problem_of(frame([10, 9, 2, 0, 1, 3, 4, 5, 6, 7, 8] * 15), "y", task=Task.MULTICLASS).classes == tuple(
        str(n) for n in range(11)
    )


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        (["no", "yes", "yes"], "yes"),
        ([0, 1, 1], "1"),
        ([True, False, True], "True"),
        (["good", "bad", "bad"], "bad"),
        (["late", "on time", "late"], "late"),
        (["spam", "not spam", "spam"], "spam"),
        (["x", "x", "y"], "y"),
        (["y2", "y1", "y2"], "y1"),
        ([1, 2, 2], "1"),
        ([-1, 1, 1], "1"),
    ],
)
def test_the_positive_class(labels: list[object], positive: str) -> None:
    table = frame(labels * 10)
    problem = problem_of(table, "y")
    assert problem.task is Task.BINARY
    assert problem.positive == positive
    other = next(label for label in problem.classes if label != positive)
    assert problem_of(table, "y", positive=other).positive == other


def test_an_unknown_positive_class() -> None:
    with pytest.raises(InputError, match="no class 'maybe'"):
        order_binary({"a": 3, "b": 4}, "maybe", "y")


@pytest.mark.parametrize(
    "values", [["no", "yes", "no"], [0, 1, 0], [True, False, False], [1.0, 0.0, 0.0], pd.Categorical(["b", "a", "a"])]
)
def test_codes_follow_the_classes(values: object) -> None:
    table = pd.DataFrame({"x": np.arange(30) % 7 + 0.5, "y": list(values) * 10})
    problem = problem_of(table, "y")
    y = encode_target(table["y"], problem)
    assert y.dtype == np.intp
    assert [problem.classes[code] for code in y[:3]] == [problem.classes[code] for code in y[3:6]]
    assert encode_target(table["y"].iloc[::-1], problem).tolist() == y.tolist()[::-1]
    assert encode_target(table["y"].astype(object), problem).tolist() == y.tolist()


def test_whole_numbers_stay_the_same_class_with_gaps_elsewhere() -> None:
    problem = problem_of(frame([0, 1, 1] * 10), "y")
    assert encode_target(pd.Series([1.0, 0.0]), problem).tolist() == [1, 0]


def test_what_cannot_be_encoded() -> None:
    problem = problem_of(frame(["a", "b"] * 20), "y")
    with pytest.raises(InputError, match="unknown class 'c'"):
        encode_target(pd.Series(["a", "c"]), problem)
    with pytest.raises(InputError, match="1 rows have no value"):
        encode_target(pd.Series(["a", None]), problem)
    number = Problem(target="y", task=Task.REGRESSION, metric="rmse", features=("x",), kinds={})
    assert encode_target(pd.Series([1, 2]), number).dtype == np.float64
    with pytest.raises(InputError, match="no number"):
        encode_target(pd.Series(["1,5", "2"]), number)


def test_costs_become_a_matrix() -> None:
    assert cost_matrix({"Yes -> No": 5, "No->Yes": 1.5}, ("No", "Yes")) == ((0.0, 1.5), (5.0, 0.0))
    assert cost_matrix({"a->b -> c": 2}, ("a->b", "c")) == ((0.0, 2.0), (0.0, 0.0))
    assert cost_matrix(None, ("No", "Yes")) == ()
    assert cost_matrix({"too high": 1, "too low": 2}, ()) == ()


@pytest.mark.parametrize(
    ("costs", "classes"),
    [
        ({"Yes -> Perhaps": 5}, ("No", "Yes")),
        ({"Yes": 5}, ("No", "Yes")),
        ({"Yes -> No": float("nan")}, ("No", "Yes")),
        ({"Yes -> No": "five"}, ("No", "Yes")),
        ({"Yes -> No": 5}, ()),
    ],
)
def test_costs_that_fit_nothing(costs: dict[str, float], classes: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        cost_matrix(costs, classes)


def test_classes_are_counted() -> None:
    assert classes_of(pd.Series([2, 1, 2, 1, 1, 2]), "y") == {"1": 3, "2": 3}


def test_class_weights_are_put_into_the_order_of_the_classes() -> None:
    assert class_weights({"b": 5, "a": 1}, ("a", "b")) == (1.0, 5.0)
    assert class_weights("balanced", ("a", "b")) == "balanced"
    assert class_weights(None, ("a", "b")) == class_weights("", ()) == ""


@pytest.mark.parametrize(
    ("wish", "classes", "message"),
    [
        ("heavy", ("a", "b"), "'heavy' is no class weight"),
        ("balanced", (), "target is a number"),
        ({"a": 1}, ("a", "b"), "see 'b'"),
        ({"a": 1, "b": 2, "c": 3}, ("a", "b"), "see 'c'"),
        ({"a": 1, "b": 0}, ("a", "b"), "class 'b' is 0"),
        ({"a": 1, "b": True}, ("a", "b"), "class 'b' is True"),
        ({"a": 1, "b": float("inf")}, ("a", "b"), "class 'b' is inf"),
    ],
)
def test_class_weights_that_do_not_fit_are_refused(wish: Any, classes: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        class_weights(wish, classes)


@pytest.mark.parametrize("weights", ["", "balanced", (1.0, 5.0)])
def test_class_weights_survive_being_written(weights: Any) -> None:
    problem = Problem(
        target="y", task=Task.BINARY, metric="roc_auc", features=(), kinds={}, classes=("a", "b"), class_weight=weights
    )
    written = json.loads(json.dumps(problem.as_dict()))
    assert Problem.from_dict(written) == problem
    assert ("class_weight" in written) == bool(weights)
