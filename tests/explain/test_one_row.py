"""One row: what is near it, what the model would say to other values, and the smallest change that matters."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from engine.automl.table import align
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from engine.explain import flip, similar
from engine.explain.ranges import ranges, read_value
from engine.explain.whatif import NOT_CAUSAL, try_out
from tests.explain.toys import Formula, mixed, numbers, problem_of, squash, two_columns

YES = ("No", "Yes")


def table(frame: pd.DataFrame, task: Task = Task.BINARY, classes: tuple[str, ...] = YES):
    problem = problem_of(frame, task, classes)
    return align(frame, problem)[0], problem


def by_hand(frame: pd.DataFrame, row: int, other: int, space: similar.Space) -> float:
    """Gower's distance written the slow way, cell by cell."""
    total = 0.0
    for name in frame.columns:
        mine, theirs = frame[name].iloc[row], frame[name].iloc[other]
        if pd.isna(mine) or pd.isna(theirs):
            apart = float(pd.isna(mine) != pd.isna(theirs))
        elif isinstance(mine, str):
            apart = float(mine != theirs)
        else:
            present = frame[name].dropna()
            if isinstance(mine, pd.Timestamp):
                present, mine, theirs = present.astype("datetime64[ns]").astype("int64"), mine.value, theirs.value
            low, high = np.quantile(present.astype(float), [0.01, 0.99])
            apart = min(abs(float(mine) - float(theirs)) / (high - low), 1.0)
        total += space.weights[name] * apart
    return total


def test_distances_are_gowers() -> None:
    frame, problem = table(mixed(60))
    space = similar.make_space(frame, problem, {"size": 3.0, "plan": 1.0})
    found = similar.distances(space, frame.iloc[[7]])
    assert found == pytest.approx([by_hand(frame, 7, other, space) for other in range(60)], abs=1e-5)
    assert found[7] == 0
    assert space.weights["size"] == pytest.approx(3 * space.weights["plan"])
    assert 0 < space.weights["tag"] < space.weights["plan"], "a column without importance still counts a little"
    near = similar.nearest(space, frame.iloc[[7]], count=4)
    assert near[0] == 7
    shown = similar.compared(frame, frame.iloc[[7]], near[1:], space, ["Yes"] * 60)
    assert [one["distance"] for one in shown] == sorted(np.delete(found, 7))[:3]
    for one in shown:
        same = [name for name in frame.columns if name not in one["differs"]]
        assert all(one["values"][name] == shown[0]["values"][name] or name in shown[0]["differs"] for name in same)


def pregnancy(rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    sex = rng.choice(["female", "male"], rows)
    state = np.where((sex == "female") & (rng.random(rows) < 0.5), "pregnant", "not")
    return pd.DataFrame({"sex": sex, "state": state, "age": rng.uniform(20, 40, rows)})


def test_a_combination_that_no_row_has_is_said_and_not_forbidden() -> None:
    frame, problem = table(pregnancy())
    space = similar.make_space(frame, problem)
    woman = frame[frame["state"] == "pregnant"].iloc[[0]]
    model = Formula(lambda X: two_columns(X["age"] / 100))
    tried = try_out(model, woman, {"sex": "male"}, ranges(frame, problem), space, problem)
    assert tried["flags"]
    assert tried["flags"][0].startswith("No training row has sex = male together with state = pregnant")
    assert tried["changes"] == [{"column": "sex", "before": "female", "after": "male"}]
    usual = try_out(model, woman, {"age": "30"}, ranges(frame, problem), space, problem)
    assert usual["flags"] == []


def test_outside_unseen_and_empty_are_said() -> None:
    frame, problem = table(pregnancy())
    known, space = ranges(frame, problem), similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns(X["age"].fillna(0) / 1000))
    tried = try_out(model, frame.iloc[[3]], {"age": "90", "state": "unsure"}, known, space, problem)
    assert "age = 90 lies outside the training part" in tried["flags"][0]
    assert "state = 'unsure' does not occur" in tried["flags"][1]
    assert tried["prediction_after"] == pytest.approx(0.09)
    emptied = try_out(model, frame.iloc[[3]], {"age": ""}, known, space, problem)
    assert emptied["flags"][0] == "age is never empty in the training part."
    assert json.loads(json.dumps(emptied, allow_nan=False)) == emptied


def test_the_words_give_both_answers_and_are_never_causal() -> None:
    frame, problem = table(pregnancy())
    known, space = ranges(frame, problem), similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns((X["age"] > 30) * 0.4 + 0.3))
    young = frame[frame["age"] < 29].iloc[[0]]
    tried = try_out(model, young, {"age": 35}, known, space, problem)
    assert (tried["prediction_before"], tried["prediction_after"]) == pytest.approx((0.3, 0.7))
    assert "rises from 0.300 to 0.700, by 0.400" in tried["words"][0]
    assert tried["words"][1] == "The more probable class becomes 'Yes' instead of 'No'."
    assert tried["words"][-1] == NOT_CAUSAL


def test_stated_costs_decide_here_as_everywhere() -> None:
    frame, problem = table(pregnancy())
    costly = replace(problem, costs=((0.0, 1.0), (4.0, 0.0)))
    known, space = ranges(frame, problem), similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns((X["age"] > 30) * 0.2 + 0.1))
    young = frame[frame["age"] < 29].iloc[[0]]
    # From a fifth on it is cheaper to say yes.
    tried = try_out(model, young, {"age": 35}, known, space, costly)
    assert tried["border"] == pytest.approx(0.2)
    assert tried["words"][1] == "By the stated costs the decision becomes 'Yes' instead of 'No'."
    assert try_out(model, young, {"age": 35}, known, space, problem)["decision_after"] == "No"
    turned = flip.search(model, frame, young, costly, space)
    assert turned["options"]
    assert turned["options"][0]["decision"] == "Yes"
    assert not flip.search(model, frame, young, problem, space)["options"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("age", "old", "should be a number"),
        ("age", "inf", "cannot be"),
        ("age", "1e31", "cannot be"),
        ("since", "soon", "should be a date"),
        ("height", "2", "no column 'height'"),
    ],
)
def test_values_that_cannot_be_read(name: str, given: str, message: str) -> None:
    raw = pregnancy(60).assign(since=pd.date_range("2024-01-01", periods=60))
    frame, problem = table(raw)
    with pytest.raises(InputError, match=message):
        try_out(
            Formula(lambda X: two_columns(X["age"] / 100)),
            frame.iloc[[0]],
            {name: given},
            ranges(frame, problem),
            similar.make_space(frame, problem),
            problem,
        )


def test_every_kind_of_column_is_read_as_the_table_holds_it() -> None:
    frame, problem = table(mixed(80))
    known = ranges(frame, problem)
    row = frame.iloc[[20]]
    for name, one in known.items():
        again = read_value(row[name].iloc[0], one)
        assert (pd.isna(again) and pd.isna(row[name].iloc[0])) or again == row[name].iloc[0], name
    assert read_value("TRUE", known["paid"]) == "True"
    assert read_value("2024-02-01", known["since"]) == pd.Timestamp("2024-02-01")
    assert known["since"].kind is ColumnKind.DATETIME
    assert known["plan"].empty == int(frame["plan"].isna().sum())


def test_a_level_called_none_is_no_empty_cell() -> None:
    frame, problem = table(pd.DataFrame({"veneer": ["None", "brick", None] * 10, "size": np.arange(30.0)}))
    known = ranges(frame, problem)
    assert read_value("None", known["veneer"]) == "None"
    assert pd.isna(read_value("empty", known["veneer"]))
    assert pd.isna(read_value(None, known["veneer"]))
    assert pd.isna(read_value("", known["size"]))


def smooth(frame: pd.DataFrame) -> np.ndarray:
    return two_columns(squash(3 * frame["x0"] + frame["x1"] - 0.5))


def test_the_smallest_change_flips_and_none_of_one_column_is_smaller() -> None:
    raw = numbers(300, 3)
    frame, problem = table(raw)
    space = similar.make_space(frame, problem)
    model = Formula(smooth)
    pred = smooth(frame)[:, 1]
    row = frame.iloc[[int(np.argmin(np.abs(pred - 0.2)))]]
    found = flip.search(model, frame, row, problem, space)
    first = found["options"][0]
    assert [one["column"] for one in first["changes"]] == ["x0"]
    assert first["decision"] == "Yes"
    changed = row.assign(x0=float(first["changes"][0]["after"]))
    assert smooth(changed)[0, 1] == pytest.approx(first["prediction"], abs=1e-6)
    assert first["prediction"] > 0.5
    # No real value between the old one and this is enough, apart from the steps that the search leaves out.
    needed = (0.5 - row["x1"].iloc[0]) / 3
    inside = frame["x0"][(frame["x0"] > needed) & (frame["x0"] < float(first["changes"][0]["after"]))]
    assert len(inside) <= 6
    sizes = [len(one["changes"]) for one in found["options"]]
    assert sizes == sorted(sizes)
    assert "The smallest change found that gives another class: x0 = " in found["words"][0]


def test_fixed_columns_are_never_changed_and_two_columns_are_found_where_one_is_not_enough() -> None:
    rng = np.random.default_rng(0)
    raw = pd.DataFrame({name: rng.choice(["a", "b"], 200) for name in ("p", "q", "r")})
    frame, problem = table(raw)
    space = similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns(((X["p"] == "b") & (X["q"] == "b") | (X["r"] == "b")) * 0.8 + 0.1))
    row = frame[(frame == "a").all(axis=1)].iloc[[0]]
    assert flip.search(model, frame, row, problem, space)["options"][0]["changes"][0]["column"] == "r"
    held = flip.search(model, frame, row, problem, space, fixed=["r"])
    assert [one["column"] for one in held["options"][0]["changes"]] == ["p", "q"]
    assert held["fixed"] == ["r"]
    assert all(one["column"] != "r" for option in held["options"] for one in option["changes"])
    none = flip.search(model, frame, row, problem, space, fixed=["r", "q"])
    assert none["options"] == []
    assert none["words"][0].startswith("No change that gives another class was found")
    assert "r and q stay" in none["words"][0] or "q and r stay" in none["words"][0]


def test_three_columns_and_the_order_of_size() -> None:
    rows = pd.DataFrame(list(product("ab", repeat=4)) * 20, columns=list("wxyz"))
    frame, problem = table(rows)
    space = similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns(0.2 * (X == "b").sum(axis=1) - 0.05))
    found = flip.search(model, frame, frame.iloc[[0]], problem, space)
    assert {len(one["changes"]) for one in found["options"]} == {3}


def test_an_implausible_change_is_not_proposed() -> None:
    frame, problem = table(pregnancy())
    space = similar.make_space(frame, problem)
    model = Formula(lambda X: two_columns((X["sex"] == "male") * 0.8 + 0.1))
    woman = frame[frame["state"] == "pregnant"].iloc[[0]]
    found = flip.search(model, frame, woman, problem, space)
    columns = [[one["column"] for one in option["changes"]] for option in found["options"]]
    assert ["sex"] not in columns
    assert columns[0] == ["sex", "state"]


def test_a_regression_is_moved_past_a_value() -> None:
    raw = numbers(200, 2)
    frame, problem = table(raw, Task.REGRESSION, ())
    space = similar.make_space(frame, problem)
    model = Formula(lambda X: 10 * X["x0"] + X["x1"])
    row = frame.iloc[[int(np.argmin(np.abs(frame["x0"])))]]
    up = flip.search(model, frame, row, problem, space, wanted=8)
    assert up["options"][0]["prediction"] > 8
    assert "above 8.00" in up["words"][0]
    assert flip.search(model, frame, row, problem, space, wanted=-8)["options"][0]["prediction"] < -8
    assert flip.search(model, frame, row, problem, space, wanted=1e6)["options"] == []
    with pytest.raises(InputError, match="past a value"):
        flip.search(model, frame, row, problem, space)
    values = (10 * frame["x0"] + frame["x1"]).tolist()
    other = flip.nearest_other(frame, row, values, space, actual=0.0, beyond=8.0, present=up["before"])
    assert other is not None
    assert other["outcome"] > 8
    apart = similar.distances(space, row)
    assert other["distance"] == pytest.approx(min(apart[np.array(values) > 8]))


def test_several_classes_any_other_or_one_that_is_wanted() -> None:
    raw = numbers(200, 2)
    frame, problem = table(raw, Task.MULTICLASS, ("a", "b", "c"))
    space = similar.make_space(frame, problem)

    def chances(X: pd.DataFrame) -> np.ndarray:
        raised = np.exp(np.column_stack([np.zeros(len(X)), 3 * X["x0"], 3 * X["x1"]]))
        return raised / raised.sum(axis=1, keepdims=True)

    row = frame[(frame["x0"] < -0.5) & (frame["x1"] < -0.5)].iloc[[0]]
    assert flip.search(Formula(chances), frame, row, problem, space, wanted="c")["options"][0]["decision"] == "c"
    assert flip.search(Formula(chances), frame, row, problem, space)["options"][0]["decision"] in ("b", "c")
    with pytest.raises(InputError, match="already"):
        flip.search(Formula(chances), frame, row, problem, space, wanted="a")
    with pytest.raises(InputError, match="not a class"):
        flip.search(Formula(chances), frame, row, problem, space, wanted="d")
