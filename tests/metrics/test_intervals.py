from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from engine.domain.data import Problem
from engine.errors import InputError
from engine.metrics import intervals as module
from engine.metrics import resampling
from engine.metrics.intervals import METHOD, bounds, describe, interval, intervals, resampled
from engine.metrics.scores import reported, score
from tests.metrics.problems import BINARY, EVERY_TASK, MULTICLASS, REGRESSION, Floats, sample


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_intervals_stand_around_the_scores(of: Problem) -> None:
    y, pred = sample(of, 300)
    found = intervals(reported(of), y, pred, of, resamples=200)
    assert [one.name for one in found] == list(reported(of))
    for one in found:
        assert one.value == score(one.name, y, pred, of)
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.value < one.high
        assert interval(one.name, y, pred, of, resamples=200) == one


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_the_same_seed_gives_the_same_bits(of: Problem) -> None:
    y, pred = sample(of, 120)
    first = intervals(reported(of), y, pred, of, resamples=50, seed=7)
    assert first == intervals(reported(of), y, pred, of, resamples=50, seed=7)
    assert first != intervals(reported(of), y, pred, of, resamples=50, seed=8)
    # No metric depends on which others are asked for, nor on what else is scored on the same resamples.
    assert first[::-1] == intervals(reported(of)[::-1], y, pred, of, resamples=50, seed=7)
    together = resampled(reported(of), y, [np.roll(pred, 1, axis=0), pred], of, resamples=50, seed=7)
    assert together.all_values(1) == first


def test_more_rows_make_a_narrower_interval() -> None:
    widths = []
    for rows in (100, 1600):
        y, pred = sample(BINARY, rows)
        one = interval("roc_auc", y, pred, BINARY, resamples=300)
        widths.append((one.high or 0) - (one.low or 0))
    assert widths[1] < widths[0] / 2.5


def test_groups_that_repeat_themselves_widen_the_interval() -> None:
    y, pred = sample(REGRESSION, 40)
    y, pred, groups = np.tile(y, 10), np.tile(pred, 10), np.tile(np.arange(40), 10)
    plain = interval("mae", y, pred, REGRESSION, resamples=300)
    grouped = interval("mae", y, pred, REGRESSION, resamples=300, groups=groups)
    assert (grouped.high or 0) - (grouped.low or 0) > 2 * ((plain.high or 0) - (plain.low or 0))


def test_rows_without_prediction_change_nothing() -> None:
    y, pred = sample(BINARY, 100)
    holey = np.vstack([pred, np.full((20, 2), np.nan)])
    longer = np.concatenate([y, np.ones(20, dtype=int)])
    assert intervals(reported(BINARY), longer, holey, BINARY, resamples=50) == intervals(
        reported(BINARY), y, pred, BINARY, resamples=50
    )
    groups = np.arange(120) % 15
    assert intervals(reported(BINARY), longer, holey, BINARY, resamples=50, groups=groups) == intervals(
        reported(BINARY), y, pred, BINARY, resamples=50, groups=groups[:100]
    )


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
@pytest.mark.parametrize("rows", [0, 1, 2, 9])
def test_few_rows_have_scores_without_intervals(of: Problem, rows: int) -> None:
    y, pred = sample(of, 20)
    found = intervals(reported(of), y[:rows], pred[:rows], of, resamples=50)
    assert all(one.low is None and one.high is None and np.isfinite(one.value) for one in found)
    assert bool(found) == (rows > 0)


def test_few_groups_have_no_interval() -> None:
    y, pred = sample(BINARY, 90)
    assert interval("roc_auc", y, pred, BINARY, groups=np.arange(90) % 9, resamples=20).low is None
    assert interval("roc_auc", y, pred, BINARY, groups=np.arange(90) % 10, resamples=20).low is not None


def test_undefined_metrics_are_left_out() -> None:
    y, pred = np.zeros(50, dtype=int), np.tile([0.7, 0.3], (50, 1))
    names = [one.name for one in intervals(reported(BINARY), y, pred, BINARY, resamples=20)]
    assert "roc_auc" not in names
    assert "accuracy" in names
    with pytest.raises(InputError, match="ROC AUC is not defined on these rows"):
        interval("roc_auc", y, pred, BINARY, resamples=20)
    assert "r2" not in [one.name for one in intervals(["r2", "mae"], np.ones(50), np.zeros(50), REGRESSION)]


def test_constant_predictions_have_an_interval_of_no_width() -> None:
    y, _ = sample(BINARY, 50)
    found = interval("roc_auc", y, np.full((50, 2), 0.5), BINARY, resamples=50)
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


def test_a_dummy_does_not_miss_its_own_interval_by_rounding() -> None:
    for of in (BINARY, MULTICLASS):
        y, pred = sample(of, 2000)
        shares = np.tile(np.bincount(y) / len(y), (len(y), 1))
        for one in intervals(reported(of), y, np.broadcast_to(shares, pred.shape), of, resamples=50):
            assert one.low == one.value == one.high


def test_a_metric_that_most_resamples_lack_has_no_interval() -> None:
    assert bounds(np.array([])) == (None, None)
    assert bounds(np.full(10, np.nan)) == (None, None)
    assert bounds(np.array([1.0, np.nan, np.nan])) == (None, None)
    low, high = bounds(np.append(np.linspace(0, 1, 99), np.nan))
    assert low == pytest.approx(0.025, abs=0.01)
    assert high == pytest.approx(0.975, abs=0.01)


def test_the_method_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "percentile bootstrap" in METHOD
    assert "1,000 resamples" in METHOD
    assert "stratified by class" in describe(MULTICLASS)
    assert "plain" in describe(REGRESSION)
    assert "by whole groups" in describe(BINARY, grouped=True)
    y, pred = sample(BINARY, 100)
    assert "1,000 resamples" in resampled(["f1"], y, [pred], BINARY).method
    monkeypatch.setattr(resampling, "CELLS", 30_000)
    found = resampled(["f1"], y, [pred], BINARY)
    assert "300 resamples" in found.method
    assert found.values.shape == (1, 1, 300)


def binary_case(rng: np.random.Generator, rows: int) -> tuple[Any, Floats]:
    """Scores of two normal distributions one and a half apart: the AUC is known."""
    y = np.arange(rows) % 2
    share = 1 / (1 + np.exp(-(rng.normal(size=rows) + 1.5 * y - 0.75)))
    return y, np.column_stack([1 - share, share])


TRUE_AUC = NormalDist().cdf(1.5 / np.sqrt(2))
TRUE_ACCURACY = NormalDist().cdf(0.75)


def coverage(simulations: int) -> dict[str, float]:
    """Share of simulated samples whose interval contains the truth."""
    rng = np.random.default_rng(20)
    inside = {"roc_auc": 0, "accuracy": 0, "rmse": 0}
    truth = {"roc_auc": TRUE_AUC, "accuracy": TRUE_ACCURACY, "rmse": 1.0}
    for seed in range(simulations):
        y, pred = binary_case(rng, 300)
        values = rng.normal(size=300)
        found = [
            *intervals(["roc_auc", "accuracy"], y, pred, BINARY, resamples=400, seed=seed),
            interval("rmse", values, values + rng.normal(size=300), REGRESSION, resamples=400, seed=seed),
        ]
        for one in found:
            assert one.low is not None
            assert one.high is not None
            inside[one.name] += one.low <= truth[one.name] <= one.high
    return {name: count / simulations for name, count in inside.items()}


def check_coverage(simulations: int) -> None:
    # Three standard errors of a binomial share; the percentile method may fall short by a point at 300 rows.
    noise = 3 * np.sqrt(module.LEVEL * (1 - module.LEVEL) / simulations)
    for name, share in coverage(simulations).items():
        assert module.LEVEL - 0.01 - noise <= share <= min(1.0, module.LEVEL + 0.01 + noise), name


def test_intervals_contain_the_truth_as_often_as_they_say() -> None:
    check_coverage(100)


@pytest.mark.slow
def test_intervals_contain_the_truth_as_often_as_they_say_in_full() -> None:
    check_coverage(2000)
