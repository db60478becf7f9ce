import numpy as np
import pandas as pd
import pytest

from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.errors import EngineError, InputError
from engine.explain.local import explain_row
from engine.explain.report import explain
from tests.explain.test_report import checked
from tests.explain.toys import Formula, numbers, problem_of, two_columns


def test_a_single_feature() -> None:
    frame = numbers(50, 1)
    payload = checked(explain(Formula(lambda f: f["x0"] ** 2), frame, np.zeros(50), problem_of(frame)))
    assert [entry["share"] for entry in payload["importance"]] == [1.0]


@pytest.mark.parametrize("columns", [3, 9])
def test_constant_predictions(columns: int) -> None:
    frame = numbers(50, columns)
    problem = problem_of(frame, Task.BINARY, ("a", "b"))
    model = Formula(lambda f: two_columns(np.full(len(f), 0.3)))
    payload = checked(explain(model, frame, np.arange(50) % 2, problem))
    assert {entry["value"] for entry in payload["importance"]} == {0.0}
    assert "uses none of the columns" in payload["words"][0]
    row = explain_row(model, frame, frame.head(1), problem)
    assert row["words"] == [
        "For this row the model says 0.300 for the probability of 'b'; the average over the background rows is 0.300."
    ]


def test_a_wide_table_is_screened_and_says_so() -> None:
    frame = numbers(120, 300)
    model = Formula(lambda f: f["x7"] + 2 * f["x250"] + 0.001 * f.sum(axis=1))
    payload = checked(explain(model, frame, np.zeros(120), problem_of(frame), budget_seconds=4))
    names = [entry["column"] for entry in payload["importance"]]
    assert names[:2] == ["x250", "x7"]
    assert names[-1] == "260 other columns"
    assert (len(names), payload["columns"], payload["columns_joined"]) == (41, 300, 260)
    assert any("300 columns" in sentence and "260" in sentence for sentence in payload["words"])
    assert all(entry["column"] in frame.columns for entry in payload["shape"])
    texts = [part["text"] for part in payload["rows"][0]["contributions"] if part["column"] == "260 other columns"]
    assert texts[0].startswith(
        ("260 other columns raise the", "260 other columns lower the", "260 other columns hardly")
    )


def test_one_row_of_a_wide_table_shows_every_column() -> None:
    frame = numbers(60, 300)
    row = explain_row(Formula(lambda f: f["x7"] * f["x250"]), frame, frame.iloc[[4]], problem_of(frame))
    assert len(row["contributions"]) == 300
    assert {part["column"] for part in row["contributions"] if part["value"]} == {"x7", "x250"}


@pytest.mark.parametrize("rows", [1, 2, 3, 30])
@pytest.mark.parametrize("columns", [2, 8])
def test_few_rows(rows: int, columns: int) -> None:
    frame = numbers(rows, columns)
    payload = checked(explain(Formula(lambda f: f["x0"] * f["x1"]), frame, np.zeros(rows), problem_of(frame)))
    assert payload["sample_rows"] == payload["background_rows"] == rows
    assert len(payload["rows"]) == min(rows, 8)


def test_columns_that_are_empty_or_infinite() -> None:
    frame = pd.DataFrame({"a": np.arange(40.0), "b": [np.nan] * 40, "c": [None] * 40, "d": [np.inf, 1.0] * 20})
    problem = Problem(
        target="t", task=Task.REGRESSION, metric="rmse", features=("a", "b", "c", "d"),
        kinds={"a": ColumnKind.NUMERIC, "b": ColumnKind.NUMERIC, "c": ColumnKind.TEXT, "d": ColumnKind.NUMERIC},
    )  # fmt: skip
    checked(explain(Formula(lambda f: f["a"] + np.isinf(f["d"])), frame, np.zeros(40), problem))


def test_other_columns_of_the_table_are_left_alone() -> None:
    frame = numbers(30, 2).assign(extra="text")
    problem = problem_of(frame[["x1", "x0"]])
    model = Formula(lambda f: f["x1"] if list(f.columns) == ["x1", "x0"] else [np.nan] * len(f))
    checked(explain(model, frame, np.zeros(30), problem))
    explain_row(model, frame, frame.tail(1), problem)


def test_no_rows_and_missing_columns_are_said() -> None:
    frame = numbers(10, 3)
    model = Formula(lambda f: f["x0"])
    with pytest.raises(InputError, match="no rows"):
        explain(model, frame.head(0), np.zeros(0), problem_of(frame))
    with pytest.raises(InputError, match=r"lacks 2 of the columns .* first 'x1'"):
        explain(model, frame[["x0"]], np.zeros(10), problem_of(frame))
    with pytest.raises(InputError, match="One row"):
        explain_row(model, frame, frame.head(2), problem_of(frame))
    with pytest.raises(InputError, match="lacks"):
        explain_row(model, frame, frame[["x0"]].head(1), problem_of(frame))


def test_predictions_that_are_no_numbers_are_said() -> None:
    frame = numbers(10, 3)
    with pytest.raises(EngineError, match="not numbers"):
        explain(Formula(lambda f: f["x0"] * np.nan), frame, np.zeros(10), problem_of(frame))
