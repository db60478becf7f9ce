"""What is planted is found, what is not there is not."""

import json
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import profile
from engine.data.profiling.sample import FEWEST_ROWS, Sample
from engine.data.schema import describe
from tests.data.tables import customers, problem_of

TARGETS = ("binary", "multiclass", "regression")


def made(frame: pd.DataFrame, target: str | None = "y") -> dict[str, Any]:
    picture = profile(frame, describe(frame), problem_of(frame, target) if target else None)
    found: dict[str, Any] = json.loads(json.dumps(picture, allow_nan=False))
    for one in found["highlights"]:
        assert one["sentence"].endswith(".")
        assert 0 <= one["strength"] <= 1
    order = [one["strength"] for one in found["highlights"]]
    assert order == sorted(order, reverse=True)
    assert len(order) <= 8
    return found


def target(kind: str, score: np.ndarray, seed: int = 0) -> pd.Series:
    noisy = score + np.random.default_rng(seed + 99).normal(0, 0.5, len(score))
    if kind == "regression":
        return pd.Series(noisy * 10)
    cuts = [0.0] if kind == "binary" else [-0.5, 0.5]
    labels = np.array(["no", "yes"] if kind == "binary" else ["low", "mid", "top"])
    return pd.Series(labels[np.searchsorted(cuts, noisy)], dtype="str")


def strengths(found: dict[str, Any]) -> dict[str, float]:
    return {one["column"]: one["strength"] for one in found["strengths"]}


@pytest.mark.parametrize("kind", TARGETS)
def test_columns_that_go_with_the_target_come_first(kind: str) -> None:
    rng = np.random.default_rng(1)
    rows = 2_000
    x, u = rng.normal(size=rows), rng.uniform(-1, 1, rows)
    frame = pd.DataFrame(
        {
            "noise": rng.normal(size=rows),
            "many": pd.Series([f"v{n}" for n in rng.integers(0, 400, rows)], dtype="str"),
            "straight": x,
            "bent": u,
            "group": pd.Series(np.where(x > 0.7, "a", np.where(x < -0.7, "b", "c")), dtype="str"),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, rows), unit="D"),
            "y": target(kind, x + 4 * u**2 - 4 / 3),
        }
    )
    found = made(frame)
    by_name = strengths(found)
    assert [one["strength"] for one in found["strengths"]] == sorted(by_name.values(), reverse=True)
    for name in ("straight", "bent", "group"):
        assert by_name[name] > 0.25, name
    for name in ("noise", "when", "many"):
        assert by_name[name] < 0.12, name
    one = next(one for one in found["strengths"] if one["column"] == "bent")
    assert one["measure"].endswith("_of_bins"), "what rises and falls again is seen by bins only"
    assert {one["columns"][0] for one in found["highlights"] if one["kind"] == "target"} == {
        "straight", "bent", "group",
    }  # fmt: skip
    assert not [one for one in found["highlights"] if one["kind"] in ("time", "gap")]


def test_pairs_of_mixed_kinds() -> None:
    rng = np.random.default_rng(2)
    rows = 1_500
    a = rng.normal(size=rows)
    town = rng.integers(0, 6, rows)
    frame = pd.DataFrame(
        {
            "a": a,
            "minus_a": -a * 3 + 5,
            "a_cubed": a**3,
            "town": pd.Series(town, dtype="str").radd("t"),
            "height": town * 100 + rng.normal(size=rows),
            "region": pd.Series(town // 2, dtype="str").radd("r"),
            "free": rng.normal(size=rows),
            "note": [f"a text of many words about the row {n}" for n in range(rows)],
            "same": 1,
        }
    )
    known = made(frame, None)["associations"]
    assert "note" not in known["columns"]
    assert "same" not in known["columns"]
    matrix = pd.DataFrame(known["matrix"], index=known["columns"], columns=known["columns"])
    assert np.allclose(matrix, matrix.T)
    assert (np.diag(matrix) == 1).all()
    assert matrix.loc["a", "minus_a"] == pytest.approx(-1)
    assert matrix.loc["a", "a_cubed"] == pytest.approx(1)
    assert matrix.loc["town", "height"] > 0.97
    assert matrix.loc["town", "region"] == pytest.approx(1, abs=0.002)
    assert matrix["free"].drop("free").abs().max() < 0.1
    measures = {frozenset((one["a"], one["b"])): one for one in known["pairs"]}
    assert measures[frozenset(("town", "height"))]["measure"] == "eta"
    assert measures[frozenset(("town", "region"))]["measure"] == "cramers_v"
    cubed = measures[frozenset(("a", "a_cubed"))]
    assert cubed["pearson"] == pytest.approx(np.corrcoef(a, a**3)[0, 1])
    values = [abs(one["value"]) for one in known["pairs"]]
    assert values == sorted(values, reverse=True)


def test_at_most_thirty_columns_are_compared() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({f"c{n}": rng.normal(size=200) for n in range(50)})
    frame["y"] = frame["c44"] + rng.normal(size=200)
    found = made(frame)
    assert found["associations"]["columns"][:2] == ["y", "c44"]
    assert (len(found["associations"]["columns"]), found["associations"]["columns_of"]) == (30, 51)
    assert len(found["associations"]["pairs"]) == 30
    assert len(found["strengths"]) == 50


@pytest.mark.parametrize("kind", TARGETS)
def test_gaps_that_go_with_the_target(kind: str) -> None:
    rng = np.random.default_rng(4)
    rows = 1_200
    score = rng.normal(size=rows)
    leaks, random = score > 0.4, rng.random(rows) < 0.3
    frame = pd.DataFrame(
        {
            "asked": np.where(leaks & (rng.random(rows) < 0.8), np.nan, rng.normal(size=rows)),
            "lost": np.where(random, np.nan, rng.normal(size=rows)),
            "lost_too": np.where(random, np.nan, rng.normal(size=rows)),
            "y": target(kind, score),
        }
    )
    known = made(frame)["missing_pattern"]
    by_name = {one["column"]: one for one in known["target"]}
    assert by_name["asked"]["goes_with"]
    assert known["target"][0]["column"] == "asked"
    assert not by_name["lost"]["goes_with"]
    assert "does not visibly go" in by_name["lost"]["sentence"]
    assert f"({by_name['asked']['empty']:,} rows)" in by_name["asked"]["sentence"]
    assert {(one["a"], one["b"]) for one in known["pairs"]} == {("lost", "lost_too")}
    assert known["pairs"][0]["correlation"] == pytest.approx(1)
    assert known["pairs"][0]["both"] == random.sum()
    counts = {tuple(one["columns"]): one["count"] for one in known["patterns"]}
    assert counts[("lost", "lost_too")] == int((random & frame["asked"].notna()).sum())
    assert known["complete"] + sum(counts.values()) == rows
    if kind == "binary":
        gap = frame["asked"].isna()
        assert by_name["asked"]["where_empty"] == pytest.approx((frame["y"][gap] == "yes").mean())
        assert by_name["asked"]["low"] < by_name["asked"]["difference"] < by_name["asked"]["high"]


def test_chance_is_seldom_told() -> None:
    """Sixty tables without any relation, each with six columns of gaps and a date: at most a few sentences."""
    told = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({f"c{n}": np.where(rng.random(150) < 0.3, np.nan, rng.normal(size=150)) for n in range(6)})
        frame["when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, 150), unit="D")
        frame["y"] = target(TARGETS[seed % 3], rng.normal(size=150), seed)
        told += sum(one["kind"] in ("gap", "time", "target") for one in made(frame)["highlights"])
    assert told <= 6, f"{told} false alarms"


def test_outliers_have_rows_and_values() -> None:
    rng = np.random.default_rng(5)
    ages = rng.normal(40, 10, 400).round()
    ages[[7, 300]] = 999, -500
    money = rng.lognormal(3, 1, 400)
    zeros = np.where(rng.random(400) < 0.8, 0.0, rng.normal(50, 5, 400))
    zeros[11] = 5_000
    index = np.arange(1_000, 1_400)
    frame = pd.DataFrame({"age": ages, "money": money, "zeros": zeros, "flag": [0, 1] * 200}, index=index)
    found = made(frame, None)
    by_name = {one["column"]: one for one in found["outliers"]}
    assert [(one["row"], one["value"]) for one in by_name["age"]["examples"]] == [(1007, 999.0), (1300, -500.0)]
    assert by_name["age"]["log_count"] is None
    assert by_name["money"]["log_count"] == 0 < by_name["money"]["count"]
    assert by_name["zeros"]["method"] == "other_values"
    assert [one["row"] for one in by_name["zeros"]["examples"]] == [1011], "nought is usual there"
    assert "flag" not in by_name
    told = {one["columns"][0]: one["sentence"] for one in found["highlights"] if one["kind"] == "outliers"}
    assert set(told) == {"age", "zeros"}, "a skew is no mistake"
    assert "2 values lie far outside" in told["age"]
    assert "999 in row 1,007" in told["age"]


def test_outliers_are_counted_in_the_whole_table() -> None:
    values = np.random.default_rng(6).normal(size=120_000)
    values[[5, 77_777]] = 1e6, -1e6
    found = made(pd.DataFrame({"a": values, "b": np.arange(120_000) % 7 / 3}), None)
    assert found["shown_on"] == 50_000
    assert {one["row"] for one in found["outliers"][0]["examples"][:2]} == {5, 77_777}


def test_rare_and_very_many_values() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "plan": ["basic"] * 1_500 + ["plus"] * 495 + ["gold"] * 3 + ["test"] * 2,
            "postcode": [f"p{n}" for n in rng.integers(0, 700, 2_000)],
        }
    )
    found = made(frame, None)
    assert found["rare"] == [
        {
            "column": "plan",
            "count": 2,
            "rows": 5,
            "values": [{"value": "test", "count": 2}, {"value": "gold", "count": 3}],
        }
    ]
    one = found["high_cardinality"][0]
    assert (one["column"], one["unique"]) == ("postcode", frame["postcode"].nunique())
    assert one["once"] == int((frame["postcode"].value_counts() == 1).sum())


@pytest.mark.parametrize(
    ("days", "rows", "unit"),
    [
        (1, 2_000, "hour"),
        (50, 5_000, "day"),
        (300, 5_000, "week"),
        (1_000, 5_000, "month"),
        (4_000, 9_000, "quarter"),
        (15_000, 9_000, "year"),
        (300, 120, "month"),
    ],
)
def test_periods_are_chosen_by_span_and_rows(days: int, rows: int, unit: str) -> None:
    rng = np.random.default_rng(8)
    when = pd.Timestamp("1980-01-02") + pd.to_timedelta(rng.uniform(0, days * 24 * 60, rows), unit="min")
    frame = pd.DataFrame({"when": when.floor("min"), "x": rng.normal(size=rows)})
    known = made(frame, None)["over_time"][0]
    assert (known["unit"], known["every"], known["measure"], known["change"]) == (unit, 1, None, None)
    assert 2 <= len(known["points"]) <= 60
    assert sum(point["count"] for point in known["points"]) == rows
    for one, after in zip(known["points"], known["points"][1:], strict=False):
        assert one["end"] == after["start"]
    inside = frame["when"].between(known["points"][1]["start"], known["points"][1]["end"], inclusive="left")
    assert int(inside.sum()) == known["points"][1]["count"]
    if unit == "week":
        assert all(pd.Timestamp(point["start"]).weekday() == 0 for point in known["points"])


@pytest.mark.parametrize("kind", TARGETS)
def test_a_target_that_moves_over_time(kind: str) -> None:
    rng = np.random.default_rng(9)
    rows = 1_500
    days = np.sort(rng.integers(0, 600, rows))
    score = (days > 250) * 1.2 - 0.6 + rng.normal(0, 0.5, rows)
    frame = pd.DataFrame(
        {
            "when": pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D"),
            "other": rng.normal(size=rows),
            "y": target(kind, score),
        }
    )
    frame.loc[3:9, "when"] = pd.NaT
    frame = frame[(days < 100) | (days > 170)].reset_index(drop=True)
    found = made(frame)
    known = found["over_time"][0]
    assert known["measure"] == {"binary": "rate", "multiclass": "shares", "regression": "median"}[kind]
    assert known["change"]["changed"]
    assert any(point["count"] == 0 for point in known["points"]), "an empty period is kept"
    key = known["measure"]
    assert all((point[key] is None) == (point["count"] == 0) for point in known["points"])
    sentence = next(one["sentence"] for one in found["highlights"] if one["kind"] == "time")
    assert "'when'" in sentence
    assert "earlier half" in sentence
    late = frame["when"] >= frame["when"].dropna().sort_values().iloc[frame["when"].notna().sum() // 2]
    if kind == "binary":
        assert known["change"]["later"] == pytest.approx((frame["y"][late] == "yes").mean())


def test_whole_years_are_a_time() -> None:
    rng = np.random.default_rng(10)
    frame = pd.DataFrame({"year_built": rng.integers(1850, 2020, 900), "years": 3, "x": rng.normal(size=900)})
    frame.loc[0, "year_built"] = 1850
    known = made(frame, None)["over_time"]
    assert [(one["column"], one["unit"], one["every"]) for one in known] == [("year_built", "year", 3)]
    assert known[0]["points"][0]["start"] == "1850-01-01"
    assert not made(pd.DataFrame({"year": rng.integers(0, 40, 900), "x": rng.normal(size=900)}), None)["over_time"]


def test_odd_tables() -> None:
    one_day = pd.DataFrame({"when": pd.to_datetime(["2024-05-05"] * 40 + ["2024-05-06"]), "x": np.arange(41) / 3})
    assert len(made(one_day, None)["over_time"][0]["points"]) == 2
    empty = pd.DataFrame({"gone": [np.nan] * 40, "x": np.arange(40) / 3, "y": ["a", "b"] * 20})
    found = made(empty)
    assert found["missing_pattern"]["columns"] == []
    assert found["missing_pattern"]["complete"] == 40
    huge = pd.DataFrame(
        {"a": np.linspace(-1e300, 1e300, 60), "b": np.r_[np.full(59, 1e-300), 1e300], "y": ["a", "b"] * 30}
    )
    made(huge)
    made(pd.DataFrame({"a": [True, False] * 20, "b": pd.Categorical(["x", None] * 20)}), None)
    made(customers(), "left")
    made(customers(), None)


def test_wide_tables_are_looked_at_on_fewer_rows() -> None:
    frame = pd.DataFrame(np.zeros((6_000, 3)), columns=list("abc"))
    columns = describe(frame)
    assert len(Sample(frame, columns, None)) == 6_000
    assert len(Sample(frame, columns * 1_000, None)) == FEWEST_ROWS


def wide(rows: int, columns: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    make = [
        lambda: rng.normal(size=rows),
        lambda: np.where(rng.random(rows) < 0.1, np.nan, rng.lognormal(size=rows)),
        lambda: pd.Series(rng.choice(["a", "b", "c", "d"], rows), dtype="str"),
        lambda: pd.Series(rng.integers(0, 5_000, rows), dtype="str") + "x",
        lambda: pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
    ]
    parts = {f"c{n}": make[n % 5]() for n in range(columns - 1)}
    return pd.DataFrame(parts | {"y": pd.Series(rng.choice(["no", "yes"], rows), dtype="str")})


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "columns", "seconds"), [(1_000_000, 20, 4.0), (10_000, 200, 5.0)])
def test_a_large_table_takes_seconds(rows: int, columns: int, seconds: float) -> None:
    frame = wide(rows, columns)
    known, problem = describe(frame), problem_of(frame, "y")
    began = time.process_time()
    profile(frame, known, problem)
    assert time.process_time() - began < seconds
