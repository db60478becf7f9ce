import numpy as np
import pandas as pd
import pytest

from engine.evaluate.segments import weak_segments
from engine.evaluate.slices import EMPTY, binned, row_losses, table, tagged
from tests.metrics.problems import BINARY, EVERY_TASK, REGRESSION, problem, sample


def frame(rng: np.random.Generator, rows: int = 600) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": rng.normal(50, 10, rows),
            "plan": rng.choice(["a", "b", "c"], rows),
            "site": rng.choice(["north", "south"], rows),
            "noise": rng.exponential(size=rows),
        }
    )


def test_loss_of_a_row_is_the_brier_score_or_the_absolute_error() -> None:
    y, pred = sample(BINARY, 100)
    assert row_losses(y, pred, BINARY).mean() == pytest.approx(((pred[:, 1] - y) ** 2).mean())
    y, pred = sample(REGRESSION, 100)
    assert row_losses(y, pred, REGRESSION).mean() == pytest.approx(np.abs(y - pred).mean())


def test_bins_hold_about_the_same_and_empty_cells_stand_apart() -> None:
    codes, names = binned(pd.Series([*range(100), *[np.nan] * 7], dtype="float64"))
    assert np.bincount(codes).tolist() == [20, 20, 20, 20, 20, 7]
    assert names[-1] == EMPTY
    codes, names = binned(pd.Series(pd.date_range("2024-01-01", periods=50)))
    assert len(names) == 5 == len(np.unique(codes))
    assert names[0] == "up to 2024-01-10"
    codes, names = binned(pd.Series(["x"] * 5 + ["y"] * 3 + [None]))
    assert names == ["x", "y", EMPTY]
    codes, names = binned(pd.Series([0.0] * 90 + list(range(1, 11))))
    assert len(names) == codes.max() + 1, "most rows alike: fewer bins, none empty"


def test_planted_weak_segments_are_found() -> None:
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = frame(rng)
        losses = rng.exponential(0.1, len(X))
        losses[((X["plan"] == "b") & (X["site"] == "north")).to_numpy()] += 0.15
        first = weak_segments(X, losses, seed=seed, shuffles=100)["segments"]
        if first and {(one["column"], one["part"]) for one in first[0]["conditions"]} == {
            ("plan", "b"),
            ("site", "north"),
        }:
            found += 1
            assert first[0]["low"] > 0
            assert first[0]["p"] <= 0.05
    assert found >= 18


def test_one_column_is_named_alone_when_it_is_the_cause() -> None:
    rng = np.random.default_rng(1)
    X = frame(rng)
    losses = rng.exponential(0.1, len(X)) + 0.15 * (X["plan"] == "c").to_numpy()
    segments = weak_segments(X, losses, shuffles=100)["segments"]
    assert segments[0]["conditions"] == [{"column": "plan", "part": "c"}]
    assert len(segments) == 1, "what the column explains is not told again in pairs"


def test_each_segment_is_told_once_also_where_columns_go_together() -> None:
    rng = np.random.default_rng(3)
    X = frame(rng, 2000)
    X["tier"] = np.where(rng.random(2000) < 0.8, X["plan"], "z")
    losses = rng.exponential(0.1, 2000) + 0.2 * (X["plan"] == "b").to_numpy() + 0.1 * (X["site"] == "north").to_numpy()
    told = [str(one["conditions"]) for one in weak_segments(X, losses, shuffles=100)["segments"]]
    assert len(told) == len(set(told)) >= 2


def test_planted_noise_is_not_found() -> None:
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(1000 + seed)
        X = frame(rng, 300)
        alarms += bool(weak_segments(X, rng.exponential(0.1, 300) ** 2, seed=seed, shuffles=100)["segments"])
    assert alarms <= 8, "nominal 5 % of 60; above 8 has a chance of less than 1 %"


def test_groups_are_not_taken_for_independent_rows() -> None:
    alarms, naive = 0, 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(40), 10)
        X = pd.DataFrame({"kind": rng.choice(["a", "b", "c"], 40)[groups], "x": rng.normal(size=400)})
        losses = rng.normal(size=40)[groups] + rng.normal(size=400) * 0.1
        alarms += bool(weak_segments(X, losses, groups=groups, seed=seed, shuffles=100)["segments"])
        naive += bool(weak_segments(X, losses, seed=seed, shuffles=100)["segments"])
    assert alarms <= 6 < naive


def test_nothing_to_find_is_said_without_a_fault() -> None:
    X = pd.DataFrame({"a": [1.0] * 50})
    assert weak_segments(X, np.zeros(50))["segments"] == []
    assert weak_segments(pd.DataFrame({"a": np.arange(50.0)}), np.ones(50))["segments"] == []


@pytest.mark.parametrize("of", EVERY_TASK)
def test_the_table_scores_each_part_or_says_why_not(of: object) -> None:
    y, pred = sample(of, 200)  # type: ignore[arg-type]
    X = pd.DataFrame({"part": ["big"] * 180 + ["small"] * 20})
    rows = table(X, y, pred, of, ["part"])  # type: ignore[arg-type]
    assert [row["rows"] for row in rows] == [180, 20]
    assert rows[0]["low"] <= rows[0]["value"] <= rows[0]["high"]
    assert rows[1]["value"] is None
    assert "fewer than" in rows[1]["reason"]


def test_a_part_of_a_single_class_has_no_score() -> None:
    of = problem(BINARY.task)
    y = np.repeat([0, 1], 50)
    rows = table(pd.DataFrame({"c": np.repeat(["x", "y"], 50)}), y, np.full((100, 2), 0.5), of, ["c"])
    assert [row["reason"] for row in rows] == ["a single class"] * 2


def test_tags_become_parts_with_scores_and_intervals() -> None:
    y, pred = sample(REGRESSION, 60)
    rows = [100 + place for place in range(60)]
    tags = dict.fromkeys(rows[:15], ("typo",)) | {rows[3]: ("typo", "odd"), 7: ("gone",)}
    odd, typo = tagged(tags, rows, y, pred, REGRESSION)
    assert (odd["tag"], odd["rows"], odd["loss"]) == ("odd", 1, pytest.approx(abs(pred[3] - y[3])))
    assert (odd["value"], odd["loss_low"], odd["reason"]) == (None, None, "fewer than 10 rows")
    assert (typo["tag"], typo["rows"]) == ("typo", 15)
    assert typo["loss"] == pytest.approx(np.abs(pred - y)[:15].mean())
    assert typo["rest"] == pytest.approx(np.abs(pred - y)[15:].mean())
    assert typo["loss_low"] < typo["loss"] < typo["loss_high"]
    assert typo["value"] == pytest.approx(np.sqrt(((pred - y)[:15] ** 2).mean()))
    assert typo["low"] <= typo["value"] <= typo["high"]


def test_a_tag_on_every_row_or_on_one_class_is_no_fault() -> None:
    y, pred = sample(BINARY, 40)
    rows = list(range(40))
    (every,) = tagged(dict.fromkeys(rows, ("all",)), rows, y, pred, BINARY)
    assert every["rest"] is None
    (single,) = tagged({row: ("no",) for row in rows if y[row] == 0}, rows, y, pred, BINARY)
    assert single["reason"] == "a single class"
    assert single["loss_low"] < single["loss"] < single["loss_high"]
    assert tagged({}, rows, y, pred, BINARY) == []
