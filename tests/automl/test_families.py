from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from engine.automl import families, stored
from engine.automl.aside import Aside
from engine.automl.bench import Bench
from engine.automl.families import boosting, find, for_task, registry
from engine.automl.families.family import ROUNDS, Context, Shape
from engine.automl.families.targets import OBJECTIVE, objectives, shape_of, with_starts
from engine.automl.folds import fit_folds
from engine.automl.limits import Limit
from engine.automl.pipeline import row_weights
from engine.automl.table import align
from engine.domain.run import TrialKind
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from engine.metrics.scores import score
from tests.automl.toys import folds_of, numeric_toy, problem_of, toy

ALL = tuple(registry())


def small(family_id: str) -> dict[str, object]:
    """The plain default, made quick."""
    quick = {"n_estimators": 20, "width": 8, "learning_rate": 0.02 if family_id == "network" else 0.1}
    config = dict(find(family_id).defaults[0])
    return config | {name: value for name, value in quick.items() if name in config}


def test_the_registry_holds_one_family_per_file_in_their_order() -> None:
    assert ALL == (
        "dummy",
        "linear",
        "lightgbm",
        "random_forest",
        "catboost",
        "xgboost",
        "network",
        "extra_trees",
        "linear_splines",
        "additive",
        "neighbours",
        "support_vectors",
    )
    kinds = [one.first_kind for one in registry().values()]
    assert kinds[:3] == [TrialKind.DUMMY, TrialKind.SIMPLE, TrialKind.DEFAULT]


@pytest.mark.parametrize("family_id", ALL)
def test_what_a_family_declares_is_consistent(family_id: str) -> None:
    family = find(family_id)
    assert 1 <= family.clarity <= 5
    assert family.title
    for param in family.space:
        assert param.meaning.endswith(".")
        assert param.choices or param.low < param.high
        assert param.start in param.choices if param.choices else param.low <= param.start <= param.high
    for config in family.defaults:
        assert family.cost(config) > 0
        for param in family.space:
            value = config.get(param.name, param.start)
            assert value in param.choices if param.choices else param.low <= value <= param.high


def test_unknown_families_are_named_and_the_dummy_is_always_there() -> None:
    with pytest.raises(InputError, match="no model family 'magic'"):
        for_task(Task.BINARY, ["magic"])
    assert [one.id for one in for_task(Task.BINARY, ["xgboost"])] == ["dummy", "xgboost"]
    assert [one.id for one in for_task(Task.REGRESSION)] == list(ALL)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("family_id", ALL)
def test_every_family_fits_every_task(family_id: str, task: Task) -> None:
    given = toy(task)
    fitted = fit_folds(given.bench(), find(family_id), small(family_id))
    assert fitted.oof.shape == ((160,) if task is Task.REGRESSION else (160, len(given.problem.classes)))
    assert np.isfinite(fitted.oof).all()
    if task is not Task.REGRESSION:
        np.testing.assert_allclose(fitted.oof.sum(axis=1), 1.0, atol=1e-5)
    assert fitted.score == pytest.approx(score(given.problem.metric, given.y, fitted.oof, given.problem))
    assert len(fitted.fold_scores) == len(fitted.pipelines) == 3
    assert fitted.size_bytes > 0
    assert fitted.predict_seconds > 0


@pytest.mark.parametrize("family_id", ["linear", "lightgbm", "catboost", "network"])
def test_a_logarithmic_target_is_turned_back(family_id: str) -> None:
    given = toy(Task.REGRESSION, log_target=True)
    fitted = fit_folds(given.bench(), find(family_id), small(family_id))
    assert 60 < np.median(fitted.oof) < 140


@pytest.mark.parametrize("family_id", ["lightgbm", "xgboost", "catboost"])
@pytest.mark.parametrize("log_target", [False, True])
def test_boosting_finds_its_rounds_where_rows_are_many(family_id: str, log_target: bool) -> None:
    given = toy(Task.REGRESSION, rows=1600, log_target=log_target)
    config = dict(find(family_id).defaults[0]) | {"n_estimators": 400, "learning_rate": 0.3}
    fitted = fit_folds(given.bench(), find(family_id), config)
    assert 1 <= fitted.config[ROUNDS] < 400
    assert fitted.config["n_estimators"] == 400


def test_on_few_rows_nothing_is_held_back_and_rounds_are_bounded() -> None:
    context = Context(problem=problem_of(Task.BINARY), rows=100, seed=0, threads=1)
    assert boosting.trees({"n_estimators": 2000, "learning_rate": 0.1}, context) == 100


def test_rows_are_held_back_class_by_class_and_rare_classes_stay() -> None:
    y = np.array([0] * 900 + [1] * 97 + [2] * 3)
    context = Context(problem=problem_of(Task.MULTICLASS), rows=len(y), seed=3, threads=1, early=True)
    inside, outside = boosting.held_back(y, context)
    assert sorted([*inside, *outside]) == list(range(1000))
    assert np.bincount(y[outside], minlength=3).tolist() == [108, 11, 0]
    again = boosting.held_back(y, context)
    np.testing.assert_array_equal(outside, again[1])


def test_a_class_that_a_fold_lacks_gets_no_chance() -> None:
    given = toy(Task.MULTICLASS)
    fit, rest = given.folds[0]
    y = given.y.copy()
    y[fit] = np.minimum(y[fit], 1)
    bench = type(given)(given.X, y, given.problem, [(fit, rest)]).bench()
    fitted = fit_folds(bench, find("lightgbm"), small("lightgbm"))
    assert fitted.oof[rest].shape == (len(rest), 3)
    assert (fitted.oof[rest, 2] == 0).all()


def test_threads_change_neither_folds_nor_scores() -> None:
    given = toy(Task.BINARY)
    for family_id in ("lightgbm", "random_forest", "catboost"):
        one = fit_folds(given.bench(threads=1), find(family_id), small(family_id))
        two = fit_folds(given.bench(threads=2), find(family_id), small(family_id), Limit(seconds=60))
        np.testing.assert_array_equal(one.oof, two.oof)


def test_the_package_loads_no_heavy_library() -> None:
    # The pages show what can be searched; opening them must not pay for libraries that fit.
    import subprocess
    import sys

    code = f"import sys; from {families.__name__} import registry; registry(); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for name in ("sklearn", "lightgbm", "xgboost", "catboost", "flaml"):
        assert f"'{name}'" not in loaded


def test_a_family_that_is_left_out_says_why() -> None:
    many = Shape(rows=20_000, columns=10, fewest_of_class=50)
    tried, reasons = families.fitting(Task.BINARY, ["neighbours", "linear"], many)
    assert [one.id for one in tried] == ["dummy", "linear"]
    assert reasons == (
        "Nearest neighbours was not tried: it compares rows with each other, which takes too long beyond 10,000 rows.",
    )
    rare = Shape(rows=100, columns=3, fewest_of_class=2)
    assert "3 rows of each class" in find("support_vectors").why_not(rare)
    assert find("support_vectors").why_not(replace(rare, fewest_of_class=3)) == ""
    assert "1,000 columns" in find("additive").why_not(Shape(rows=100, columns=3_000))
    assert "3,000 columns" in find("linear_splines").why_not(Shape(rows=5_000, columns=3_000))


def test_the_shape_of_a_search_is_that_of_its_worst_fold() -> None:
    y = np.array([0, 0, 0, 1, 1, 1])
    folds = [(np.array([0, 1, 2, 3]), np.array([4, 5])), (np.array([1, 2, 3, 4, 5]), np.array([0]))]
    assert shape_of(y, folds, 7, problem_of(Task.BINARY)) == Shape(rows=5, columns=7, fewest_of_class=1)
    assert shape_of(y, folds, 7, problem_of(Task.REGRESSION)).fewest_of_class is None


def test_additive_boosting_adds_effects_up_and_nothing_else() -> None:
    # With no interaction, what one column changes is the same whatever the others are.
    rng = np.random.default_rng(0)
    kinds = dict.fromkeys(("a", "b"), ColumnKind.NUMERIC)
    X = pd.DataFrame(rng.normal(size=(300, 2)), columns=list(kinds))
    y = (X["a"] * X["b"] + X["a"]).to_numpy()
    bench = Bench(raw=X, y=y, problem=problem_of(Task.REGRESSION, kinds=kinds), folds=folds_of(300), seed=0, threads=1)
    grid = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])

    def interaction(family_id: str) -> float:
        fitted = fit_folds(bench, find(family_id), find(family_id).defaults[0])
        low_low, low_high, high_low, high_high = fitted.pipelines[0].named_steps["model"].predict(grid)
        return float(abs(high_high - high_low - low_high + low_low))

    assert interaction("additive") < 1e-9
    assert interaction("lightgbm") > 1.0


def test_splines_follow_a_curve_that_a_line_misses() -> None:
    rng = np.random.default_rng(0)
    kinds = {"a": ColumnKind.NUMERIC}
    X = pd.DataFrame({"a": rng.uniform(-3, 3, 200)})
    y = np.sin(2 * X["a"].to_numpy()) + rng.normal(0, 0.1, 200)
    bench = Bench(raw=X, y=y, problem=problem_of(Task.REGRESSION, kinds=kinds), folds=folds_of(200), seed=0, threads=1)
    line = fit_folds(bench, find("linear"), find("linear").defaults[0]).score
    curve = fit_folds(bench, find("linear_splines"), {"C": 20.0}).score
    assert curve < 0.2 < 0.5 < line


def grouped(**more: object) -> Context:
    return Context(problem=problem_of(Task.REGRESSION), rows=1000, seed=0, threads=1, early=True, **more)


def test_with_groups_whole_groups_are_held_back() -> None:
    groups = np.random.default_rng(0).integers(0, 40, 1000)
    inside, outside = boosting.held_back(np.arange(1000.0), grouped(groups=groups))
    assert sorted([*inside, *outside]) == list(range(1000))
    assert not set(groups[inside]) & set(groups[outside])
    assert 120 <= len(outside) <= 200


def test_of_few_large_groups_the_smallest_is_held_back() -> None:
    groups = np.repeat([0, 1, 2], [400, 270, 330])
    _, outside = boosting.held_back(np.arange(1000.0), grouped(groups=groups))
    assert set(groups[outside]) == {1}
    _, outside = boosting.held_back(np.arange(1000.0), grouped(groups=np.zeros(1000)))
    assert len(outside) == 120


def test_with_time_the_latest_rows_are_held_back_with_all_of_their_day() -> None:
    times = np.random.default_rng(0).permutation(np.repeat(np.arange(50), 20))
    inside, outside = boosting.held_back(np.arange(1000.0), grouped(times=times))
    assert times[inside].max() < times[outside].min()
    assert len(outside) == 120


def test_a_class_that_only_stands_in_what_would_be_held_back_is_fitted_on() -> None:
    y = np.zeros(1000, dtype=int)
    y[::2], y[-30:] = 1, 2
    context = Context(
        problem=problem_of(Task.MULTICLASS), rows=1000, seed=0, threads=1, early=True, times=np.arange(1000)
    )
    inside, outside = boosting.held_back(y, context)
    assert set(y[inside]) == {0, 1, 2}
    assert len(outside) == 90
    assert outside.min() == 880


@pytest.mark.parametrize("family_id", ["lightgbm", "xgboost", "catboost"])
def test_the_folds_groups_reach_early_stopping(family_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = toy(Task.REGRESSION, rows=1600)
    groups = np.arange(1600) // 3 % 100
    folds = [(np.flatnonzero(groups % 3 != one), np.flatnonzero(groups % 3 == one)) for one in range(3)]
    bench = replace(given, folds=folds).bench()
    bench.aside = Aside(groups=groups)
    seen: list[Context] = []
    real = boosting.held_back
    monkeypatch.setattr(boosting, "held_back", lambda y, context: seen.append(context) or real(y, context))
    fit_folds(bench, find(family_id), dict(find(family_id).defaults[0]) | {"n_estimators": 60, "learning_rate": 0.3})
    found = sorted(tuple(np.unique(one.groups)) for one in seen if one.groups is not None)
    assert found == sorted(tuple(np.unique(groups[fit])) for fit, _ in folds)
    assert all(len(one.groups) == one.rows for one in seen if one.groups is not None)


@pytest.mark.parametrize(
    ("y", "metric", "found"),
    [
        ([0.0, 1, 2, 3, 4, 5], "rmse", ("poisson",)),
        ([0.0, 0, 0, 1, 1, 40], "rmse", ("poisson", "log")),
        ([0.0, 0.1, 0.2, 0.1, 0.3, 90.5], "rmse", ("tweedie", "log")),
        ([1.0, 1.1, 1.2, 1.3], "rmse", ()),
        ([1.0, 1.1, 1.2, 1.3], "mape", ("absolute", "log")),
        ([-1.0, 0, 1, 2, 50], "mae", ("absolute",)),
        ([0.0, 1, 0, 1], "rmse", ()),
        ([5.0, 5, 5], "rmse", ()),
    ],
)
def test_the_targets_say_which_objectives_may_suit(y: list[float], metric: str, found: tuple[str, ...]) -> None:
    assert objectives(np.array(y), problem_of(Task.REGRESSION, metric=metric)) == found


def test_no_objective_is_added_where_a_recipe_chose_the_scale_or_there_are_classes() -> None:
    counts = np.array([0.0, 0, 0, 1, 2, 40])
    assert objectives(counts, problem_of(Task.REGRESSION, log_target=True)) == ()
    assert objectives(counts.astype(int), problem_of(Task.MULTICLASS)) == ()


@pytest.mark.parametrize("family_id", ALL)
@pytest.mark.parametrize("objective", ["poisson", "tweedie", "absolute", "log"])
def test_every_objective_that_a_family_names_is_fitted_and_stored(
    family_id: str, objective: str, tmp_path: Path
) -> None:
    family = find(family_id)
    starts = with_starts(family, (objective,)).defaults
    if objective not in family.objectives:
        assert starts == family.defaults
        return
    given = numeric_toy(Task.REGRESSION, rows=60)
    y = np.round(np.exp((given.y - 100) / 20))
    config = dict(starts[1]) | {name: value for name, value in small(family_id).items() if name != "learning_rate"}
    fitted = fit_folds(replace(given, y=y).bench(), family, config)
    if objective in ("poisson", "tweedie"):
        assert (fitted.oof > 0).all()
    assert fitted.oof.max() < 50 * y.max()
    stored.write(tmp_path, [(1.0, family_id, fitted.pipelines[0])], given.problem, None)
    ((_, _, again),), _, _ = stored.read(tmp_path, given.problem)
    tidy = align(given.X, given.problem)[0]
    np.testing.assert_array_equal(again.predict(tidy), fitted.pipelines[0].predict(tidy))


def test_for_counts_poisson_beats_squared_errors_where_it_is_the_truth() -> None:
    rng = np.random.default_rng(0)
    kinds = dict.fromkeys(("a", "b"), ColumnKind.NUMERIC)
    X = pd.DataFrame(rng.normal(size=(400, 2)), columns=list(kinds))
    y = rng.poisson(np.exp(X["a"] + 0.8 * X["b"])).astype(float)
    problem = problem_of(Task.REGRESSION, kinds=kinds)
    bench = Bench(raw=X, y=y, problem=problem, folds=folds_of(400), seed=0, threads=1)
    squared, poisson = (
        fit_folds(bench, find("linear"), one).score for one in ({"C": 1.0}, {"C": 1.0, OBJECTIVE: "poisson"})
    )
    assert poisson < 0.8 * squared


WEIGHED = [
    (one, rows)
    for one in ALL
    for rows in (200, 1600)
    # Early stopping is what differs with more rows.
    if find(one).weighs and one != "dummy" and (rows == 200 or find(one).rounds is not None)
]


@pytest.mark.parametrize(("family_id", "rows"), WEIGHED)
def test_class_weights_move_every_family_towards_the_rare_class(family_id: str, rows: int) -> None:
    given = numeric_toy(Task.BINARY, rows=rows)
    y = np.where(np.arange(rows) % 4 == 0, given.y, 0)
    config = dict(find(family_id).defaults[0])
    config |= {"n_estimators": 60} if "n_estimators" in config else {}
    plain, weighted = (
        fit_folds(replace(given, y=y, problem=problem).bench(), find(family_id), config).oof[:, 1].mean()
        for problem in (given.problem, replace(given.problem, class_weight=(1.0, 20.0)))
    )
    assert plain < 0.35
    assert weighted > plain + 0.15


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    y = np.array([0, 0, 0, 0, 1, 1, 2])
    problem = replace(problem_of(Task.MULTICLASS), class_weight="balanced")
    np.testing.assert_allclose(row_weights(y, problem), compute_sample_weight("balanced", y))
    np.testing.assert_allclose(row_weights(y[:6], problem), compute_sample_weight("balanced", y[:6]))
    given = row_weights(y, replace(problem, class_weight=(1.0, 2.0, 6.0)))
    np.testing.assert_allclose(given / given[0], [1, 1, 1, 1, 2, 2, 6])
    assert row_weights(y, problem_of(Task.MULTICLASS)) is None


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("family_id", ["linear", "lightgbm", "network", "support_vectors"])
def test_rows_that_count_nothing_teach_nothing(family_id: str, task: Task) -> None:
    given = numeric_toy(task, rows=240)
    rng = np.random.default_rng(0)
    trusted = np.arange(240) % 2 == 0
    y = np.where(trusted, given.y, rng.permutation(given.y))
    # A weight of nothing at all is refused by some libraries; this is as good as nothing.
    aside = Aside(weights=np.where(trusted, 1.0, 1e-6))
    X, folds = given.X, given.folds
    problem = replace(given.problem, weight="w")
    config = dict(find(family_id).defaults[0])
    errors = []
    for known in (Aside(), aside):
        bench = Bench(raw=X, y=y, problem=problem, folds=folds, seed=0, threads=1, aside=known)
        oof = fit_folds(bench, find(family_id), config).oof
        told = oof if task is Task.REGRESSION else oof[np.arange(240), given.y.astype(int)]
        error = np.abs(told - given.y) if task is Task.REGRESSION else 1 - told
        errors.append(float(error[trusted].mean()))
    assert errors[1] < 0.9 * errors[0]


def test_weights_of_rows_and_classes_are_multiplied() -> None:
    problem = replace(problem_of(Task.BINARY), class_weight=(1.0, 3.0), weight="w")
    found = row_weights(np.array([0, 1, 0, 1]), problem, np.array([1.0, 1.0, 2.0, 0.0]))
    np.testing.assert_allclose(found, np.array([1, 3, 2, 0]) / 1.5)
    assert row_weights(np.array([0, 1]), problem, np.zeros(2)) is None


def test_a_family_that_cannot_weigh_is_left_out_with_weights() -> None:
    shape = Shape(rows=100, columns=3, fewest_of_class=40, weighted=True)
    assert "more weight" in find("neighbours").why_not(shape)
    assert find("linear").why_not(shape) == ""
