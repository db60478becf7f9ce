import numpy as np
import pandas as pd
import pytest

from engine.data.schema import describe, make_problem
from engine.data.split import holdout_rows, optimism, propose
from engine.data.split.entities import find_entity
from engine.data.split.timeline import time_columns
from engine.domain.data import SplitKind, SplitSpec
from tests.data.tables import customers


def patients(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    """Rows of 150 patients without a number of their own: age and weight belong to them, the readings do not."""
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, 150, rows)
    sick = rng.random(150) < 0.4
    return pd.DataFrame(
        {
            "code": pd.Series([f"{'abcdefghij'[n % 10]}{'klmnopqrstuvwxy'[n // 10]}" for n in owner], dtype="str"),
            "age": rng.normal(50, 14, 150).round(1)[owner],
            "weight": rng.normal(75, 12, 150).round(1)[owner],
            "reading": rng.normal(size=rows),
            "ill": pd.Series(np.where(sick[owner] ^ (rng.random(rows) < 0.05), "yes", "no"), dtype="str"),
        }
    )


def proposal(frame: pd.DataFrame, target: str) -> tuple[SplitSpec, dict[str, object]]:
    columns = describe(frame)
    problem = make_problem(frame, columns, target=target)
    spec = propose(frame, columns, problem)
    holdout_rows(frame, spec, problem)
    return spec, optimism(frame, columns, problem, spec)


def test_an_entity_without_a_name_is_found_and_measured() -> None:
    spec, told = proposal(patients(), "ill")
    assert (spec.kind, spec.column) == (SplitKind.GROUP, "code")
    assert "rows of one value are alike" in spec.reason
    assert told["random"] > 0.85
    assert told["proposed"] < 0.7
    assert told["low"] > 0.1
    assert "a random split would look better than it is by" in str(told["sentence"])


def test_two_columns_together() -> None:
    table = patients()
    number = pd.factorize(table["code"])[0]
    table["last_name"] = pd.Series([["Keller", "Meier", "Rossi", "Favre"][n % 4] for n in number], dtype="str")
    table["birth_date"] = pd.Timestamp("1960-01-01") + pd.to_timedelta((number // 2) * 31, unit="D")
    spec, _ = proposal(table.drop(columns="code"), "ill")
    assert (spec.column, spec.more_columns) == ("birth_date", ("last_name",)) or (spec.column, spec.more_columns) == (
        "last_name",
        ("birth_date",),
    )
    assert SplitSpec.from_dict(spec.as_dict()) == spec


def test_an_ordinary_category_is_no_entity() -> None:
    frame = customers(600).drop(columns=["customer_id", "joined"])
    frame["shade"] = [f"tone {n % 40}" for n in range(600)]
    columns = describe(frame)
    assert find_entity(frame, columns, make_problem(frame, columns, target="left")) is None


def test_groups_that_come_in_turn_are_split_by_time() -> None:
    table = patients().rename(columns={"code": "patient_id"})
    number = pd.factorize(table["patient_id"])[0]
    table["patient_id"] = number * 11 + 400
    day = number * 5 + np.random.default_rng(0).integers(0, 9, len(table))
    table["seen"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(day, unit="D")
    spec, told = proposal(table, "ill")
    assert (spec.kind, spec.column, spec.time_column) == (SplitKind.GROUP_TIME, "patient_id", "seen")
    assert {"random", "proposed", "low", "high", "sentence"} <= set(told)


@pytest.mark.parametrize(
    ("name", "values", "held"),
    [
        ("split", ["train", "train", "test"], "test"),
        ("is_test", [False, False, True], True),
        ("is_train", [True, True, False], False),
        ("Set", ["Training", "Training", "Validation"], "Validation"),
    ],
)
def test_a_given_split_is_kept(name: str, values: list[object], held: object) -> None:
    frame = customers(300).assign(**{name: values * 100})
    spec, told = proposal(frame, "left")
    assert (spec.kind, spec.column) == (SplitKind.GIVEN, name)
    problem = make_problem(frame, describe(frame), target="left")
    rows = holdout_rows(frame, spec, problem)[1]
    assert set(frame[name].iloc[rows]) == {held}
    assert "sentence" in told


def test_a_year_counts_where_time_matters() -> None:
    rng = np.random.default_rng(0)
    year = rng.integers(2005, 2020, 900)
    level = rng.permutation(15)[year - 2005]
    frame = pd.DataFrame({"year": year, "x": rng.normal(size=900), "price": level * 10 + rng.normal(0, 8, 900)})
    spec, told = proposal(frame, "price")
    assert (spec.kind, spec.column) == (SplitKind.TIME, "year")
    assert told["difference"] > 0.2
    still = frame.assign(price=frame["x"] * 5 + rng.normal(size=900))
    assert proposal(still, "price")[0].kind is SplitKind.RANDOM
    built = time_columns(describe(frame.rename(columns={"year": "year_built"})), 900)
    assert built == []


def test_nothing_to_compare_is_said() -> None:
    frame = customers()
    columns = describe(frame)
    problem = make_problem(frame, columns, target="left")
    told = optimism(frame, columns, problem, SplitSpec(kind=SplitKind.STRATIFIED))
    assert list(told) == ["sentence"]
    few = frame.head(30)
    told = optimism(few, columns, problem, SplitSpec(kind=SplitKind.GROUP, column="customer_id"))
    assert "too few" in told["sentence"]
