import numpy as np
import pandas as pd
import pytest

from engine.domain.task import ColumnKind
from engine.explain.cells import as_numbers, encode, stack
from tests.explain.toys import mixed


def test_any_table_survives_the_way_to_integers_and_back() -> None:
    frame = mixed().sample(frac=1.0, random_state=1)
    cells, codes = encode(frame)
    pd.testing.assert_frame_equal(cells.frame(codes), frame.reset_index(drop=True))


def test_texts_in_an_object_column_stay_objects() -> None:
    frame = pd.DataFrame({"a": pd.Series(["x", "y"], dtype=object)})
    cells, codes = encode(frame)
    assert cells.frame(codes)["a"].dtype == object


def test_mixed_rows_keep_every_dtype() -> None:
    frame = mixed()
    cells, codes = encode(frame)
    shuffled = np.column_stack([np.random.default_rng(place).permutation(codes[:, place]) for place in range(10)])
    made = cells.frame(shuffled)
    assert list(made.dtypes) == list(frame.dtypes)
    for name in frame.columns:
        assert set(made[name].map(str)) == set(frame[name].map(str))


def test_equal_and_empty_cells_share_a_number() -> None:
    _, codes = encode(pd.DataFrame({"a": [0.5, np.nan, 0.5, np.nan], "b": ["x", None, None, "y"]}))
    assert codes[:, 0].tolist() == [0, 1, 0, 1]
    assert codes[1, 1] == codes[2, 1]
    assert len(set(codes[:, 1])) == 3


def test_unseen_categories_are_added_behind_the_known_ones() -> None:
    known = pd.DataFrame({"a": pd.Categorical(["x", "y", None], categories=["y", "x"], ordered=True)})
    for new in (pd.DataFrame({"a": ["z"]}), pd.DataFrame({"a": pd.Categorical(["z"])})):
        both = stack(known, new)
        assert both["a"].cat.categories.tolist() == ["y", "x", "z"]
        assert both["a"].cat.ordered
        assert both["a"].iloc[-1] == "z"
    assert stack(known, known.head(1))["a"].dtype == known["a"].dtype


def test_rows_are_put_below_others_with_the_same_dtypes() -> None:
    frame = mixed()
    both = stack(frame, frame.iloc[[3]])
    assert list(both.dtypes) == list(frame.dtypes)
    assert len(both) == len(frame) + 1


@pytest.mark.parametrize(
    ("column", "kind", "expected"),
    [
        (pd.Series([1.0, np.inf, np.nan]), ColumnKind.NUMERIC, [1.0, np.nan, np.nan]),
        (pd.Series([1, None], dtype="Int64"), ColumnKind.INTEGER, [1.0, np.nan]),
        (pd.Series(pd.to_datetime(["1970-01-02", None])), ColumnKind.DATETIME, [86_400e9, np.nan]),
        (pd.Series(pd.to_datetime(["1970-01-02"], utc=True)), ColumnKind.DATETIME, [86_400e9]),
        (pd.Series(["a"]), ColumnKind.CATEGORICAL, None),
        (pd.Series(["1"]), ColumnKind.NUMERIC, None),
        (pd.Series([True]), ColumnKind.BOOLEAN, None),
    ],
)
def test_numbers_and_dates_are_read_as_floats(
    column: "pd.Series[object]", kind: ColumnKind, expected: list[float] | None
) -> None:
    found = as_numbers(column, kind)
    if expected is None:
        assert found is None
    else:
        np.testing.assert_array_equal(found, expected)
