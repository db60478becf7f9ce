import json
from typing import Any

import numpy as np
import pytest
from mapie.regression import CrossConformalRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict

from engine.evaluate.conformal import IN_PROPORTION, SAME, coverage, coverage_on, ends_of, half_widths
from tests.evaluate.conftest import cut


def draw(rows: int, seed: int, *, in_proportion: bool = False) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    pred = np.exp(rng.normal(3, 1, rows))
    noise = rng.normal(0, 0.15, rows)
    return (pred * np.exp(noise) if in_proportion else pred + 20 * noise), pred


def test_the_width_is_that_of_mapie_with_the_same_folds() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    y = X @ [1.0, 2.0] + rng.normal(size=120)
    folds = KFold(5)
    theirs = CrossConformalRegressor(LinearRegression(), confidence_level=[0.8, 0.9], method="base", cv=folds)
    _, ends = theirs.fit_conformalize(X, y).predict_interval(X[:1])
    pred = cross_val_predict(LinearRegression(), X, y, cv=folds)
    assert half_widths(y, pred, SAME) == pytest.approx([(ends[0, 1, k] - ends[0, 0, k]) / 2 for k in (0, 1)])


@pytest.mark.parametrize("rows", [99, 100, 101])
def test_the_width_is_the_conformal_quantile(rows: int) -> None:
    y, pred = draw(rows, 1, in_proportion=True)
    for kind, error in ((SAME, np.abs(y - pred)), (IN_PROPORTION, np.abs(y - pred) / pred)):
        places = [int(np.ceil((rows + 1) * level)) - 1 for level in (0.8, 0.9)]
        assert half_widths(y, pred, kind) == pytest.approx(list(np.sort(error)[places]))


@pytest.mark.parametrize("repetitions", [30, pytest.param(500, marks=pytest.mark.slow)], ids=["reduced", "full"])
def test_intervals_hold_as_often_on_new_rows_as_they_say(repetitions: int) -> None:
    on_new: dict[float, list[float]] = {0.8: [], 0.9: []}
    for seed in range(repetitions):
        y, pred = draw(150, seed)
        learned = coverage(y, pred, cut(150))
        for one in coverage_on(learned, *draw(400, 10_000 + seed)):
            on_new[one["level"]].append(one["coverage"])
    for level, found in on_new.items():
        assert np.mean(found) == pytest.approx(level, abs=0.025 if repetitions < 100 else 0.01)


def test_measured_coverage_is_of_rows_that_did_not_set_the_width() -> None:
    y, pred = draw(1000, 0)
    # The last fold errs ten times as much: a width that knew it would cover more of it.
    y[800:] = pred[800:] + 10 * (y[800:] - pred[800:])
    found = coverage(y, pred, cut(1000))
    inside = []
    for learn, judge in cut(1000):
        low, high = ends_of(pred[judge], half_widths(y[learn], pred[learn], found["kind"])[0], found["kind"])
        inside.append(((low <= y[judge]) & (y[judge] <= high)).mean())
    assert inside[-1] < 0.3
    assert found["levels"][0]["coverage"] == pytest.approx(np.mean(inside))


@pytest.mark.parametrize("in_proportion", [False, True])
def test_the_kind_of_width_fits_the_errors(in_proportion: bool) -> None:
    y, pred = draw(600, 3, in_proportion=in_proportion)
    found = coverage(np.abs(y) + 1e-9, pred, cut(600))
    assert found["kind"] == (IN_PROPORTION if in_proportion else SAME)
    assert found["words"][0].startswith("Give or take ")
    assert ("%: the 80 %" in found["words"][0]) is in_proportion


def test_levels_have_parts_by_prediction_that_add_up() -> None:
    y, pred = draw(500, 4)
    for one in coverage(y, pred, cut(500))["levels"]:
        parts = one["by_prediction"]
        assert sum(part["count"] for part in parts) == 500
        assert sum(part["count"] * part["coverage"] for part in parts) / 500 == pytest.approx(one["coverage"])
        assert one["low"] < one["coverage"] < one["high"]


def test_a_part_where_intervals_fail_is_named() -> None:
    y, pred = draw(1000, 5)
    top = pred > np.quantile(pred, 0.9)
    y[top] += 200 * np.sign(y[top] - pred[top])
    words = coverage(y - 1000, pred - 1000, cut(1000))["words"]
    assert "least often for predictions from" in words[-1]


def test_what_has_no_intervals_says_why() -> None:
    y, pred = draw(20, 0)
    assert "at least 30" in coverage(y, pred, cut(20))["reason"]
    assert coverage_on(coverage(y, pred, cut(20)), y, pred) == []
    assert "at least 30" in coverage(y, np.full(20, np.nan), cut(20))["reason"]
    y, pred = draw(100, 0)
    pred[:20] = np.nan
    assert coverage(y, pred, cut(100))["rows"] == 80
    json.dumps(coverage(np.ones(100), np.full(100, 2.0), cut(100)), allow_nan=False)
