import numpy as np
import pytest

from engine.evaluate.residuals import residuals


def test_errors_are_predicted_minus_actual() -> None:
    y, pred = np.arange(100.0), np.arange(100.0) + 2
    pred[:50] -= 1
    found = residuals(y, pred, range(100), seed=0)
    assert found["points"][3] == {"row": 3, "actual": 3.0, "predicted": 4.0}
    assert found["histogram"][0]["count"] == found["histogram"][-1]["count"] == 50
    assert (found["histogram"][0]["low"], found["histogram"][-1]["high"]) == (1.0, 2.0)
    assert found["by_prediction"][0]["median_error"] == 1
    assert found["by_prediction"][-1]["median_error"] == 2


def test_every_row_is_counted() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=5000)
    pred = y + rng.standard_t(2, size=5000)
    found = residuals(y, pred, range(5000), seed=0)
    assert sum(bar["count"] for bar in found["histogram"]) == 5000
    assert len(found["histogram"]) == 40
    assert [one["count"] for one in found["by_prediction"]] == [500] * 10
    assert all(one["p10"] <= one["median_error"] <= one["p90"] for one in found["by_prediction"])


def test_at_most_a_thousand_points_the_same_ones_each_time() -> None:
    y = np.arange(3000.0)
    first = residuals(y, y + 1, range(7000, 10_000), seed=4)["points"]
    assert len(first) == 1000
    assert first == residuals(y, y + 1, range(7000, 10_000), seed=4)["points"]
    assert first != residuals(y, y + 1, range(7000, 10_000), seed=5)["points"]
    assert all(point["row"] == point["actual"] + 7000 for point in first)


@pytest.mark.parametrize("gap", [0.0, 1 / 3, 1e-300, 1e12])
def test_errors_all_alike_are_one_bar(gap: float) -> None:
    found = residuals(np.zeros(30), np.full(30, gap), range(30), seed=0)
    assert found["histogram"] == [{"low": gap, "high": gap, "count": 30}]
    assert len(found["by_prediction"]) == 1
