import numpy as np
import pytest

from engine.metrics import resampling
from engine.metrics.resampling import affordable, draws
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION, sample


def test_every_resample_keeps_the_count_of_each_class() -> None:
    y, _ = sample(MULTICLASS, 90)
    weights = np.vstack(list(draws(y, MULTICLASS).weights(50, seed=3)))
    assert weights.shape == (50, 90)
    for code in range(3):
        assert (weights[:, y == code].sum(axis=1) == (y == code).sum()).all()


def test_plain_resamples_have_as_many_rows() -> None:
    y, _ = sample(REGRESSION, 70)
    weights = np.vstack(list(draws(y, REGRESSION).weights(40, seed=0)))
    assert (weights.sum(axis=1) == 70).all()
    assert (weights == np.round(weights)).all()
    # Each row is drawn once on average, and left out of about exp(-1) of the resamples.
    assert weights.mean() == pytest.approx(1)
    assert (weights == 0).mean() == pytest.approx(np.exp(-1), abs=0.03)


def test_groups_are_drawn_as_a_whole() -> None:
    y, _ = sample(BINARY, 60)
    groups = np.array([f"household {place % 12}" for place in range(60)])
    weights = np.vstack(list(draws(y, BINARY, groups).weights(30, seed=0)))
    for name in np.unique(groups):
        rows = weights[:, groups == name]
        assert (rows == rows[:, :1]).all()
    assert (weights.sum(axis=1) == 60).all()


def test_the_stream_does_not_depend_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    y, _ = sample(BINARY, 80)
    whole = np.vstack(list(draws(y, BINARY).weights(25, seed=5)))
    monkeypatch.setattr(resampling, "_BLOCK_CELLS", 250)
    blocks = list(draws(y, BINARY).weights(25, seed=5))
    assert len(blocks) == 9
    np.testing.assert_array_equal(np.vstack(blocks), whole)
    assert not np.array_equal(np.vstack(list(draws(y, BINARY).weights(25, seed=6))), whole)


def test_the_stream_is_the_one_that_published_intervals_were_made_with() -> None:
    weights = next(draws(np.array([0, 1, 0, 1, 1, 0]), BINARY).weights(3, seed=0))
    assert weights.astype(int).tolist() == [[2, 1, 1, 0, 2, 0], [0, 1, 2, 0, 2, 1], [1, 1, 0, 1, 1, 2]]


def test_very_many_rows_get_fewer_resamples() -> None:
    assert affordable(1000, 30_000) == 1000
    assert affordable(1000, 100_000) == 500
    assert affordable(1000, 5_000_000) == 200
    assert affordable(100, 5_000_000) == 100
    assert affordable(1000, 0) == 1000
