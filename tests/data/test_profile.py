import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import MOST_COLUMNS, profile
from engine.data.schema import describe
from tests.data.tables import customers, problem_of


def made(frame: pd.DataFrame, target: str | None) -> dict[str, Any]:
    picture = profile(frame, describe(frame), problem_of(frame, target) if target else None)
    return json.loads(json.dumps(picture, allow_nan=False))


@pytest.mark.parametrize(
    ("target", "measure"), [("left", "rate"), ("plan", "shares"), ("visits", "mean"), (None, None)]
)
def test_shape(target: str | None, measure: str | None) -> None:
    frame = customers()
    picture = made(frame, target)
    assert (picture["shown_on"], picture["of"], picture["target"]) == (200, 200, target)
    columns = {column["name"]: column for column in picture["columns"]}
    assert set(columns) == set(frame.columns)
    assert next(iter(columns)) == (target or "customer_id"), "the target comes first"
    for name, column in columns.items():
        present = int(frame[name].notna().sum())
        if column["histogram"]:
            assert len(column["histogram"]["edges"]) == len(column["histogram"]["counts"]) + 1
            assert sum(column["histogram"]["counts"]) == present
        if column["levels"]:
            assert sum(level["count"] for level in column["levels"]) + column["other"] == present
    assert columns["age"]["missing_share"] == frame["age"].isna().mean()
    assert columns["joined"]["histogram"]["edges"][0].startswith("2020-01")
    assert columns["note"]["histogram"] is columns["note"]["levels"] is None
    assert [one["column"] for one in picture["against"]] == [
        name for name in ("age", "visits", "plan", "member", "joined", "left") if target and name != target
    ]
    for one in picture["against"]:
        assert sum(group["count"] for group in one["groups"]) == 200
        assert all(group["count"] > 0 for group in one["groups"])
        assert one["measure"] == measure


def test_features_against_two_classes() -> None:
    frame = customers()
    groups = {one["column"]: one["groups"] for one in made(frame, "left")["against"]}
    left = frame["left"] == "yes"
    assert groups["age"][-1] == {
        "label": "(empty)", "low": None, "high": None, "count": int(frame["age"].isna().sum()),
        "rate": float(left[frame["age"].isna()].mean()),
    }  # fmt: skip
    plan = {group["label"]: group["rate"] for group in groups["plan"]}
    assert plan["pro"] == pytest.approx(left[frame["plan"] == "pro"].mean())
    ordered = [group["low"] for group in groups["visits"]]
    assert ordered == sorted(ordered)
    assert all(a["high"] <= b["low"] for a, b in zip(groups["visits"], groups["visits"][1:], strict=False))
    assert len(groups["visits"]) == 10


def test_features_against_a_number_and_many_classes() -> None:
    frame = customers()
    member = next(one for one in made(frame, "visits")["against"] if one["column"] == "member")
    yes = next(group for group in member["groups"] if group["label"] == "True")
    assert yes["mean"] == pytest.approx(frame["visits"][frame["member"]].mean())
    assert yes["median"] == frame["visits"][frame["member"]].median()
    shares = made(frame, "plan")["against"][0]["groups"][0]["shares"]
    assert list(shares) == ["basic", "plus", "pro"]
    assert sum(shares.values()) == pytest.approx(1)


def test_levels_beyond_twelve_are_joined() -> None:
    frame = customers(600).assign(town=[f"t{n % 30}" for n in range(600)])
    picture = made(frame, "left")
    town = next(column for column in picture["columns"] if column["name"] == "town")
    assert (len(town["levels"]), town["other"]) == (12, 18 * 20)
    against = next(one for one in picture["against"] if one["column"] == "town")
    assert against["groups"][-1]["label"] == "18 others"


def test_limits_are_said() -> None:
    rng = np.random.default_rng(0)
    wide = pd.DataFrame({f"c{n}": rng.normal(size=30) for n in range(80)}).assign(y=["a", "b", "b"] * 10)
    picture = made(wide, "y")
    assert (picture["columns_shown"], picture["columns_of"]) == (MOST_COLUMNS + 1, 81)
    assert len(picture["against"]) == MOST_COLUMNS
    tall = pd.DataFrame({"a": rng.normal(size=60_000), "y": rng.normal(size=60_000)})
    picture = made(tall, "y")
    assert (picture["shown_on"], picture["of"]) == (50_000, 60_000)
    assert picture == made(tall, "y"), "the sample is seeded"


def test_odd_columns() -> None:
    frame = pd.DataFrame(
        {
            "same": [2.5, np.nan] * 20,
            "zeros": [0] * 39 + [9],
            "huge": np.linspace(-1e300, 1e300, 40),
            "gone": [np.nan] * 40,
            "y": ["a", "b"] * 20,
        }
    )
    picture = made(frame, "y")
    same = next(column for column in picture["columns"] if column["name"] == "same")
    assert same["histogram"] == {"edges": [2.0, 3.0], "counts": [20]}
    zeros = next(one for one in picture["against"] if one["column"] == "zeros")
    assert [group["label"] for group in zeros["groups"]] == ["0", "9"]
