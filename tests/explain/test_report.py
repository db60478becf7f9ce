import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from engine.domain.task import Task
from engine.explain.report import explain
from tests.explain.toys import Blend, Formula, mixed, mixed_chance, numbers, problem_of, squash, two_columns

KEYS = {
    "scale", "method", "sample_rows", "background_rows", "additivity_error", "base", "importance", "per_class",
    "shape", "correlated", "columns", "columns_joined", "rows", "words",
}  # fmt: skip


def checked(payload: dict[str, Any]) -> dict[str, Any]:
    """What holds for every explanation."""
    assert set(payload) == KEYS
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    assert payload["additivity_error"] < 1e-9
    singles = payload["columns"] - payload["columns_joined"]
    values = [entry["value"] for entry in payload["importance"][:singles]]
    assert values == sorted(values, reverse=True)
    assert all(entry["low"] <= entry["high"] for entry in payload["importance"])
    assert sum(entry["share"] for entry in payload["importance"]) == pytest.approx(1) or max(values) == 0
    assert len({row["row"] for row in payload["rows"]}) == len(payload["rows"])
    for row in payload["rows"]:
        parts = sum(part["value"] for part in row["contributions"])
        assert row["base"] + parts == pytest.approx(row["prediction"], abs=1e-9)
        assert len(row["contributions"]) == len(payload["importance"])
        sizes = [abs(part["value"]) for part in row["contributions"][:singles]]
        assert sizes == sorted(sizes, reverse=True)
    return payload


def test_binary_on_a_table_of_every_dtype() -> None:
    frame = mixed(300)
    model = Formula(mixed_chance)
    y = (np.random.default_rng(0).random(300) < mixed_chance(frame)[:, 1]).astype(int)
    payload = checked(explain(model, frame, y, problem_of(frame, Task.BINARY, ("No", "Yes"))))
    assert payload["scale"] == "probability of 'Yes'"
    assert (payload["sample_rows"], payload["background_rows"]) == (200, 100)
    assert payload["base"] == pytest.approx(mixed_chance(frame)[:, 1].mean(), abs=0.01)
    assert payload["per_class"] == {}
    assert len(payload["shape"]) == 6
    assert payload["importance"][-1] == {"column": "small", "value": 0.0, "low": 0.0, "high": 0.0, "share": 0.0}
    assert len(payload["rows"]) == 8
    assert {row["label"] for row in payload["rows"]} == {"Yes"}
    assert {row["actual"] for row in payload["rows"]} <= {"No", "Yes"}


def test_multiclass_explains_every_class() -> None:
    frame = numbers(200, 4)
    frame.columns = pd.Index(list("abcd"))

    def chances(f: pd.DataFrame) -> np.ndarray:
        raw = np.exp(np.column_stack([2 * f["a"], 2 * f["b"], 0.5 * f["c"]]))
        return raw / raw.sum(axis=1, keepdims=True)

    y = chances(frame).argmax(axis=1)
    payload = checked(explain(Formula(chances), frame, y, problem_of(frame, Task.MULTICLASS, ("A", "B", "C"))))
    assert payload["scale"] == "probability of each class"
    assert payload["base"] is None
    assert list(payload["per_class"]) == ["A", "B", "C"]
    assert [payload["per_class"][label][0]["column"] for label in "AB"] == ["a", "b"]
    shapes = {entry["column"]: entry["label"] for entry in payload["shape"]}
    assert (shapes["a"], shapes["b"]) == ("A", "B")
    assert len({row["label"] for row in payload["rows"]}) == 3
    assert "For 'A' the model uses a most." in payload["words"]


def test_regression_is_measured_in_the_unit_of_the_target() -> None:
    frame = numbers(150, 3)
    model = Formula(lambda f: 1000 * f["x0"] + 100 * f["x1"])
    payload = checked(explain(model, frame, model.predict(frame), problem_of(frame)))
    assert payload["scale"] == "outcome"
    assert [entry["column"] for entry in payload["importance"]] == ["x0", "x1", "x2"]
    assert payload["importance"][0]["value"] == pytest.approx(1000 * frame["x0"].abs().mean(), rel=0.2)
    assert {row["label"] for row in payload["rows"]} == {None}
    assert isinstance(payload["rows"][0]["actual"], float)


def test_noise_counts_next_to_nothing() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"signal": rng.normal(size=5_000), "kind": rng.choice(["x", "y"], 5_000), "noise": rng.normal(size=5_000)}
    )
    y = (rng.random(5_000) < squash(2 * frame["signal"] + 2 * (frame["kind"] == "x"))).astype(int)
    encode = make_column_transformer(
        (OneHotEncoder(), ["kind"]), (make_pipeline(SimpleImputer(), StandardScaler()), ["signal", "noise"])
    )
    pipeline = make_pipeline(encode, LogisticRegression()).fit(frame, y)
    payload = checked(explain(Blend(pipeline, pipeline), frame, y, problem_of(frame, Task.BINARY, ("0", "1"))))
    found = {entry["column"]: entry for entry in payload["importance"]}
    assert found["noise"]["high"] < 0.1 * min(found["signal"]["low"], found["kind"]["low"])


def test_rows_carry_the_numbers_of_the_index_and_the_largest_misses() -> None:
    frame = numbers(60, 2)
    frame.index = pd.Index(np.arange(60) * 10 + 7)
    oof = np.zeros((60, 2))
    oof[:, 0] = 1.0
    y = np.zeros(60, dtype=int)
    y[13] = 1
    oof[14] = np.nan
    model = Formula(lambda f: two_columns(squash(f["x0"])))
    payload = checked(explain(model, frame, y, problem_of(frame, Task.BINARY, ("a", "b")), oof=oof))
    missed = [row for row in payload["rows"] if "miss" in row["why_chosen"]]
    assert missed[0]["row"] == 137
    assert missed[0]["actual"] == "b"
    assert 147 not in [row["row"] for row in missed]
    assert any(row["why_chosen"].startswith("typical") for row in payload["rows"])
    highest = max(range(60), key=lambda place: frame["x0"].iloc[place])
    assert frame.index[highest] in [row["row"] for row in payload["rows"]]


def test_a_seed_repeats_everything() -> None:
    frame = mixed(60)
    problem = problem_of(frame, Task.BINARY, ("No", "Yes"))
    y = np.arange(60) % 2
    first, again, other = (explain(Formula(mixed_chance), frame, y, problem, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


class SlowModel(Formula):
    """Takes its time on a clock of its own."""

    def __init__(self, rows_per_second: float) -> None:
        super().__init__(lambda f: f["x0"] * f["x1"] + f["x2"])
        self.seconds = 0.0
        self.rows_per_second = rows_per_second

    def predict(self, frame: pd.DataFrame, /) -> np.ndarray:
        self.seconds += len(frame) / self.rows_per_second
        return super().predict(frame)


@pytest.mark.parametrize("rows_per_second", [1e6, 30_000, 5_000, 1_000])
def test_the_budget_is_kept_by_explaining_fewer_rows(rows_per_second: float) -> None:
    frame = numbers(400, 20)
    model = SlowModel(rows_per_second)
    payload = checked(
        explain(model, frame, np.zeros(400), problem_of(frame), budget_seconds=20, timer=lambda: model.seconds)
    )
    assert model.seconds < 20
    assert (payload["sample_rows"] == 200) == (rows_per_second >= 5_000)
    assert f"{payload['sample_rows']} sampled rows" in payload["method"]


def test_a_model_that_slows_down_ends_the_sample() -> None:
    frame = numbers(400, 20)
    model = SlowModel(100_000)
    speed = lambda: (setattr(model, "rows_per_second", 3_000 if len(model.calls) > 6 else 100_000), model.seconds)[1]  # noqa: E731
    payload = checked(explain(model, frame, np.zeros(400), problem_of(frame), budget_seconds=10, timer=speed))
    assert 30 <= payload["sample_rows"] < 200
