import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.domain.data import Problem
from engine.domain.project import Brief, Where
from engine.errors import InputError
from engine.evaluate.holdout import score_holdout
from engine.metrics.intervals import interval
from engine.metrics.scores import score
from tests.metrics.problems import BINARY, EVERY_TASK, REGRESSION

Make = Callable[..., Any]


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_the_result_is_plain_and_complete(of: Problem, candidates: Make, brief: Make) -> None:
    y, preds = candidates(of)
    criterion = {"roc_auc": "roc_auc >= 0.6", "log_loss": "log_loss <= 1", "rmse": "rmse <= 1"}[of.metric]
    result = score_holdout(
        y, preds, of, brief(criterion, on=Where.HOLDOUT), expected=0.5, metric=of.metric, seed=2, resamples=60
    )
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert set(result) == {
        "metrics", "baseline", "simple", "differences", "criteria", "verdict", "n", "method", "seed", "resamples",
    }  # fmt: skip
    assert result["metrics"][0] == interval(of.metric, y, preds["best"], of, seed=2, resamples=60).as_dict()
    assert result["baseline"][0]["value"] == score(of.metric, y, preds["dummy"], of)
    assert result["simple"][0]["value"] == score(of.metric, y, preds["simple"], of)
    assert [one["verdict"] for one in result["criteria"]] == ["met"]
    assert result["n"] == 300


def test_the_expected_metric_comes_first_even_if_it_is_not_the_own_one(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    result = score_holdout(y, preds, BINARY, Brief(), expected=0.5, metric="f1_macro", seed=0, resamples=20)
    assert [one["name"] for one in result["metrics"]][:2] == ["f1_macro", "roc_auc"]
    assert "F1 (macro)" in result["verdict"]
    with pytest.raises(InputError, match="not defined for binary"):
        score_holdout(y, preds, BINARY, Brief(), expected=0.5, metric="rmse", seed=0)


@pytest.mark.parametrize(
    ("metric", "shift", "words"),
    [
        ("roc_auc", 0.0, "exactly as expected"),
        ("roc_auc", 0.005, "the expectation lies within the interval"),
        ("roc_auc", 0.3, "worse than expected, and the expectation lies outside"),
        ("roc_auc", -0.3, "better than expected, and the expectation lies outside"),
        ("log_loss", 0.3, "better than expected, and the expectation lies outside"),
        ("log_loss", -0.3, "worse than expected, and the expectation lies outside"),
    ],
)
def test_the_verdict_compares_with_what_was_expected(metric: str, shift: float, words: str, candidates: Make) -> None:
    y, preds = candidates(BINARY)
    expected = score(metric, y, preds["best"], BINARY) + shift
    result = score_holdout(y, preds, BINARY, Brief(), expected=expected, metric=metric, seed=0, resamples=100)
    assert words in result["verdict"]
    assert "the hold-out of 300 rows gives" in result["verdict"]
    assert "A dummy that looks at no column scores" in result["verdict"]
    assert "A simple model scores" in result["verdict"]


def test_criteria_of_another_place_are_not_judged(candidates: Make, brief: Make) -> None:
    y, preds = candidates(BINARY)
    result = score_holdout(
        y, preds, BINARY, brief("roc_auc >= 0.6"), expected=0.5, metric="roc_auc", seed=0, resamples=20
    )
    assert result["criteria"] == []


def test_a_hold_out_of_one_class_or_one_row(candidates: Make) -> None:
    y, preds = candidates(BINARY)
    result = score_holdout(
        np.zeros_like(y), preds, BINARY, Brief(), expected=0.8, metric="roc_auc", seed=0, resamples=20
    )
    assert result["verdict"] == (
        "ROC AUC is not defined on the hold-out of 300 rows, so the expected 0.800 cannot be compared."
    )
    y, preds = candidates(REGRESSION)
    one = {name: pred[:1] for name, pred in preds.items()}
    result = score_holdout(y[:1], one, REGRESSION, Brief(), expected=1e-9, metric="rmse", seed=0)
    assert "the hold-out of 1 row gives" in result["verdict"]
    assert "on too few rows to tell whether beyond chance" in result["verdict"]
    assert "r2" not in [one["name"] for one in result["metrics"]]
