"""The bootstrap-t of the RMSE: wider where a few errors carry the score, and never worse than percentiles without."""

import numpy as np
import pytest

from engine.metrics.intervals import interval, resampled
from engine.metrics.studentised import root_bounds, standard_error
from tests.metrics.problems import REGRESSION


def coverage(draw: str, rows: int, repetitions: int) -> tuple[float, float]:
    """How often bootstrap-t and percentile intervals hold the true RMSE."""
    rng = np.random.default_rng(3)
    errors = (lambda n: rng.normal(size=n)) if draw == "normal" else (lambda n: rng.exponential(size=n))
    truth = 1.0 if draw == "normal" else np.sqrt(2.0)
    held = plain = 0
    for seed in range(repetitions):
        pred = errors(rows)
        found = resampled(["rmse"], np.zeros(rows), [pred], REGRESSION, resamples=400, seed=seed)
        value = found.value(0, "rmse")
        assert value is not None
        held += value.low <= truth <= value.high  # type: ignore[operator]
        low, high = np.quantile(found.values[0, 0], [0.025, 0.975])
        plain += low <= truth <= high
    return held / repetitions, plain / repetitions


@pytest.mark.parametrize(("draw", "rows"), [("normal", 20), ("skewed", 60)])
def test_few_rows_are_covered_where_percentiles_fall_short(draw: str, rows: int) -> None:
    held, plain = coverage(draw, rows, 300)
    assert held > plain
    assert held >= 0.9
    assert plain < 0.92


def test_the_error_is_that_of_a_mean() -> None:
    rng = np.random.default_rng(0)
    y, pred = np.zeros(50), rng.normal(size=50)
    weights = rng.integers(0, 3, (1, 50)).astype(float)
    repeated = np.repeat(pred**2, weights[0].astype(int))
    assert standard_error(y, pred)(weights)[0] == pytest.approx(repeated.std() / np.sqrt(len(repeated)))


def test_errors_that_are_all_alike_have_an_interval_of_no_width() -> None:
    found = interval("rmse", np.zeros(40), np.full(40, 2.0), REGRESSION)
    assert (found.value, found.low, found.high) == (2.0, 2.0, 2.0)


def test_an_end_reaches_at_most_three_times_as_far_as_the_percentile() -> None:
    rng = np.random.default_rng(1)
    pred = np.append(rng.normal(size=14), 30.0)
    found = resampled(["rmse"], np.zeros(15), [pred], REGRESSION)
    value = found.value(0, "rmse")
    assert value is not None
    low, high = np.quantile(found.values[0, 0], [0.025, 0.975])
    assert value.low >= 0  # type: ignore[operator]
    assert value.high**2 - value.value**2 <= 3 * (high**2 - value.value**2) + 1e-9  # type: ignore[operator]
    assert value.high > high  # type: ignore[operator]
    assert low < value.value < high


def test_resamples_without_spread_leave_the_percentiles() -> None:
    values, errors = np.full(10, 1.1), np.zeros(11)
    assert root_bounds(1.0, values, errors, (0.9, 1.2), 0.95) == (0.9, 1.2)


def test_extreme_values_do_not_stop_it() -> None:
    pred = np.append(np.ones(30), 1e200)
    found = interval("mae", np.zeros(31), pred, REGRESSION)
    assert found.value > 1e190
    assert resampled(["rmse"], np.zeros(31), [pred], REGRESSION).all_values(0) == []
