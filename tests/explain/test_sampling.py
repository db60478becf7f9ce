import numpy as np
import pytest

from engine.domain.task import Task
from engine.explain.sampling import POOL_ROWS, SIZES, affordable, background_places, draw_pool
from tests.explain.toys import Formula, numbers, problem_of, squash, two_columns


def test_the_pool_is_a_sample_without_repetition() -> None:
    frame = numbers(POOL_ROWS + 500, 2)
    pool = draw_pool(Formula(lambda f: f["x0"]), frame, problem_of(frame), seed=0)
    assert len(set(pool.places)) == len(pool.frame) == POOL_ROWS
    np.testing.assert_array_equal(pool.outputs[:, 0], frame["x0"].to_numpy()[pool.places])
    other = draw_pool(Formula(lambda f: f["x0"]), frame, problem_of(frame), seed=1)
    assert not np.array_equal(pool.places, other.places)


@pytest.mark.parametrize("size", [10, 50, 100])
def test_the_background_predicts_on_average_what_the_pool_does(size: int) -> None:
    frame = numbers(1_000, 3)
    model = Formula(lambda f: two_columns(squash(3 * f["x0"] + f["x1"])))
    pool = draw_pool(model, frame, problem_of(frame, Task.BINARY, ("a", "b")), seed=0)
    places = background_places(pool, size)
    assert len(set(places)) == size
    assert pool.outputs[places].mean() == pytest.approx(pool.outputs.mean(), abs=0.01)


def test_the_background_of_several_classes_holds_each_by_its_share() -> None:
    frame = numbers(1_000, 3)
    model = Formula(lambda f: np.exp(f.to_numpy()) / np.exp(f.to_numpy()).sum(axis=1, keepdims=True))
    pool = draw_pool(model, frame, problem_of(frame, Task.MULTICLASS, ("a", "b", "c")), seed=0)
    chosen = pool.outputs[background_places(pool, 100)]
    np.testing.assert_allclose(chosen.mean(axis=0), pool.outputs.mean(axis=0), atol=0.02)


def test_a_small_pool_is_its_own_background() -> None:
    frame = numbers(7, 2)
    pool = draw_pool(Formula(lambda f: f["x0"]), frame, problem_of(frame), seed=0)
    assert sorted(background_places(pool, 100)) == list(range(7))


@pytest.mark.parametrize(
    ("rows", "steps", "predictions", "expected"),
    [
        (1_000, 20, 1e9, SIZES[0]),
        (1_000, 20, 200 * 50 * 20, (200, 50)),
        (1_000, 20, 0, SIZES[-1]),
        (40, 20, 1e9, (40, 40)),
        (3, 20, 0, (3, 3)),
    ],
)
def test_the_sizes_follow_from_what_can_be_predicted(
    rows: int, steps: int, predictions: float, expected: tuple[int, int]
) -> None:
    assert affordable(rows=rows, steps=steps, predictions=predictions) == expected
