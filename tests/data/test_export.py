import csv
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.export import neutral, write_predictions, write_table
from engine.domain.data import Problem
from engine.domain.task import Task

BINARY = Problem(target="y", task=Task.BINARY, metric="roc_auc", features=("x",), kinds={}, classes=("no", "=yes"))
NUMBER = Problem(target="y", task=Task.REGRESSION, metric="rmse", features=("x",), kinds={})


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+a", "'+a"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("-1.5", "-1.5"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_formulas_are_neutralised(text: str, safe: str) -> None:
    assert neutral(text) == safe


def test_predictions_keep_every_digit(tmp_path: Path) -> None:
    pred = np.array([[0.1, 0.9], [2 / 3, 1 / 3]])
    write_predictions(tmp_path / "p.csv", rows=[4, 9], pred=pred, problem=BINARY, y=np.array([1, 1]))
    table = pd.read_csv(tmp_path / "p.csv")
    assert list(table.columns) == ["row", "actual", "prediction", "probability_no", "probability_=yes"]
    assert table["prediction"].tolist() == ["'=yes", "no"]
    assert table["actual"].tolist() == ["'=yes"] * 2
    assert table["probability_no"].tolist() == [0.1, 2 / 3]
    write_predictions(tmp_path / "n.csv", rows=[0], pred=np.array([1 / 3]), problem=NUMBER)
    number = pd.read_csv(tmp_path / "n.csv")
    assert number.to_dict("list") == {"row": [0], "prediction": [1 / 3]}


def test_tables_are_written_safely_and_stay_as_they_are(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=cmd": ["=1+1", "ok"], "n": [-1.5, 2.0]})
    write_table(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "'=cmd,n\n'=1+1,-1.5\nok,2.0\n"
    assert frame["=cmd"].tolist() == ["=1+1", "ok"]


def test_a_class_with_a_lone_carriage_return_is_read_back(tmp_path: Path) -> None:
    problem = dataclasses.replace(BINARY, classes=("a\rb", "c"))
    path = tmp_path / "p.csv"
    write_predictions(path, rows=[0, 1], pred=np.array([[0.9, 0.1], [0.2, 0.8]]), problem=problem, y=np.array([0, 1]))
    with path.open(newline="", encoding="utf-8") as file:
        table = list(csv.reader(file, strict=True))
    assert table[0] == ["row", "actual", "prediction", "probability_a\rb", "probability_c"]
    assert [line[1:3] for line in table[1:]] == [["a\rb", "a\rb"], ["c", "c"]]
