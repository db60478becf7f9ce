from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.domain.data import Problem
from engine.domain.project import Brief, Criterion, Where
from engine.domain.task import Task
from tests.metrics.problems import sample


@pytest.fixture
def candidates() -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Make truth, and predictions of a good model, a dummy and a simple model."""

    def make(of: Problem, rows: int = 300, **options: Any) -> tuple[Any, dict[str, Any]]:
        y, good = sample(of, rows, skill=2.0, **options)
        _, fair = sample(of, rows, skill=1.0, **options)
        dummy = np.full(rows, np.median(y)) if of.task is Task.REGRESSION else np.full_like(good, 1 / len(of.classes))
        return y, {"best": good, "dummy": dummy, "simple": fair}

    return make


@pytest.fixture
def brief() -> Callable[..., Brief]:
    def make(*criteria: str, on: Where = Where.OOF) -> Brief:
        return Brief(criteria=tuple(map(Criterion.parse, criteria)), judged_on=on)

    return make


def cut(rows: int, count: int = 5) -> list[tuple[Any, Any]]:
    """Cut rows into folds, in their order."""
    every = np.arange(rows)
    return [(np.setdiff1d(every, part), part) for part in np.array_split(every, count)]


@pytest.fixture
def folds() -> Callable[..., list[tuple[Any, Any]]]:
    return cut
