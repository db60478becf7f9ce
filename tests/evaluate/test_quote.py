from typing import Any

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from engine.evaluate.quote import best_shift, quote, shifted
from tests.evaluate.conftest import cut
from tests.metrics.problems import REGRESSION

COSTS = {"too high": 0.5, "too low": 1.5}


def draw(rows: int, spread: float = 0.3) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    pred = np.exp(rng.normal(3, 1, rows))
    return pred * np.exp(rng.normal(0, spread, rows)), pred


@pytest.mark.parametrize("kind", ["same", "in proportion"])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_no_shift_is_cheaper_than_the_one_found(kind: str, level: float) -> None:
    y, pred = draw(101)
    found = mean_pinball_loss(y, shifted(pred, best_shift(y, pred, level, kind), kind), alpha=level)
    errors = (y - pred) / pred if kind == "in proportion" else y - pred
    every = [mean_pinball_loss(y, shifted(pred, one, kind), alpha=level) for one in errors]
    assert found == pytest.approx(min(every))


def test_the_dearer_direction_is_avoided_and_the_saving_measured() -> None:
    y, pred = draw(800)
    found = quote(y, pred, REGRESSION, cut(800), COSTS, unit="dollars", seed=0, resamples=100)
    assert found["kind"] == "in proportion"
    assert found["shift"] > 0
    assert found["gain"]["low"] > 0
    # A cost of 0.5 and 1.5 is twice the pinball loss at three quarters.
    assert found["cost_as_is"]["value"] == pytest.approx(2 * mean_pinball_loss(y, pred, alpha=0.75))
    assert found["gain"]["value"] == pytest.approx(found["cost_as_is"]["value"] - found["cost"]["value"])
    assert found["words"][0].startswith("Say ")
    assert "above the prediction" in found["words"][0]


def test_with_equal_costs_nothing_is_promised() -> None:
    y, pred = draw(300)
    found = quote(y - 50, pred - 50, REGRESSION, cut(300), {"too high": 1, "too low": 1}, seed=0, resamples=100)
    assert found["kind"] == "same"
    assert found["words"][0].startswith("Say the prediction itself")


def test_what_cannot_be_found_says_why() -> None:
    y, pred = draw(100)
    for costs in (None, {}, {"too high": 1.0}, {"too high": 0.0, "too low": 1.0}):
        assert "No costs" in quote(y, pred, REGRESSION, cut(100), costs, seed=0)["reason"]
    assert "at least 30" in quote(y, np.full(100, np.nan), REGRESSION, cut(100), COSTS, seed=0)["reason"]
