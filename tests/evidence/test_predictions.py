"""A predictions file is read exactly, or refused with the line that is wrong."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.data.export import write_predictions
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError
from engine.evidence.predictions import heading, read, read_problem, scoring_problem, with_groups
from tests.evidence.story import Story

# A lone carriage return is no label that the readers of tables let through.
LABEL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=12)


@pytest.mark.parametrize("task", list(Task))
def test_what_is_written_is_read_to_the_last_digit(tmp_path: Path, task: Task) -> None:
    story = Story(task=task)
    y, pred = story.truth("holdout"), story.predictions("holdout", 0.7)
    path = tmp_path / "predictions.csv"
    write_predictions(path, rows=list(range(len(y))), y=y, pred=pred, problem=story.problem)
    found = read(path.read_bytes().decode(), story.problem)
    np.testing.assert_array_equal(found.y, y)
    np.testing.assert_array_equal(found.pred, pred)


@given(labels=st.lists(LABEL, min_size=2, max_size=4, unique=True))
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_label_survives(tmp_path_factory: pytest.TempPathFactory, labels: list[str]) -> None:
    problem = Problem(target="t", task=Task.MULTICLASS, metric="log_loss", features=(), kinds={}, classes=tuple(labels))
    y = np.arange(len(labels))
    pred = np.full((len(labels), len(labels)), 1 / len(labels))
    path = tmp_path_factory.mktemp("labels") / "p.csv"
    write_predictions(path, rows=list(y), y=y, pred=pred, problem=problem)
    text = path.read_bytes().decode()
    # Two labels that a spreadsheet's apostrophe makes alike cannot be told apart again, and are refused or kept.
    if len({label.lstrip("'") for label in labels}) == len(labels):
        np.testing.assert_array_equal(read(text, problem).y, y)
    first_cells = [line.split(",")[1] for line in text.split("\n")[1:] if line.count(",") > 1]
    assert not any(cell.startswith(("=", "@", "\t")) for cell in first_cells), "no spreadsheet runs it"


def test_groups_are_added_and_read_back() -> None:
    story = Story()
    text = with_groups(GOOD + "2,No,No,0.9,0.1\n", [4, 4])
    assert text.split("\n")[0].endswith(",group")
    found = read(text, story.problem)
    assert found.groups is not None
    assert found.groups.tolist() == [4, 4]
    assert read(GOOD, story.problem).groups is None
    with pytest.raises(InputError, match="3 groups for 1 predictions"):
        with_groups(GOOD, [1, 2, 3])


GOOD = "row,actual,prediction,probability_No,probability_Yes\n1,Yes,Yes,0.2,0.8\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "other columns"),
        ("row,actual\n", "other columns"),
        (GOOD.replace("probability_No", "tenure"), "other columns"),
        (GOOD.split("\n", maxsplit=1)[0] + "\n", "no rows"),
        (GOOD + "2,Yes\n", "Line 3"),
        (GOOD + "2,Maybe,Yes,0.2,0.8\n", "unknown class"),
        (GOOD + "2,Yes,Yes,nan,0.8\n", "'nan'"),
        (GOOD + "2,Yes,Yes,1e999,0.8\n", "Line 3"),
        (GOOD + '2,"Yes,Yes,0.2,0.8\n', "no CSV"),
        (GOOD + "2,Yes,Yes," + "1" * 2_000_000 + ",0\n", "no CSV"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(text, Story().problem)


def test_the_scoring_problem_names_no_feature() -> None:
    problem = Story().problem
    raw = scoring_problem(problem)
    assert set(raw) == {"target", "task", "metric", "classes", "costs"}
    again = read_problem(raw)
    assert (again.task, again.classes, again.costs) == (problem.task, problem.classes, problem.costs)
    assert heading(again) == ["row", "actual", "prediction", "probability_No", "probability_Yes"]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"target": "t", "task": "magic", "metric": "rmse"},
        {"target": "t", "task": "binary", "metric": "roc_auc", "classes": ["a"]},
        {"target": "t", "task": "binary", "metric": "roc_auc", "classes": ["a", "a"]},
        {"target": "t", "task": "binary", "metric": "roc_auc", "classes": [1, 2]},
        {"target": "t", "task": "binary", "metric": "roc_auc", "classes": ["a", "b"], "costs": [[0]]},
        {"target": "t", "task": "binary", "metric": "roc_auc", "classes": ["a", "b"], "costs": [["x", 1], [1, 0]]},
        {"target": "t", "task": "regression", "metric": "rmse", "classes": 7},
    ],
)
def test_a_stated_problem_is_not_trusted(raw: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read_problem(raw)
