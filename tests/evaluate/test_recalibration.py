"""Calibrating probabilities: advised where it helps beyond chance, never where it does not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from engine.domain.task import Task
from engine.evaluate.calibration import calibration
from engine.evaluate.recalibration import AS_IT_IS, expected_error, recalibration
from tests.evaluate.test_decision import BINARY, made


def sharpened(pred: Any, power: float) -> Any:
    odds = (pred[:, 1] / pred[:, 0]) ** power
    return np.column_stack([1 / (1 + odds), odds / (1 + odds)])


def test_what_is_too_sure_of_itself_is_mended() -> None:
    y, pred, folds = made(1500)
    found = recalibration(y, sharpened(pred, 3.0), BINARY, folds, resamples=200)
    assert found is not None
    ways = {one["way"]: one for one in found["ways"]}
    assert ways[AS_IT_IS]["brier"] == pytest.approx(brier_score_loss(y, sharpened(pred, 3.0)[:, 1]))
    # Sharpening by a power is undone by a temperature, and by a sigmoid of the log odds.
    for way in ("temperature", "sigmoid"):
        assert ways[way]["gain_low"] > 0
        assert ways[way]["brier"] == pytest.approx(brier_score_loss(y, pred[:, 1]), abs=0.003)
        assert ways[way]["ece"] < ways[AS_IT_IS]["ece"] / 2
    assert found["advised"] != AS_IT_IS
    assert found["advised"] in found["words"][1]


def test_what_is_right_already_is_left_alone() -> None:
    advised = []
    for seed in range(12):
        y, pred, folds = made(400, seed)
        found = recalibration(y, pred, BINARY, folds, resamples=200)
        assert found is not None
        advised.append(found["advised"])
    assert advised.count(AS_IT_IS) >= 10


def test_several_classes() -> None:
    rng = np.random.default_rng(0)
    true = rng.dirichlet([0.7, 0.7, 0.7], 1200)
    y = np.array([rng.choice(3, p=row) for row in true])
    sure = true**3 / (true**3).sum(axis=1, keepdims=True)
    problem = replace(BINARY, task=Task.MULTICLASS, classes=("a", "b", "c"))
    places = np.arange(1200)
    folds = [places[places % 4 == one] for one in range(4)]
    found = recalibration(y, sure, problem, folds, resamples=200)
    assert found is not None
    ways = {one["way"]: one for one in found["ways"]}
    assert all(ways[way]["gain_low"] > 0 for way in ("sigmoid", "isotonic", "temperature"))
    assert found["advised"] != AS_IT_IS


def test_the_error_is_that_of_the_drawn_curve() -> None:
    y, pred, _ = made(500)
    assert expected_error(y, pred) == pytest.approx(calibration(y, pred, BINARY)[0]["ece"])


def test_nothing_to_learn_from() -> None:
    y, pred, folds = made(100)
    assert recalibration(np.zeros(100, dtype=int), pred, BINARY, folds) is None
    assert recalibration(y, pred, BINARY, folds[:1]) is None
    # A fold that holds every case of a class leaves nothing to learn it from.
    rows = [np.flatnonzero(y == 1), np.flatnonzero(y == 0)]
    assert recalibration(y, pred, BINARY, rows) is None
    constant = recalibration(y, np.full((100, 2), 0.5), BINARY, folds, resamples=50)
    assert constant is not None
    extreme = np.column_stack([1.0 - (y == 0), (y == 0).astype(float)])
    wrong = recalibration(y, extreme, BINARY, folds, resamples=50)
    assert wrong is not None
    assert all(np.isfinite(one["brier"]) for one in wrong["ways"])
