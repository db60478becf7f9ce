"""Pairs that work together: planted ones are found, sums claim none."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from engine.domain.task import Task
from engine.explain.grid import Sampled
from engine.explain.interactions import interactions
from tests.explain.toys import Formula, mixed, mixed_chance, numbers, problem_of, squash, two_columns


@pytest.fixture(autouse=True)
def not_a_single_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_product_is_found_with_its_true_size() -> None:
    frame = numbers(2_000, 4)
    model = Formula(lambda rows: rows["x0"] + rows["x1"] + rows["x1"] * rows["x2"])
    found = interactions(Sampled.of(model, frame, problem_of(frame)), list(frame.columns))
    best = found["pairs"][0]
    assert {best["first"], best["second"]} == {"x1", "x2"}
    # Of independent standard normal columns the product has variance 1 of 3 in all, and is all of the index.
    assert best["low"] <= 1 / 3 <= best["high"]
    assert best["value"] == pytest.approx(1 / 3, abs=0.12)
    assert best["shown"]
    assert best["top"] == 1.0
    assert found["shown"] == 1
    assert all(one["value"] == 0 and one["top"] == 0 for one in found["pairs"][1:])
    assert "x1 and x2 work together" in found["sentences"][0]
    assert found["grids"][0]["columns"] == ["x1", "x2"]


@pytest.mark.parametrize("task", [Task.REGRESSION, Task.BINARY, Task.MULTICLASS])
def test_sums_claim_no_pair(task: Task) -> None:
    frame = numbers(300, 4)

    def said(rows: pd.DataFrame) -> np.ndarray:
        total = np.asarray(np.sin(rows["x0"]) + rows["x1"] - 0.5 * rows["x2"] ** 2)
        if task is Task.REGRESSION:
            return total
        if task is Task.BINARY:
            return two_columns(squash(total))
        raw = np.exp(np.column_stack([total, -total, 0.1 * rows["x3"]]) / 3)
        return raw / raw.sum(axis=1, keepdims=True)

    classes = {Task.REGRESSION: (), Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c")}[task]
    found = interactions(Sampled.of(Formula(said), frame, problem_of(frame, task, classes)), list(frame.columns))
    assert found["shown"] == 0
    assert found["grids"] == []
    assert all(one["value"] < 1e-3 for one in found["pairs"])
    assert found["sentences"][0].startswith("No pair of columns is shown")


def test_combinations_that_do_not_occur_stay_blank() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 4, 300), "b": rng.integers(0, 4, 300)})
    frame = frame[(frame["a"] + frame["b"]) < 5].reset_index(drop=True)
    model = Formula(lambda rows: rows["a"] * rows["b"])
    grid = interactions(Sampled.of(model, frame, problem_of(frame)), ["a", "b"])["grids"][0]
    filled = {(cell["x"], cell["y"]) for cell in grid["cells"]}
    assert ("3", "3") not in filled
    assert ("2", "3") not in filled
    assert grid["empty"] == 3
    assert len(filled) == 13
    for cell in grid["cells"]:
        assert cell["value"] == pytest.approx(int(cell["x"]) * int(cell["y"]))
    assert sum(cell["count"] for cell in grid["cells"]) == len(frame)


def test_categories_and_empty_cells_are_paired_too() -> None:
    frame = mixed(200)
    problem = problem_of(frame, Task.BINARY, ("no", "yes"))
    found = interactions(Sampled.of(Formula(mixed_chance), frame, problem), ["grade", "paid", "tag", "since"])
    assert {found["pairs"][0]["first"], found["pairs"][0]["second"]} == {"grade", "paid"}
    assert found["shown"] == 1
    cells = found["grids"][0]["cells"]
    assert {cell["x"] for cell in cells} == {"low", "mid", "high"}


def test_nothing_to_pair_is_said() -> None:
    frame = pd.DataFrame({"same": np.ones(30), "none": np.full(30, np.nan), "two": np.tile([0.0, 1.0], 15)})
    found = interactions(Sampled.of(Formula(lambda rows: rows["two"]), frame, problem_of(frame)), list(frame.columns))
    assert found["pairs"] == []
    assert "no two columns" in found["sentences"][0]
    constant = interactions(
        Sampled.of(Formula(lambda rows: 0 * rows["x0"]), numbers(50, 2), problem_of(numbers(50, 2))), ["x0", "x1"]
    )
    assert constant["pairs"] == []


def test_chances_of_none_and_one_are_no_infinite_odds() -> None:
    frame = numbers(100, 2)
    model = Formula(lambda rows: two_columns((rows["x0"] > 0).astype(float)))
    found = interactions(Sampled.of(model, frame, problem_of(frame, Task.BINARY, ("no", "yes"))), ["x0", "x1"])
    assert np.isfinite(found["pairs"][0]["value"])
    assert found["shown"] == 0
