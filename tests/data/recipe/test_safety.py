import os
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from engine.automl.stored import TRUSTED
from engine.automl.table import align
from engine.data.recipe.compiling import compile
from engine.data.recipe.safety import verify_safe
from engine.domain.task import Task
from engine.errors import InputError
from tests.automl.toys import mixed, problem_of, target_of
from tests.data.recipe.steps import ALL


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_recipe_with_every_step_is_stored_without_code_of_ours() -> None:
    problem, frame = problem_of(Task.BINARY), mixed(200)
    X, y = align(frame, problem)[0], target_of(frame, Task.BINARY)
    fitted = compile(ALL, problem).fit(X, y)
    data = skops.io.dumps(fitted)
    unknown = set(skops.io.get_untrusted_types(data=data))
    assert unknown <= TRUSTED
    assert not any("engine" in name for name in unknown)
    again = skops.io.loads(data, trusted=sorted(TRUSTED))
    verify_safe(again)
    pd.testing.assert_frame_equal(again.transform(X), fitted.transform(X))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_rows_are_made_one_by_one_as_they_are_together() -> None:
    problem, frame = problem_of(Task.BINARY), mixed(200)
    X, y = align(frame, problem)[0], target_of(frame, Task.BINARY)
    fitted = compile(ALL, problem).fit(X, y)
    alone = pd.concat([fitted.transform(X.iloc[place : place + 1]) for place in range(6)])
    together = fitted.transform(X).iloc[:6]
    pd.testing.assert_frame_equal(alone, together, rtol=1e-6)


@pytest.mark.parametrize(
    "step",
    [
        FunctionTransformer(methodcaller("to_pickle", "x")),
        FunctionTransformer(methodcaller("eval", "r = @pd.io")),
        FunctionTransformer(methodcaller("eval", "r = c0", 1)),
        FunctionTransformer(methodcaller("query", "a > 1")),
        FunctionTransformer(methodcaller("apply", os.system, 0, False, None, ())),
        FunctionTransformer(methodcaller("apply", "to_csv", 0, False, None, ("x",))),
        FunctionTransformer(methodcaller("replace", {"a": {1: methodcaller("x")}})),
        FunctionTransformer(methodcaller("pipe", os.system)),
        FunctionTransformer(os.system),
        FunctionTransformer(attrgetter("values")),
        FunctionTransformer(partial(os.system, "true")),
        FunctionTransformer(np.log1p, inverse_func=os.system),
        FunctionTransformer(pd.to_numeric),
        FunctionTransformer(pd.from_dummies, kw_args={"sep": "_"}),
        FunctionTransformer(methodcaller("isna"), kw_args={"a": 1}),
        FunctionTransformer(methodcaller("isna"), feature_names_out=os.system),
        SimpleImputer(strategy=os.system),
        SimpleImputer(strategy=methodcaller("tofile", "x")),
    ],
)
def test_calls_that_no_recipe_makes_are_found_anywhere(step: Any) -> None:
    with pytest.raises(InputError, match="stored model"):
        verify_safe(step)
    with pytest.raises(InputError, match="stored model"):
        verify_safe(Pipeline([("a", ColumnTransformer([("b", Pipeline([("c", step)]), ["x"])]))]))
