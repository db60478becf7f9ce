import numpy as np

from engine.domain.task import Task
from engine.evaluate.errors import worst
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION, problem, sample


def test_the_least_likely_truth_comes_first() -> None:
    y, pred = sample(MULTICLASS, 200, digits=None)
    found = worst(y, pred, MULTICLASS, range(500, 700))
    assert len(found) == 20
    missed = 1 - pred[np.arange(200), y]
    assert [one["error"] for one in found] == sorted(missed.tolist(), reverse=True)[:20]
    for one in found:
        place = one["row"] - 500
        assert one["actual"] == MULTICLASS.classes[y[place]]
        assert one["predicted"] == MULTICLASS.classes[pred[place].argmax()]


def test_the_largest_error_comes_first_with_its_sign() -> None:
    y, pred = np.zeros(4), np.array([1.0, -3.0, 2.0, 0.0])
    found = worst(y, pred, REGRESSION, range(4))
    assert [(one["row"], one["error"]) for one in found] == [(1, -3.0), (2, 2.0), (0, 1.0), (3, 0.0)]
    assert found[0] == {"row": 1, "actual": 0.0, "predicted": -3.0, "error": -3.0}


def test_equal_errors_keep_the_order_of_rows() -> None:
    found = worst(np.zeros(30, dtype=int), np.full((30, 2), 0.5), BINARY, range(30))
    assert [one["row"] for one in found] == list(range(20))


def test_what_was_said_follows_the_costs() -> None:
    costly = problem(Task.BINARY, costs=((0.0, 1.0), (1000.0, 0.0)))
    found = worst(np.array([0]), np.array([[0.9, 0.1]]), costly, [0])
    assert (found[0]["actual"], found[0]["predicted"]) == ("no", "yes")


def test_no_rows() -> None:
    for of in (BINARY, REGRESSION):
        y, pred = sample(of, 5)
        assert worst(y[:0], pred[:0], of, []) == []
