from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine.evaluate.fairness import fairness
from engine.metrics.decision import decide
from tests.metrics.problems import BINARY, REGRESSION, sample


def case(rows: int = 400, seed: int = 0):
    y, pred = sample(BINARY, rows, seed=seed, skill=1.5)
    group = pd.Series(np.random.default_rng(seed).choice(["a", "b", "c"], rows), name="group")
    return group, y, pred


def test_rates_and_gaps_are_those_of_fairlearn() -> None:
    fairlearn = pytest.importorskip("fairlearn.metrics")
    group, y, pred = case()
    said = decide(pred, BINARY)
    found = fairness(group, y, pred, BINARY, resamples=50)
    frame = fairlearn.MetricFrame(
        metrics={
            "selection_rate": fairlearn.selection_rate,
            "true_positive_rate": fairlearn.true_positive_rate,
            "false_positive_rate": fairlearn.false_positive_rate,
        },
        y_true=y,
        y_pred=said,
        sensitive_features=group,
    )
    for one in found["groups"]:
        for rate, value in frame.by_group.loc[one["group"]].items():
            assert one[rate] == pytest.approx(value)
            assert one[f"{rate}_low"] <= one[rate] <= one[f"{rate}_high"]
    gaps = {one["name"]: one["value"] for one in found["gaps"]}
    same = {"sensitive_features": group}
    assert gaps["demographic_parity"] == pytest.approx(fairlearn.demographic_parity_difference(y, said, **same))
    assert gaps["equal_opportunity"] == pytest.approx(fairlearn.equal_opportunity_difference(y, said, **same))
    assert gaps["equalized_odds"] == pytest.approx(fairlearn.equalized_odds_difference(y, said, **same))


def test_equalising_finds_the_same_share_in_each_group_and_says_what_it_costs() -> None:
    group, y, pred = case()
    pred[(group == "a").to_numpy(), 1] *= 0.15
    pred[:, 0] = 1 - pred[:, 1]
    of = replace(BINARY, costs=((0.0, 1.0), (5.0, 0.0)))
    found = fairness(group, y, pred, of, resamples=20)
    reached = [one["reached"] for one in found["equalised"]["thresholds"]]
    assert max(reached) - min(reached) < 0.05
    before = next(one["value"] for one in found["gaps"] if one["name"] == "equal_opportunity")
    assert before > 0.15
    said = decide(pred, of)
    assert found["equalised"]["cost_before"] == pytest.approx(
        1000 * (((y == 0) & (said == 1)).sum() + 5 * ((y == 1) & (said == 0)).sum()) / len(y)
    )
    assert found["equalised"]["accuracy_before"] == pytest.approx((said == y).mean())


def test_a_small_group_is_shown_but_makes_no_gap() -> None:
    _, y, pred = case(200)
    group = pd.Series(["a"] * 95 + ["b"] * 100 + ["rare"] * 5, name="group")
    found = fairness(group, y, pred, BINARY, resamples=20)
    assert [one["counted"] for one in found["groups"]] == [one["group"] != "rare" for one in found["groups"]]
    without = fairness(group[:195], y[:195], pred[:195], BINARY, resamples=20)
    assert [one["value"] for one in found["gaps"]] == [one["value"] for one in without["gaps"]]


def test_one_group_or_another_task_gives_a_reason() -> None:
    _, y, pred = case(100)
    alone = fairness(pd.Series(["a"] * 100, name="group"), y, pred, BINARY, resamples=20)
    assert alone["gaps"] == []
    assert "two groups" in alone["reason"]
    y, pred = sample(REGRESSION, 100)
    assert "two classes" in fairness(pd.Series(["a"] * 100, name="group"), y, pred, REGRESSION)["reason"]


def test_a_group_without_positives_has_no_rate_and_no_fault() -> None:
    _, y, pred = case(200)
    group = pd.Series(np.where(y == 1, "a", "b"), name="group")
    found = fairness(group, y, pred, BINARY, resamples=20)
    assert found["groups"][0]["true_positive_rate"] is not None or found["groups"][1]["true_positive_rate"] is not None
    assert {one["name"] for one in found["gaps"]} == {"demographic_parity"}
