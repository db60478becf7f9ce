import time

import numpy as np
import pandas as pd
import pytest

from engine.data.schema import describe, drop_unlabelled, guess_target, guess_task, make_problem
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from tests.data.tables import customers, problem_of


def test_every_column_is_described() -> None:
    columns = describe(customers())
    assert {column.name: column.kind for column in columns} == {
        "customer_id": ColumnKind.IDENTIFIER,
        "age": ColumnKind.NUMERIC,
        "visits": ColumnKind.INTEGER,
        "plan": ColumnKind.CATEGORICAL,
        "member": ColumnKind.BOOLEAN,
        "joined": ColumnKind.DATETIME,
        "note": ColumnKind.TEXT,
        "country": ColumnKind.CONSTANT,
        "left": ColumnKind.CATEGORICAL,
    }


def test_a_problem_leaves_out_identifiers_and_constants() -> None:
    problem = problem_of(customers(), "left")
    assert problem.features == ("age", "visits", "plan", "member", "joined", "note")
    assert (problem.task, problem.metric, problem.classes) == (Task.BINARY, "roc_auc", ("no", "yes"))
    assert problem.kinds["joined"] is ColumnKind.DATETIME
    assert type(problem).from_dict(problem.as_dict()) == problem


def test_wishes() -> None:
    table = customers()
    problem = problem_of(table, "left", drop=["note"], metric="neg_log_loss", positive="no", costs={"no -> yes": 2})
    assert "note" not in problem.features
    assert (problem.metric, problem.classes, problem.costs) == ("log_loss", ("yes", "no"), ((0, 0), (2, 0)))
    number = problem_of(table, "visits", metric="mae", log_target=True)
    assert (number.task, number.metric, number.log_target, number.classes) == (Task.REGRESSION, "mae", True, ())


@pytest.mark.parametrize(
    ("target", "wishes", "said"),
    [
        ("nothing", {}, "no column 'nothing'"),
        ("left", {"drop": ["nothing"]}, "no column 'nothing'"),
        ("left", {"metric": "rmse"}, "not defined"),
        ("left", {"task": Task.REGRESSION}, "is no number"),
        ("left", {"task": Task.MULTICLASS}, "just two classes"),
        ("plan", {"task": Task.BINARY}, "3 classes, not two"),
        ("left", {"log_target": True}, "no log scale"),
        ("left", {"drop": ["age", "visits", "plan", "member", "joined", "note", "below"]}, "No column is left"),
        ("below", {"log_target": True}, "needs values above -1"),
        ("below", {"metric": "rmsle"}, "not defined for 'below'"),
        ("visits", {"metric": "mape"}, "some values are 0"),
    ],
)
def test_wishes_that_do_not_fit(target: str, wishes: dict[str, object], said: str) -> None:
    table = customers().assign(below=lambda t: t["age"].fillna(40.0) - 60)
    with pytest.raises(InputError) as caught:
        problem_of(table, target, **wishes)
    assert said in caught.value.message
    assert caught.value.hint


def test_rows_without_a_target_are_counted_and_keep_their_numbers() -> None:
    table = pd.DataFrame({"x": [1, 2, 3], "y": ["a", None, "b"]})
    labelled, gaps = drop_unlabelled(table, "y")
    assert (gaps, list(labelled.index)) == (1, [0, 2])
    whole, none = drop_unlabelled(labelled, "y")
    assert whole is labelled
    assert none == 0
    with pytest.raises(InputError, match="no column 'z'"):
        drop_unlabelled(table, "z")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b"] * 30, Task.BINARY),
        (["a", "b", "c"] * 20, Task.MULTICLASS),
        ([True, False] * 30, Task.BINARY),
        ([0, 1] * 30, Task.BINARY),
        ([0.5, 2.5] * 30, Task.BINARY),
        (list(range(10)) * 12, Task.MULTICLASS),
        ([1, 2, 3] * 20, Task.MULTICLASS),
        ([5, 10, 20] * 20, Task.REGRESSION),
        (list(range(11)) * 12, Task.REGRESSION),
        (list(np.linspace(0, 1, 60)), Task.REGRESSION),
    ],
)
def test_the_task_is_guessed(values: list[object], task: Task) -> None:
    series = pd.Series(values, name="y")
    assert guess_task(series, describe(series.to_frame())[0]) is task


def test_the_target_is_guessed() -> None:
    table = customers()
    assert guess_target(table, describe(table)) == "left", "the last column"
    renamed = table.rename(columns={"plan": "Class"})
    assert guess_target(renamed, describe(renamed)) == "Class", "by its name"
    only_ids = table[["customer_id", "note", "country"]]
    assert guess_target(only_ids, describe(only_ids)) is None
    assert guess_target(table.iloc[:10], describe(table.iloc[:10])) is None
    assert guess_target(pd.DataFrame(), ()) is None


def test_the_target_is_left_out_of_its_own_features() -> None:
    table = customers()
    columns = describe(table)
    for target in ("left", "plan", "visits", "age"):
        assert target not in make_problem(table, columns, target=target).features


@pytest.mark.slow
def test_a_million_rows_are_described_in_seconds() -> None:
    table = customers(1_000_000)
    began = time.perf_counter()
    describe(table)
    assert time.perf_counter() - began < 5
