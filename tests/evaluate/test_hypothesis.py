"""A hypothesis is supported, not shown or the opposite: by the interval, never by the point."""

import pytest

from engine.domain.metric import find_metric
from engine.domain.record import NOT_SHOWN, OPPOSITE, SUPPORTED, Claim
from engine.evaluate.hypothesis import judge, outcome_words


@pytest.mark.parametrize(
    ("claim", "low", "high", "band", "outcome"),
    [
        (Claim.BETTER, 0.01, 0.03, None, SUPPORTED),
        (Claim.BETTER, -0.001, 0.03, None, NOT_SHOWN),
        (Claim.BETTER, -0.03, -0.01, None, OPPOSITE),
        (Claim.BETTER, None, None, None, NOT_SHOWN),
        (Claim.BETTER, 0.001, 0.004, 0.01, NOT_SHOWN),
        (Claim.WORSE, -0.03, -0.01, None, SUPPORTED),
        (Claim.WORSE, 0.01, 0.03, None, OPPOSITE),
        (Claim.WORSE, -0.02, 0.02, None, NOT_SHOWN),
        (Claim.SAME, -0.004, 0.004, 0.01, SUPPORTED),
        (Claim.SAME, -0.004, 0.004, None, NOT_SHOWN),
        (Claim.SAME, 0.02, 0.04, 0.01, OPPOSITE),
        (Claim.SAME, -0.04, -0.02, 0.01, OPPOSITE),
        (Claim.SAME, -0.04, 0.02, 0.01, NOT_SHOWN),
    ],
)
def test_the_interval_decides(
    claim: Claim, low: float | None, high: float | None, band: float | None, outcome: str
) -> None:
    assert judge(claim, low, high, band) == outcome


def test_the_sentence_says_direction_and_doubt() -> None:
    metric = find_metric("rmsle")
    better = outcome_words(SUPPORTED, 0.012, 0.004, 0.02, metric, None)
    assert better == f"Supported: {metric.title} is better by 0.0120 (0.0040 to 0.0200)."
    worse = outcome_words(OPPOSITE, -0.012, -0.02, -0.004, metric, None)
    assert "is worse by 0.0120 (0.0040 to 0.0200)" in worse
    assert "chance alone" in outcome_words(NOT_SHOWN, 0.01, -0.01, 0.03, metric, None)
    assert "that would matter" in outcome_words(NOT_SHOWN, 0.002, 0.001, 0.003, metric, 0.01)
    assert "the same in both runs" in outcome_words(NOT_SHOWN, 0.0, 0.0, 0.0, metric, None)
    assert "chance alone" in outcome_words(NOT_SHOWN, 0.01, None, None, metric, None)
