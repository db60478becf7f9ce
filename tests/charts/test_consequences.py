"""Pictures of decisions, probabilities and intervals have their words, their table and can be drawn."""

from typing import Any

import pytest

from engine.charts import coverage, decision, probability, svg
from tests.charts.test_figures import HOSTILE
from tests.evaluate.payloads import evaluated, named
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION

PAID = named(BINARY, "no", HOSTILE, costs=((0.0, 1.0), (5.0, 0.0)))
SEVERAL = named(MULTICLASS, "a", "b", HOSTILE)


@pytest.fixture(scope="module")
def payloads() -> dict[str, Any]:
    return {
        "paid": evaluated(PAID, unit=HOSTILE),
        "several": evaluated(SEVERAL),
        "few": evaluated(BINARY, 8),
        "values": evaluated(REGRESSION),
    }


def drawable(one: Any) -> None:
    assert one.title
    assert one.table
    picture = svg.to_svg(one, identifier="x")
    assert "<title" in picture
    assert "<script" not in picture


@pytest.mark.parametrize(
    "draw",
    [
        decision.costs,
        decision.by_threshold,
        decision.savings,
        decision.found_share,
        decision.lift,
        decision.reject,
        probability.reliability,
    ],
)
def test_two_classes(draw: Any, payloads: dict[str, Any]) -> None:
    drawable(draw(payloads["paid"]))


@pytest.mark.parametrize("draw", [decision.costs, decision.reject, probability.reliability])
def test_several_classes(draw: Any, payloads: dict[str, Any]) -> None:
    drawable(draw(payloads["several"]))


@pytest.mark.parametrize("draw", [decision.by_threshold, decision.savings, decision.found_share, decision.lift])
def test_what_is_for_two_classes_is_not_drawn_for_several(draw: Any, payloads: dict[str, Any]) -> None:
    assert draw(payloads["several"]) is None


@pytest.mark.parametrize("draw", [coverage.band, coverage.by_prediction])
def test_values(draw: Any, payloads: dict[str, Any]) -> None:
    drawable(draw(payloads["values"], HOSTILE))


@pytest.mark.parametrize("draw", [decision.savings, decision.found_share, decision.lift])
def test_without_intervals_the_line_stands_alone(draw: Any, payloads: dict[str, Any]) -> None:
    drawable(draw(payloads["few"]))


def test_titles_are_made_of_stored_numbers(payloads: dict[str, Any]) -> None:
    found = payloads["paid"]["decision"]
    chosen = decision.chosen_of(found)
    assert f"{chosen['cost']['value']:,.0f}" in decision.costs(payloads["paid"]).title
    cheapest = min(found["curve"], key=lambda one: one["cost"]["value"])
    assert f"{100 * cheapest['threshold']:.0f} %" in decision.by_threshold(payloads["paid"]).title
    tenth = next(one for one in payloads["paid"]["gains"]["points"] if one["share"] == 0.1)
    assert f"{tenth['lift']['value']:.2f}" in decision.lift(payloads["paid"]).title
