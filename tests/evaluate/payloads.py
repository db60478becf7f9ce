"""Evaluations of made predictions with what follows from them, for the tests of charts and views."""

from typing import Any

from engine.domain.data import Problem
from engine.domain.project import Brief
from engine.evaluate.consequences import consequences
from engine.evaluate.report import evaluate
from tests.evaluate.conftest import cut
from tests.metrics.problems import problem, sample

COSTS = {"too high": 1.0, "too low": 2.0}


def evaluated(of: Problem, rows: int = 150, unit: str = "euros") -> dict[str, Any]:
    y, pred = sample(of, rows)
    report = evaluate(y, {"best": pred}, of, cut(rows), Brief(), resamples=20)
    return report | consequences(y, pred, of, cut(rows), Brief(cost_unit=unit, costs=COSTS), resamples=30)


def named(of: Problem, *labels: str, **changes: Any) -> Problem:
    return problem(of.task, classes=labels, **changes)
