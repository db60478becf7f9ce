import pytest

from engine.domain.metric import MetricValue
from engine.domain.project import Brief, Criterion
from engine.evaluate.criteria import judge


def judged(text: str, value: float, low: float | None, high: float | None) -> str:
    criterion = Criterion.parse(text)
    brief = Brief(criteria=(criterion,))
    (found,) = judge(brief, [MetricValue(name=criterion.metric, value=value, low=low, high=high)])
    assert found == {
        "text": text, "metric": criterion.metric, "threshold": criterion.threshold, "at_least": criterion.at_least,
        "value": value, "low": low, "high": high, "verdict": found["verdict"],
    }  # fmt: skip
    return str(found["verdict"])


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (0.90, 0.85, 0.95, "met"),
        (0.90, 0.84, 0.95, "met"),
        (0.90, 0.83, 0.95, "met, not beyond chance"),
        (0.84, 0.80, 0.88, "met, not beyond chance"),
        (0.83, 0.80, 0.86, "not met, within chance"),
        (0.80, 0.75, 0.84, "not met, within chance"),
        (0.80, 0.75, 0.83, "not met"),
        (0.90, None, None, "met, not beyond chance"),
        (0.80, None, None, "not met, within chance"),
    ],
)
def test_at_least(value: float, low: float | None, high: float | None, verdict: str) -> None:
    assert judged("roc_auc >= 0.84", value, low, high) == verdict
    # The mirror image: an error that is to stay small.
    mirrored = (None, None) if low is None or high is None else (-high, -low)
    assert judged("rmse <= -0.84", -value, *mirrored) == verdict


def test_a_metric_without_a_value_is_not_met() -> None:
    brief = Brief(criteria=(Criterion.parse("rmse <= 3"), Criterion.parse("mae <= 2")))
    first, second = judge(brief, [MetricValue(name="mae", value=1.0, low=0.5, high=1.5)])
    assert (first["value"], first["low"], first["high"], first["verdict"]) == (None, None, None, "not met")
    assert second["verdict"] == "met"
    assert judge(Brief(), []) == []
