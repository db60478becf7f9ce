import numpy as np
import pandas as pd
import pytest

from engine.automl.table import align
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from tests.automl.toys import mixed, problem_of

PROBLEM = problem_of(Task.BINARY)


def one(name: str, kind: ColumnKind, values: object) -> pd.Series:
    problem = problem_of(Task.BINARY, kinds={name: kind})
    return align(pd.DataFrame({name: values}), problem)[0][name]


def test_every_kind_gets_its_type() -> None:
    tidy, notes = align(mixed(), PROBLEM)
    assert notes == ()
    assert list(tidy.columns) == list(PROBLEM.features)
    kinds = {str(tidy[name].dtype).split("[")[0] for name in tidy.columns}
    assert kinds == {"float64", "object", "datetime64"}


def test_aligning_twice_changes_nothing() -> None:
    once, _ = align(mixed(), PROBLEM)
    twice, _ = align(once, PROBLEM)
    pd.testing.assert_frame_equal(once, twice)


def test_extra_and_reordered_columns_are_repaired_and_said() -> None:
    frame = mixed().assign(extra=1)[["extra", *reversed(PROBLEM.features)]]
    tidy, notes = align(frame, PROBLEM)
    pd.testing.assert_frame_equal(tidy, align(mixed(), PROBLEM)[0])
    assert "'extra'" in notes[0]
    assert "order" in notes[1]


def test_missing_columns_are_named() -> None:
    with pytest.raises(InputError, match=r"lacks the columns 'size', 'colour'\."):
        align(mixed().drop(columns=["size", "colour"]), PROBLEM)


def test_a_column_that_stands_there_twice_is_refused() -> None:
    frame = mixed()
    with pytest.raises(InputError, match="twice"):
        align(pd.concat([frame, frame[["size"]]], axis=1), PROBLEM)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e35, None, pd.NA])
def test_what_is_no_measurement_is_empty(value: object) -> None:
    assert np.isnan(one("size", ColumnKind.NUMERIC, [1.0, value])[1])


def test_numbers_written_as_text_are_read_and_words_are_named() -> None:
    assert one("size", ColumnKind.NUMERIC, ["1.5", "2"]).tolist() == [1.5, 2.0]
    with pytest.raises(InputError, match="'size' should hold numbers, but 'many' is none"):
        one("size", ColumnKind.NUMERIC, ["1.5", "many"])


def test_dates_of_any_zone_become_utc_and_nonsense_is_refused() -> None:
    found = one("since", ColumnKind.DATETIME, pd.to_datetime(["2026-01-01T02:00+02:00"]))
    assert found[0] == pd.Timestamp("2026-01-01")
    with pytest.raises(InputError, match="should hold dates"):
        one("since", ColumnKind.DATETIME, ["yesterday or so"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], ["1", "2"]),
        ([1.0, None], ["1", np.nan]),
        ([123456789.0, 123456788.0], ["123456789", "123456788"]),
        ([True, False], ["True", "False"]),
        (pd.Categorical(["x", None]), ["x", np.nan]),
        (pd.array(["x", pd.NA], dtype="string"), ["x", np.nan]),
        ([pd.NA, None], [np.nan, np.nan]),
    ],
)
def test_categories_become_text_whatever_their_type(values: object, expected: list[object]) -> None:
    assert [v if v == v else None for v in one("c", ColumnKind.CATEGORICAL, values)] == [
        v if v == v else None for v in expected
    ]


def test_an_empty_text_has_no_words() -> None:
    assert one("note", ColumnKind.TEXT, ["a word", None]).tolist() == ["a word", ""]


def test_no_rows_are_no_problem() -> None:
    assert align(mixed().iloc[:0], PROBLEM)[0].shape == (0, len(PROBLEM.features))
