import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.domain.data import Problem
from engine.domain.project import Brief, Where
from engine.domain.task import Task
from engine.errors import InputError
from engine.evaluate.report import evaluate
from engine.metrics.compare import paired_difference
from engine.metrics.intervals import intervals
from engine.metrics.scores import reported, score
from tests.metrics.problems import BINARY, EVERY_TASK, MULTICLASS, REGRESSION, problem

Make = Callable[..., Any]
KEYS = {
    "rows", "method", "seed", "resamples", "metrics", "baselines", "differences", "criteria", "folds", "classes",
    "confusion", "roc", "precision_recall", "calibration", "residuals", "worst", "words",
}  # fmt: skip


def plain(report: dict[str, Any]) -> dict[str, Any]:
    """Check that a report is JSON without NaN, and the same after a round trip."""
    back: dict[str, Any] = json.loads(json.dumps(report, allow_nan=False))
    assert back == report
    return report


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_the_report_is_plain_and_complete(of: Problem, candidates: Make, folds: Make) -> None:
    y, preds = candidates(of)
    report = plain(evaluate(y, preds, of, folds(300), Brief(), seed=3, resamples=60))
    assert set(report) == KEYS
    assert report["rows"] == 300
    assert (report["seed"], report["resamples"]) == (3, 60)
    assert "60 resamples" in report["method"]
    assert [one["name"] for one in report["metrics"]] == list(reported(of))
    assert set(report["baselines"]) == {"dummy", "simple"}
    assert report["words"]
    is_class = of.task.is_classification
    assert (report["confusion"] is not None) == is_class
    assert (report["residuals"] is None) == is_class
    curves = {Task.BINARY: 1, Task.MULTICLASS: 3, Task.REGRESSION: 0}[of.task]
    assert [len(report[name]) for name in ("roc", "precision_recall", "calibration")] == [curves] * 3


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_its_numbers_can_be_computed_again_from_the_predictions(of: Problem, candidates: Make, folds: Make) -> None:
    y, preds = candidates(of)
    report = evaluate(y, preds, of, folds(300), Brief(), seed=5, resamples=60)
    again = intervals(reported(of), y, preds["best"], of, seed=report["seed"], resamples=report["resamples"])
    assert report["metrics"] == [one.as_dict() for one in again]
    pair = paired_difference(of.metric, y, preds["best"], preds["simple"], of, seed=5, resamples=60)
    stored = next(one for one in report["differences"] if one["against"] == "simple")
    assert stored == {
        "against": "simple", "metric": of.metric,
        "value": pair.value, "low": pair.low, "high": pair.high, "verdict": pair.verdict,
    }  # fmt: skip
    for fold, (_, rows) in zip(report["folds"], folds(300), strict=True):
        assert fold["rows"] == len(rows)
        assert fold["value"] == score(of.metric, y[rows], preds["best"][rows], of)


def test_the_model_may_stand_alone(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    report = evaluate(y, {"best": preds["best"]}, BINARY, [], Brief(), resamples=20)
    assert (report["baselines"], report["differences"], report["folds"]) == ({}, [], [])


def test_criteria_are_judged_where_the_brief_says(candidates: Make, brief: Make) -> None:
    y, preds = candidates(BINARY)
    wanted = ("roc_auc >= 0.6", "f1_macro >= 0.99", "rmse <= 1")
    report = evaluate(y, preds, BINARY, [], brief(*wanted), resamples=60)
    assert [one["verdict"] for one in report["criteria"]] == ["met", "not met", "not met"]
    assert report["criteria"][2]["value"] is None
    assert "f1_macro" in [one["name"] for one in report["metrics"]]
    assert {one["metric"] for one in report["differences"]} == {"roc_auc", "f1_macro"}
    assert evaluate(y, preds, BINARY, [], brief(*wanted, on=Where.HOLDOUT), resamples=20)["criteria"] == []


def test_only_rows_that_all_have_scored_are_used(candidates: Make, folds: Make) -> None:
    """With a time split the first fold is never scored."""
    y, preds = candidates(REGRESSION)
    preds["best"][:60] = np.nan
    preds["simple"][60:70] = np.nan
    report = plain(evaluate(y, preds, REGRESSION, folds(300), Brief(), resamples=20))
    assert report["rows"] == 230
    assert [fold["rows"] for fold in report["folds"]] == [0, 50, 60, 60, 60]
    assert report["folds"][0]["value"] is None
    assert {point["row"] for point in report["residuals"]["points"]} == set(range(70, 300))


def test_rows_carry_their_own_numbers(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    own = evaluate(y, preds, BINARY, [], Brief(), resamples=20, rows=list(range(1000, 1300)))
    plain_rows = evaluate(y, preds, BINARY, [], Brief(), resamples=20)
    assert [one["row"] - 1000 for one in own["worst"]] == [one["row"] for one in plain_rows["worst"]]


def test_groups_reach_the_intervals(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    report = evaluate(y, preds, BINARY, [], Brief(), resamples=20, groups=np.arange(300) // 10)
    assert "by whole groups" in report["method"]


def test_costs_decide_what_is_said(candidates: Make) -> None:
    costly = problem(Task.BINARY, costs=((0.0, 1.0), (9.0, 0.0)))
    y, preds = candidates(BINARY)
    plain_counts = np.array(evaluate(y, preds, BINARY, [], Brief(), resamples=20)["confusion"]["counts"])
    report = evaluate(y, preds, costly, [], Brief(), resamples=20)
    counts = np.array(report["confusion"]["counts"])
    assert counts[1, 0] < plain_counts[1, 0]
    values = {one["name"]: one["value"] for one in report["metrics"]}
    assert values["mean_cost"] == pytest.approx((counts[0, 1] + 9 * counts[1, 0]) / 300)
    assert values["accuracy"] == pytest.approx(np.trace(counts) / 300)


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
@pytest.mark.parametrize("rows", [1, 2, 7, 25])
def test_tiny_data(of: Problem, rows: int, candidates: Make, folds: Make) -> None:
    y, preds = candidates(of, 30)
    few = {name: pred[:rows] for name, pred in preds.items()}
    report = plain(evaluate(y[:rows], few, of, folds(rows, 2), Brief(), resamples=20))
    assert report["rows"] == rows
    assert all((one["low"] is None) == (rows < 10) for one in report["metrics"])


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_nothing_scored(of: Problem, candidates: Make, folds: Make, brief: Make) -> None:
    y, preds = candidates(of, 30)
    preds["best"][:] = np.nan
    report = plain(evaluate(y, preds, of, folds(30), brief("roc_auc >= 0.5"), resamples=20))
    assert report["rows"] == 0
    assert (report["metrics"], report["worst"], report["residuals"], report["confusion"]) == ([], [], None, None)
    assert "not defined" in report["words"][0]


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_constant_predictions(of: Problem, candidates: Make, folds: Make) -> None:
    y, preds = candidates(of)
    report = plain(
        evaluate(y, {"best": preds["dummy"], "dummy": preds["dummy"]}, of, folds(300), Brief(), resamples=20)
    )
    assert report["differences"][0]["value"] == 0
    assert report["differences"][0]["verdict"] == "within chance"


def test_a_single_class(candidates: Make, folds: Make) -> None:
    for of in (BINARY, MULTICLASS):
        y, preds = candidates(of)
        report = plain(evaluate(np.zeros_like(y), preds, of, folds(300), Brief(), resamples=20))
        assert "roc_auc" not in [one["name"] for one in report["metrics"]]
        assert all(fold["value"] is None for fold in report["folds"]) == (of is BINARY)
        assert report["roc"] == []
        assert len(report["precision_recall"]) == (0 if of is BINARY else 1)


def test_a_fold_of_one_class_has_no_value(candidates: Make, folds: Make) -> None:
    y, preds = candidates(BINARY)
    y[:60] = 0
    report = plain(evaluate(y, preds, BINARY, folds(300), Brief(), resamples=20))
    assert [fold["value"] is None for fold in report["folds"]] == [True, False, False, False, False]


def test_different_lengths_are_refused(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    with pytest.raises(InputError, match="300 predictions for 299 rows"):
        evaluate(y[1:], preds, BINARY, [], Brief())
