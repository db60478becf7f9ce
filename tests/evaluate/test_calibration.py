from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from engine.evaluate.bins import quantile_bins
from engine.evaluate.calibration import calibration, wilson
from tests.metrics.problems import BINARY, MULTICLASS, sample


@given(st.integers(1, 500).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_wilson_agrees_with_scipy(case: tuple[int, int]) -> None:
    hits, count = case
    expected = binomtest(hits, count).proportion_ci(method="wilson")
    assert wilson(hits, count) == pytest.approx((expected.low, expected.high), abs=1e-9)
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count <= high <= 1


def test_true_probabilities_are_calibrated() -> None:
    rng = np.random.default_rng(0)
    share = rng.random(20_000)
    y = (rng.random(20_000) < share).astype(int)
    (found,) = calibration(y, np.column_stack([1 - share, share]), BINARY)
    assert found["label"] == "yes"
    assert found["ece"] < 0.015
    assert [one["count"] for one in found["bins"]] == [2000] * 10
    inside = [one["low"] <= one["predicted"] <= one["high"] for one in found["bins"]]
    assert sum(inside) >= 8


def test_the_error_is_the_mean_distance_by_row() -> None:
    y = np.array([0] * 30 + [1] * 10 + [0] * 20 + [1] * 20)
    share = np.array([0.1] * 40 + [0.9] * 40)
    (found,) = calibration(y, np.column_stack([1 - share, share]), BINARY)
    assert [one["observed"] for one in found["bins"]] == [0.25, 0.5]
    assert found["ece"] == pytest.approx((0.15 + 0.4) / 2)


def test_every_class_of_several_is_looked_at() -> None:
    y, pred = sample(MULTICLASS, 200)
    assert [one["label"] for one in calibration(y, pred, MULTICLASS)] == ["ash", "birch", "cedar"]
    assert calibration(y[:0], pred[:0], MULTICLASS) == []


@given(st.lists(st.floats(0, 1).map(lambda p: round(p, 2)), min_size=1, max_size=400))
def test_bins_hold_every_row_once_in_order_and_part_no_equal_values(values: list[float]) -> None:
    array = np.array(values)
    bins = quantile_bins(array)
    assert sorted(np.concatenate(bins).tolist()) == list(range(len(values)))
    assert len(bins) <= 10
    for lower, upper in pairwise(bins):
        assert array[lower].max() < array[upper].min()


def test_few_rows_make_few_bins() -> None:
    assert [len(quantile_bins(np.arange(count) / count)) for count in (5, 39, 40, 1000)] == [1, 1, 2, 10]
