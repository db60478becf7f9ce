"""All columns together: nothing changed stays quiet, a planted shift is found, dates may go on."""

import numpy as np
import pandas as pd
import pytest

from engine.domain.task import ColumnKind
from engine.monitor.drift import CHANCE, DRIFT, EXPECTED, FEW, SMALL, drift

KINDS = {
    "a": ColumnKind.NUMERIC,
    "b": ColumnKind.INTEGER,
    "c": ColumnKind.CATEGORICAL,
    "when": ColumnKind.DATETIME,
}


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a": rng.lognormal(size=rows),
            "b": rng.poisson(3, rows).astype(float),
            "c": rng.choice(["x", "y", "z"], rows, p=[0.6, 0.3, 0.1]),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), unit="D"),
        }
    )


def verdicts(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, str]:
    return {one.column: one.verdict for one in drift(old, new, KINDS)}


def test_unchanged_columns_rarely_alarm() -> None:
    alarms = sum(
        verdict == DRIFT
        for seed in range(60)
        for verdict in verdicts(table(150, seed), table(150, 999 - seed)).values()
    )
    assert alarms <= 0.05 * 60 * len(KINDS)


def test_a_shifted_column_is_named_first_with_its_parts() -> None:
    new = table(400, 2)
    new["a"] *= 2
    found = drift(table(400, 1), new, KINDS)
    assert (found[0].column, found[0].verdict) == ("a", DRIFT)
    assert found[0].shares
    assert [one.verdict for one in found[1:]].count(DRIFT) == 0


def test_what_is_certain_but_small_is_called_small() -> None:
    old, new = table(60_000, 3), table(60_000, 4)
    new["b"] = new["b"] + (np.random.default_rng(5).random(len(new)) < 0.06)
    assert verdicts(old, new)["b"] == SMALL


def test_dates_that_go_on_do_not_count_and_dates_that_go_back_do() -> None:
    later, earlier = table(200, 6), table(200, 7)
    later["when"] += pd.Timedelta(days=400)
    assert verdicts(earlier, later)["when"] == EXPECTED
    assert verdicts(later, earlier)["when"] == DRIFT


def test_a_column_that_is_empty_now_is_drift_by_its_missing_cells() -> None:
    new = table(200, 8)
    new["a"] = np.nan
    found = {one.column: one for one in drift(table(200, 9), new, KINDS)}
    assert found["a"].verdict == DRIFT
    assert found["a"].drifted == ("missing",)


def test_a_column_that_was_always_nearly_empty_is_not_judged() -> None:
    old, new = table(200, 10), table(200, 11)
    old.loc[5:, "a"] = np.nan
    new.loc[5:, "a"] = np.nan
    assert verdicts(old, new)["a"] == FEW
    assert verdicts(old, new)["c"] == CHANCE


@pytest.mark.parametrize("key", ["column", "statistic", "effect", "verdict"])
def test_the_promised_fields_are_there(key: str) -> None:
    assert all(key in one.as_dict() for one in drift(table(50, 1), table(50, 2), KINDS))
