import time

import numpy as np
import pandas as pd
import pytest

from engine.data.checks.alone import score_alone
from engine.domain.data import Outcome, Severity
from tests.data.checks.looking import finding_of as finding
from tests.data.tables import customers, problem_of


def leaky(kind: str, frame: pd.DataFrame) -> pd.Series:
    rng = np.random.default_rng(1)
    left = frame["left"] == "yes"
    match kind:
        case "number":
            return pd.Series(np.where(left, 3.0, -1.0) + rng.normal(0, 0.3, len(frame)))
        case "band":  # not monotone: low and high mean the same
            return pd.Series(np.where(left, rng.choice([-5.0, 5.0], len(frame)), 0.0) + rng.normal(0, 0.5, len(frame)))
        case "words":
            return pd.Series(np.where(left, rng.choice(["closed", "gone"], len(frame)), "open"), dtype="str")
        case "flag":
            return left
        case "date":
            return pd.to_datetime("2024-01-01") + pd.to_timedelta(
                np.where(left, 400, 0) + rng.integers(0, 300, len(frame)), unit="D"
            )
        case _:  # the gap itself
            return pd.Series(np.where(left, np.nan, rng.normal(size=len(frame))))


@pytest.mark.parametrize("kind", ["number", "band", "words", "flag", "date", "gap"])
def test_a_column_that_gives_two_classes_away(kind: str) -> None:
    frame = customers(600)
    found = finding("PF-L01", frame.assign(leak=leaky(kind, frame)), "left")
    assert (found.outcome, found.severity, found.columns) == (Outcome.ISSUE, Severity.HIGH, ("leak",))
    assert "'leak' (ROC AUC" in found.message
    assert "on 600 rows" in found.message


def test_a_column_that_gives_many_classes_or_a_number_away() -> None:
    frame = customers(600)
    rng = np.random.default_rng(2)
    codes = frame["plan"].map({"basic": 1, "plus": 2, "pro": 3})
    assert finding("PF-L01", frame.assign(code=codes + rng.normal(0, 0.05, 600)), "plan").columns == ("code",)
    noisy = frame.assign(price=np.exp(rng.normal(size=600)))
    for leak in (noisy["price"] * 1.2 + 3, -noisy["price"], np.round(noisy["price"], 1)):
        found = finding("PF-L01", noisy.assign(leak=leak), "price")
        assert found.columns == ("leak",)
        assert "R2 of the ranks" in found.message


@pytest.mark.parametrize("target", ["left", "plan", "visits"])
def test_ordinary_tables_pass(target: str) -> None:
    found = finding("PF-L01", customers(400), target)
    assert found.outcome is Outcome.PASSED
    assert "the strongest is" in found.message


def test_strong_is_not_a_leak() -> None:
    frame = customers(2000)
    rng = np.random.default_rng(0)
    strong = frame.assign(strong=(frame["left"] == "yes") * 2.0 + rng.normal(size=2000))
    assert finding("PF-L01", strong, "left").outcome is Outcome.PASSED


def test_an_identifier_like_category_scores_nothing_out_of_fold() -> None:
    frame = customers(400)
    problem = problem_of(frame, "left")
    truth = (frame["left"] == "yes").to_numpy(dtype=np.float64)[:, None]
    assert abs(score_alone(pd.Series([f"v{n}" for n in range(400)]), truth, problem) - 0.5) < 0.1


def test_what_cannot_be_scored() -> None:
    assert finding("PF-L01", customers()).outcome is Outcome.NOT_APPLICABLE
    assert finding("PF-L01", customers(40), "left").outcome is Outcome.NOT_APPLICABLE
    assert finding("PF-L01", customers()[["note", "left"]], "left").message == "All columns are free text."


def test_many_rows_are_quick() -> None:
    frame = customers(100_000)
    began = time.perf_counter()
    assert "looked at 20,000 of 100,000 rows" in finding("PF-L01", frame, "left").message
    assert time.perf_counter() - began < 5
