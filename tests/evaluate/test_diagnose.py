"""Each finding has cases that must fire and cases that must not."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.automl.aside import Aside
from engine.domain.data import Finding, Outcome
from engine.domain.metric import METRICS
from engine.domain.task import Task
from engine.evaluate import diagnose, learning
from engine.evaluate.learning import HELPS, HELPS_NOT, UNCLEAR, extrapolated, learning_curve
from engine.evaluate.validation import validation_curves
from tests.automl.toys import numeric_toy
from tests.evaluate.conftest import cut

AUC, RMSE = METRICS["roc_auc"], METRICS["rmse"]
RECORD = SimpleNamespace(family="linear", config={"C": 1.0})
FIRES = (Outcome.ISSUE, Outcome.TIP)


def against(name: str, verdict: str, metric: str = "roc_auc") -> list[dict[str, Any]]:
    return [{"against": name, "metric": metric, "value": 0.02, "low": -0.01, "high": 0.05, "verdict": verdict}]


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        (diagnose.overfit(AUC, 1.0, 0.55, 0.5), Outcome.ISSUE),
        (diagnose.overfit(AUC, 1.0, 0.8, 0.5), Outcome.TIP),
        (diagnose.overfit(AUC, 0.86, 0.84, 0.5), Outcome.PASSED),
        (diagnose.overfit(RMSE, 0.5, 9.0, 10.0), Outcome.ISSUE),
        (diagnose.overfit(RMSE, 4.0, 4.5, 10.0), Outcome.PASSED),
        (diagnose.overfit(AUC, 0.5, 0.49, 0.5), Outcome.NOT_APPLICABLE),
        (diagnose.overfit(AUC, None, None, 0.5), Outcome.SKIPPED),
        (diagnose.against_simple(against("simple", "worse beyond chance"), AUC, is_simple=False), Outcome.ISSUE),
        (diagnose.against_simple(against("simple", "within chance"), AUC, is_simple=False), Outcome.TIP),
        (diagnose.against_simple(against("simple", "better beyond chance"), AUC, is_simple=False), Outcome.PASSED),
        (diagnose.against_simple([], AUC, is_simple=True), Outcome.NOT_APPLICABLE),
        (diagnose.unstable(AUC, [0.6, 0.9, 0.7, 0.8], [0.02] * 4), Outcome.ISSUE),
        (diagnose.unstable(AUC, [0.80, 0.82, 0.79, 0.81], [0.02] * 4), Outcome.PASSED),
        (diagnose.unstable(AUC, [0.8, float("nan"), 0.2], [0.02, 0.02, float("nan")]), Outcome.NOT_APPLICABLE),
        (diagnose.luck(AUC, 0.70, 0.66, 0.5, 200), Outcome.ISSUE),
        (diagnose.luck(AUC, 0.90, 0.895, 0.5, 200), Outcome.PASSED),
        (diagnose.luck(RMSE, 8.0, 9.0, 10.0, 50), Outcome.ISSUE),
        (diagnose.luck(RMSE, 2.0, 2.1, 10.0, 50), Outcome.PASSED),
        (diagnose.luck(AUC, 0.9, None, 0.5, 9), Outcome.NOT_APPLICABLE),
        (diagnose.underfit(against("dummy", "within chance"), AUC), Outcome.ISSUE),
        (diagnose.underfit(against("dummy", "better beyond chance"), AUC), Outcome.PASSED),
        (diagnose.underfit(against("dummy", "better beyond chance", "accuracy"), AUC), Outcome.SKIPPED),
    ],
)
def test_a_finding_fires_when_it_must_and_only_then(finding: Finding, outcome: Outcome) -> None:
    assert finding.outcome is outcome
    assert bool(finding.advice) is (outcome in FIRES)
    assert Finding.from_dict(finding.as_dict()) == finding


def test_folds_of_one_truth_are_rarely_called_unstable() -> None:
    rng = np.random.default_rng(0)
    fired = sum(
        diagnose.unstable(AUC, list(rng.normal(0.8, 0.03, 5)), [0.03] * 5).outcome is Outcome.ISSUE for _ in range(400)
    )
    assert fired <= 12, "nominal 1 % of 400"


def curve(level: float, drop: float, exponent: float, noise: float = 0.001, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    sizes = [50, 100, 200, 350, 500]
    points = []
    for size in sizes:
        folds = level - drop * size**-exponent + rng.normal(0, noise, 5)
        points.append({"size": size, "train": 1.0, "validation": folds.mean(), "validation_folds": list(folds)})
    return {"metric": "roc_auc", "points": points}


def test_a_rising_curve_says_that_more_rows_help_and_by_how_much() -> None:
    found = extrapolated(curve(0.95, 1.0, 0.4))
    truth = 1.0 * (500**-0.4 - 1000**-0.4)
    assert found["verdict"] == HELPS
    assert found["size"] == 1000
    assert found["gain"] == pytest.approx(truth, abs=0.01)
    assert diagnose.more_rows(AUC, found).outcome is Outcome.TIP


def test_a_flat_curve_says_that_more_rows_do_not_help() -> None:
    found = extrapolated(curve(0.8, 0.0, 0.5))
    assert found["verdict"] == HELPS_NOT
    assert diagnose.more_rows(AUC, found).outcome is Outcome.PASSED


def test_a_noisy_or_short_curve_says_nothing() -> None:
    assert extrapolated(curve(0.8, 0.3, 0.4, noise=0.08))["verdict"] in (UNCLEAR, HELPS_NOT)
    short = curve(0.9, 1.0, 0.4)
    short["points"] = short["points"][-2:]
    found = extrapolated(short)
    assert found["gain"] is None
    assert diagnose.more_rows(AUC, found).outcome is Outcome.SKIPPED


def test_the_curve_of_a_model_knows_both_sides_and_keeps_its_time() -> None:
    toy = numeric_toy(Task.BINARY, 300)
    X, y, of = toy.X, toy.y, toy.problem
    found = learning_curve(X, y, of, cut(300), RECORD, seconds=30)
    assert found["complete"]
    assert [one["size"] for one in found["points"]] == sorted(one["size"] for one in found["points"])
    assert found["points"][-1]["size"] == 240
    assert all(len(one["validation_folds"]) == 5 for one in found["points"])
    assert learning_curve(X, y, of, cut(300), RECORD, seconds=0)["points"] == []


def tries(best: float, count: int = 30) -> list[tuple[dict[str, Any], float]]:
    rng = np.random.default_rng(0)
    rates = np.exp(rng.uniform(np.log(0.01), np.log(1.0), count))
    rates[0] = best
    return [
        ({"learning_rate": float(rate), "subsample": float(rng.uniform(0.6, 1))}, -abs(np.log(rate / best)))
        for rate in rates
    ]


def test_a_best_value_at_the_end_of_its_range_is_told() -> None:
    from engine.automl.families import find

    param = next(one for one in find("lightgbm").space if one.name == "learning_rate")
    inside = validation_curves("lightgbm", tries(float(np.sqrt(param.low * param.high))), AUC)
    at_end = validation_curves("lightgbm", tries(param.high), AUC)
    assert inside[0]["name"] == at_end[0]["name"] == "learning_rate", "the one that moves the score comes first"
    assert not inside[0]["edge"]
    assert at_end[0]["edge"]
    assert diagnose.ranges(AUC, at_end[:1], "LightGBM").outcome is Outcome.TIP
    assert diagnose.ranges(AUC, inside[:1], "LightGBM").outcome is Outcome.PASSED
    assert validation_curves("lightgbm", tries(0.1, 5), AUC) == []
    assert diagnose.ranges(AUC, [], "LightGBM").outcome is Outcome.NOT_APPLICABLE


def test_fits_of_the_curve_respect_groups_times_and_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = numeric_toy(Task.BINARY, 300)
    groups, times, weights = np.arange(300) // 10, np.arange(300), np.linspace(0.5, 1.5, 300)
    every = np.random.default_rng(0).permutation(30)
    folds = [
        (np.flatnonzero(~np.isin(groups, held)), np.flatnonzero(np.isin(groups, held)))
        for held in np.array_split(every, 5)
    ]
    seen: list[Any] = []
    whole = learning.fit_folds

    def noted(bench: Any, *rest: Any) -> Any:
        seen.append(bench)
        return whole(bench, *rest)

    monkeypatch.setattr(learning, "fit_folds", noted)
    aside = Aside(groups=groups, times=times, weights=weights)
    found = learning_curve(toy.X, toy.y, toy.problem, folds, RECORD, seconds=30, aside=aside)
    assert found["complete"]
    assert len(seen) == 5
    for bench in seen:
        assert (bench.aside.groups == groups).all()
        assert (bench.aside.times == times).all()
        assert (bench.aside.weights == weights).all()
        for fit, rest in bench.folds:
            assert not set(groups[fit]) & set(groups[rest])
            assert all((groups == one).sum() == (groups[fit] == one).sum() for one in set(groups[fit])), "whole groups"


def test_weights_move_the_curve() -> None:
    toy = numeric_toy(Task.BINARY, 200)
    weights = np.where(np.arange(200) % 2, 1.0, 0.001)
    plain, weighed = (
        learning_curve(toy.X, toy.y, toy.problem, cut(200), RECORD, seconds=30, aside=aside)
        for aside in (None, Aside(weights=weights))
    )
    assert plain["points"][-1]["validation"] != weighed["points"][-1]["validation"]
