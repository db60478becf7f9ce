"""Decisions: thresholds against a brute-force search, costs and gains by hand, doubtful rows, honest judgement."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from engine.domain.data import Problem
from engine.domain.project import Brief
from engine.domain.task import Task
from engine.evaluate.decision import CASES, decision
from engine.evaluate.report import evaluate
from engine.evaluate.scoring import MODEL

BINARY = Problem(target="y", task=Task.BINARY, metric="roc_auc", features=("a",), kinds={}, classes=("no", "yes"))
COSTLY = replace(BINARY, costs=((0.0, 1.0), (5.0, 0.0)))


def made(rows: int, seed: int = 0, rate: float = 0.3) -> tuple[Any, Any, list[Any]]:
    rng = np.random.default_rng(seed)
    chance = np.clip(rng.beta(1.2, 1.2 * (1 - rate) / rate, rows), 0.001, 0.999)
    y = (rng.random(rows) < chance).astype(np.intp)
    places = np.arange(rows)
    return y, np.column_stack([1 - chance, chance]), [places[places % 5 == one] for one in range(5)]


def policy(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["policies"] if one["policy"] == name)


def test_costs_are_those_of_a_plain_count() -> None:
    y, pred, folds = made(600)
    found = decision(y, pred, COSTLY, folds, unit="euros", resamples=200)
    assert found is not None
    said = (pred[:, 1] > 1 / 6).astype(int)
    table = confusion_matrix(y, said)
    assert policy(found, "by the costs")["cost"] == pytest.approx(CASES * (table[0, 1] + 5 * table[1, 0]) / 600)
    assert policy(found, "one half")["cost"] == pytest.approx(
        CASES * float(np.where(pred[:, 1] > 0.5, y == 0, 5 * (y == 1)).mean())
    )
    assert found["chosen"] == "by the costs"
    assert found["threshold"] == pytest.approx(1 / 6)
    np.testing.assert_allclose(found["counts"]["counts"], CASES * table / 600)
    for one in found["policies"]:
        assert one["low"] <= one["cost"] <= one["high"]
    assert any("euros" in sentence for sentence in found["words"])


def test_the_threshold_of_the_data_is_the_cheapest_of_all_and_judged_on_other_rows() -> None:
    y, pred, folds = made(400, seed=3)
    # Probabilities that are far too low: what the costs imply no longer fits.
    low = np.column_stack([1 - pred[:, 1] / 8, pred[:, 1] / 8])
    found = decision(y, low, COSTLY, folds, resamples=200)
    assert found is not None
    assert found["chosen"] == "by the data"

    def cost(threshold: float, rows: Any) -> float:
        return float(np.where(low[rows, 1] >= threshold, y[rows] == 0, 5 * (y[rows] == 1)).sum())

    everything = np.arange(400)
    tried = [cost(t, everything) for t in np.concatenate([np.unique(low[:, 1]), [2.0]])]
    assert cost(found["threshold"], everything) == pytest.approx(min(tried))
    # The cost that is told is not that minimum: each fold was decided by the others.
    total = 0.0
    for rows in folds:
        others = np.setdiff1d(everything, rows)
        ends = np.unique(np.concatenate([[0.0, 1.0], low[others, 1]]))
        # Of equally cheap thresholds the highest.
        total += cost(min(((ends[1:] + ends[:-1]) / 2)[::-1], key=lambda t: cost(t, others)), rows)
    assert policy(found, "by the data")["cost"] == pytest.approx(CASES * total / 400, rel=1e-9)


def test_gains_by_hand() -> None:
    y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    pred = np.linspace(0.95, 0.05, 10)
    found = decision(y, np.column_stack([1 - pred, pred]), BINARY, [np.arange(5), np.arange(5, 10)], resamples=50)
    assert found is not None
    by_share = {round(one["share"], 2): one for one in found["gains"]}
    assert by_share[0.2]["found"] == pytest.approx(2 / 3)
    assert by_share[0.2]["lift"] == pytest.approx(10 / 3)
    assert by_share[0.4]["found"] == pytest.approx(1)
    assert by_share[1.0]["lift"] == pytest.approx(1)
    tied = decision(y, np.full((10, 2), 0.5), BINARY, [np.arange(5), np.arange(5, 10)], resamples=50)
    assert tied is not None
    assert all(one["found"] == pytest.approx(one["share"]) for one in tied["gains"]), "ties are no knowledge"


def test_the_most_doubtful_rows_are_those_that_are_wrong_most_often() -> None:
    y, pred, folds = made(4000, seed=1)
    found = decision(y, pred, BINARY, folds, resamples=50)
    assert found is not None
    errors = [one["errors"] for one in found["reject"]]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] == pytest.approx(CASES * float(((pred[:, 1] > 0.5) != y).mean()))
    nearest = np.argsort(np.abs(pred[:, 1] - 0.5))[: round(0.2 * 4000)]
    left = np.setdiff1d(np.arange(4000), nearest)
    assert errors[-1] == pytest.approx(CASES * float(((pred[:, 1] > 0.5) != y)[left].sum() / 4000))


def test_several_classes_have_costs_and_no_threshold() -> None:
    rng = np.random.default_rng(0)
    pred = rng.dirichlet([1, 1, 1], 300)
    y = np.array([rng.choice(3, p=row) for row in pred])
    costs = ((0.0, 1.0, 9.0), (1.0, 0.0, 1.0), (9.0, 1.0, 0.0))
    problem = replace(BINARY, task=Task.MULTICLASS, metric="log_loss", classes=("a", "b", "c"), costs=costs)
    found = decision(y, pred, problem, [np.arange(150), np.arange(150, 300)], resamples=100)
    assert found is not None
    assert "threshold" not in found
    said = np.argmin(pred @ np.asarray(costs), axis=1)
    assert policy(found, "by the costs")["cost"] == pytest.approx(CASES * np.asarray(costs)[y, said].mean())
    assert policy(found, "by the costs")["cost"] < policy(found, "one half")["cost"]


def test_what_cannot_be_decided_is_left_out() -> None:
    y, pred, folds = made(60)
    assert decision(np.zeros(60, dtype=int), pred, BINARY, folds) is None
    constant = decision(y, np.full((60, 2), 0.5), COSTLY, folds, resamples=50)
    assert constant is not None
    assert all(np.isfinite(one["cost"]) for one in constant["policies"])
    tiny = decision(y[:8], pred[:8], BINARY, [np.arange(4), np.arange(4, 8)], resamples=50)
    if tiny is not None:
        assert all(one["low"] is None for one in tiny["policies"])


def test_it_stands_in_the_report_also_where_some_rows_were_not_scored() -> None:
    y, pred, folds = made(200)
    pred[::7] = np.nan
    pairs = [(np.setdiff1d(np.arange(200), rows), rows) for rows in folds]
    report = evaluate(y, {MODEL: pred}, COSTLY, pairs, Brief(cost_unit="hours"), resamples=50)
    scored = ~np.isnan(pred[:, 1])
    assert report["decision"]["unit"] == "hours"
    assert policy(report["decision"], "all alike")["cost"] == pytest.approx(CASES * (1 - y[scored].mean()))
    assert report["coverage"] is None
    assert report["recalibration"]["advised"]
