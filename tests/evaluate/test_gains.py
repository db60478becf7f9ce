import numpy as np
import pytest

from engine.evaluate.gains import SHARES, gains
from engine.metrics.scores import score
from tests.metrics.problems import BINARY, MULTICLASS, problem, sample


def test_by_hand_on_ten_cases() -> None:
    y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 0])
    p = np.linspace(0.95, 0.05, 10)
    paid = problem(BINARY.task, costs=((0, 1), (5, 0)))
    found = gains(y, np.column_stack([1 - p, p]), paid, seed=0, resamples=20)
    at = {one["share"]: one for one in found["points"]}
    assert at[0.2]["found"]["value"] == pytest.approx(0.5)
    assert at[0.2]["lift"]["value"] == pytest.approx(2.5)
    assert at[0.4]["found"]["value"] == pytest.approx(0.75)
    # Acting on the first four: three positives save 5 each, one negative costs 1, of ten cases.
    assert at[0.4]["saved"]["value"] == pytest.approx(1400)
    assert at[1.0]["found"]["value"] == at[1.0]["lift"]["value"] == 1
    assert at[0.0]["found"]["value"] == at[0.0]["saved"]["value"] == 0
    assert at[0.0]["lift"] is None


def test_equal_scores_give_a_straight_line_whatever_their_order() -> None:
    y = np.array([1] * 10 + [0] * 30)
    found = gains(y, np.full((40, 2), 0.5), BINARY, seed=0, resamples=20)
    assert [one["found"]["value"] for one in found["points"]] == pytest.approx(list(SHARES))


def test_the_first_tenth_agrees_with_the_metric() -> None:
    y, pred = sample(BINARY, 230)
    found = gains(y, pred, BINARY, seed=0, resamples=50)
    (tenth,) = (one for one in found["points"] if one["share"] == 0.1)
    assert tenth["lift"]["value"] == pytest.approx(score("lift_top_decile", y, pred, BINARY))
    assert tenth["lift"]["low"] < tenth["lift"]["value"] < tenth["lift"]["high"]


def test_what_has_no_gains_says_why() -> None:
    y, pred = sample(BINARY, 50)
    assert "with and without 'yes'" in gains(np.zeros_like(y), pred, BINARY, seed=0)["reason"]
    assert "two classes" in gains(*sample(MULTICLASS, 50), MULTICLASS, seed=0)["reason"]
    holey = pred.copy()
    holey[:10] = np.nan
    assert gains(y, holey, BINARY, seed=0, resamples=10)["rows"] == 40
