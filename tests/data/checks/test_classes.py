import numpy as np
import pandas as pd

from engine.domain.data import Outcome, Severity
from tests.data.checks.looking import finding_of as finding


def table(*counts: int) -> pd.DataFrame:
    y = np.repeat([f"class {n}" for n in range(len(counts))], counts)
    return pd.DataFrame({"x": np.random.default_rng(0).normal(size=len(y)), "y": y})


def test_rare_classes() -> None:
    found = finding("PF-Q07", table(100, 29, 5), "y")
    assert (found.outcome, found.severity) == (Outcome.ISSUE, Severity.HIGH)
    assert "'class 1' (29 rows) and 'class 2' (5 rows) are classes of 'y'" in found.message
    assert finding("PF-Q07", table(100, 20), "y").severity is Severity.MEDIUM
    assert finding("PF-Q07", table(100, 30), "y").outcome is Outcome.PASSED


def test_uneven_classes() -> None:
    found = finding("PF-Q08", table(950, 40), "y")
    assert (found.outcome, found.severity) == (Outcome.ISSUE, Severity.MEDIUM)
    assert "always saying 'class 0' is right in 96 % of the rows" in found.message
    assert finding("PF-Q08", table(600, 50), "y").severity is Severity.LOW
    assert finding("PF-Q08", table(300, 100), "y").outcome is Outcome.PASSED


def test_without_classes_there_is_nothing_to_count() -> None:
    for code in ("PF-Q07", "PF-Q08"):
        assert finding(code, table(100, 50)).message == "No target is chosen."
        assert finding(code, table(100, 50), "x").message == "'x' is a number."
        assert finding(code, table(100, 50), "x").outcome is Outcome.NOT_APPLICABLE
