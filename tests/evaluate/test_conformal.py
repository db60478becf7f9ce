import json
from typing import Any

import numpy as np
import pytest
from mapie.regression import CrossConformalRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict

from engine.domain.metric import find_metric
from engine.domain.project import Brief, Criterion, Where
from engine.errors import InputError
from engine.evaluate.conformal import (
    IN_PROPORTION,
    SAME,
    coverage,
    coverage_on,
    coverage_values,
    ends_of,
    half_widths,
    holdout_coverage_words,
)
from engine.evaluate.criteria import judge
from engine.evaluate.report import evaluate
from tests.evaluate.conftest import cut
from tests.metrics.problems import REGRESSION


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
    for learn, rows in cut(1000):
        low, high = ends_of(pred[rows], half_widths(y[learn], pred[learn], found["kind"])[0], found["kind"])
        inside.append(((low <= y[rows]) & (y[rows] <= high)).mean())
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


def test_a_criterion_is_judged_by_the_distance_from_the_level() -> None:
    brief = Brief(criteria=(Criterion.parse("coverage_error_80 <= 0.05"), Criterion.parse("coverage_error_90 <= 0.01")))
    measured = [
        {"level": 0.8, "coverage": 0.83, "low": 0.79, "high": 0.84},
        {"level": 0.9, "coverage": 0.87, "low": 0.85, "high": 0.88},
    ]
    eighty, ninety = coverage_values(measured)
    assert (eighty.value, eighty.low, eighty.high) == pytest.approx((0.03, 0.0, 0.04))
    assert (ninety.value, ninety.low, ninety.high) == pytest.approx((0.03, 0.02, 0.05))
    assert [one["verdict"] for one in judge(brief, [eighty, ninety])] == ["met", "not met"]


def test_an_evaluation_judges_the_coverage_that_it_is_given() -> None:
    y, pred = draw(200, 7)
    brief = Brief(criteria=(Criterion.parse("coverage_error_80 <= 0.9"),), judged_on=Where.OOF)
    more = coverage_values(coverage(y, pred, cut(200))["levels"])
    found = evaluate(y, {"best": pred}, REGRESSION, cut(200), brief, resamples=20, more=more)
    assert found["criteria"][0]["verdict"] == "met"
    assert any("coverage_error_80 <= 0.9 is met" in one for one in found["words"])
    without = evaluate(y, {"best": pred}, REGRESSION, cut(200), brief, resamples=20)
    assert any("coverage error of 80 % intervals is not defined here" in one for one in without["words"])


def test_no_search_can_be_scored_by_the_coverage() -> None:
    assert find_metric("coverage_error_80").title == "Coverage error of 80 % intervals"
    with pytest.raises(InputError, match="There is no metric"):
        find_metric("coverage_error_80", REGRESSION.task)


def test_the_hold_out_says_how_often_the_intervals_held() -> None:
    y, pred = draw(300, 8)
    measured = coverage_on(coverage(y, pred, cut(300)), *draw(100, 9))
    first, second = holdout_coverage_words(measured)
    hits = measured[0]["coverage"] * 100
    assert hits == pytest.approx(round(hits))
    assert first.startswith(f"The 80 % prediction interval held for {hits:.0f} % (")
    assert first.endswith("of its 100 rows.")
    assert second.startswith("The 90 %")


def test_the_pinball_loss_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import mean_pinball_loss

    from engine.evaluate.conformal import _pinball

    rng = np.random.default_rng(0)
    y, low, high = rng.normal(size=80), rng.normal(-1, 0.2, 80), rng.normal(1, 0.2, 80)
    wanted = (mean_pinball_loss(y, low, alpha=0.1) + mean_pinball_loss(y, high, alpha=0.9)) / 2
    assert _pinball(y, low, high, 0.8).mean() == pytest.approx(wanted)
    found = coverage(y, np.zeros(80), cut(80))["levels"][0]["pinball"]
    assert found["low"] < found["value"] < found["high"]
