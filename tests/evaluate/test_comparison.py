"""Two models beside each other: verdicts from an interval and from what would matter."""

import pytest

from engine.charts.comparison import difference
from engine.domain.metric import find_metric
from engine.evaluate.comparison import compare, comparison_words
from engine.metrics.compare import practical

AUC = find_metric("roc_auc")


@pytest.mark.parametrize(
    ("low", "high", "band", "verdict"),
    [
        (0.01, 0.03, 0.0, "better"),
        (0.01, 0.03, 0.02, "better"),
        (0.001, 0.004, 0.005, "practically the same"),
        (-0.004, 0.004, 0.005, "practically the same"),
        (-0.004, 0.006, 0.005, "not shown"),
        (-0.004, 0.004, 0.0, "not shown"),
        (-0.03, -0.01, 0.005, "worse"),
        (None, None, 0.5, "not shown"),
    ],
)
def test_verdicts(low: float | None, high: float | None, band: float, verdict: str) -> None:
    assert practical(low, high, band) == verdict


DIFFERENCES = [
    {"a": 7, "b": 3, "value": 0.02, "low": 0.01, "high": 0.03},
    {"a": 7, "b": 9, "value": 0.002, "low": -0.001, "high": 0.004},
    {"a": 3, "b": 9, "value": 0.01, "low": None, "high": None},
]


def test_a_difference_is_seen_from_either_side() -> None:
    there, back = compare(DIFFERENCES, 7, 3, None), compare(DIFFERENCES, 3, 7, None)
    assert there is not None
    assert back is not None
    assert (there["value"], there["low"], there["high"], there["verdict"]) == (0.02, 0.01, 0.03, "better")
    assert (back["value"], back["low"], back["high"], back["verdict"]) == (-0.02, -0.03, -0.01, "worse")
    assert comparison_words(back, "B", "A", AUC) == (
        "B is worse than A by 0.0200 (0.0100 to 0.0300) in ROC AUC, beyond chance."
    )
    assert compare(DIFFERENCES, 7, 7, None) is None
    assert compare(DIFFERENCES, 7, 12, None) is None


def test_what_would_matter_decides_the_words() -> None:
    same, unknown = compare(DIFFERENCES, 7, 9, 0.005), compare(DIFFERENCES, 3, 9, 0.005)
    assert same is not None
    assert unknown is not None
    assert "practically the same" in comparison_words(same, "A", "B", AUC)
    assert "0.005" in comparison_words(same, "A", "B", AUC)
    assert "is not shown" in comparison_words(unknown, "A", "B", AUC)
    doubtful = compare(DIFFERENCES, 7, 3, 0.015)
    assert doubtful is not None
    assert "may be less than the 0.0150" in comparison_words(doubtful, "A", "B", AUC)


@pytest.mark.parametrize(("one", "other"), [(7, 3), (3, 9), (9, 7)])
def test_it_is_drawn_with_its_table(one: int, other: int) -> None:
    found = compare(DIFFERENCES, one, other, 0.005)
    assert found is not None
    drawn = difference(found, "A", "B", AUC)
    assert drawn.table[0]["verdict"] == found["verdict"]
    assert drawn.specification()["layer"]
