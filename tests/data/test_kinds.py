import numpy as np
import pandas as pd
import pytest

from engine.data.kinds import as_text, describe_column, plain, words_of
from engine.domain.task import ColumnKind

N = 300
RNG = np.random.default_rng(0)
KINDS: dict[str, tuple[object, ColumnKind]] = {
    "height": (RNG.normal(size=N), ColumnKind.NUMERIC),
    "visits": (RNG.integers(0, 9, N), ColumnKind.INTEGER),
    "whole with gaps": (np.where(RNG.random(N) < 0.1, np.nan, RNG.integers(0, 99, N)), ColumnKind.INTEGER),
    "member": (RNG.random(N) < 0.5, ColumnKind.BOOLEAN),
    "maybe": (pd.array([True, False, None] * 100, dtype="boolean"), ColumnKind.BOOLEAN),
    "maybe object": (pd.Series([True, False, None] * 100, dtype=object), ColumnKind.BOOLEAN),
    "plan": (["a", "b", "c"] * 100, ColumnKind.CATEGORICAL),
    "plan object": (pd.Series(["a", "b", None] * 100, dtype=object), ColumnKind.CATEGORICAL),
    "plan category": (pd.Categorical(["a", "b", "c"] * 100), ColumnKind.CATEGORICAL),
    "city": ([f"town {n % 60}" for n in range(N)], ColumnKind.CATEGORICAL),
    "day": (pd.date_range("2020-01-01", periods=N), ColumnKind.DATETIME),
    "day object": (pd.Series(list(pd.date_range("2020-01-01", periods=N).date), dtype=object), ColumnKind.DATETIME),
    "note": ([f"the {n}th note about something that happened" for n in range(N)], ColumnKind.TEXT),
    "name": ([f"Anna Berta {n}" for n in range(N)], ColumnKind.TEXT),
    "ticket": ([f"A{n // 2}" for n in range(N - 20)] + ["A0"] * 20, ColumnKind.CATEGORICAL),
    "mail": ([f"a{n}@example.org" for n in range(N)], ColumnKind.IDENTIFIER),
    "row": (np.arange(N), ColumnKind.IDENTIFIER),
    "anything that counts": (RNG.permutation(N) + 5, ColumnKind.IDENTIFIER),
    "customerId": (np.repeat(np.arange(N // 3), 3) * 7, ColumnKind.IDENTIFIER),
    "order_number": (RNG.permutation(10 * N)[:N], ColumnKind.IDENTIFIER),
    "year": (np.arange(1700, 1700 + N), ColumnKind.INTEGER),
    "paid": (RNG.permutation(10 * N)[:N], ColumnKind.INTEGER),
    "shop_id": (RNG.integers(0, 8, N), ColumnKind.INTEGER),
    "always": ([1.5] * N, ColumnKind.CONSTANT),
    "never": ([None] * N, ColumnKind.CONSTANT),
    "once or nothing": ([None, "yes"] * 150, ColumnKind.CATEGORICAL),
    "mixed": (pd.Series([1, "x"] * 150, dtype=object), ColumnKind.CATEGORICAL),
}


@pytest.mark.parametrize("name", list(KINDS))
def test_kinds(name: str) -> None:
    values, kind = KINDS[name]
    column = describe_column(name, pd.Series(values))
    assert column.kind is kind
    assert column.missing + len(pd.Series(values).dropna()) == N


def test_counts_ranges_and_levels() -> None:
    column = describe_column("plan", pd.Series(["b", "a", "b", None, "c", "c", "b"]))
    assert (column.missing, column.unique) == (1, 3)
    assert column.levels == ("b", "c", "a"), "most frequent first"
    assert (column.low, column.high) == (None, None)
    number = describe_column("x", pd.Series([1.5, np.nan, -2.25]))
    assert (number.low, number.high, number.unique) == (-2.25, 1.5, 2)
    whole = describe_column("n", pd.Series([3.0, np.nan, 1.0, 3.0]))
    assert (whole.low, whole.high, whole.examples) == (1, 3, ("3", "1"))
    day = describe_column("d", pd.Series(pd.to_datetime(["2024-01-02T00:00", "2024-03-04T05:06"])))
    assert (day.low, day.high) == ("2024-01-02", "2024-03-04T05:06:00")


def test_levels_stop_at_fifty() -> None:
    assert len(describe_column("a", pd.Series([f"v{n % 50}" for n in range(500)])).levels) == 50
    assert describe_column("a", pd.Series([f"v{n % 51}" for n in range(500)])).levels == ()


def test_a_description_is_plain_json() -> None:
    for values, _ in KINDS.values():
        column = describe_column("c", pd.Series(values))
        assert type(column).from_dict(column.as_dict()) == column


def test_an_empty_column() -> None:
    assert describe_column("x", pd.Series([], dtype="str")).kind is ColumnKind.CONSTANT


def test_values_as_text() -> None:
    assert [as_text(v) for v in (True, 3.0, np.float64(0.1), 7, "a", pd.Timestamp("2024-01-02"))] == [
        "True", "3", "0.1", "7", "a", "2024-01-02",
    ]  # fmt: skip


def test_words_of_a_name() -> None:
    assert words_of("customerId") == ["customer", "id"]
    assert words_of("Year_Sold (EUR)") == ["year", "sold", "eur"]


def test_plain_leaves_typed_columns_alone() -> None:
    series = pd.Series([1, 2])
    assert plain(series) is series
    assert plain(pd.Series([[1], [2]], dtype=object)).tolist() == ["[1]", "[2]"]
