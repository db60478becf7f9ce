"""Intervals around single predictions: they hold as often as promised, for small and large predictions alike."""

from typing import Any

import numpy as np
import pytest

from engine.evaluate.coverage import coverage, ends, rule


def made(rows: int, seed: int) -> tuple[Any, Any, list[Any]]:
    rng = np.random.default_rng(seed)
    pred = rng.uniform(1, 10, rows)
    # Errors that grow with the prediction, and lean to one side.
    y = pred + pred * (rng.gamma(2.0, 0.1, rows) - 0.15)
    places = np.arange(rows)
    return y, pred, [places[places % 5 == one] for one in range(5)]


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_on_new_rows_intervals_hold_as_often_as_they_say(level: float) -> None:
    held, by_third = [], []
    for seed in range(60):
        y, pred, _ = made(300, seed)
        new_y, new_pred, _ = made(300, 1000 + seed)
        low, high = ends(new_pred, rule(y, pred, level))
        inside = (new_y >= low) & (new_y <= high)
        held.append(inside.mean())
        by_third.append([inside[new_pred < 4].mean(), inside[new_pred > 7].mean()])
    error = np.std(held) / np.sqrt(len(held))
    assert abs(np.mean(held) - level) < 4 * error + 0.015
    assert np.abs(np.mean(by_third, axis=0) - level).max() < 0.03


def test_what_is_measured_is_measured_on_other_folds() -> None:
    y, pred, folds = made(900, 0)
    found = coverage(y, pred, folds)
    assert found is not None
    for one in found["levels"]:
        assert one["low"] <= one["coverage"] <= one["high"]
        assert one["coverage"] == pytest.approx(one["level"], abs=0.04)
        widths = [part["width"] for part in one["parts"]]
        assert widths == sorted(widths), "wider where errors are larger"
    assert found["levels"][0]["width"] < found["levels"][1]["width"]
    assert len(found["words"]) == 3
    # A fold whose errors are unlike all others is not covered by them, and the measurement says so.
    shifted = y.copy()
    shifted[folds[0]] += 100
    told = coverage(shifted, pred, folds)
    assert told is not None
    assert told["levels"][0]["coverage"] < 0.75
    assert "less often than promised" in told["words"][0]


def test_too_few_rows_and_constant_predictions() -> None:
    y, pred, folds = made(40, 0)
    assert coverage(y, pred, folds) is None
    assert coverage(y, pred, [np.arange(40)]) is None
    y, pred, folds = made(200, 0)
    found = coverage(y, np.full(200, 5.0), folds)
    assert found is not None
    assert found["levels"][0]["coverage"] == pytest.approx(0.8, abs=0.07)
    assert len(found["levels"][0]["parts"]) == 1
