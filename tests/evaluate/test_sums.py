"""Sums on resamples: the same as of every other interval, and in pools where rows are many."""

import numpy as np
import pytest

from engine.evaluate.sums import Cells, mean_of, resampled_sums, sums
from engine.metrics import resampling
from engine.metrics.intervals import interval
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION, sample


def test_resamples_are_those_of_every_other_interval() -> None:
    y, pred = sample(BINARY, 150)
    right = np.column_stack([np.ones(150), pred.argmax(axis=1) == y])
    drawn = resampled_sums([right], y, BINARY, resamples=200, seed=3)
    known = interval("accuracy", y, pred, BINARY, resamples=200, seed=3)
    assert np.quantile(drawn[:, 1] / drawn[:, 0], [0.025, 0.975]) == pytest.approx([known.low, known.high])
    assert resampled_sums([right[:5]], y[:5], BINARY, resamples=9, seed=0).shape == (0, 2)


def test_whole_groups_are_drawn() -> None:
    y, pred = sample(REGRESSION, 120)
    groups = np.arange(120) // 6
    drawn = resampled_sums(
        [np.column_stack([np.ones(120), np.abs(pred - y)])], y, REGRESSION, resamples=200, seed=3, groups=groups
    )
    known = interval("mae", y, pred, REGRESSION, resamples=200, seed=3, groups=groups)
    assert np.quantile(drawn[:, 1] / drawn[:, 0], [0.025, 0.975]) == pytest.approx([known.low, known.high])


def test_cells_are_columns_of_which_a_row_has_one() -> None:
    rng = np.random.default_rng(0)
    cell, values = rng.integers(0, 4, 60), rng.normal(size=60)
    dense = np.eye(4)[cell] * values[:, None]
    y = rng.normal(size=60)
    assert sums([Cells(cell, 4, values)]) == pytest.approx(sums([dense]))
    assert sums([Cells(cell, 5)]) == pytest.approx(np.bincount(cell, minlength=5))
    as_cells = resampled_sums([Cells(cell, 4, values)], y, None, resamples=30)
    assert as_cells == pytest.approx(resampled_sums([dense], y, None, resamples=30))


def test_pools_scatter_as_rows_do(monkeypatch: pytest.MonkeyPatch) -> None:
    y, pred = sample(BINARY, 6000)
    columns = [np.column_stack([np.ones(6000), (pred[:, 1] - y) ** 2]), Cells(y.astype(np.intp), 2)]
    alone = resampled_sums(columns, y, BINARY, resamples=800)
    monkeypatch.setattr(resampling, "ALONE", 1000)
    monkeypatch.setattr(resampling, "POOLS", 1000)
    in_pools = resampled_sums(columns, y, BINARY, resamples=800)
    means = [one[:, 1] / one[:, 0] for one in (alone, in_pools)]
    assert means[1].mean() == pytest.approx(means[0].mean(), abs=3 * means[0].std() / np.sqrt(400))
    # A standard deviation of 800 draws is off by 2.5 per cent, that of 1,000 pools by as much.
    assert means[1].std() == pytest.approx(means[0].std(), rel=0.15)
    assert in_pools[:, 2].std() < 0.01 * 6000, "pools of one class are of about equal size"


@pytest.mark.parametrize("of", [BINARY, MULTICLASS])
def test_pools_keep_classes_apart_and_rare_rows_alone(of: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "ALONE", 100)
    monkeypatch.setattr(resampling, "POOLS", 90)
    y = np.repeat([0, 1], [990, 10])
    plan, pool = resampling.pooled(y, of, seed=1)  # type: ignore[arg-type]
    assert plan.units == 45 + 10
    assert not set(pool[y == 0]) & set(pool[y == 1])
    assert sorted(np.bincount(pool)) == [1] * 10 + [22] * 45
    again = resampling.pooled(y, of, seed=1)[1]  # type: ignore[arg-type]
    assert (pool == again).all()


def test_many_groups_are_pooled_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "ALONE", 100)
    monkeypatch.setattr(resampling, "POOLS", 50)
    groups = np.random.default_rng(0).integers(0, 400, 3000)
    plan, pool = resampling.pooled(np.zeros(3000), None, groups)
    assert plan.units == 50
    for group in np.unique(groups):
        assert len(set(pool[groups == group])) == 1


def test_a_mean_of_few_rows_has_no_interval() -> None:
    assert mean_of(np.arange(9.0)) == {"value": 4.0, "low": None, "high": None}
    found = mean_of(np.arange(100.0))
    assert found["low"] < found["value"] == 49.5 < found["high"]  # type: ignore[operator]
