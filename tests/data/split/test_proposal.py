import numpy as np
import pandas as pd

from engine.data.schema import describe, make_problem
from engine.data.split import find_group_column, find_time_column, holdout_rows, propose
from engine.domain.data import SplitKind, SplitSpec
from tests.data.tables import customers


def proposed(frame: pd.DataFrame, target: str) -> SplitSpec:
    columns = describe(frame)
    problem = make_problem(frame, columns, target=target)
    spec = propose(frame, columns, problem)
    assert spec.reason.endswith(".")
    holdout_rows(frame, spec, problem)
    return spec


def test_plain_tables() -> None:
    table = customers().drop(columns="joined")
    assert proposed(table, "left").kind is SplitKind.STRATIFIED
    assert proposed(table, "visits").kind is SplitKind.RANDOM


def test_one_clear_date_splits_by_time() -> None:
    spec = proposed(customers(), "left")
    assert (spec.kind, spec.column) == (SplitKind.TIME, "joined")
    assert "'joined' dates every row" in spec.reason


def test_dates_that_do_not_order_the_events() -> None:
    table = customers()
    assert proposed(table.rename(columns={"joined": "birth_date"}), "left").kind is SplitKind.STRATIFIED
    two = table.assign(other=table["joined"] + pd.Timedelta(days=3))
    assert proposed(two, "left").kind is SplitKind.STRATIFIED, "which of the two, the person has to say"
    gaps = table.assign(joined=table["joined"].where(np.arange(len(table)) % 5 > 0))
    assert proposed(gaps, "left").kind is SplitKind.STRATIFIED


def test_an_identifier_that_repeats_splits_by_group() -> None:
    table = customers().assign(customer_id=np.arange(200) // 4 + 500)
    spec = proposed(table, "left")
    assert (spec.kind, spec.column) == (SplitKind.GROUP, "customer_id")
    assert "50 values in 200 rows" in spec.reason


def test_a_class_that_comes_late_forbids_the_split_by_time() -> None:
    table = customers().drop(columns="left").sort_values("joined")
    table["left"] = ["no"] * 190 + ["yes"] * 10
    assert proposed(table, "left").kind is SplitKind.STRATIFIED


def test_columns_are_found() -> None:
    columns = describe(customers())
    time = find_time_column(columns, 200)
    assert time is not None
    assert time.name == "joined"
    assert find_time_column(columns, 40) is None
    assert find_group_column(columns, 200) is None
