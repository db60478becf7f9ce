"""Exact tree SHAP by original column, against the shap library and the model's own predictions."""

import time
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit, softmax

from engine.automl.families import find
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError
from engine.explain.trees import explain_trees, margins
from tests.explain.toys import problem_of, squash

FAMILIES = ("lightgbm", "xgboost", "catboost", "random_forest", "extra_trees")
SMALL = {"n_estimators": 25}


def table(rows: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "size": rng.normal(size=rows),
            "plan": rng.choice(["basic", "plus", "pro"], rows),
            "age": rng.normal(size=rows),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, rows), unit="D"),
            "noise": rng.normal(size=rows),
        }
    )


def fitted(family: str, task: Task, **changes: Any) -> tuple[Model, pd.DataFrame, Problem]:
    frame = table()
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c")}.get(task, ())
    problem = problem_of(frame, task, classes)
    score = 2 * frame["size"] + 2 * (frame["plan"] == "pro") + 0.5 * frame["age"]
    rng = np.random.default_rng(1)
    y: Any = np.exp(score / 2).to_numpy()
    if task is Task.BINARY:
        y = (rng.random(len(frame)) < squash(score)).astype(int)
    elif task is Task.MULTICLASS:
        y = np.digitize(score, [0, 1.5])
    record = SimpleNamespace(family=family, config=dict(find(family).defaults[0]) | SMALL | changes)
    return refit([(1.0, record)], frame, y, problem, seed=0, threads=1), frame, problem


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("family", FAMILIES)
def test_contributions_add_up_to_what_the_model_predicts(family: str, task: Task) -> None:
    model, frame, problem = fitted(family, task)
    found = margins(model, frame.head(60), problem)
    assert found.names == problem.features
    assert found.additivity_error < 1e-6
    total = found.base + found.values.sum(axis=1)
    pred = model.predict(frame.head(60))
    if task is Task.REGRESSION:
        assert total[:, 0] == pytest.approx(pred, rel=1e-5)
    elif family in ("random_forest", "extra_trees"):
        assert total == pytest.approx(pred[:, 1:] if task is Task.BINARY else pred)
    elif task is Task.BINARY:
        assert expit(total[:, 0]) == pytest.approx(pred[:, 1], abs=1e-5)
    else:
        assert softmax(total, axis=1) == pytest.approx(pred, abs=1e-5)
    size = np.abs(found.values).mean(axis=(0, 2))
    assert size.argmax() == problem.features.index("size")


@pytest.mark.parametrize(("family", "task"), [("lightgbm", Task.REGRESSION), ("random_forest", Task.BINARY)])
def test_they_are_those_of_the_shap_library(family: str, task: Task, shap: ModuleType) -> None:
    model, frame, problem = fitted(family, task)
    found = margins(model, frame.head(40), problem)
    pipeline = model.members[0].pipeline
    step, estimator = pipeline.named_steps["columns"], pipeline.named_steps["model"]
    encoded = step.transform(frame.head(40))
    raw = np.asarray(shap.TreeExplainer(estimator).shap_values(encoded))
    raw = raw[:, :, 1] if raw.ndim == 3 else raw
    names = [str(name) for name in step.get_feature_names_out()]
    assert len(names) > len(problem.features), "the date must have become several columns"
    for place, name in enumerate(problem.features):
        own = [one for one, encoded_name in enumerate(names) if encoded_name.split("_")[0] == name]
        assert own
        assert found.values[:, place, 0] == pytest.approx(raw[:, own].sum(axis=1), abs=1e-9)


def test_the_scale_is_the_one_that_is_said() -> None:
    for family, task, changes, scale in (
        ("lightgbm", Task.BINARY, {}, "log-odds, the logit of the probability of 'yes'"),
        ("random_forest", Task.BINARY, {}, "probability of 'yes'"),
        ("lightgbm", Task.MULTICLASS, {}, "raw score of each class"),
        ("lightgbm", Task.REGRESSION, {"objective": "poisson"}, "logarithm of outcome"),
        ("lightgbm", Task.REGRESSION, {"target_scale": "log"}, "outcome on the changed scale on which it is fitted"),
    ):
        model, frame, problem = fitted(family, task, **changes)
        found = explain_trees(model, frame, problem)
        assert found is not None
        assert found["scale"] == scale
        assert found["additivity_error"] < 1e-6
        assert found["importance"][0]["column"] == "size"
        total = margins(model, frame.head(5), problem)
        told = (total.base + total.values.sum(axis=1))[:, 0]
        if scale.startswith("logarithm"):
            assert np.exp(told) == pytest.approx(model.predict(frame.head(5)))
        if "changed" in scale:
            assert np.expm1(told) == pytest.approx(model.predict(frame.head(5)))
        if scale.startswith("log-odds"):
            assert told == pytest.approx(logit(model.predict(frame.head(5))[:, 1]))


def test_levels_never_seen_and_empty_cells_still_add_up() -> None:
    model, frame, problem = fitted("catboost", Task.BINARY)
    odd = frame.head(10).copy()
    odd["plan"] = ["new", None] * 5
    odd.loc[odd.index[:3], ["size", "since"]] = None
    found = margins(model, odd, problem)
    assert found.additivity_error < 1e-6
    assert expit((found.base + found.values.sum(axis=1))[:, 0]) == pytest.approx(model.predict(odd)[:, 1])


def test_what_is_no_tree_model_has_none_and_renamed_columns_are_said() -> None:
    model, frame, problem = fitted("linear", Task.BINARY)
    assert explain_trees(model, frame, problem) is None
    tree, frame, problem = fitted("lightgbm", Task.BINARY)
    blend = Model(problem, (*tree.members, *model.members))
    assert explain_trees(blend, frame, problem) is None
    with pytest.raises(InputError, match=r"lacks 1 of the columns .* first 'size'"):
        explain_trees(tree, frame.rename(columns={"size": "length"}), problem)


def test_a_small_budget_explains_fewer_rows() -> None:
    model, frame, problem = fitted("random_forest", Task.BINARY)
    started = time.perf_counter()
    found = explain_trees(model, frame, problem, budget_seconds=1e-9)
    assert time.perf_counter() - started < 10
    assert found is not None
    assert found["sample_rows"] == 20
    assert "20 rows of the training part" in found["method"]
