import numpy as np
import pandas as pd
import pytest

from engine.data.checks import run_checks
from engine.data.checks.quality import row_groups
from engine.data.checks.subject import Subject, listed, percent
from engine.data.schema import describe
from engine.domain.data import Finding, Outcome, Severity
from tests.data.checks.looking import finding_of as finding
from tests.data.tables import customers, problem_of

CODES = [f"PF-{group}{n:02}" for group, last in (("Q", 17), ("L", 8), ("S", 5)) for n in range(1, last + 1)]


def test_every_check_reports_once_whatever_it_finds() -> None:
    for target in (None, "left", "visits", "plan"):
        frame = customers()
        found = run_checks(frame, describe(frame), problem_of(frame, target) if target else None)
        assert [one.code for one in found] == CODES
        for one in found:
            assert one.title
            assert one.message.endswith(".")
            assert one.why.endswith(".")
            assert bool(one.advice) == (one.outcome in (Outcome.ISSUE, Outcome.TIP))
            assert Finding.from_dict(one.as_dict()) == one


def test_empty_cells() -> None:
    frame = customers()
    frame.index = frame.index + 500
    found = finding("PF-Q01", frame)
    gaps = int(frame["age"].isna().sum())
    assert found.outcome is Outcome.ISSUE
    assert found.columns == ("age",)
    assert f"'age' ({gaps} of 200, {gaps / 2:.0f} %)" in found.message
    assert all(pd.isna(frame["age"].loc[row]) for row in found.rows)
    assert 0 < len(found.rows) <= 20
    assert finding("PF-Q01", frame.drop(columns="age")).outcome is Outcome.PASSED
    few = customers().assign(age=lambda t: t["age"].fillna(1).where(np.arange(200) > 2))
    assert finding("PF-Q01", few).outcome is Outcome.TIP
    most = customers().assign(age=lambda t: t["age"].where(np.arange(200) > 150))
    assert finding("PF-Q01", most).severity is Severity.MEDIUM


def test_columns_without_information() -> None:
    found = finding("PF-Q02", customers().assign(gone=np.nan))
    assert found.columns == ("country", "gone")
    assert found.message == "'country' is always 'CH' and 'gone' is empty."
    assert finding("PF-Q02", customers().drop(columns="country")).outcome is Outcome.PASSED


def test_nearly_constant_columns() -> None:
    frame = customers().assign(
        rare=["a"] * 197 + ["b"] * 3,
        gap=[np.nan] * 198 + [1.0, 2.0],
        flag=pd.array([True] * 199 + [None], dtype="boolean"),
    )
    found = finding("PF-Q03", frame)
    assert found.columns == ("rare", "gap", "flag")
    assert "'rare' is 'a' in 98 % of the rows" in found.message
    assert "'gap' is 'empty' in 99 %" in found.message
    assert finding("PF-Q03", customers()).outcome is Outcome.PASSED


def test_repeated_rows_but_for_identifiers() -> None:
    frame = pd.concat([customers(), customers().iloc[[3, 7]]], ignore_index=True)
    frame["customer_id"] = np.arange(len(frame))
    found = finding("PF-Q04", frame)
    assert found.rows == (200, 201)
    assert found.message.startswith(
        "2 of 202 rows (1 %) repeat an earlier one in every column (leaving out 'customer_id')"
    )
    assert finding("PF-Q04", customers()).outcome is Outcome.PASSED
    few = pd.DataFrame({"a": ["x", "y"] * 20, "b": [1, 2] * 20})
    assert finding("PF-Q04", few).outcome is Outcome.TIP
    assert finding("PF-Q04", frame[["customer_id"]]).outcome is Outcome.NOT_APPLICABLE


def test_repeated_rows_agree_with_pandas() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": rng.integers(0, 6, 400), "b": rng.choice(["x", "y", None], 400), "c": rng.integers(0, 4, 400) / 2}
    )
    frame.loc[rng.random(400) < 0.2, "c"] = np.nan
    groups = row_groups(Subject(frame=frame, columns=describe(frame), problem=None, split=None), describe(frame))
    assert ((groups >= 0) == frame.duplicated(keep=False).to_numpy()).all()
    assert (((groups >= 0) & pd.Series(groups).duplicated()) == frame.duplicated().to_numpy()).all()


def test_identifiers_and_many_levels() -> None:
    found = finding("PF-Q05", customers())
    assert found.columns == ("customer_id",)
    assert "200 values in 200 rows" in found.message
    assert finding("PF-Q05", customers().drop(columns="customer_id")).outcome is Outcome.PASSED
    many = customers(600).assign(town=[f"town {n % 99}" for n in range(600)])
    assert finding("PF-Q06", many).message == "'town' has 99 values, in 600 rows."
    assert finding("PF-Q06", customers()).outcome is Outcome.PASSED
    assert finding("PF-Q06", customers()[["age", "visits"]]).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.5, "50 %"), (0.004, "0.4 %"), (0.9999, "99.99 %"), (1, "100 %"), (1e-9, "less than 0.001 %")],
)
def test_a_share_never_rounds_to_all_or_nothing(share: float, text: str) -> None:
    assert percent(share) == text


def test_lists_in_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefg")) == "a, b, c, d, e and 2 more"
