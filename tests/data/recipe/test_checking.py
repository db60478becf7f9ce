import numpy as np
import pandas as pd
import pytest

from engine.automl.table import align
from engine.data.recipe.checking import check, output
from engine.data.recipe.compiling import compile, rows_to_fit
from engine.data.recipe.editing import add, insert, move, remove
from engine.data.recipe.words import sentence, sentences
from engine.data.schema import describe
from engine.domain.recipe import Recipe, Step
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from tests.automl.toys import mixed, problem_of, target_of
from tests.data.recipe.steps import ALL, recipe, step

FRAME = mixed(120).assign(target=0, customer_id=np.arange(120))
COLUMNS = describe(FRAME)
PROBLEM = problem_of(Task.BINARY)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (step("impute", "gone"), "needs the column 'gone', which is not there"),
        (step("impute", "size", strategy="magic"), "'strategy' of the step 'impute' on 'size' should be one of median"),
        (step("impute", "size", depth=3), "has no option 'depth'"),
        (step("impute", "colour"), "cannot become the median"),
        (step("impute", "size", strategy="constant"), "needs the option 'value'"),
        (step("impute", "size", strategy="constant", value="x"), "need a number as their value"),
        (step("ratio", "size", "count"), "needs the option 'name'"),
        (step("ratio", "size", name="r"), "needs 2 columns"),
        (step("ratio", "size", "count", name="size"), "there is one of that name already"),
        (step("ratio", "size", "count", name="target"), "there is one of that name already"),
        (step("scale", "target"), "uses the target 'target'"),
        (step("expression", name="e", formula="target * 2"), "names 'target', which is no column here"),
        (step("scale", "colour"), "not made for the column 'colour', whose kind is categorical"),
        (step("scale", "size", "size"), "names a column twice"),
        (step("scale"), "needs at least 1 columns"),
        (step("scale", "customer_id"), "No model uses the column 'customer_id'"),
        (step("drop_columns", "typo"), "needs the column 'typo'"),
        (step("drop_columns", *PROBLEM.features), "leaves no feature"),
        (step("target_transform", method="log1p"), "has classes"),
        (step("limit", "size"), "needs a low or a high end"),
        (step("limit", "size", low=3, high=3), "not below its high end"),
        (step("limit", "size", low=float("nan")), "should be a number"),
        (step("convert_unit", "size", above=1, below=2), "needs either 'above' or 'below'"),
        (step("convert_unit", "size", above=1, factor=0), "factor 0"),
        (step("to_number", "colour", decimal=",", thousands=","), "same mark"),
        (step("winsorise", "size", low=2.0), "a number from 0 to 1"),
        (step("bin", "size", bins=2.5), "a whole number"),
        (step("bin", "size", bins=True), "a whole number"),
        (step("missing_words", "size", words="NA"), "should be a list"),
        (step("replace", "size", values={}), "pairs of an old and a new value"),
        (step("date_parts", "since", parts=["century"]), "one of year"),
    ],
)
def test_a_wrong_step_is_one_sentence(wrong: Step, said: str) -> None:
    with pytest.raises(InputError) as error:
        check(recipe(wrong), COLUMNS, PROBLEM)
    assert said in error.value.message
    assert error.value.hint


def test_order_matters() -> None:
    text, encoded = step("text", "note"), step("encode", "colour")
    for first, second, said in (
        (text, step("tidy_text", "note"), "has become several numbers"),
        (encoded, step("group_rare", "colour"), "has become several numbers"),
        (step("impute", "size"), step("drop_duplicates"), "must stand earlier"),
        (step("drop_columns", "size"), step("scale", "size"), "not there at that point"),
    ):
        with pytest.raises(InputError, match=said):
            check(recipe(first, second), COLUMNS, PROBLEM)
        check(recipe(first), COLUMNS, PROBLEM)
    with pytest.raises(InputError, match="target twice"):
        check(recipe(*[step("target_transform")] * 2), COLUMNS, problem_of(Task.REGRESSION))


def test_a_column_that_no_model_uses_may_be_dropped() -> None:
    given = recipe(step("drop_columns", "customer_id", "size"))
    check(given, COLUMNS, PROBLEM)
    assert "size" not in output(given, PROBLEM).features
    assert "size" not in compile(given, PROBLEM).fit_transform(align(FRAME, PROBLEM)[0])
    assert compile(recipe(step("drop_columns", "customer_id")), PROBLEM) == "passthrough"


def test_kinds_of_what_comes_out() -> None:
    found = output(ALL, PROBLEM)
    assert found.kinds["size"] is ColumnKind.NUMERIC
    assert found.kinds["e"] is ColumnKind.CATEGORICAL
    assert found.kinds["size_missing"] is ColumnKind.INTEGER
    assert "city" in found.features
    assert {"note", "colour", "first"}.isdisjoint(found.features)
    assert output(ALL, PROBLEM, ["colour_red"]).kinds == {"colour_red": ColumnKind.NUMERIC}
    assert output(Recipe(), PROBLEM) is PROBLEM


def test_what_the_scale_of_the_target_becomes() -> None:
    regression = problem_of(Task.REGRESSION)
    assert output(recipe(step("target_transform")), regression).log_target
    assert output(recipe(step("target_transform", method="yeo_johnson")), regression).power_target
    assert compile(recipe(step("target_transform")), regression) == "passthrough"


def test_a_step_that_another_needs_stays() -> None:
    given = recipe(step("ratio", "size", "count", name="r"), step("scale", "r"), step("limit", "size", low=1))
    with pytest.raises(InputError, match="'ratio' on 'size' cannot be removed: the step 'scale' on 'r' needs"):
        remove(given, 0, COLUMNS, PROBLEM)
    assert remove(given, 1, COLUMNS, PROBLEM).steps == (given.steps[0], given.steps[2])
    with pytest.raises(InputError, match="not there at that point"):
        move(given, 1, 0, COLUMNS, PROBLEM)
    assert move(given, 2, 0, COLUMNS, PROBLEM).steps[0] == given.steps[2]
    assert move(move(given, 2, 0, COLUMNS, PROBLEM), 0, 2, COLUMNS, PROBLEM) == given
    with pytest.raises(InputError, match="no place 9"):
        remove(given, 8, COLUMNS, PROBLEM)


def test_inserting_and_removing_again_changes_nothing() -> None:
    new = step("limit", "count", low=0)
    for place in range(len(ALL.steps) + 1):
        try:
            longer = insert(ALL, place, new, COLUMNS, PROBLEM)
        except InputError:
            continue
        assert remove(longer, place, COLUMNS, PROBLEM) == ALL


def test_repeated_rows_go_where_they_belong() -> None:
    given = recipe(step("tidy_text", "city"), step("impute", "size"))
    added = add(given, step("drop_duplicates"), COLUMNS, PROBLEM)
    assert [str(one.kind) for one in added.steps] == ["tidy_text", "drop_duplicates", "impute"]


def test_repeated_rows_are_those_after_the_steps_before() -> None:
    frame = pd.concat([FRAME.head(20)] * 2, ignore_index=True)
    X, y = align(frame, PROBLEM)[0], np.tile(target_of(FRAME.head(20), Task.BINARY), 2)
    X["city"] = X["city"].where(X.index < 20, X["city"] + "  ")
    alone = rows_to_fit(recipe(step("drop_duplicates")), X, y, PROBLEM)
    assert alone.sum() == 40 - X["city"].isna().sum() / 2
    tidied = rows_to_fit(recipe(step("tidy_text", "city"), step("drop_duplicates")), X, y, PROBLEM)
    assert tidied.tolist() == [True] * 20 + [False] * 20
    y[20:] = 1 - y[20:]
    assert rows_to_fit(recipe(step("tidy_text", "city"), step("drop_duplicates")), X, y, PROBLEM).all()


def test_sentences() -> None:
    said = sentences(ALL)
    assert len(set(said)) == len(ALL.steps)
    assert all(one.endswith(".") and "\n" not in one for one in said)
    assert sentence(step("impute", "Age", indicator=True)) == (
        "Empty cells of Age become the median of the rows it is fitted on, with a column that says where they were."
    )


def test_a_recipe_survives_being_written() -> None:
    assert [one.as_dict() for one in Recipe.from_dict(ALL.as_dict()).steps] == [one.as_dict() for one in ALL.steps]
