"""The small tree: its rules, its score out of fold and its price."""

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeClassifier

from engine.domain.task import Task
from engine.explain.glassbox import LEAVES, glassbox
from tests.explain.toys import mixed, numbers, problem_of, squash, two_columns


@pytest.fixture(autouse=True)
def not_a_single_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def folds(rows: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(KFold(5, shuffle=True, random_state=0).split(np.arange(rows)))


def test_it_is_the_tree_of_the_library_scored_out_of_fold() -> None:
    frame = numbers(300, 4)
    chance = squash(2 * frame["x0"] + 2 * frame["x1"] - frame["x2"])
    y = (np.random.default_rng(1).random(300) < chance).astype(int)
    problem = replace(problem_of(frame, Task.BINARY, ("no", "yes")), metric="roc_auc")
    found = glassbox(frame, y, problem, folds(300), two_columns(chance))
    assert found is not None
    theirs = np.empty(300)
    for fit, rest in folds(300):
        tree = DecisionTreeClassifier(max_leaf_nodes=8, max_depth=3, min_samples_leaf=5, random_state=0)
        theirs[rest] = tree.fit(frame.iloc[fit], y[fit]).predict_proba(frame.iloc[rest])[:, 1]
    assert found["models"][0]["score"] == pytest.approx(roc_auc_score(y, theirs))
    assert found["best"] == pytest.approx(roc_auc_score(y, chance))
    paid = found["models"][0]
    assert paid["cost"] == pytest.approx(found["best"] - paid["score"])
    assert 0 < paid["low"] <= paid["cost"] <= paid["high"]
    assert found["sentence"].startswith("You pay 0.")


def test_where_the_truth_is_a_rule_nothing_is_paid() -> None:
    frame = pd.DataFrame({"x": np.linspace(0, 1, 200), "plan": np.tile(["a", "b"], 100)})
    y = np.where((frame["x"] > 0.6) & (frame["plan"] == "b"), 5.0, 1.0)
    found = glassbox(frame, y, problem_of(frame), folds(200), y + np.random.default_rng(0).normal(0, 2, 200))
    assert found is not None
    rules = {rule["rule"]: rule["answer"] for rule in found["rules"]}
    assert len(rules) <= LEAVES
    assert [
        answer for rule, answer in rules.items() if "plan is a" not in rule.replace("not a", "") and "x > 0.6" in rule
    ]
    assert sorted(set(rules.values())) == ["1.00", "5.00"]
    assert sum(rule["rows"] for rule in found["rules"]) == 200
    assert "even better" in found["sentence"]


def test_the_rules_say_what_the_tree_predicts() -> None:
    """Each rule is read again as a filter: the rows it names must be as many as it says, and answer so."""
    frame = pd.DataFrame({"size": np.random.default_rng(0).uniform(0, 10, 200)})
    frame["plan"] = np.random.default_rng(1).choice(["a", "b", "c"], 200)
    y = frame["size"].to_numpy() + np.where(frame["plan"] == "b", 10.0, 0.0)
    found = glassbox(frame, y, problem_of(frame), folds(200), y)
    assert found is not None
    for rule in found["rules"]:
        inside = np.ones(200, dtype=bool)
        for condition in rule["rule"].split(" and "):
            if " is not " in condition:
                name, level = condition.split(" is not ")
                inside &= (frame[name] != level).to_numpy()
            elif " is " in condition:
                name, level = condition.split(" is ")
                inside &= (frame[name] == level).to_numpy()
            else:
                name, sign, at = condition.split(" ")
                inside &= (frame[name] <= float(at)).to_numpy() == (sign == "≤")
        assert inside.sum() == rule["rows"]
        assert y[inside].mean() == pytest.approx(rule["value"])


def test_empty_cells_are_told_in_the_rules() -> None:
    x = np.random.default_rng(0).uniform(0, 1, 200)
    x[::4] = np.nan
    y = np.where(np.isnan(x), 9.0, np.where(x > 0.5, 9.0, 0.0))
    found = glassbox(pd.DataFrame({"x": x}), y, problem_of(pd.DataFrame({"x": x})), folds(200), y)
    assert found is not None
    assert any("or empty" in rule["rule"] and rule["value"] == 9.0 for rule in found["rules"])


def test_other_models_that_can_be_read_stand_beside_it() -> None:
    frame = numbers(200, 2)
    y = frame["x0"].to_numpy() + frame["x1"].to_numpy()
    found = glassbox(frame, y, problem_of(frame), folds(200), y + 0.01, others={"A sum of curves": y + 0.02})
    assert found is not None
    assert [one["name"] for one in found["models"]][1:] == ["A sum of curves"]
    assert found["models"][1]["cost"] == pytest.approx(0.01)


def test_several_classes_of_which_a_fold_lacks_one() -> None:
    frame = mixed(120)
    y = np.where(np.arange(120) < 3, 2, (frame["paid"].to_numpy()).astype(int))
    problem = problem_of(frame, Task.MULTICLASS, ("a", "b", "c"))
    best = np.full((120, 3), 1 / 3)
    found = glassbox(
        frame, y, problem, [(np.arange(60, 120), np.arange(60)), (np.arange(60), np.arange(60, 120))], best
    )
    assert found is not None
    assert found["rules"][0]["answer"].split(" ")[0] in ("a", "b", "c")


def test_rows_that_no_fold_predicts_do_not_count() -> None:
    frame = numbers(100, 1)
    y = frame["x0"].to_numpy()
    best = np.where(np.arange(100) < 50, np.nan, y)
    found = glassbox(frame, y, problem_of(frame), [(np.arange(50), np.arange(50, 100))], best)
    assert found is not None
    assert np.isfinite(found["models"][0]["score"])


def test_what_cannot_be_read_or_scored_gives_none() -> None:
    same = pd.DataFrame({"none": np.full(40, np.nan)})
    assert glassbox(same, np.arange(40.0), problem_of(same), folds(40), np.arange(40.0)) is None
    frame = numbers(40, 1)
    one_class = glassbox(
        frame, np.zeros(40, dtype=int), problem_of(frame, Task.BINARY, ("no", "yes")), folds(40), np.full((40, 2), 0.5)
    )
    assert one_class is None


def test_of_very_many_rows_a_sample_is_fitted_and_said() -> None:
    frame = numbers(4_000, 200)
    y = (frame["x0"] > 0).to_numpy().astype(float)
    found = glassbox(frame, y, problem_of(frame), [(np.arange(3_500), np.arange(3_500, 4_000))], y)
    assert found is not None
    assert (found["fitted_rows"], found["rows"]) == (3_000, 4_000)
    assert "3,000 of 4,000 rows of the training part (each on a sample of the rows)" in found["method"]
    assert sum(rule["rows"] for rule in found["rules"]) == 3_000
