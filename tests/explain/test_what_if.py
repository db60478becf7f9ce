"""One row: who is like it, what is out of the ordinary about it, the smallest change that turns the answer."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.explain.flip import away_from, flips, past
from engine.explain.similar import Neighbourhood
from engine.explain.whatif import bounds, candidates, cautions, table_of

KINDS = {
    "age": ColumnKind.NUMERIC,
    "rooms": ColumnKind.INTEGER,
    "town": ColumnKind.CATEGORICAL,
    "since": ColumnKind.DATETIME,
}


def table(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.uniform(20, 80, rows),
            "rooms": rng.integers(1, 7, rows).astype(float),
            "town": rng.choice(["Ames", "Brno", "Cork"], rows).astype(object),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
        }
    )
    frame.loc[3, "age"] = np.nan
    frame.loc[4, "town"] = None
    return frame


def row_of(frame: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): cell for name, cell in frame.iloc[place].items()}


def problem(task: Task, **more: Any) -> Problem:
    classes = ("no", "yes") if task is Task.BINARY else ()
    return Problem(
        target="y", task=task, metric="log_loss", features=tuple(KINDS), kinds=KINDS, classes=classes, **more
    )


def test_the_distance_is_gowers_by_hand() -> None:
    frame = table()
    near = Neighbourhood.of(frame, KINDS)
    assert sum(near.weights.values()) == pytest.approx(1)
    assert near.distances(row_of(frame, 7))[7] == pytest.approx(0, abs=1e-12)
    low, high = np.nanquantile(frame["age"], [0.05, 0.95])
    expected = np.minimum(np.abs(frame["age"] - 50) / (high - low), 1).fillna(1.0)
    np.testing.assert_allclose(near.column_distance("age", 50.0), expected)
    assert near.column_distance("age", np.nan)[3] == 0
    assert near.column_distance("town", None)[4] == 0
    assert set(near.column_distance("town", "Nowhere")) == {1.0}
    days = (frame["since"] - frame["since"].iloc[0]).abs().dt.days
    np.testing.assert_allclose(
        np.argsort(near.column_distance("since", frame["since"].iloc[0]), kind="stable")[:5],
        np.argsort(np.minimum(days, 10_000), kind="stable")[:5],
    )
    one, other = row_of(frame, 10), row_of(frame, 11)
    assert near.between(one, other) == pytest.approx(near.distances(one)[11])


def test_important_columns_decide_who_is_near() -> None:
    frame = table()
    by_age = Neighbourhood.of(frame, KINDS, {"age": 1.0})
    by_town = Neighbourhood.of(frame, KINDS, {"town": 1.0})
    row = row_of(frame, 20)
    gaps = [abs(frame["age"].iloc[place] - row["age"]) for place, _ in by_age.nearest(row, 6)]
    assert max(gaps) < 8
    assert all(frame["town"].iloc[place] == row["town"] for place, _ in by_town.nearest(row, 6))
    among = np.arange(100, 110)
    assert all(100 <= place < 110 for place, _ in by_age.nearest(row, 3, among))


def test_what_is_out_of_the_ordinary_is_said_and_nothing_else() -> None:
    frame = table()
    near, known = Neighbourhood.of(frame, KINDS), bounds(frame, KINDS)
    usual = near.usual_gap(frame)
    row = row_of(frame, 12)
    assert cautions(row, known, near, usual) == []
    assert "age goes from" in cautions(row | {"age": 200.0}, known, near, usual)[0]
    assert "never 'Rome'" in cautions(row | {"town": "Rome"}, known, near, usual)[0]
    assert "rooms is never empty" in cautions(row | {"rooms": np.nan}, known, near, usual)[0]
    assert cautions(row | {"age": np.nan}, known, near, usual) in ([], [GUESS])
    # Large flats exist and small ages exist, but never both.
    linked = frame.assign(rooms=np.where(frame["age"] > 50, 6.0, 1.0))
    together, inside = Neighbourhood.of(linked, KINDS), bounds(linked, KINDS)
    odd = row_of(linked, 12) | {"age": 22.0, "rooms": 6.0}
    assert cautions(odd, inside, together, together.usual_gap(linked)) == [GUESS]


GUESS = "No row of the training data is near this combination, so the answer is a guess."


def test_candidates_occur_in_the_data() -> None:
    frame = table()
    for name in ("age", "rooms", "town", "since"):
        found = candidates(frame, name, KINDS[name])
        assert found
        assert set(map(str, found)) <= set(frame[name].dropna().map(str))
    assert candidates(frame, "town", ColumnKind.TEXT) == []


def by_age(frame: pd.DataFrame) -> Any:
    """A model that says yes from 60 on, and sooner in Cork."""
    odds = (frame["age"].astype(float).fillna(50) - 60 + 15 * (frame["town"] == "Cork")) / 5
    chance = 1 / (1 + np.exp(-odds.to_numpy(dtype=float)))
    return np.column_stack([1 - chance, chance])


def test_the_smallest_change_turns_the_answer() -> None:
    frame = table()
    near, of = Neighbourhood.of(frame, KINDS), problem(Task.BINARY)
    row = row_of(frame, 0) | {"age": 50.0, "town": "Ames"}
    found = flips(row, frame, of, by_age, away_from(0, of), near)
    assert found
    for one in found:
        changed = {**row, **one["changes"]}
        assert by_age(table_of([changed], frame))[0, 1] > 0.5
        assert one["distance"] == pytest.approx(near.between(row, changed))
    assert {tuple(one["changes"]) for one in found} == {("age",), ("town",)}
    ages = [one["changes"]["age"] for one in found if "age" in one["changes"]]
    assert 60 <= ages[0] < 67, "the nearest age that occurs and is enough, not the farthest"
    assert [one["distance"] for one in found] == sorted(one["distance"] for one in found)


def test_what_cannot_change_does_not() -> None:
    frame = table()
    near, of = Neighbourhood.of(frame, KINDS), problem(Task.BINARY)
    row = row_of(frame, 0) | {"age": 50.0, "town": "Ames"}
    found = flips(row, frame, of, by_age, away_from(0, of), near, fixed=("age",))
    assert [list(one["changes"]) for one in found] == [["town"]]
    assert flips(row, frame, of, by_age, away_from(0, of), near, fixed=("age", "town")) == []


def both(frame: pd.DataFrame) -> Any:
    """A model that says yes only where two things hold together."""
    yes = (frame["rooms"].astype(float) >= 5).astype(float) * 0.3 + (frame["town"] == "Cork").astype(float) * 0.3
    return np.column_stack([1 - yes, yes])


def test_two_columns_are_changed_where_one_is_not_enough() -> None:
    frame = table()
    near, of = Neighbourhood.of(frame, KINDS), problem(Task.BINARY)
    row = row_of(frame, 0) | {"rooms": 1.0, "town": "Ames"}
    found = flips(row, frame, of, both, away_from(0, of), near)
    assert found
    assert set(found[0]["changes"]) == {"rooms", "town"}
    assert found[0]["changes"]["rooms"] == 5


def test_costs_move_the_border() -> None:
    frame = table()
    costly = problem(Task.BINARY, costs=((0.0, 1.0), (9.0, 0.0)))
    pred = np.array([[0.85, 0.15]])
    assert away_from(0, costly)(pred)[0] > 0, "from a tenth on, yes is cheaper"
    assert away_from(0, problem(Task.BINARY))(pred)[0] < 0
    near = Neighbourhood.of(frame, KINDS)
    row = row_of(frame, 0) | {"age": 45.0, "town": "Ames"}
    cheap = flips(row, frame, costly, by_age, away_from(0, costly), near, fixed=("town",))[0]["changes"]["age"]
    plain = flips(row, frame, problem(Task.BINARY), by_age, away_from(0, problem(Task.BINARY)), near, fixed=("town",))
    assert cheap < plain[0]["changes"]["age"]


def test_a_number_is_brought_past_a_value() -> None:
    frame = table()
    of, near = problem(Task.REGRESSION), Neighbourhood.of(frame, KINDS)

    def price(rows: pd.DataFrame) -> Any:
        return rows["rooms"].astype(float).to_numpy() * 100

    row = row_of(frame, 0) | {"rooms": 2.0}
    up = flips(row, frame, of, price, past(350.0, 200.0), near)
    down = flips(row, frame, of, price, past(150.0, 200.0), near)
    assert up[0]["changes"] == {"rooms": 4.0}
    assert down[0]["changes"] == {"rooms": 1.0}
