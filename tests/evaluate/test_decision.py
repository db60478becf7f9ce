import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluate.decision import IMPLIED, LIKELIEST, REJECTED, TUNED, chosen_of, decision
from engine.metrics.decision import best_threshold
from engine.metrics.scores import score
from tests.evaluate.conftest import cut
from tests.metrics.problems import BINARY, MULTICLASS, problem, sample

COSTS = ((0.0, 1.0), (5.0, 0.0))
PAID = problem(BINARY.task, costs=COSTS)


def policies(found: dict[str, Any]) -> dict[str, Any]:
    return {one["name"] + one["label"]: one for one in found["policies"]}


def true_probabilities(rows: int, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 3, rows)
    return (rng.random(rows) < p).astype(int), np.column_stack([1 - p, p])


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10)), min_size=1, max_size=40),
    st.lists(st.integers(-3, 5), min_size=4, max_size=4),
)
def test_no_threshold_is_cheaper_than_the_one_found(rows: list[tuple[int, int]], of: list[int]) -> None:
    y, p = np.array([one for one, _ in rows]), np.array([one / 10 for _, one in rows])
    costs = np.array(of, dtype=float).reshape(2, 2)
    found = best_threshold(y, p, costs)
    by_hand = {t: sum(costs[a, int(b >= t)] for a, b in zip(y, p, strict=True)) for t in [*np.unique(p), 0.0, 2.0]}
    assert sum(costs[a, int(b >= found)] for a, b in zip(y, p, strict=True)) == min(by_hand.values())


def test_costs_are_those_of_the_counts_and_of_the_metric() -> None:
    y, pred = true_probabilities(400)
    found = decision(y, pred, PAID, cut(400), seed=0, resamples=100)
    for one in found["policies"]:
        counts = np.array(one["counts"])
        assert counts.sum() == pytest.approx(1000)
        assert (counts * COSTS).sum() == pytest.approx(one["cost"]["value"])
    by_name = policies(found)
    assert by_name[IMPLIED]["cost"]["value"] == pytest.approx(1000 * score("mean_cost", y, pred, PAID))
    assert by_name[IMPLIED]["threshold"] == pytest.approx(1 / 6)
    assert by_name["alwaysno"]["cost"]["value"] == pytest.approx(5000 * y.mean())
    assert by_name["alwaysyes"]["cost"]["value"] == pytest.approx(1000 * (1 - y.mean()))
    cheaper = min(by_name["alwaysno"]["cost"]["value"], by_name["alwaysyes"]["cost"]["value"])
    assert by_name[IMPLIED]["saved"]["value"] == pytest.approx(cheaper - by_name[IMPLIED]["cost"]["value"])


def test_the_curve_is_the_cost_at_each_threshold() -> None:
    y, pred = sample(BINARY, 300)
    found = decision(y, pred, PAID, cut(300), seed=0, resamples=50)
    for one in found["curve"][::10]:
        said = (pred[:, 1] >= one["threshold"]).astype(int)
        assert one["cost"]["value"] == pytest.approx(1000 * np.array(COSTS)[y, said].mean())
        assert one["cost"]["low"] <= one["cost"]["high"]


def test_with_true_probabilities_the_threshold_of_the_costs_is_kept() -> None:
    y, pred = true_probabilities(3000)
    found = decision(y, pred, PAID, cut(3000), unit="euros", seed=0, resamples=200)
    assert found["chosen"] == IMPLIED
    assert chosen_of(found)["saved"]["low"] > 0
    assert found["words"][0].startswith("Say 'yes' from 16.7 % on: ")
    assert "euros per 1,000 cases less than saying" in found["words"][0]


def test_with_shifted_probabilities_a_learned_threshold_is_chosen_and_nearly_as_cheap_as_the_true_one() -> None:
    y, true = true_probabilities(3000)
    p = true[:, 1] ** 2
    found = decision(y, np.column_stack([1 - p, p]), PAID, cut(3000), seed=0, resamples=200)
    assert found["chosen"] == TUNED
    assert chosen_of(found)["threshold"] == pytest.approx((1 / 6) ** 2, abs=0.03)
    at_best = 1000 * np.array(COSTS)[y, (true[:, 1] >= 1 / 6).astype(int)].mean()
    assert chosen_of(found)["cost"]["value"] == pytest.approx(at_best, rel=0.05)


def test_the_cost_of_a_learned_threshold_is_not_flattered_where_there_is_nothing_to_learn() -> None:
    equal = problem(BINARY.task, costs=((0.0, 1.0), (1.0, 0.0)))
    tuned, flattered = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        y, p = rng.integers(0, 2, 100), rng.random(100)
        found = decision(y, np.column_stack([1 - p, p]), equal, cut(100), seed=0, resamples=1)
        tuned.append(policies(found)[TUNED]["cost"]["value"])
        said = (p >= best_threshold(y, p, np.array(equal.costs))).astype(int)
        flattered.append(1000 * (said != y).mean())
    assert np.mean(flattered) < 470
    assert np.mean(tuned) > 490


def test_doubtful_cases_are_those_next_to_the_threshold() -> None:
    p = np.round(np.linspace(0.005, 0.995, 100), 3)
    y = (p > 0.5).astype(int)
    y[[49, 50]] = [1, 0]
    order = np.random.default_rng(0).permutation(100)
    equal = problem(BINARY.task, costs=((0.0, 1.0), (1.0, 0.0)))
    found = decision(y[order], np.column_stack([1 - p, p])[order], equal, cut(100), seed=0, resamples=10)
    by_share = {one["share"]: one for one in found["reject"]}
    assert tuple(by_share) == REJECTED
    # The two errors are the two cases next to one half, equally doubtful: the first per cent takes one half of both.
    assert by_share[0.01]["saved"]["value"] == pytest.approx(10)
    assert by_share[0.02]["saved"]["value"] == pytest.approx(20)
    assert by_share[0.02]["remaining"]["value"] == pytest.approx(0)
    assert by_share[0.05]["worth"]["value"] == pytest.approx(0.02 / 0.05)


def test_several_classes_are_decided_by_the_cost_matrix() -> None:
    paid = problem(MULTICLASS.task, costs=((0, 1, 9), (1, 0, 9), (1, 1, 0)))
    y, pred = sample(MULTICLASS, 300)
    found = decision(y, pred, paid, cut(300), seed=0, resamples=50)
    by_name = policies(found)
    assert by_name[IMPLIED]["cost"]["value"] == pytest.approx(1000 * score("mean_cost", y, pred, paid))
    assert by_name[IMPLIED]["cost"]["value"] < by_name[LIKELIEST]["cost"]["value"]
    always = {code: 1000 * np.array(paid.costs)[y, code].mean() for code in range(3)}
    assert min(always.values()) == pytest.approx(
        next(v for k, v in by_name.items() if k[:6] == "always")["cost"]["value"]
    )
    assert found["curve"] == []


@pytest.mark.parametrize("of", [BINARY, MULTICLASS])
def test_hopeless_predictions_are_said_to_be_so(of: Any) -> None:
    y, pred = sample(of, 200)
    constant = np.full_like(pred, 1 / pred.shape[1])
    found = decision(y, constant, of, cut(200), seed=0, resamples=50)
    assert "not shown to be cheaper" in found["words"][0] or "more than" in found["words"][0]
    json.dumps(found, allow_nan=False)


def test_one_class_few_rows_and_empty_predictions() -> None:
    y, pred = sample(BINARY, 100)
    for of in (BINARY, PAID):
        json.dumps(decision(np.zeros_like(y), pred, of, cut(100), seed=0, resamples=20), allow_nan=False)
    pred[:20] = np.nan
    assert decision(y, pred, PAID, cut(100), seed=0, resamples=20)["rows"] == 80
    nothing = decision(y, np.full_like(pred, np.nan), PAID, cut(100), seed=0, resamples=20)
    assert nothing["policies"] == []
    assert nothing["reason"].endswith(".")


def test_the_same_input_gives_the_same_numbers() -> None:
    y, pred = sample(BINARY, 120)
    first = decision(y, pred, PAID, cut(120), seed=5, resamples=40)
    assert first == decision(y, pred, PAID, cut(120), seed=5, resamples=40)
