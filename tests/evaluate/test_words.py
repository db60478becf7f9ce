"""The sentences of an evaluation: whole texts, since their wording is what a reader sees."""

from typing import Any

import pytest

from engine.domain.task import Task
from engine.evaluate.words import evaluation_words
from tests.metrics.problems import BINARY, problem


def value(name: str, point: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {"name": name, "value": point, "low": low, "high": high}


def difference(against: str, point: float, low: float | None, high: float | None, verdict: str) -> dict[str, Any]:
    return {"against": against, "metric": "roc_auc", "value": point, "low": low, "high": high, "verdict": verdict}


def criterion(verdict: str, point: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {
        "text": "roc_auc >= 0.84", "metric": "roc_auc", "threshold": 0.84, "at_least": True,
        "value": point, "low": low, "high": high, "verdict": verdict,
    }  # fmt: skip


def report(**changes: Any) -> dict[str, Any]:
    return {
        "rows": 5634, "metrics": [value("roc_auc", 0.8421, 0.8213, 0.8608)], "baselines": {}, "differences": [],
        "criteria": [], "folds": [], "calibration": [],
    } | changes  # fmt: skip


def test_the_score_the_baselines_and_the_rest() -> None:
    words = evaluation_words(
        report(
            baselines={"dummy": [value("roc_auc", 0.5, 0.5, 0.5)], "simple": [value("roc_auc", 0.836, 0.815, 0.857)]},
            differences=[
                difference("dummy", 0.3421, 0.3213, 0.3608, "better beyond chance"),
                difference("simple", 0.006, -0.002, 0.0142, "within chance"),
            ],
            criteria=[criterion("met, not beyond chance", 0.8421, 0.8213, 0.8608)],
            folds=[{"fold": 1, "rows": 9, "value": 0.85}, {"fold": 2, "rows": 9, "value": 0.83}],
            calibration=[{"label": "yes", "ece": 0.0214, "bins": []}],
        ),
        BINARY,
    )
    assert words == [
        "The model scores ROC AUC 0.842 (0.821 to 0.861), on 5,634 rows that it was not fitted on.",
        "A dummy that looks at no column scores 0.500; the model is better by 0.342 (0.321 to 0.361), beyond chance.",
        "A simple model scores 0.836 (0.815 to 0.857); the difference of 0.0060 (-0.0020 to 0.0142) is within chance.",
        "The criterion roc_auc >= 0.84 is met with 0.842 (0.821 to 0.861), but not beyond chance: "
        "part of the interval misses it.",
        "Over 2 folds ROC AUC goes from 0.830 to 0.850.",
        "Its probability of 'yes' differs from the observed share by 2.1 percentage points on average.",
    ]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (("met", 0.9, 0.85, 0.95), "is met with 0.900 (0.850 to 0.950), by the whole interval."),
        (("met, not beyond chance", 0.9, None, None), "is met with 0.900, on too few rows for an interval."),
        (("not met, within chance", 0.8, None, None), "is not met with 0.800, on too few rows for an interval."),
        (
            ("not met, within chance", 0.83, 0.8, 0.86),
            "is not met with 0.830 (0.800 to 0.860), though part of the interval would meet it.",
        ),
        (("not met", 0.8, 0.78, 0.82), "is not met with 0.800 (0.780 to 0.820), nor by any part of the interval."),
        (("not met", None, None, None), "is not met: ROC AUC is not defined here."),
    ],
)
def test_each_verdict_on_a_criterion(found: Any, sentence: str) -> None:
    words = evaluation_words(report(criteria=[criterion(*found)]), BINARY)
    assert words[1] == f"The criterion roc_auc >= 0.84 {sentence}"


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ((-0.1, -0.15, -0.05, "worse beyond chance"), "the model is worse by 0.100 (0.050 to 0.150), beyond chance."),
        ((0.0, 0.0, 0.0, "within chance"), "the difference of 0 is within chance."),
        (
            (0.2, None, None, "within chance"),
            "on so few rows the difference of 0.200 is not shown to be beyond chance.",
        ),
    ],
)
def test_each_verdict_on_a_baseline(found: Any, sentence: str) -> None:
    words = evaluation_words(
        report(baselines={"simple": [value("roc_auc", 0.9, 0.9, 0.9)]}, differences=[difference("simple", *found)]),
        BINARY,
    )
    assert words[1] == f"A simple model scores 0.900; {sentence}"


def test_an_error_says_that_lower_is_better_and_titles_are_small_in_a_sentence() -> None:
    of = problem(Task.MULTICLASS)
    words = evaluation_words(report(rows=1, metrics=[value("log_loss", 0.61, 0.59, 0.63)]), of)
    assert words == [
        "The model scores log loss 0.610 (0.590 to 0.630), where lower is better, on 1 row that it was not fitted on."
    ]
    of = problem(Task.MULTICLASS, metric="brier_score")
    words = evaluation_words(report(metrics=[value("brier_score", 0.2, None, None)]), of)
    assert words[0].startswith("The model scores Brier score 0.200, where")


def test_regression_tells_the_size_of_half_of_the_errors() -> None:
    of = problem(Task.REGRESSION)
    words = evaluation_words(
        report(
            metrics=[value("rmse", 23_456.7, 22_011.0, 25_090.0), value("median_absolute_error", 9876.0, None, None)]
        ),
        of,
    )
    assert words[0].startswith("The model scores RMSE 23,500 (22,000 to 25,100), where lower is better")
    assert words[1] == "Half of its errors are smaller than 9,880."


def test_an_undefined_score_is_said() -> None:
    assert evaluation_words(report(metrics=[]), BINARY) == ["ROC AUC is not defined on the 5,634 rows scored."]
