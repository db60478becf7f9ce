import json

import numpy as np
import pandas as pd
import pytest

from engine.data.schema import describe
from engine.data.versions import Diff, diff
from engine.domain.task import ColumnKind
from tests.data.tables import customers


def between(old: pd.DataFrame, new: pd.DataFrame, *, frames: bool = True) -> Diff:
    found = diff(
        describe(old),
        describe(new),
        old_rows=len(old),
        new_rows=len(new),
        old_frame=old if frames else None,
        new_frame=new if frames else None,
    )
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["sentences"] == list(found.sentences)
    assert all(sentence.endswith(".") and sentence[0] != " " for sentence in found.sentences)
    return found


@pytest.mark.parametrize("frames", [True, False])
def test_nothing_changed_is_said(frames: bool) -> None:
    found = between(customers(), customers(), frames=frames)
    assert not found.is_any
    assert found.sentences == ("Nothing changed: 200 rows with the same columns, ranges and categories as before.",)


def test_rows() -> None:
    found = between(customers(200), customers(200).iloc[:150])
    assert found.sentences[0] == "50 rows fewer (25 %): 150 instead of 200."
    assert found.cells_changed is None
    assert between(customers(200).iloc[:199], customers(200)).sentences[0].startswith("1 row more (0.5 %)")


@pytest.mark.parametrize("frames", [True, False])
def test_columns_that_come_go_and_change_their_name(frames: bool) -> None:
    old = customers()
    new = old.drop(columns=["note"]).rename(columns={"visits": "number_of_visits"}).assign(score=np.arange(200) / 7)
    found = between(old, new, frames=frames)
    assert (found.added, found.removed, found.renamed) == (("score",), ("note",), {"visits": "number_of_visits"})
    assert found.sentences == (
        "1 column is new: 'score'.",
        "1 column is gone: 'note'.",
        "'visits' is now called 'number_of_visits': the values are the same.",
    )


def test_a_new_name_needs_the_same_values_and_no_rival() -> None:
    old = customers()
    shuffled = old.rename(columns={"visits": "calls"}).assign(calls=old["visits"].to_numpy()[::-1])
    assert between(old, shuffled).renamed == {}
    twice = old.drop(columns=["visits"]).assign(one=old["visits"], two=old["visits"])
    assert between(old, twice).renamed == {}
    assert between(old, twice).added == ("one", "two")
    constant = old.rename(columns={"country": "land"})
    assert between(old, constant).renamed == {}, "a constant is like any other"


def test_kinds_ranges_categories_and_gaps() -> None:
    old = customers()
    new = old.assign(
        visits=old["visits"] * 3,
        plan=old["plan"].replace({"plus": "gold"}),
        member=old["member"].map({True: "yes", False: "no"}),
        joined=old["joined"] - pd.Timedelta(days=365),
        age=old["age"].where(np.arange(200) % 2 == 0),
    )
    found = between(old, new)
    by_name = {change.column: change for change in found.changes}
    assert by_name["member"].kind == (ColumnKind.BOOLEAN, ColumnKind.CATEGORICAL)
    assert by_name["plan"].new_levels == ("gold",)
    assert by_name["plan"].gone_levels == ("plus",)
    assert by_name["visits"].high == (39, 117)
    assert by_name["age"].missing is not None
    text = " ".join(found.sentences)
    assert "'visits' goes further up to 117 instead of 39." in text
    assert "'member' was read as boolean and is categorical now." in text
    assert "'plan' has 1 category that was not there before: 'gold'." in text
    assert "'plan' has lost 1 category: 'plus'." in text
    low, high = old["joined"].min(), old["joined"].max()
    year = pd.Timedelta(days=365)
    now = f"from {(low - year).date()} to {(high - year).date()} now, before from {low.date()} to {high.date()}"
    assert f"'joined' runs {now}." in text
    gaps = new["age"].isna().mean()
    assert f"'age' is empty in {100 * gaps:.1f}".removesuffix(".0") in text
    assert "cells differ" in text


def test_a_corrected_cell_and_another_order() -> None:
    old = customers()
    new = old[[*old.columns[::-1]]].copy()
    new.loc[3, "plan"] = "pro" if old.loc[3, "plan"] != "pro" else "plus"
    found = between(old, new)
    assert found.order_changed
    assert found.cells_changed == 1
    assert found.sentences == (
        "The columns stand in another order.",
        "Row by row, 1 cell differs in the columns that both versions have.",
    )


def test_many_names_are_cut() -> None:
    old = pd.DataFrame({"y": [1.5, 2.5] * 20})
    new = old.assign(**{f"c{n}": np.random.default_rng(n).normal(size=40) for n in range(9)})
    assert between(old, new).sentences[0] == "9 columns are new: 'c0', 'c1', 'c2', 'c3', 'c4' and 4 more."


def test_odd_tables() -> None:
    empty = pd.DataFrame({"a": pd.Series([], dtype="float64")})
    assert between(empty, pd.DataFrame({"a": [1.0, 2.0]})).sentences[0] == "2 rows more: 2 instead of 0."
    text = pd.DataFrame({"a": ["1", "2", "3"] * 10})
    found = between(text, text.astype("int64"))
    assert found.changes[0].kind == (ColumnKind.CATEGORICAL, ColumnKind.INTEGER)
    assert found.cells_changed == 0, "the same values, read in another way"


def test_many_categories_are_compared_where_the_tables_are_at_hand() -> None:
    old = pd.DataFrame({"town": [f"town {n % 90}" for n in range(900)], "y": np.arange(900) / 7})
    new = old.assign(town=old["town"].replace({"town 7": "Bern"}))
    assert between(old, new).changes[0].new_levels == ("Bern",)
    assert between(old, new).changes[0].gone_levels == ("town 7",)
    assert between(old, new, frames=False).changes == ()


def test_a_sorted_file_is_said_to_be_one() -> None:
    old = customers()
    new = old.sort_values("visits").reset_index(drop=True)
    found = between(old, new)
    assert found.rows_moved
    assert found.sentences == (
        "Row by row most cells differ: the rows stand in another order, or other rows were exported.",
    )
    renamed = between(old, new.rename(columns={"age": "years"}))
    assert renamed.renamed == {"age": "years"}


def test_parts_of_two_versions_are_compared_by_their_row_numbers() -> None:
    """Only the rows to learn from may be looked at; each version has another part of them."""
    old = customers(1_000).assign(town=[f"t{n % 80}" for n in range(1_000)])
    new = old.rename(columns={"age": "years"})
    rng = np.random.default_rng(0)
    parts = [frame.iloc[np.sort(rng.choice(1_000, 600, replace=False))] for frame in (old, new)]
    found = diff(describe(old), describe(new), old_rows=1_000, new_rows=1_000, old_frame=parts[0], new_frame=parts[1])
    assert found.sentences == ("'age' is now called 'years': the values are the same.",)
    assert found.cells_changed is None


def test_an_index_that_holds_no_row_numbers() -> None:
    old = customers(60).set_index(pd.Index(["same"] * 60))
    new = old.rename(columns={"plan": "tariff"})
    assert between(old, new).renamed == {"plan": "tariff"}
