import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.split import folds
from engine.data.target import encode_target
from engine.domain.data import Problem, SplitKind, SplitSpec
from engine.errors import InputError
from tests.data.split.test_holdout import BINARY, MULTI, NUMBER, PROBLEMS, specs, table

FORWARD = (SplitKind.TIME, SplitKind.GROUP_TIME)


def made(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> list[tuple[np.ndarray, np.ndarray]]:
    return folds(frame, encode_target(frame["y"], problem), spec, problem)


def spec_refuses(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> bool:
    """Whether a class comes so late that no fold is possible; the reason is said."""
    try:
        made(frame, spec, problem)
    except InputError as error:
        return "too few points in time" in error.message
    return False


@settings(max_examples=150, deadline=None)
@given(spec=specs(), problem=PROBLEMS, rows=st.integers(24, 120), seed=st.integers(0, 50))
def test_laws(spec: SplitSpec, problem: Problem, rows: int, seed: int) -> None:
    frame = table(rows, seed, problem)
    y = encode_target(frame["y"], problem)
    if spec.kind in FORWARD and problem.classes and spec_refuses(frame, spec, problem):
        return
    found = made(frame, spec, problem)
    assert 1 <= len(found) <= spec.folds
    scored = np.concatenate([score for _, score in found])
    assert len(scored) == len(set(scored)), "no row is scored twice"
    for fit, score in found:
        assert len(fit)
        assert len(score)
        assert not set(fit) & set(score)
        assert list(fit) == sorted(fit)
        assert list(score) == sorted(score)
        if problem.classes:
            assert set(y[fit]) == set(range(len(problem.classes))), "every fit sees every class"
        if spec.kind in (SplitKind.GROUP, SplitKind.GROUP_TIME):
            assert not set(frame["g"].iloc[fit]) & set(frame["g"].iloc[score])
        if spec.kind is SplitKind.TIME:
            assert frame[spec.column].iloc[fit].max() < frame[spec.column].iloc[score].min()
    if spec.kind in FORWARD:
        unseen = set(range(rows)) - set(scored)
        assert unseen == set(found[0][0]), "only the first block is never scored"
    else:
        assert len(scored) == rows
        assert all(len(fit) + len(score) == rows for fit, score in found)
    again = made(frame, spec, problem)
    assert all((a[1] == b[1]).all() for a, b in zip(found, again, strict=True))


def test_classes_keep_their_share() -> None:
    frame = table(500, 0, MULTI)
    y = encode_target(frame["y"], MULTI)
    for kind in (SplitKind.STRATIFIED, SplitKind.RANDOM, SplitKind.GIVEN):
        found = made(frame, SplitSpec(kind=kind), MULTI)
        assert len(found) == 5
        for _, score in found:
            for code in range(3):
                assert abs((y[score] == code).mean() - (y == code).mean()) < 0.02


def test_folds_shrink_to_the_rarest_class() -> None:
    frame = pd.DataFrame({"x": range(43), "y": ["a"] * 40 + ["b"] * 3})
    assert len(made(frame, SplitSpec(kind=SplitKind.STRATIFIED), BINARY)) == 3
    with pytest.raises(InputError, match="class 'b' has 1 rows"):
        made(frame.iloc[:41], SplitSpec(kind=SplitKind.STRATIFIED), BINARY)


def test_folds_shrink_to_the_groups() -> None:
    spec = SplitSpec(kind=SplitKind.GROUP, column="g")
    frame = table(60, 0, NUMBER).assign(g=[1, 2, 3] * 20)
    assert len(made(frame, spec, NUMBER)) == 3
    with pytest.raises(InputError, match="forms 1 group"):
        made(frame.assign(g=1), spec, NUMBER)
    alone = pd.DataFrame({"g": [1] * 10 + [2] * 10 + [3] * 10, "y": ["a"] * 20 + ["b"] * 10})
    with pytest.raises(InputError, match="too few groups"):
        made(alone, spec, BINARY)


def test_many_groups_are_quick_and_whole() -> None:
    frame = pd.DataFrame({"g": np.repeat(np.arange(6000), 2), "y": ["a", "b"] * 6000})
    found = made(frame, SplitSpec(kind=SplitKind.GROUP, column="g"), BINARY)
    assert len(found) == 5
    assert all(len(score) == 2400 for _, score in found)


def test_forward_chaining_by_year() -> None:
    frame = pd.DataFrame({"year": np.repeat([2006, 2007, 2008], 100), "y": np.arange(300.0)})
    found = made(frame, SplitSpec(kind=SplitKind.TIME, column="year"), NUMBER)
    assert [(len(fit), len(score)) for fit, score in found] == [(100, 100), (200, 100)]


def test_the_first_block_grows_until_it_holds_every_class() -> None:
    frame = pd.DataFrame({"t": np.arange(120), "y": ["a"] * 50 + ["b", "a"] * 35})
    found = made(frame, SplitSpec(kind=SplitKind.TIME, column="t"), BINARY)
    assert [len(fit) for fit, _ in found] == [60, 80, 100]


def test_too_few_times() -> None:
    frame = pd.DataFrame({"t": [1] * 50, "y": np.arange(50.0)})
    with pytest.raises(InputError, match="too few points in time"):
        made(frame, SplitSpec(kind=SplitKind.TIME, column="t"), NUMBER)
    with pytest.raises(InputError, match="1 folds"):
        made(frame, SplitSpec(kind=SplitKind.RANDOM, folds=1), NUMBER)
