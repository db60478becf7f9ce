"""The scripts that people read do the same as the pipeline that is fitted."""

import ast
import builtins
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from engine.automl.table import align
from engine.data.recipe import code, spark
from engine.data.recipe.compiling import compile, rows_to_fit
from engine.data.schema import describe, encode_target, make_problem
from engine.data.templates import load, read_frame
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.task import Task
from tests.automl.toys import mixed, problem_of, target_of
from tests.data.recipe.steps import ALL, recipe, step

PROJECTS = Path(__file__).resolve().parents[3] / "projects"

PENGUINS = recipe(
    step("drop_duplicates"),
    step("expression", name="bulk", formula="body_mass_g / flipper_length_mm ** 2"),
    step("ratio", "bill_length_mm", "bill_depth_mm", name="bill"),
    step("impute", "bill", "body_mass_g", strategy="mean", indicator=True),
    step("winsorise", "bill", "bulk", low=0.02, high=0.98),
    step("encode", "sex", method="target"),
    step("scale", "body_mass_g", method="standard"),
)
CHURN = recipe(
    step("group_rare", "payment_method", least=1150),
    step("bin", "tenure", bins=7, method="uniform"),
    step("scale", "monthly_charges", "total_charges", method="min_max"),
    step("winsorise", "total_charges", high=0.9),
    step("encode", "payment_method", "contract", method="one_hot"),
)


def run(source: str, folder: Path, train: pd.DataFrame, new: pd.DataFrame) -> dict[str, Any]:
    train.to_parquet(folder / "train.parquet")
    new.to_parquet(folder / "new.parquet")
    for name in ("train", "new"):
        source = source.replace(f'"{name}.parquet"', repr(str(folder / f"{name}.parquet")))
    names: dict[str, Any] = {}
    exec(compile_source(source), names)
    return names


def compile_source(source: str) -> Any:
    return builtins.compile(source, "recipe.py", "exec")


def assert_same(
    given: Recipe, frame: pd.DataFrame, y: npt.NDArray[np.generic], target: object, problem: Problem, folder: Path
) -> None:
    """Fit on two thirds of the rows; compare what both make of these and of the others."""
    rows = np.arange(len(frame)) % 3 != 0
    X, _ = align(frame, problem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        kept = rows_to_fit(given, X[rows], y[rows], problem)
        pipeline = compile(given, problem, seed=3)
        inside = pipeline.fit_transform(X[rows][kept], y[rows][kept])
        outside = pipeline.transform(X[~rows])
        table = frame.assign(**{problem.target: target})
        found = run(code.script(given, problem, seed=3), folder, table[rows], table[~rows])
    for ours, theirs in ((inside, found["train"]), (outside, found["new"])):
        assert set(ours.columns) == set(theirs.columns)
        for name in ours.columns:
            if pd.api.types.is_numeric_dtype(ours[name]):
                left, right = (one[name].to_numpy(dtype=np.float64) for one in (ours, theirs))
                np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12, err_msg=name)
            else:
                left, right = (one[name].astype(object).where(one[name].notna(), "-") for one in (ours, theirs))
                assert left.tolist() == right.tolist(), name


@pytest.mark.parametrize("task", list(Task))
def test_every_kind_of_step_does_the_same(task: Task, tmp_path: Path) -> None:
    frame, problem = mixed(300), problem_of(task)
    frame = pd.concat([frame, frame.iloc[:30]], ignore_index=True)
    y = target_of(frame, task)
    y[300:] = y[:30]
    target = np.array(problem.classes, dtype=object)[y.astype(int)] if problem.classes else y
    assert_same(ALL, frame, y, target, problem, tmp_path)


@pytest.mark.parametrize(("slug", "given"), [("penguin-species", PENGUINS), ("telecom-churn", CHURN)])
def test_the_same_on_real_data(slug: str, given: Recipe, tmp_path: Path) -> None:
    template = load(PROJECTS / slug)
    frame = read_frame(template)
    problem = make_problem(frame, describe(frame), target=template.target, drop=template.drop)
    frame = frame[frame[problem.target].notna()].reset_index(drop=True)
    y = encode_target(frame[problem.target], problem)
    assert_same(given, frame, y, frame[problem.target], problem, tmp_path)


def test_dates_and_numbers_that_came_as_text(tmp_path: Path) -> None:
    rows = 30
    frame = mixed(rows)
    frame["colour"] = [f" € 1.{n:03d},5 " if n % 7 else "none" for n in range(rows)]
    frame["city"] = [f"{n % 28 + 1:02d}.03.2024" if n % 2 else f"2024-05-{n % 28 + 1:02d}" for n in range(rows)]
    problem = problem_of(Task.REGRESSION)
    given = recipe(
        step("to_number", "colour", decimal=",", thousands=".", affixes=["€"], scale=0.01),
        step("to_date", "city", formats=["%d.%m.%Y", "%Y-%m-%d"]),
        step("date_parts", "city", parts=["day", "month", "elapsed"]),
    )
    y = target_of(frame, Task.REGRESSION)
    assert_same(given, frame, y, y, problem, tmp_path)
    made = compile(given, problem).fit_transform(align(frame, problem)[0])
    assert made["colour"].tolist()[1:3] == [10.015, 10.025]
    assert np.isnan(made["colour"].iloc[0])
    assert made["city"].iloc[:2].tolist() == [pd.Timestamp("2024-05-01"), pd.Timestamp("2024-03-02")]


def test_a_script_with_a_scale_of_the_target(tmp_path: Path) -> None:
    frame, problem = mixed(60), problem_of(Task.REGRESSION)
    y = target_of(frame, Task.REGRESSION)
    for method in ("log1p", "yeo_johnson"):
        source = code.script(recipe(step("target_transform", method=method)), problem)
        table = frame.assign(target=y)
        found = run(source, tmp_path, table, table)
        assert len(found["y"]) == 60
        assert not np.allclose(found["y"], y)


def test_spark_source_is_sound() -> None:
    text = spark.script(ALL, problem_of(Task.BINARY))
    names = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    assert names >= {"withColumn", "dropDuplicates", "regexp_replace", "weekday", "isin", "median", "mode"}
    assert text.count("This step belongs to the model") == 9
