import numpy as np
import pandas as pd
import pytest

from engine.automl.encoding import prepare
from engine.automl.families.family import Encoding
from engine.automl.limits import quiet
from engine.automl.table import align
from engine.domain.task import ColumnKind, Task
from tests.automl.toys import mixed, problem_of, target_of, toy

ENCODINGS: tuple[Encoding, ...] = ("scaled", "ordinal", "native")


def dense(table: object) -> np.ndarray:
    return np.asarray(table.todense() if hasattr(table, "todense") else table)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("task", list(Task))
def test_no_encoding_stumbles_over_what_it_has_never_seen(encoding: Encoding, task: Task) -> None:
    problem = problem_of(task)
    frame = mixed()
    step = prepare(encoding, problem, align(frame, problem)[0], seed=0).step
    strange = frame.iloc[:4].assign(colour="ultraviolet", city=None, since=None, note="words never read", size=None)
    with quiet():
        inside = step.fit_transform(align(frame, problem)[0], target_of(frame, task))
        outside = step.transform(align(strange, problem)[0])
    assert inside.shape[1] == outside.shape[1] > 5
    if encoding == "scaled":
        assert np.isfinite(dense(outside).astype(float)).all()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("value", [None, np.inf])
def test_empty_and_constant_columns_are_taken(encoding: Encoding, value: float | None) -> None:
    kinds = {"size": ColumnKind.NUMERIC, "colour": ColumnKind.CATEGORICAL, "since": ColumnKind.DATETIME}
    problem = problem_of(Task.BINARY, kinds=kinds | {"note": ColumnKind.TEXT})
    frame = pd.DataFrame({"size": [value] * 30, "colour": None, "since": pd.NaT, "note": None})
    tidy = align(frame, problem)[0]
    with quiet():
        made = prepare(encoding, problem, tidy, seed=0).step.fit_transform(tidy, np.arange(30) % 2)
    assert len(dense(made)) == 30


def test_columns_with_many_levels_become_one_number_each() -> None:
    problem = problem_of(Task.BINARY, kinds={"city": ColumnKind.CATEGORICAL})
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"city": [f"c{n}" for n in rng.integers(0, 500, 2000)]}, dtype=object)
    assert frame["city"].nunique() > 250
    y = rng.integers(0, 2, 2000)
    for encoding in ("scaled", "ordinal"):
        assert prepare(encoding, problem, frame, seed=0).step.fit_transform(frame, y).shape == (2000, 1)
    assert prepare("native", problem, frame, seed=0).categories == ("city",)


def test_encodings_are_fitted_on_the_rows_of_the_fit_alone() -> None:
    given = toy(Task.BINARY)
    fit, rest = given.folds[0]
    frame = given.X.copy()
    frame.loc[frame.index[rest], "colour"] = "seen only when scored"
    frame.loc[frame.index[rest], "size"] = 1e6
    bench = type(given)(frame, given.y, given.problem, given.folds).bench()
    encoded = bench.encoded("scaled", 0)
    one_hot = encoded.step.named_transformers_["categories"].named_steps["onehotencoder"]
    assert "seen only when scored" not in {level for levels in one_hot.categories_ for level in levels}
    scaler = encoded.step.named_transformers_["numbers"].named_steps["standardscaler"]
    assert scaler.mean_[0] == pytest.approx(frame["size"].iloc[fit].fillna(frame["size"].iloc[fit].median()).mean())


def test_what_is_encoded_is_kept_for_the_next_trial() -> None:
    bench = toy(Task.BINARY).bench()
    assert bench.encoded("ordinal", 1) is bench.encoded("ordinal", 1)
    assert bench.encoded("ordinal", 1) is not bench.encoded("scaled", 1)
