import numpy as np
import pandas as pd

from engine.domain.data import Finding, Outcome, SplitKind, SplitSpec
from tests.data.checks.looking import finding_of
from tests.data.tables import customers


def finding(code: str, frame: pd.DataFrame, split: SplitSpec | None = None) -> Finding:
    return finding_of(code, frame, "left", split)


RANDOM = SplitSpec(kind=SplitKind.STRATIFIED)


def test_time_and_the_split() -> None:
    frame = customers()
    assert finding("PF-S01", frame).outcome is Outcome.TIP
    ignored = finding("PF-S01", frame, RANDOM)
    assert (ignored.outcome, ignored.columns) == (Outcome.ISSUE, ("joined",))
    assert "but the split is stratified" in ignored.message
    assert finding("PF-S01", frame, SplitSpec(kind=SplitKind.TIME, column="joined")).outcome is Outcome.PASSED
    assert finding("PF-S01", frame.drop(columns="joined"), RANDOM).outcome is Outcome.NOT_APPLICABLE
    born = frame.rename(columns={"joined": "birth_date"})
    assert finding("PF-S01", born, RANDOM).outcome is Outcome.TIP


def test_entities_and_the_split() -> None:
    frame = customers()
    assert finding("PF-S02", frame, RANDOM).outcome is Outcome.NOT_APPLICABLE
    again = frame.assign(customer_id=np.arange(200) // 4 + 500)
    assert finding("PF-S02", again).outcome is Outcome.TIP
    assert "50 values in 200 rows, but the split is" in finding("PF-S02", again, RANDOM).message
    grouped = SplitSpec(kind=SplitKind.GROUP, column="customer_id")
    assert finding("PF-S02", again, grouped).outcome is Outcome.PASSED
