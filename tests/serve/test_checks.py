"""Behaviour tests find models that do not behave."""

from typing import Any

import numpy as np
import pandas as pd

from engine.domain.task import Task
from engine.metrics.scores import score
from engine.serve.checks import behaviour
from tests.automl.test_model import model_of
from tests.automl.toys import toy


class Odd:
    def __init__(self, change: Any) -> None:
        self.change = change

    def predict(self, frame: pd.DataFrame) -> Any:
        return self.change(frame)


def failing(model: Any, task: Task = Task.REGRESSION, low: float = 0.0, high: float = 1e9) -> set[str]:
    given = toy(task)
    found = behaviour(model, given.X.reset_index(drop=True), given.y, given.problem, recorded=0.5, low=low, high=high)
    return {one.name for one in found if not one.ok}


def test_a_sound_model_passes() -> None:
    for task in Task:
        given = toy(task)
        model = model_of(given, "linear", "random_forest")
        reached = score(given.problem.metric, given.y, model.predict(given.X), given.problem)
        assert failing(model, task, low=reached - 0.2, high=reached + 0.5) == set()


def test_each_flaw_is_found_by_its_test() -> None:
    def size(frame: pd.DataFrame) -> Any:
        return pd.to_numeric(frame["size"]).fillna(0).to_numpy(float)

    assert failing(Odd(size)) == set()
    assert "order of columns" in failing(Odd(lambda frame: size(frame) + (frame.columns[0] == "size")))
    assert failing(Odd(lambda frame: size(frame) + frame.shape[1])) == {"unused columns"}
    assert failing(Odd(lambda frame: size(frame) + np.arange(len(frame)))) >= {"order of rows"}
    assert "one row" in failing(Odd(lambda frame: size(frame) + len(frame)))
    assert failing(Odd(lambda frame: pd.to_numeric(frame["size"]).fillna(np.inf).to_numpy(float))) >= {"sound answers"}
    assert failing(Odd(size), high=1.0) == {"minimum performance"}
    assert "sound answers" in failing(Odd(lambda frame: np.full((len(frame), 2), 0.7)), Task.BINARY)
