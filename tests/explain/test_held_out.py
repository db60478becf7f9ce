"""Permutation importance on rows that were held out of the fit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from engine.domain.task import Task
from engine.errors import InputError
from engine.explain.held_out import MOST_COLUMNS, Part, permutation
from engine.explain.more_words import extended, held_out_words
from tests.explain.toys import Formula, numbers, problem_of, squash, two_columns


def part(fit: Any, frame: pd.DataFrame, y: np.ndarray, rows: np.ndarray) -> Part:
    seen = np.setdiff1d(np.arange(len(frame)), rows)
    model = fit.fit(frame.iloc[seen], y[seen])
    return Part(model=Formula(model.predict), rows=rows)


def test_it_is_what_scikit_learn_finds() -> None:
    frame = numbers(600, 3)
    y = (3 * frame["x0"] + frame["x1"] + np.random.default_rng(2).normal(size=600)).to_numpy()
    held = np.arange(300, 600)
    model = LinearRegression().fit(frame.iloc[:300], y[:300])
    found = permutation(
        [Part(model=Formula(model.predict), rows=held)], frame, y, problem_of(frame), repeats=40, rows=300
    )
    theirs = permutation_importance(
        model, frame.iloc[held], y[held], scoring="neg_root_mean_squared_error", n_repeats=40, random_state=0
    )
    ours = {one["column"]: one for one in found["columns"]}
    for place, name in enumerate(frame.columns):
        assert ours[name]["value"] == pytest.approx(theirs.importances_mean[place], abs=0.06)
        assert ours[name]["low"] <= theirs.importances_mean[place] <= ours[name]["high"]
    assert [one["column"] for one in found["columns"]] == ["x0", "x1", "x2"]
    assert found["score"] == pytest.approx(np.sqrt(np.mean((model.predict(frame.iloc[held]) - y[held]) ** 2)))


def test_noise_covers_zero() -> None:
    covered = 0
    for seed in range(30):
        frame = numbers(200, 2, seed=seed)
        y = (4 * frame["x0"] + np.random.default_rng(seed + 100).normal(size=200)).to_numpy()
        # A deep tree has learned the noise column by heart: on rows it has fitted, noise would look important.
        one = part(DecisionTreeRegressor(random_state=0), frame, y, np.arange(100, 200))
        found = {e["column"]: e for e in permutation([one], frame, y, problem_of(frame), seed=seed)["columns"]}
        covered += found["x1"]["low"] <= 0 <= found["x1"]["high"]
        assert found["x0"]["low"] > 0
    assert covered >= 27


def test_columns_that_stand_in_for_each_other_are_missed_together() -> None:
    frame = numbers(300, 2)
    frame["twin"] = frame["x0"]
    model = Formula(lambda f: f["x0"] + f["twin"])
    y = model.predict(frame)
    found = permutation(
        [Part(model=model, rows=np.arange(300))], frame, y, problem_of(frame), together=[["x0", "twin"]]
    )
    alone = {one["column"]: one["value"] for one in found["columns"]}
    (group,) = found["groups"]
    assert group["columns"] == ["x0", "twin"]
    # One alone leaves half of the sum right: errors of x0 - x0', against 2 (x0 - x0') for both.
    assert group["value"] == pytest.approx(2 * alone["x0"], rel=0.1)
    assert found["columns"][-1] == {"column": "x1", "value": 0.0, "low": 0.0, "high": 0.0}
    assert any("x0 and twin move together" in sentence for sentence in held_out_words(found))


def test_each_row_is_predicted_by_a_model_that_did_not_see_it() -> None:
    frame = numbers(100, 2)
    y = np.arange(100.0)
    asked: list[set[float]] = []

    def spy(rows: pd.DataFrame) -> np.ndarray:
        asked.append(set(rows["x0"]))
        return np.zeros(len(rows))

    halves = (np.arange(50), np.arange(50, 100))
    parts = [Part(model=Formula(spy), rows=half) for half in halves]
    found = permutation(parts, frame, y, problem_of(frame), rows=60)
    assert (found["rows"], found["parts"]) == (60, 2)
    first = len(asked) // 2
    for half, calls in zip(halves, (asked[:first], asked[first:]), strict=True):
        assert set().union(*calls) <= set(frame["x0"].iloc[half])
    assert "held out: 2 models" in found["method"]


def test_a_wide_table_names_the_first_and_joins_the_rest() -> None:
    frame = numbers(60, MOST_COLUMNS + 5)
    model = Formula(lambda f: f["x44"])
    found = permutation(
        [Part(model=model, rows=np.arange(60))], frame, model.predict(frame), problem_of(frame), first=["x44"]
    )
    assert found["joined"] == 5
    assert found["columns"][0]["column"] == "x44"
    assert "5 other columns" in [one["column"] for one in found["columns"]]
    assert found["shown"] == 1


def test_what_cannot_be_measured_is_said() -> None:
    frame = numbers(40, 2)
    model = Formula(lambda f: two_columns(squash(f["x0"])))
    problem = problem_of(frame, Task.BINARY, ("a", "b"))
    parts = [Part(model=model, rows=np.arange(20))]
    with pytest.raises(InputError, match="lacks 1 of the columns"):
        permutation(parts, frame.rename(columns={"x1": "y"}), np.zeros(40, dtype=int), problem)
    with pytest.raises(InputError, match="No rows were held out"):
        permutation([Part(model=model, rows=np.arange(0))], frame, np.zeros(40, dtype=int), problem)
    few = permutation([Part(model=model, rows=np.arange(6))], frame, np.arange(40) % 2, problem)
    assert few["columns"][0]["low"] is None
    assert few["shown"] == 0
    assert "no column was shown to be needed" in held_out_words(few)[0]


def test_sentences_are_replaced_and_not_repeated() -> None:
    frame = numbers(200, 2)
    model = Formula(lambda f: f["x0"])
    found = permutation([Part(model=model, rows=np.arange(200))], frame, model.predict(frame), problem_of(frame))
    once = extended({"words": ["It uses x0.", "Limits."]}, held_out=found, trees=None)
    again = extended(once, held_out=found, trees=None)
    assert again == once
    assert (once["words"][0], once["words"][-1]) == ("It uses x0.", "Limits.")
    assert len(once["words"]) > 2
