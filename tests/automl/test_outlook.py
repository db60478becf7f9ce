"""What another minute brings: the formula against draws that obey it, the range against recorded searches."""

import math

import numpy as np
import pytest

from bench.outlook import coverage, recorded
from engine.automl import outlook
from engine.automl.outlook import expected_gain, in_words, noise_of
from engine.domain.metric import find_metric

AUC = find_metric("roc_auc")


def test_the_range_holds_what_blind_draws_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "_LEARNING", 1.0)
    monkeypatch.setattr(outlook, "_LIGHTER", 1.0)
    rng = np.random.default_rng(0)
    held, came, gains, expected = [], [], [], []
    for _ in range(600):
        # The lower tail of the negative of an exponential is exponential.
        losses = -rng.exponential(0.01, 120)
        found = expected_gain(losses[:60].tolist(), 60.0)
        assert found is not None
        gain = max(losses[:60].min() - losses[60:].min(), 0.0)
        held.append(found.low <= gain <= found.high)
        came.append(gain > 0)
        gains.append(gain)
        expected.append(found.expected)
        assert found.chance == pytest.approx(0.5)
    assert np.mean(came) == pytest.approx(0.5, abs=0.06)
    assert np.mean(gains) == pytest.approx(np.mean(expected), rel=0.15)
    # Half of the mass is at no gain at all, so that the range holds nine in ten: only its upper end can be missed.
    assert np.mean(held) == pytest.approx(0.9, abs=0.05)


def test_the_range_is_right_about_as_often_as_it_says_on_recorded_searches() -> None:
    found = coverage(recorded())
    assert found["looks"] > 300
    assert found["held"] == pytest.approx(outlook.LEVEL, abs=0.08)
    assert found["improved"] == pytest.approx(found["chance"], abs=0.1)


def test_more_time_brings_more_and_never_a_loss() -> None:
    losses = [1 / n for n in range(1, 30)]
    short, long = expected_gain(losses, 30, seconds=5), expected_gain(losses, 30, seconds=300)
    assert short is not None
    assert long is not None
    assert 0 <= short.low <= short.expected <= short.high < long.high
    assert short.chance < long.chance < 1
    assert expected_gain(losses[:5], 30) is None
    assert expected_gain([*losses[:5], math.inf, math.nan, math.inf, math.inf], 30) is None
    assert expected_gain(losses, 0) is None
    equal = expected_gain([0.5] * 20, 30)
    assert equal is not None
    assert equal.high == equal.expected == 0
    assert "nothing" in in_words(equal, AUC)


def test_noise_is_the_paired_standard_error_of_the_folds() -> None:
    best, other = [0.8, 0.7, 0.9, 0.8], [0.79, 0.71, 0.88, 0.8]
    gaps = np.subtract(best, other)
    assert noise_of([best, other, best]) == pytest.approx(gaps.std(ddof=1) / 2)
    assert noise_of([]) is None
    assert noise_of([[0.8], [0.7]]) is None
    assert noise_of([best, best]) is None


def test_what_is_below_the_noise_is_called_nothing_that_shows() -> None:
    losses = [-0.8 - n / 10_000 for n in range(20)]
    quiet = expected_gain(losses, 60, noise=0.01)
    assert quiet is not None
    assert quiet.within_noise
    assert "nothing that these rows could show" in in_words(quiet, AUC)
    loud = expected_gain(losses, 60, noise=1e-6)
    assert loud is not None
    assert not loud.within_noise
    assert "better ROC AUC (0 to" in in_words(loud, AUC)
    assert "after 8 trials" in in_words(None, AUC)
    pounds = expected_gain([3000.0 - n for n in range(20)], 60, seconds=120)
    assert "less RMSE" in in_words(pounds, find_metric("rmse"))
