import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.domain.task import ColumnKind
from engine.explain.shape import shape

RNG = np.random.default_rng(0)


def test_a_number_is_cut_into_bins_of_equal_count() -> None:
    x = pd.Series(RNG.normal(size=200))
    found = shape(x, ColumnKind.NUMERIC, 2 * x.to_numpy())
    assert found["kind"] == "numeric"
    assert found["missing"] is None
    assert [point["count"] for point in found["points"]] == [20] * 10
    for point in found["points"]:
        assert point["low"] <= point["y"] <= point["high"]
        assert point["y"] == pytest.approx(2 * point["x"], abs=0.5)
    assert [point["x"] for point in found["points"]] == sorted(point["x"] for point in found["points"])


def test_few_values_are_points_of_their_own_and_empty_cells_another() -> None:
    x = pd.Series([1.0, 1.0, 2.0, 2.0, np.nan, np.nan])
    values = np.array([0.1, 0.3, -1.0, -1.0, 5.0, 7.0])
    found = shape(x, ColumnKind.INTEGER, values)
    assert [(point["x"], point["count"]) for point in found["points"]] == [(1.0, 2), (2.0, 2)]
    assert found["points"][1] == {"x": 2.0, "y": -1.0, "low": -1.0, "high": -1.0, "count": 2}
    interval = stats.t.interval(0.95, 1, loc=0.2, scale=stats.sem(values[:2]))
    assert (found["points"][0]["low"], found["points"][0]["high"]) == pytest.approx(interval)
    assert found["missing"]["y"] == 6.0


def test_levels_come_by_frequency_and_rare_ones_together() -> None:
    levels = pd.Series(["common"] * 30 + [None] * 20 + [f"rare {place:02}" for place in range(15)])
    found = shape(levels, ColumnKind.CATEGORICAL, np.ones(65))
    names = [point["x"] for point in found["points"]]
    assert names[:2] == ["common", "empty"]
    assert (len(names), names[-1]) == (10, "other levels")
    assert sum(point["count"] for point in found["points"]) == 65


def test_a_single_row_has_no_interval() -> None:
    assert shape(pd.Series(["a"]), ColumnKind.CATEGORICAL, np.array([1.0]))["points"] == [
        {"x": "a", "y": 1.0, "low": None, "high": None, "count": 1}
    ]


def test_dates_are_binned_in_their_order() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=100)).sample(frac=1.0, random_state=0).reset_index(drop=True)
    days[3] = pd.NaT
    found = shape(days, ColumnKind.DATETIME, np.ones(100))
    assert found["kind"] == "category"
    assert found["missing"]["count"] == 1
    names = [point["x"] for point in found["points"]]
    assert names == sorted(names)
    assert pd.Timestamp(names[0]) < pd.Timestamp("2024-01-20")


def test_nothing_but_empty_cells() -> None:
    found = shape(pd.Series([np.nan, np.nan]), ColumnKind.NUMERIC, np.ones(2))
    assert found["points"] == []
    assert found["missing"]["count"] == 2
