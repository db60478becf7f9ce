from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from engine.domain.data import Problem
from engine.domain.metric import METRICS
from engine.domain.task import Task
from engine.errors import InputError
from engine.metrics.scores import decide, reported, score, scored, statistic
from tests.metrics.problems import BINARY, EVERY_TASK, MULTICLASS, REGRESSION, Floats, metric_ids, problem, sample

COSTS = {Task.BINARY: ((0.0, 1.0), (5.0, -2.0)), Task.MULTICLASS: ((0.0, 1.0, 2.0), (3.0, 0.0, 1.0), (9.0, 4.0, 0.0))}


def labels(pred: Floats) -> Any:
    return pred.argmax(axis=1)


def of_labels(function: Callable[..., float], **options: Any) -> Callable[[Any, Floats, Any], float]:
    return lambda y, pred, w: function(y, labels(pred), sample_weight=w, **options)


def of_positive(function: Callable[..., float]) -> Callable[[Any, Floats, Any], float]:
    return lambda y, pred, w: function(y, pred[:, 1], sample_weight=w)


def of_classes(function: Callable[..., float]) -> Callable[[Any, Floats, Any], float]:
    return lambda y, pred, w: function(y, pred, sample_weight=w, labels=list(range(pred.shape[1])))


def of_values(function: Callable[..., float]) -> Callable[[Any, Floats, Any], float]:
    return lambda y, pred, w: function(y, pred, sample_weight=w)


REFERENCE: dict[str, Callable[[Any, Floats, Any], float]] = {
    "roc_auc": of_positive(sk.roc_auc_score),
    "average_precision": of_positive(sk.average_precision_score),
    "log_loss": of_classes(sk.log_loss),
    "brier_score": of_classes(sk.brier_score_loss),
    "accuracy": of_labels(sk.accuracy_score),
    "balanced_accuracy": of_labels(sk.balanced_accuracy_score),
    "precision": of_labels(sk.precision_score, zero_division=0),
    "recall": of_labels(sk.recall_score, zero_division=0),
    "f1": of_labels(sk.f1_score, zero_division=0),
    "precision_macro": of_labels(sk.precision_score, average="macro", zero_division=0),
    "recall_macro": of_labels(sk.recall_score, average="macro", zero_division=0),
    "f1_macro": of_labels(sk.f1_score, average="macro", zero_division=0),
    "precision_weighted": of_labels(sk.precision_score, average="weighted", zero_division=0),
    "recall_weighted": of_labels(sk.recall_score, average="weighted", zero_division=0),
    "f1_weighted": of_labels(sk.f1_score, average="weighted", zero_division=0),
    "matthews_corrcoef": of_labels(sk.matthews_corrcoef),
    "mean_cost": lambda y, pred, w: 1 - sk.accuracy_score(y, labels(pred), sample_weight=w),
    "rmse": of_values(sk.root_mean_squared_error),
    "mae": of_values(sk.mean_absolute_error),
    "median_absolute_error": lambda y, pred, w: sk.median_absolute_error(np.repeat(y, w), np.repeat(pred, w)),
    "rmsle": lambda y, pred, w: sk.root_mean_squared_log_error(y, np.maximum(pred, 0), sample_weight=w),
    "mape": of_values(sk.mean_absolute_percentage_error),
    "median_ape": lambda y, pred, w: float(np.median(np.repeat(np.abs(pred - y) / np.abs(y), w))),
    "r2": of_values(sk.r2_score),
    # Repeated, since scikit-learn's weighted median is not that of the repeated rows.
    "d2_poisson": lambda y, pred, w: sk.d2_tweedie_score(y, np.maximum(pred, 1e-6), sample_weight=w, power=1),
    "d2_absolute_error": lambda y, pred, w: sk.d2_absolute_error_score(np.repeat(y, w), np.repeat(pred, w)),
}

CASES = [(one, name) for one in EVERY_TASK for name in metric_ids(one.task) if name in REFERENCE]


def test_every_metric_is_compared_with_a_reference() -> None:
    assert set(METRICS) - set(REFERENCE) == {"lift_top_decile"}


@pytest.mark.parametrize(("of", "name"), CASES, ids=lambda one: one if isinstance(one, str) else str(one.task))
@pytest.mark.parametrize("digits", [None, 1])
def test_scores_agree_with_scikit_learn(of: Problem, name: str, digits: int | None) -> None:
    for seed, rows in enumerate((4, 25, 200, 201)):
        y, pred = sample(of, rows, seed=seed, digits=digits)
        expected = REFERENCE[name](y, pred, np.ones(rows, dtype=int))
        assert score(name, y, pred, of) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("of", "name"), CASES, ids=lambda one: one if isinstance(one, str) else str(one.task))
def test_weighted_scores_agree_with_scikit_learn(of: Problem, name: str) -> None:
    """What a resample computes is the metric on rows that occur so many times."""
    y, pred = sample(of, 150)
    weights = np.random.default_rng(1).integers(0, 4, size=(5, 150))
    values = statistic([name], y, pred, of)(weights.astype(np.float64))[:, 0]
    expected = [REFERENCE[name](y[row > 0], pred[row > 0], row[row > 0]) for row in weights]
    np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-9)


def test_lift_is_the_share_of_positives_in_the_top_tenth_over_that_in_all() -> None:
    y, pred = sample(BINARY, 200, digits=None)
    top = np.argsort(-pred[:, 1])[:20]
    assert score("lift_top_decile", y, pred, BINARY) == pytest.approx(y[top].mean() / y.mean())


def test_lift_shares_out_ties_at_the_edge() -> None:
    y = np.array([1, 0, 1, 0] * 5)
    flat = np.full((20, 2), 0.5)
    assert score("lift_top_decile", y, flat, BINARY) == pytest.approx(1.0)
    pred = flat.copy()
    pred[0] = 0.1, 0.9
    # Two rows fit: the first and half of what the rest holds (9 positives in 19 rows).
    assert score("lift_top_decile", y, pred, BINARY) == pytest.approx((1 + 9 / 19) / 2 / 0.5)
    assert score("lift_top_decile", y[:3], pred[:3], BINARY) == pytest.approx(1.5)


@pytest.mark.parametrize("of", [BINARY, MULTICLASS], ids=lambda one: str(one.task))
def test_decisions_follow_the_stated_costs(of: Problem) -> None:
    costly = problem(of.task, costs=COSTS[of.task])
    y, pred = sample(of, 300)
    expected_cost = np.array(
        [[sum(p * c[j] for p, c in zip(row, costly.costs, strict=True)) for j in range(len(row))] for row in pred]
    )
    said = decide(pred, costly)
    np.testing.assert_array_equal(said, expected_cost.argmin(axis=1))
    assert (said != decide(pred, of)).any()
    np.testing.assert_array_equal(decide(pred, of), pred.argmax(axis=1))
    assert score("accuracy", y, pred, costly) == pytest.approx((said == y).mean())
    assert score("mean_cost", y, pred, costly) == pytest.approx(
        np.mean([costly.costs[i][j] for i, j in zip(y, said, strict=True)])
    )


def test_a_tie_of_costs_goes_to_the_first_class() -> None:
    costly = problem(Task.BINARY, costs=((0, 1), (3, 0)))
    assert decide(np.array([[0.75, 0.25], [0.5, 0.5]]), costly).tolist() == [0, 1]
    assert decide(np.array([[0.5, 0.5]]), BINARY).tolist() == [0]


def test_reported_metrics_begin_with_the_own_one() -> None:
    assert reported(problem(Task.BINARY, metric="f1"))[0] == "f1"
    assert reported(problem(Task.BINARY, metric="f1_macro"))[0] == "f1_macro"
    assert "mean_cost" not in reported(BINARY)
    assert "mean_cost" in reported(problem(Task.BINARY, costs=COSTS[Task.BINARY]))
    for of in EVERY_TASK:
        names = reported(of)
        assert len(names) == len(set(names))
        assert set(names) <= set(metric_ids(of.task))


def test_aliases_are_understood() -> None:
    y, pred = sample(REGRESSION)
    assert score("neg_root_mean_squared_error", y, pred, REGRESSION) == score("rmse", y, pred, REGRESSION)


def test_rows_without_prediction_are_left_out() -> None:
    for of in EVERY_TASK:
        y, pred = sample(of, 60)
        holey = pred.copy()
        holey[::3] = np.nan
        rows = scored(holey)
        assert rows.tolist() == [place % 3 != 0 for place in range(60)]
        for name in metric_ids(of.task):
            assert score(name, y, holey, of) == score(name, y[rows], pred[rows], of)


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_nothing_scored_is_not_a_number(of: Problem) -> None:
    y, pred = sample(of, 10)
    for name in metric_ids(of.task):
        assert np.isnan(score(name, y, np.full_like(pred, np.nan), of))
        assert np.isnan(score(name, y[:0], pred[:0], of))


def test_a_single_class_leaves_ranking_undefined_and_labels_at_zero() -> None:
    pred = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    no_positive = np.zeros(3, dtype=int)
    for name in ("roc_auc", "average_precision", "lift_top_decile"):
        assert np.isnan(score(name, no_positive, pred, BINARY))
    for name in ("precision", "recall", "f1", "matthews_corrcoef"):
        assert score(name, no_positive, pred, BINARY) == 0
    assert score("balanced_accuracy", no_positive, pred, BINARY) == pytest.approx(2 / 3)
    all_positive = np.ones(3, dtype=int)
    assert np.isnan(score("roc_auc", all_positive, pred, BINARY))
    assert score("average_precision", all_positive, pred, BINARY) == pytest.approx(1)


def test_a_constant_target_has_no_r2() -> None:
    for value in (0.0, 0.1, 1e9 / 3):
        assert np.isnan(score("r2", np.full(30, value), np.arange(30.0), REGRESSION))
    assert np.isnan(score("r2", np.array([1.0]), np.array([2.0]), REGRESSION))


def test_relative_errors_leave_out_true_zeros() -> None:
    y, pred = np.array([0.0, 2.0, -4.0]), np.array([5.0, 3.0, -3.0])
    assert score("mape", y, pred, REGRESSION) == pytest.approx((0.5 + 0.25) / 2)
    assert score("median_ape", y, pred, REGRESSION) == pytest.approx((0.5 + 0.25) / 2)
    for name in ("mape", "median_ape"):
        assert np.isnan(score(name, np.zeros(3), pred, REGRESSION))


def test_rmsle_takes_negative_predictions_as_zero_and_refuses_negative_truth() -> None:
    y = np.array([0.0, 3.0])
    assert score("rmsle", y, np.array([-5.0, 3.0]), REGRESSION) == 0
    assert np.isnan(score("rmsle", np.array([-0.5, 3.0]), y, REGRESSION))


def test_certain_and_wrong_is_clipped() -> None:
    y, pred = np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]])
    assert score("log_loss", y, pred, BINARY) == pytest.approx(sk.log_loss(y, pred), rel=1e-12)
    assert np.isfinite(score("log_loss", y, pred, BINARY))


def test_overflow_is_undefined_and_not_a_warning() -> None:
    y, pred = np.array([1e200, 2.0]), np.array([-1e200, 2.0])
    assert np.isnan(score("rmse", y, pred, REGRESSION))
    assert score("mae", y, pred, REGRESSION) == pytest.approx(1e200)


def test_misuse_is_said_in_a_sentence() -> None:
    y, pred = sample(BINARY, 10)
    with pytest.raises(InputError, match="not defined for binary"):
        score("rmse", y, pred, BINARY)
    with pytest.raises(InputError, match="10 predictions for 9 rows"):
        score("roc_auc", y[:9], pred, BINARY)
    with pytest.raises(InputError, match="1 of 2 predictions are infinite"):
        score("rmse", np.zeros(2), np.array([1.0, np.inf]), REGRESSION)
