"""Cutting a table in time, and planting a shift."""

import numpy as np
import pandas as pd
import pytest

from engine.errors import InputError
from engine.monitor.simulate import by_column, planted, shifted

DAYS = pd.Series(pd.Timestamp("2015-01-01") + pd.to_timedelta(np.arange(3000), unit="D"), name="when")


@pytest.mark.parametrize(
    "series",
    [
        DAYS,
        DAYS[:400],
        pd.Series(np.repeat(np.arange(2000, 2010), 60), name="year"),
        pd.Series(np.arange(900.0), name="n"),
    ],
)
def test_batches_follow_the_past_and_share_no_row(series: pd.Series) -> None:
    series = series.sample(frac=1, random_state=0).reset_index(drop=True)
    found = by_column(series)
    places = np.concatenate([found.past, *(one.rows for one in found.batches)])
    assert len(places) == len(set(places))
    assert len(found.past) >= len(series) / 2
    last = series.iloc[found.past].max()
    for one in found.batches:
        assert series.iloc[one.rows].min() > last
        assert len(one.rows) >= 30
        last = series.iloc[one.rows].max()


def test_years_are_named() -> None:
    found = by_column(DAYS)
    assert found.batches[0].name.isdigit()
    assert "year" in found.words


@pytest.mark.parametrize("series", [pd.Series(["a", "b"] * 300, name="c"), DAYS[:90], pd.Series([1.0] * 500, name="n")])
def test_what_gives_no_order_is_refused(series: pd.Series) -> None:
    with pytest.raises(InputError):
        by_column(series)


def test_a_planted_shift_grows_to_two_deviations() -> None:
    numbers = pd.Series(np.random.default_rng(0).normal(5, 3, 1000), name="n")
    found = planted(numbers)
    assert [one.strength for one in found.batches][-1] == 1.0
    past = numbers.iloc[found.past]
    whole = shifted(numbers, past, 1.0)
    assert (whole - numbers).to_numpy() == pytest.approx(2 * past.std(ddof=0))
    assert shifted(numbers, past, 0.0).equals(numbers)


def test_categories_turn_into_the_commonest() -> None:
    letters = pd.Series(["a"] * 600 + ["b"] * 400, name="c")
    turned = shifted(letters, letters, 1.0)
    assert (turned == "b").sum() == pytest.approx(80, abs=30)


def test_dates_and_short_tables_are_refused() -> None:
    with pytest.raises(InputError):
        shifted(DAYS, DAYS, 1.0)
    with pytest.raises(InputError, match="too few"):
        planted(pd.Series(np.arange(150.0), name="n"))


def test_a_single_later_year_is_cut_into_parts() -> None:
    found = by_column(pd.Series(np.repeat([2006, 2007, 2008], 200), name="year"))
    assert len(found.past) == 400
    assert [one.name for one in found.batches] == [f"2008, part {place}" for place in (1, 2, 3)]
    assert sum(len(one.rows) for one in found.batches) == 200
