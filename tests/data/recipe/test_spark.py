"""The PySpark code of every cleaning step, run on a real Spark, gives what the pipeline gives, value by value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.automl.spark_session import Where, check_ready, session
from engine.automl.table import align
from engine.data.recipe import spark
from engine.data.recipe.compiling import compile, rows_to_fit
from engine.domain.data import Problem
from engine.domain.recipe import Recipe, StepKind
from engine.domain.task import Task
from engine.errors import InputError
from tests.automl.toys import mixed, problem_of, target_of
from tests.data.recipe.steps import ALL, recipe, step

PROBLEM = problem_of(Task.BINARY)
ROWS = 120


def _missing() -> str:
    try:
        check_ready(Where(master="local[2]", workers=2))
    except InputError as error:
        return str(error)
    return ""


pytestmark = pytest.mark.skipif(bool(_missing()), reason=_missing())


@pytest.fixture(scope="module", autouse=True)
def _spark() -> Iterator[None]:
    with session(Where(master="local[2]", workers=2), 1):
        yield


def table() -> pd.DataFrame:
    return align(mixed(ROWS), PROBLEM)[0].reset_index(drop=True)


def texts() -> pd.DataFrame:
    """Numbers, dates and words as people type them."""
    frame = table()
    days = [f"{n % 28 + 1:02d}" for n in range(ROWS)]
    frame["colour"] = pd.Series([f" € 1.{n:03d},5 " if n % 7 else "none" for n in range(ROWS)], dtype=object)
    frame["city"] = pd.Series(
        [f"{day}.03.2024" if n % 2 else f"2024-05-{day}" for n, day in enumerate(days)], dtype=object
    )
    frame["note"] = pd.Series([f"  a\t b  {n} " if n % 5 else "   " for n in range(ROWS)], dtype=object)
    return frame


def run(given: Recipe, frame: pd.DataFrame, folder: Path, problem: Problem = PROBLEM) -> list[dict[str, Any]]:
    frame.to_parquet(folder / "table.parquet", index=False)
    source = spark.script(given, problem).replace('"table.parquet"', repr(str(folder / "table.parquet")))
    names: dict[str, Any] = {}
    exec(source, names)
    return [row.asDict() for row in names["table"].collect()]


def assert_same(given: Recipe, frame: pd.DataFrame, folder: Path) -> None:
    ours, theirs = compile(given, PROBLEM).fit_transform(frame), run(given, frame, folder)
    assert len(theirs) == len(ours)
    assert set(theirs[0]) == set(ours.columns)
    for name in ours.columns:
        for place, (left, row) in enumerate(zip(ours[name], theirs, strict=True)):
            right = row[name]
            if pd.isna(left) or left == "":
                assert right in (None, ""), (name, place, left, right)
            elif isinstance(left, (int, float, np.number)):
                assert float(right) == pytest.approx(float(left), rel=1e-9, abs=1e-9), (name, place)
            else:
                assert right == left, (name, place)


CLEANING = [one for one in ALL.steps if one.kind in spark.WRITTEN and one.kind is not StepKind.DROP_DUPLICATES]
ALONE = [one for one in CLEANING if set(one.columns) <= set(PROBLEM.features)]

MORE = [
    step("impute", "size", strategy="mean", indicator=True),
    step("impute", "size", "count", strategy="constant", value=0),
    step("impute", "count", strategy="most_frequent"),
    step("to_number", "size", scale=0.5),
    step("product", "size", "count", name="p {x}__"),
    step("drop_columns", "size", "note"),
]
TEXTS = [
    step("to_number", "colour", decimal=",", thousands=".", affixes=["€"], scale=0.01),
    step("to_date", "city", formats=["%d.%m.%Y", "%Y-%m-%d"]),
    step("to_date", "city", day_first=True),
    step("to_date", "city"),
    step("tidy_text", "note"),
]
FORMULAS = [
    *("round(size, 1)", "round(-size / 3, 2)", "size // 3", "count % 4", "size % -3", "size ** 2", "-size"),
    *("member + 1", "len(note)", "contains(city, '1')", "lower(city)", "where(size > 5, 1, 2)", "isempty(note)"),
    *("not isempty(colour)", "min(size, 2, count)", "max(size, count)", "coalesce(count, 3)", "count == 3"),
    *("size != count", "size >= 8 or member", "log(size) / count", "sqrt(size - 10)", "log1p(size - 12)"),
    *("exp(size * 100)", "floor(size)", "abs(size - 9)", "coalesce(note, 'nothing')"),
]


def test_every_kind_that_has_code_is_run_here() -> None:
    assert {one.kind for one in (*ALONE, *MORE, *TEXTS)} | {StepKind.DROP_DUPLICATES} == set(spark.WRITTEN)


@pytest.mark.slow
@pytest.mark.parametrize("one", [*ALONE, *MORE], ids=lambda one: f"{one.kind}-{'-'.join(one.columns)}")
def test_each_step_alone(one: Any, tmp_path: Path) -> None:
    assert_same(recipe(one), table(), tmp_path)


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: f"{one.kind}-{dict(one.options)}")
def test_what_came_as_text(one: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert_same(recipe(one), texts(), tmp_path)


def test_formulas(tmp_path: Path) -> None:
    steps = [step("expression", name=f"e{place}", formula=one) for place, one in enumerate(FORMULAS)]
    assert_same(recipe(*steps), table(), tmp_path)


def test_all_of_them_in_a_row(tmp_path: Path) -> None:
    assert_same(recipe(*CLEANING[: len(CLEANING) - 1]), table(), tmp_path)


def test_repeated_rows_leave_as_they_leave_a_fit(tmp_path: Path) -> None:
    frame = pd.concat([table(), table().iloc[:30]], ignore_index=True)
    y = target_of(frame, Task.BINARY)
    y[ROWS:] = y[:30]
    y[ROWS] = 1 - y[0]
    given = recipe(step("drop_duplicates"))
    kept = rows_to_fit(given, frame, y, PROBLEM)
    found = run(given, frame.assign(target=np.array(PROBLEM.classes, dtype=object)[y]), tmp_path)
    assert len(found) == kept.sum() == ROWS + 1
