"""Awkward tables through a whole search: it ends well, and answers rows that look different from what it has seen."""

import numpy as np
import pandas as pd
import pytest

from engine.automl.search import SearchResult, search
from engine.domain.run import Budget
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from tests.automl.toys import Notes, folds_of, problem_of

QUICK = ("linear", "lightgbm", "linear_splines", "additive")


def searched(frame: pd.DataFrame, kinds: dict[str, ColumnKind], y: np.ndarray) -> SearchResult:
    return search(
        frame,
        y,
        problem_of(Task.BINARY, kinds=kinds),
        folds_of(len(y)),
        budget=Budget(trials=1 + len(QUICK)),
        seed=0,
        threads=1,
        listener=Notes(),
        families=QUICK,
    )


def faulty(rows: int = 120) -> tuple[pd.DataFrame, dict[str, ColumnKind], np.ndarray]:
    """One column that says something, among columns that say nothing or are broken."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=rows)
    frame = pd.DataFrame(
        {
            "size": np.where(np.arange(rows) % 11 == 0, np.inf, size),
            "constant": 1.0,
            "missing": np.nan,
            "empty": pd.Series([None] * rows, dtype=object),
            "city": [f"c{n}" for n in rng.integers(0, 500, rows)],
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.permutation(rows), unit="D"),
        }
    )
    number = ColumnKind.NUMERIC
    kinds = {"size": number, "constant": number, "missing": number}
    kinds |= {"empty": ColumnKind.CATEGORICAL, "city": ColumnKind.CATEGORICAL, "since": ColumnKind.DATETIME}
    return frame, kinds, (size > 0).astype(int)


def test_broken_columns_are_no_reason_to_fail() -> None:
    frame, kinds, y = faulty()
    result = searched(frame, kinds, y)
    assert [one.reason for one in result.outcomes if one.score is None] == []
    assert result.winner.score is not None
    assert result.winner.score > 0.8
    new = frame.iloc[:3].assign(city="never seen", constant=2.0, missing=5.0, empty="no more", size=-np.inf, since=None)
    answers = result.model.predict(new)
    assert np.isfinite(answers).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1.0)
    shuffled = new[list(reversed(new.columns))].assign(extra=1)
    np.testing.assert_array_equal(result.model.predict(shuffled), answers)
    with pytest.raises(InputError, match="lacks the column 'size'"):
        result.model.predict(new.drop(columns="size"))


def test_what_does_not_suit_a_wide_table_is_left_out_and_said() -> None:
    rng = np.random.default_rng(0)
    names = [f"x{n}" for n in range(1_200)]
    frame = pd.DataFrame(rng.normal(size=(30, len(names))), columns=names)
    result = searched(frame, dict.fromkeys(names, ColumnKind.NUMERIC), (frame["x0"] > 0).to_numpy().astype(int))
    assert "additive" not in {one.family for one in result.outcomes}
    assert any("Additive boosting was not tried" in note for note in result.notes)
    assert np.isfinite(result.model.predict(frame)).all()
