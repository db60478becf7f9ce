import json
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV, _SigmoidCalibration
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from engine.evaluate.calibration import calibration
from engine.evaluate.corrections import CORRECTIONS, isotonic, sigmoid, temperature
from engine.evaluate.probability import probability
from tests.evaluate.conftest import cut
from tests.metrics.problems import BINARY, MULTICLASS, sample


@pytest.fixture(scope="module")
def frozen() -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    y = rng.integers(0, 3, 400)
    X[np.arange(400), y] += 1.0
    return LogisticRegression().fit(X, y), X, y, LogisticRegression().fit(X, y == 1)


def test_isotonic_agrees_with_scikit_learn(frozen: Any) -> None:
    several, X, y, two = frozen
    for model, truth in ((several, y), (two, (y == 1).astype(int))):
        theirs = CalibratedClassifierCV(FrozenEstimator(model), method="isotonic", ensemble=False, cv=2).fit(X, truth)
        # Theirs corrects the decision function, ours the probability: of two classes the order is the same.
        if model is two:
            ours = isotonic(model.predict_proba(X), truth)(model.predict_proba(X))
            assert ours == pytest.approx(theirs.predict_proba(X), abs=1e-6)


def test_sigmoid_agrees_with_scikit_learn(frozen: Any) -> None:
    _, X, y, two = frozen
    truth = (y == 1).astype(int)
    theirs = _SigmoidCalibration().fit(two.decision_function(X), truth).predict(two.decision_function(X))
    ours = sigmoid(two.predict_proba(X), truth)(two.predict_proba(X))
    assert ours[:, 1] == pytest.approx(theirs, abs=1e-4)


def test_temperature_agrees_with_scikit_learn(frozen: Any) -> None:
    several, X, y, _ = frozen
    theirs = CalibratedClassifierCV(FrozenEstimator(several), method="temperature", ensemble=False, cv=2).fit(X, y)
    ours = temperature(several.predict_proba(X), y)(several.predict_proba(X))
    assert ours == pytest.approx(theirs.predict_proba(X), abs=1e-3)


@pytest.mark.parametrize("name", CORRECTIONS)
@pytest.mark.parametrize("of", [BINARY, MULTICLASS])
def test_corrected_probabilities_are_probabilities(name: str, of: Any) -> None:
    y, pred = sample(of, 120)
    found = CORRECTIONS[name](pred, y)(np.clip(pred, 0, 1))
    assert found.sum(axis=1) == pytest.approx(np.ones(120))
    assert (found >= 0).all()


def overconfident(rows: int, power: float = 3.0) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    p = rng.beta(2, 3, rows)
    odds = (p / (1 - p)) ** power
    said = odds / (1 + odds)
    return (rng.random(rows) < p).astype(int), np.column_stack([1 - said, said])


def test_overconfidence_is_seen_and_a_correction_advised() -> None:
    y, pred = overconfident(1500)
    found = probability(y, pred, BINARY, cut(1500), seed=0, resamples=200)
    by_name = {one["name"]: one for one in found["methods"]}
    assert found["recommended"]
    best = by_name[found["recommended"]]
    assert best["gain"]["low"] > 0
    assert best["ece"]["value"] < by_name["before"]["ece"]["value"] / 2
    assert by_name["before"]["brier"]["value"] == pytest.approx(brier_score_loss(y, pred[:, 1]))
    assert by_name["before"]["ece"]["value"] == pytest.approx(calibration(y, pred, BINARY)[0]["ece"])
    assert "beyond chance" in found["words"][1]


def test_true_probabilities_need_no_correction() -> None:
    y, pred = overconfident(1500, power=1.0)
    found = probability(y, pred, BINARY, cut(1500), seed=0, resamples=200)
    assert found["recommended"] == ""
    assert "none is advised" in found["words"][1]
    inside = [one["low"] <= one["predicted"] <= one["high"] for one in found["methods"][0]["curve"]]
    assert sum(inside) >= 8


def test_several_classes_are_judged_by_the_class_that_is_said() -> None:
    y, pred = sample(MULTICLASS, 300)
    (before, *others) = probability(y, pred, MULTICLASS, cut(300), seed=0, resamples=50)["methods"]
    right = (pred.argmax(axis=1) == y).mean()
    total = sum(one["observed"] * one["count"] for one in before["curve"])
    assert total / 300 == pytest.approx(right)
    assert [one["name"] for one in others] == list(CORRECTIONS)


def test_intervals_hold_their_values() -> None:
    y, pred = sample(BINARY, 200)
    for one in probability(y, pred, BINARY, cut(200), seed=0, resamples=100)["methods"]:
        for key in ("brier", "ece", "gain"):
            if one[key] is not None:
                assert one[key]["low"] <= one[key]["value"] <= one[key]["high"]


def test_what_cannot_be_corrected_says_why() -> None:
    y, pred = sample(BINARY, 100)
    assert "too few" in probability(np.zeros_like(y), pred, BINARY, cut(100), seed=0)["reason"]
    assert "too few" in probability(y, np.full_like(pred, np.nan), BINARY, cut(100), seed=0)["reason"]
    constant = np.tile([0.7, 0.3], (100, 1))
    json.dumps(probability(y, constant, BINARY, cut(100), seed=0, resamples=30), allow_nan=False)
    certain = np.eye(2)[y]
    json.dumps(probability(y, certain, BINARY, cut(100), seed=0, resamples=30), allow_nan=False)
