"""A recipe inside the search: fitted in each fold, stored with the model, replayed to the same score."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.automl.aside import Aside
from engine.automl.compare_recipes import compare, effects
from engine.automl.families import registry
from engine.automl.folds import fit_folds
from engine.automl.model import Model
from engine.automl.pipeline import size_bytes
from engine.automl.replay import refit, refolded
from engine.automl.search import search
from engine.domain.recipe import Recipe
from engine.domain.run import Budget
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError, StateError
from tests.automl.test_families import small
from tests.automl.test_leaks import poisoned
from tests.automl.test_model import Part
from tests.automl.toys import Halving, Notes, Toy, folds_of, mixed, numeric_toy, problem_of, target_of, toy
from tests.data.recipe.steps import ALL, recipe, step

SOME = recipe(
    step("expression", name="big", formula="size > 10"),
    step("impute", "size", "count", indicator=True),
    step("group_rare", "city", least=3),
    step("encode", "city", method="target"),
    step("encode", "colour", method="one_hot"),
    step("date_parts", "since"),
)


def cooked(task: Task = Task.BINARY, rows: int = 160, steps: Recipe = SOME) -> Toy:
    return replace(toy(task, rows), recipe=steps)


def test_random_labels_stay_unpredictable_behind_target_encoding() -> None:
    rows, rng = 600, np.random.default_rng(0)
    frame = pd.DataFrame({"level": [f"l{n}" for n in rng.integers(0, 200, rows)], "other": rng.normal(size=rows)})
    problem = problem_of(Task.BINARY, kinds={"level": ColumnKind.CATEGORICAL, "other": ColumnKind.NUMERIC})
    given = recipe(step("encode", "level", method="target"), step("winsorise", "other"), step("bin", "other"))
    made = Toy(frame, rng.integers(0, 2, rows), problem, folds_of(rows, 5), given)
    for family in ("linear", "lightgbm"):
        assert 0.42 < fit_folds(made.bench(), registry()[family], small(family)).score < 0.58


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.filterwarnings("ignore")
def test_rows_that_are_scored_change_nothing_in_what_is_fitted(task: Task) -> None:
    given = replace(toy(task, rows=120), recipe=ALL)
    other = replace(poisoned(given, 0), recipe=ALL)
    clean, strange = given.bench().encoded("ordinal", 0), other.bench().encoded("ordinal", 0)
    np.testing.assert_array_equal(
        np.asarray(clean.inside, dtype=np.float64), np.asarray(strange.inside, dtype=np.float64)
    )
    np.testing.assert_array_equal(clean.y, strange.y)


@pytest.mark.parametrize("task", list(Task))
def test_every_family_is_fitted_stored_and_asked_for_one_row(task: Task, tmp_path: Path) -> None:
    given = cooked(task)
    parts = [(1 / len(registry()), Part(one)) for one in registry()]
    model = refit(parts, given.X, given.y, given.problem, seed=0, threads=1, recipe=SOME)
    model.save(tmp_path)
    again = Model.load(tmp_path, given.problem)
    np.testing.assert_array_equal(again.predict(given.X), model.predict(given.X))
    assert again.recipe.as_dict() == SOME.as_dict()
    one = again.predict(given.X.iloc[[5]])
    np.testing.assert_allclose(one[0], model.predict(given.X)[5], rtol=1e-6)
    assert sorted(path.name for path in tmp_path.glob("recipe-*")) == ["recipe-1.skops"]
    shared = {id(one.pipeline.named_steps["recipe"]) for one in again.members if one.family != "dummy"}
    assert len(shared) == 1


def test_raw_columns_go_into_the_pipeline_of_library_objects() -> None:
    given = cooked()
    bench = given.bench()
    pipeline = fit_folds(bench, registry()["linear"], small("linear")).pipelines[0]
    assert list(pipeline.named_steps) == ["recipe", "columns", "model"]
    assert pipeline.predict_proba(bench.X).shape == (160, 2)
    assert size_bytes(pipeline) > 0
    bare = fit_folds(toy(Task.BINARY).bench(), registry()["linear"], small("linear")).pipelines[0]
    assert list(bare.named_steps) == ["columns", "model"]


def test_an_empty_recipe_changes_no_score() -> None:
    given = toy(Task.BINARY)
    first = fit_folds(given.bench(), registry()["lightgbm"], small("lightgbm")).oof
    second = fit_folds(replace(given, recipe=Recipe()).bench(), registry()["lightgbm"], small("lightgbm")).oof
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("family", ["linear", "lightgbm", "catboost"])
def test_replay_gives_the_recorded_score(family: str) -> None:
    given = cooked()
    part = Part(family)
    first = fit_folds(given.bench(), registry()[family], part.config).score
    again = refolded(part, given.X, given.y, given.folds, given.problem, seed=0, threads=1, recipe=SOME).score
    assert again == first
    assert refolded(part, given.X, given.y, given.folds, given.problem, seed=0, threads=1).score != first


def test_a_search_with_a_recipe() -> None:
    given = toy(Task.BINARY)
    result = search(
        given.X,
        given.y,
        given.problem,
        given.folds,
        budget=Budget(trials=6),
        seed=0,
        threads=2,
        listener=Notes(),
        recipe=SOME,
        make_searcher=Halving,
    )
    assert [one.reason for one in result.outcomes] == [""] * 6
    assert result.model.recipe == SOME
    assert np.isfinite(result.model.predict(given.X)).all()


def test_a_recipe_that_cannot_be_done_ends_the_search_at_once() -> None:
    given = toy(Task.BINARY)
    for wrong in (recipe(step("scale", "gone")), recipe(step("drop_columns", *given.problem.features))):
        with pytest.raises(InputError):
            search(
                given.X,
                given.y,
                given.problem,
                given.folds,
                budget=Budget(trials=2),
                seed=0,
                threads=1,
                listener=Notes(),
                recipe=wrong,
            )


def test_repeated_rows_leave_the_fit_but_are_scored() -> None:
    half = mixed(80)
    frame = pd.concat([half, half], ignore_index=True)
    y = np.tile(target_of(half, Task.BINARY), 2)
    made = Toy(frame, y, problem_of(Task.BINARY), folds_of(160), recipe(step("drop_duplicates")))
    encoded = made.bench().encoded("ordinal", 0)
    fit = made.folds[0][0]
    assert len(encoded.y) == len({place % 80 for place in fit}) < len(fit)
    found = fit_folds(made.bench(), registry()["lightgbm"], small("lightgbm"))
    assert np.isfinite(found.oof).all()
    model = refit([(1.0, Part("linear"))], frame, y, made.problem, seed=0, threads=1, recipe=made.recipe)
    assert list(model.members[0].pipeline.named_steps) == ["columns", "model"]


@pytest.mark.parametrize("method", ["log1p", "yeo_johnson"])
def test_the_target_on_another_scale(method: str, tmp_path: Path) -> None:
    given = toy(Task.REGRESSION, rows=1_300)
    y = np.exp(given.y / 20)
    steps = recipe(step("target_transform", method=method))
    parts = [(0.5, Part("lightgbm", n_estimators=80)), (0.5, Part("linear"))]
    model = refit(parts, given.X, y, given.problem, seed=0, threads=1, recipe=steps)
    model.save(tmp_path)
    pred = Model.load(tmp_path, given.problem).predict(given.X)
    assert np.corrcoef(pred, y)[0, 1] > 0.8
    scaled = Toy(given.X, y, given.problem, given.folds, steps).bench().target_scale
    assert (scaled.log_target, scaled.power_target) == (method == "log1p", method == "yeo_johnson")
    if method == "log1p":
        old = refit(parts, given.X, y, replace(given.problem, log_target=True), seed=0, threads=1)
        np.testing.assert_array_equal(old.predict(given.X), pred)


def noisy(rows: int = 500) -> Toy:
    """A target that is the ratio of two columns, which no straight line sees."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.uniform(1, 9, rows), "count": rng.uniform(1, 9, rows)})
    kinds = {"size": ColumnKind.NUMERIC, "count": ColumnKind.NUMERIC}
    y = 10 * frame["size"].to_numpy() / frame["count"].to_numpy() + rng.normal(0, 0.5, rows)
    return Toy(frame, y, problem_of(Task.REGRESSION, kinds=kinds), folds_of(rows))


def test_a_recipe_that_helps_is_better_and_the_other_way_round_worse() -> None:
    given = noisy()
    helps = recipe(step("ratio", "size", "count", name="r"))
    found = compare(given.X, given.y, given.problem, given.folds, Recipe(), helps)
    assert found["verdict"] == "better"
    assert [one["family"] for one in found["models"]] == ["linear", "lightgbm"]
    for one in found["models"]:
        assert one["low"] < one["difference"] < one["high"]
        assert one["difference"] == pytest.approx(one["first"] - one["second"])
    back = compare(given.X, given.y, given.problem, given.folds, helps, Recipe())
    assert back["verdict"] == "worse"
    same = compare(given.X, given.y, given.problem, given.folds, helps, helps)
    assert same["verdict"] == "cannot be told apart"
    assert same["models"][0]["difference"] == 0


def test_what_each_step_does() -> None:
    given = noisy(300)
    steps = recipe(
        step("ratio", "size", "count", name="r"),
        step("scale", "r", method="robust"),
        step("limit", "size", low=-1e6),
    )
    found = effects(given.X, given.y, given.problem, given.folds, steps, families=("linear",))
    assert found[0]["compared"] is None
    assert "needs the column 'r'" in found[0]["reason"]
    assert [one["compared"]["verdict"] for one in found[1:]] == ["cannot be told apart"] * 2


def test_many_rows_are_sampled_and_that_is_said() -> None:
    given = numeric_toy(rows=21_000)
    found = compare(
        given.X, given.y, given.problem, given.folds, Recipe(), recipe(step("scale", "size")), families=("linear",)
    )
    assert (found["rows"], found["of"]) == (20_000, 21_000)
    assert "on 20,000 of 21,000 rows" in found["sentence"]


def test_a_comparison_can_be_stopped_and_ends_in_time() -> None:
    given = toy(Task.BINARY)
    rest = (given.X, given.y, given.problem, given.folds, Recipe(), SOME)
    with pytest.raises(StateError, match="was stopped"):
        compare(*rest, stopping=lambda: True)
    with pytest.raises(StateError, match="in time"):
        compare(*rest, seconds=0.0)


def test_a_comparison_respects_groups_and_weights() -> None:
    made = numeric_toy(Task.BINARY, 200)
    groups = np.arange(200) // 5
    weights = np.where(np.arange(200) % 2, 1.0, 0.001)
    second = recipe(step("expression", name="sum", formula=f"{made.X.columns[0]} * {made.X.columns[1]}"))
    given = (made.X, made.y, made.problem, made.folds, Recipe(), second)
    plain, grouped, weighed = (
        compare(*given, families=("linear",), aside=aside)["models"][0]
        for aside in (None, Aside(groups=groups), Aside(weights=weights))
    )
    assert plain["difference"] == pytest.approx(grouped["difference"])
    assert (plain["low"], plain["high"]) != (grouped["low"], grouped["high"]), "whole groups are resampled"
    assert plain["first"] != weighed["first"], "the weights reach the fits"
