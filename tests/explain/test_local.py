import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from engine.domain.task import Task
from engine.errors import InputError
from engine.explain.local import explain_row
from engine.explain.report import explain
from tests.explain.toys import Blend, Formula, mixed, mixed_chance, numbers, problem_of

YES = ("No", "Yes")


def test_a_row_of_the_background() -> None:
    frame = mixed(120)
    problem = problem_of(frame, Task.BINARY, YES)
    row = explain_row(Formula(mixed_chance), frame, frame.iloc[[5]], problem, actual=1)
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert set(row) == {
        "row", "why_chosen", "label", "base", "prediction", "actual", "contributions", "words",
    }  # fmt: skip
    assert (row["row"], row["label"], row["actual"]) == (5, "Yes", "Yes")
    assert row["prediction"] == pytest.approx(mixed_chance(frame.iloc[[5]])[0, 1])
    assert row["base"] + sum(part["value"] for part in row["contributions"]) == pytest.approx(row["prediction"])
    cells = {part["column"]: part["cell"] for part in row["contributions"]}
    assert cells["plan"] in ("basic", "plus", "pro")
    assert cells["since"] == "2024-01-06"


def test_it_agrees_with_the_rows_of_the_whole_explanation() -> None:
    frame = mixed(90)
    problem = problem_of(frame, Task.BINARY, YES)
    model = Formula(mixed_chance)
    stored = explain(model, frame, np.arange(90) % 2, problem)["rows"][0]
    alone = explain_row(model, frame, frame.iloc[[stored["row"]]], problem)
    assert alone["base"] == pytest.approx(stored["base"], abs=1e-9)
    values = {part["column"]: part["value"] for part in alone["contributions"]}
    for part in stored["contributions"]:
        assert values[part["column"]] == pytest.approx(part["value"], abs=0.02)


def test_an_edited_row_is_no_row_of_the_background() -> None:
    frame = mixed(60)
    problem = problem_of(frame, Task.BINARY, YES)
    edited = frame.iloc[[5]].assign(count=99)
    row = explain_row(Formula(mixed_chance), frame, edited, problem)
    assert row["row"] is None
    assert row["actual"] is None
    assert "count = 99" in " ".join(part["text"] for part in row["contributions"])


def test_values_never_seen_before() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": pd.Categorical(rng.choice(["x", "y"], 80)), "b": rng.choice(["u", "v"], 80)})
    y = (frame["a"] == "x").to_numpy().astype(int)
    model = Blend(make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(frame, y))
    row = explain_row(model, frame, pd.DataFrame({"a": ["z"], "b": [None]}), problem_of(frame, Task.BINARY, YES))
    assert row["base"] + sum(part["value"] for part in row["contributions"]) == pytest.approx(row["prediction"])
    assert {part["cell"] for part in row["contributions"]} == {"z", "empty"}


def test_the_class_can_be_chosen() -> None:
    frame = numbers(60, 3)
    problem = problem_of(frame, Task.MULTICLASS, ("A", "B", "C"))

    def chances(f: pd.DataFrame) -> np.ndarray:
        raw = np.exp(f.to_numpy())
        return raw / raw.sum(axis=1, keepdims=True)

    model, row = Formula(chances), pd.DataFrame({"x0": [0.0], "x1": [3.0], "x2": [0.0]})
    assert explain_row(model, frame, row, problem)["label"] == "B"
    chosen = explain_row(model, frame, row, problem, label="C")
    assert chosen["label"] == "C"
    assert chosen["prediction"] == pytest.approx(chances(row)[0, 2])
    with pytest.raises(InputError, match="'D' is not a class") as caught:
        explain_row(model, frame, row, problem, label="D")
    assert caught.value.hint == "Choose 'A' or 'B' or 'C'."
    with pytest.raises(InputError, match="Leave the class out"):
        explain_row(Formula(lambda f: f["x0"]), frame, row, problem_of(frame), label="A")


def test_a_large_background_is_sampled() -> None:
    frame = numbers(30_000, 10)
    model = Formula(lambda f: f["x0"] * f["x1"])
    explain_row(model, frame, frame.head(1), problem_of(frame))
    assert sum(model.calls) < 20_000
