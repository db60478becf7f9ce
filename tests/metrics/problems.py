"""Problems and predictions that the tests of scores, intervals and reports share."""

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import METRICS
from engine.domain.task import Task

Floats = npt.NDArray[np.float64]


def problem(task: Task, **changes: Any) -> Problem:
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("ash", "birch", "cedar"), Task.REGRESSION: ()}[task]
    metric = {Task.BINARY: "roc_auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]
    defaults: dict[str, Any] = {"metric": metric, "classes": classes, "features": (), "kinds": {}}
    return Problem(target="y", task=task, **defaults | changes)


BINARY, MULTICLASS, REGRESSION = problem(Task.BINARY), problem(Task.MULTICLASS), problem(Task.REGRESSION)
EVERY_TASK = (BINARY, MULTICLASS, REGRESSION)


def metric_ids(task: Task) -> list[str]:
    return [metric.id for metric in METRICS.values() if task in metric.tasks]


def sample(
    of: Problem, rows: int = 200, *, seed: int = 0, skill: float = 1.0, digits: int | None = 2
) -> tuple[npt.NDArray[Any], Floats]:
    """Make truth and predictions; scores rounded to some digits have ties."""
    rng = np.random.default_rng(seed)
    if of.task is Task.REGRESSION:
        y = np.exp(rng.normal(size=rows))
        pred = y + rng.normal(size=rows) / skill
        return y, pred if digits is None else np.round(pred, digits)
    size = len(of.classes)
    y = np.concatenate(
        [np.arange(size), rng.choice(size, size=rows - size, p=np.arange(size, 0, -1) / sum(range(size + 1)))]
    )
    signal = rng.normal(size=(rows, size))
    signal[np.arange(rows), y] += skill
    pred = np.exp(signal)
    pred /= pred.sum(axis=1, keepdims=True)
    if digits is not None:
        pred = np.round(pred, digits)
        pred[:, 0] = 1 - pred[:, 1:].sum(axis=1)
    return y, pred
