import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.explain.together import correlation_ratio, cramers_v, together
from tests.explain.toys import problem_of


def groups(frame: pd.DataFrame) -> list[list[str]]:
    return together(frame, problem_of(frame).kinds)


def test_all_three_kinds_of_pairs_are_found() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=300)
    level = rng.choice(["x", "y", "z"], 300)
    frame = pd.DataFrame(
        {
            "alone": rng.normal(size=300),
            "a": a,
            "a_cubed": a**3 + rng.normal(0, 0.01, 300),
            "level": level,
            "level_too": np.where(rng.random(300) < 0.95, level, "x"),
            "price": pd.Series(level).map({"x": 1.0, "y": 5.0, "z": 9.0}).to_numpy() + rng.normal(0, 0.5, 300),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(-a, unit="D"),
        }
    )
    assert groups(frame) == [["a", "a_cubed", "day"], ["level", "level_too", "price"]]


def test_a_chain_is_no_group() -> None:
    rng = np.random.default_rng(4)
    first = rng.normal(size=2_000)
    second = first + rng.normal(0, 0.6, 2_000)
    third = second + rng.normal(0, 0.6, 2_000)
    assert groups(pd.DataFrame({"first": first, "second": second, "third": third})) == [["second", "third"]]


def test_independent_columns_are_no_group() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"n{i}": rng.normal(size=60) for i in range(5)})
    for place in range(5):
        # Thirty levels on sixty rows: without the corrections almost everything would look associated.
        frame[f"c{place}"] = rng.integers(0, 30, 60).astype(str)
    assert groups(frame) == []


@pytest.mark.parametrize("rows", [1, 2, 9])
def test_few_rows_say_nothing(rows: int) -> None:
    assert groups(pd.DataFrame({"a": range(rows), "b": range(rows), "c": ["x"] * rows})) == []


def test_constant_and_empty_columns_are_left_out() -> None:
    frame = pd.DataFrame(
        {"a": [1.0] * 20, "b": [np.nan] * 20, "c": ["x"] * 20, "d": np.arange(20.0), "e": np.arange(20)}
    )
    assert groups(frame) == [["d", "e"]]


def test_cramers_v_is_that_of_scipy_apart_from_its_correction() -> None:
    rng = np.random.default_rng(2)
    first = rng.integers(0, 3, 20_000)
    second = np.where(rng.random(20_000) < 0.6, first, rng.integers(0, 3, 20_000))
    theirs = stats.contingency.association(pd.crosstab(first, second).to_numpy(), method="cramer")
    assert cramers_v(first, second) == pytest.approx(theirs, abs=1e-3)


def test_the_correlation_ratio_is_that_of_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 3, 20_000)
    numbers = codes + rng.normal(size=20_000)
    f = stats.f_oneway(*(numbers[codes == code] for code in range(3))).statistic
    explained = 2 * f / (2 * f + 20_000 - 3)
    assert correlation_ratio(codes, numbers) == pytest.approx(np.sqrt(explained), abs=1e-3)
