import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.split import holdout_rows, rows_sha256
from engine.data.target import encode_target
from engine.domain.data import Problem, SplitKind, SplitSpec
from engine.domain.task import Task
from engine.errors import InputError

BINARY = Problem(target="y", task=Task.BINARY, metric="roc_auc", features=("x",), kinds={}, classes=("a", "b"))
MULTI = Problem(target="y", task=Task.MULTICLASS, metric="log_loss", features=("x",), kinds={}, classes=("a", "b", "c"))
NUMBER = Problem(target="y", task=Task.REGRESSION, metric="rmse", features=("x",), kinds={})


def table(rows: int, seed: int, problem: Problem = BINARY) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    y = (
        np.asarray(problem.classes, dtype=object)[rng.integers(0, len(problem.classes), rows)]
        if problem.classes
        else rng.normal(size=rows)
    )
    if problem.classes:
        y[: 3 * len(problem.classes)] = list(problem.classes) * 3
    return pd.DataFrame(
        {
            "x": rng.normal(size=rows),
            "g": rng.integers(0, max(4, rows // 4), rows),
            "t": rng.integers(0, max(5, rows // 3), rows),
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, max(5, rows // 3), rows), unit="D"),
            "y": y,
        }
    )


PROBLEMS = st.sampled_from([BINARY, MULTI, NUMBER])
KINDS = st.sampled_from(
    [
        SplitSpec(kind=SplitKind.RANDOM),
        SplitSpec(kind=SplitKind.STRATIFIED),
        SplitSpec(kind=SplitKind.GROUP, column="g"),
        SplitSpec(kind=SplitKind.TIME, column="t"),
        SplitSpec(kind=SplitKind.TIME, column="when"),
        SplitSpec(kind=SplitKind.GROUP_TIME, column="g", time_column="when"),
    ]
)


def specs() -> st.SearchStrategy[SplitSpec]:
    return st.builds(
        lambda spec, fraction, seed: SplitSpec(
            kind=spec.kind, column=spec.column, time_column=spec.time_column, fraction=fraction, seed=seed
        ),
        KINDS,
        st.sampled_from([0.1, 0.2, 0.35, 0.5]),
        st.integers(0, 5),
    )


def leaves_a_class_out(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> bool:
    """Whether a class would miss the training part, as it can in time or without strata: that is said, not hidden."""
    try:
        holdout_rows(frame, spec, problem)
    except InputError as error:
        return "in the training part" in error.message or "begin at the same point" in error.message
    return False


@settings(max_examples=120, deadline=None)
@given(spec=specs(), problem=PROBLEMS, rows=st.integers(24, 150), seed=st.integers(0, 50))
def test_laws(spec: SplitSpec, problem: Problem, rows: int, seed: int) -> None:
    frame = table(rows, seed, problem)
    if spec.kind is not SplitKind.STRATIFIED and leaves_a_class_out(frame, spec, problem):
        return
    train, held = holdout_rows(frame, spec, problem)
    assert sorted([*train, *held]) == list(range(rows)), "complete and disjoint"
    assert list(train) == sorted(train)
    assert list(held) == sorted(held)
    assert len(held) >= 1
    again = holdout_rows(frame, spec, problem)
    assert list(again[1]) == list(held), "the same seed, the same rows"
    if spec.kind in (SplitKind.GROUP, SplitKind.GROUP_TIME):
        assert not set(frame["g"].iloc[train]) & set(frame["g"].iloc[held])
    if spec.kind is SplitKind.TIME:
        assert frame[spec.column].iloc[train].max() < frame[spec.column].iloc[held].min()
    if spec.kind in (SplitKind.RANDOM, SplitKind.STRATIFIED):
        assert abs(len(held) - rows * spec.fraction) <= len(problem.classes) + 1
    if spec.kind is SplitKind.STRATIFIED and problem.classes:
        y = encode_target(frame["y"], problem)
        for code in range(len(problem.classes)):
            total, out = int((y == code).sum()), int((y[held] == code).sum())
            assert 1 <= out <= total - 2
            assert abs(out - total * spec.fraction) <= 1 or total - out == 2


@given(seeds=st.lists(st.integers(0, 10_000), min_size=2, max_size=2, unique=True))
@settings(max_examples=20, deadline=None)
def test_another_seed_draws_other_rows(seeds: list[int]) -> None:
    frame = table(120, 0)
    first, second = (holdout_rows(frame, SplitSpec(kind=SplitKind.STRATIFIED, seed=seed), BINARY)[1] for seed in seeds)
    assert list(first) != list(second)


@pytest.mark.parametrize("kind", list(SplitKind))
def test_no_holdout(kind: SplitKind) -> None:
    train, held = holdout_rows(table(30, 0), SplitSpec(kind=kind, fraction=0), BINARY)
    assert (len(train), len(held)) == (30, 0)


@pytest.mark.parametrize("fraction", [-0.1, 0.6, float("nan")])
def test_an_impossible_share(fraction: float) -> None:
    with pytest.raises(InputError, match=r"not between 0 and 0\.5"):
        holdout_rows(table(30, 0), SplitSpec(kind=SplitKind.RANDOM, fraction=fraction), BINARY)


def test_the_share_of_groups_and_of_classes_comes_close() -> None:
    frame = table(4000, 1)
    _, held = holdout_rows(frame, SplitSpec(kind=SplitKind.GROUP, column="g"), BINARY)
    assert abs(len(held) / 4000 - 0.2) < 0.01
    assert abs((frame["y"].iloc[held] == "a").mean() - (frame["y"] == "a").mean()) < 0.02


def test_a_row_without_group_is_alone_and_without_time_is_early() -> None:
    frame = table(60, 2, NUMBER).assign(g=[None, *range(59)])
    _, held = holdout_rows(frame, SplitSpec(kind=SplitKind.GROUP, column="g"), NUMBER)
    assert len(held) == 12
    frame.loc[5, "when"] = pd.NaT
    train, _ = holdout_rows(frame, SplitSpec(kind=SplitKind.TIME, column="when"), NUMBER)
    assert 5 in train


@pytest.mark.parametrize(("column", "after"), [("year", 2008), ("year", "2008"), ("day", "2008-12-31")])
def test_after_a_point_in_time(column: str, after: float | str) -> None:
    years = np.repeat([2006, 2007, 2008, 2009, 2010], 10)
    frame = pd.DataFrame({"year": years, "day": pd.to_datetime([f"{y}-06-01" for y in years]), "y": np.arange(50.0)})
    train, held = holdout_rows(frame, SplitSpec(kind=SplitKind.TIME, column=column, after=after), NUMBER)
    assert frame["year"].iloc[train].max() == 2008
    assert frame["year"].iloc[held].min() == 2009


def test_text_dates_order_the_rows_too() -> None:
    frame = pd.DataFrame({"month": [f"2024-{n % 12 + 1:02d}" for n in range(48)], "y": np.arange(48.0)})
    _, held = holdout_rows(frame, SplitSpec(kind=SplitKind.TIME, column="month", fraction=0.25), NUMBER)
    assert set(frame["month"].iloc[held]) == {"2024-10", "2024-11", "2024-12"}


def test_the_latest_groups_keep_all_their_rows() -> None:
    frame = pd.DataFrame({"g": [1, 2, 3, 4, 5] * 6, "t": np.arange(30), "y": np.arange(30.0)})
    _, held = holdout_rows(frame, SplitSpec(kind=SplitKind.GROUP_TIME, column="g", time_column="t"), NUMBER)
    assert set(frame["g"].iloc[held]) == {5}, "the group that appears last"
    assert len(held) == 6


@pytest.mark.parametrize(
    ("marks", "held"), [(["train", "test"], "test"), (["fit", "Holdout"], "Holdout"), ([0, 1], "1")]
)
def test_a_given_split_by_its_words(marks: list[object], held: str) -> None:
    frame = table(40, 0).assign(part=marks * 20)
    _, rows = holdout_rows(frame, SplitSpec(kind=SplitKind.GIVEN, column="part"), BINARY)
    assert set(frame["part"].iloc[rows].astype("str")) == {held}


def test_a_given_split_by_size_and_its_faults() -> None:
    frame = table(40, 0).assign(part=["x"] * 30 + ["w"] * 10)
    spec = SplitSpec(kind=SplitKind.GIVEN, column="part")
    assert len(holdout_rows(frame, spec, BINARY)[1]) == 10
    for bad in (["x"] * 40, ["x", "y", "z", "z"] * 10, ["x", None] * 20):
        with pytest.raises(InputError, match="needs two"):
            holdout_rows(frame.assign(part=bad), spec, BINARY)


BAD_SPECS = {
    "no column": (SplitSpec(kind=SplitKind.GROUP), "needs a column"),
    "unknown column": (SplitSpec(kind=SplitKind.TIME, column="z"), "does not have"),
    "one time": (SplitSpec(kind=SplitKind.TIME, column="same"), "just one point in time"),
    "one group": (SplitSpec(kind=SplitKind.GROUP, column="same"), "forms 1 groups"),
    "no time": (SplitSpec(kind=SplitKind.TIME, column="word"), "neither numbers nor dates"),
    "after is no date": (SplitSpec(kind=SplitKind.TIME, column="when", after="soon"), "no point in the times"),
    "after the end": (SplitSpec(kind=SplitKind.TIME, column="t", after=10**6), "0 of 40 rows"),
    "before the start": (SplitSpec(kind=SplitKind.TIME, column="t", after=-1), "40 of 40 rows"),
    "a class only in the future": (SplitSpec(kind=SplitKind.TIME, column="ordered"), "0 rows of the class 'b'"),
}


@pytest.mark.parametrize("name", list(BAD_SPECS))
def test_splits_that_the_table_does_not_allow(name: str) -> None:
    spec, said = BAD_SPECS[name]
    frame = table(40, 0).assign(same=1, word=["x", "w"] * 20, ordered=range(40), y=["a"] * 35 + ["b"] * 5)
    with pytest.raises(InputError) as caught:
        holdout_rows(frame, spec, BINARY)
    assert said in caught.value.message
    assert caught.value.hint


def test_the_name_of_a_split() -> None:
    assert rows_sha256([10, 2]) == hashlib.sha256(b"2\n10\n").hexdigest()
    assert rows_sha256(np.array([2, 10])) == rows_sha256([10, 2])
