"""Tables that nobody thought of: no check may fail, none may be skipped."""

import numpy as np
import pandas as pd
import pytest

from engine.data.checks import _guarded, run_checks
from engine.data.checks.subject import Check, Subject
from engine.data.schema import describe, make_problem
from engine.domain.data import Finding, Outcome, SplitKind, SplitSpec
from tests.data.tables import customers, problem_of

RNG = np.random.default_rng(0)


def noise(rows: int) -> pd.Series:
    return pd.Series(RNG.normal(size=rows))


def labels(rows: int) -> pd.Series:
    return pd.Series(np.random.default_rng(3).choice(["a", "b"], rows), dtype="str")


def with_target(**columns: object) -> tuple[pd.DataFrame, str]:
    return pd.DataFrame({**columns, "x": noise(120), "y": labels(120)}), "y"


ODD = 'a "quoted"\nname; 100 %'
OBJECTS = pd.Series([1, "two", None, 3.5, True, (1, 2)] * 20, dtype=object)
STRANGE: dict[str, tuple[pd.DataFrame, str | None]] = {
    "quotes and line breaks in names": (pd.DataFrame({ODD: labels(120), "x\ty": noise(120), "{z}": noise(120)}), ODD),
    "empty columns": with_target(e=[np.nan] * 120, f=[None] * 120),
    "three rows": (pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}), None),
    "one row": (pd.DataFrame({"a": [1.0], "b": ["x"]}), None),
    "mixed Python objects": with_target(o=OBJECTS),
    "truth values with gaps": with_target(b=pd.array([True, False, None] * 40, dtype="boolean")),
    "moments with zones": with_target(t=pd.date_range("2024-01-01", periods=120, freq="h", tz="Europe/Zurich")),
    "infinite numbers": with_target(i=[np.inf, -np.inf, 1.0] * 40),
    "huge numbers": (pd.DataFrame({"h": noise(120) * 1e300, "x": noise(120) * 1e-300, "n": noise(120)}), "n"),
    "categories": with_target(c=pd.Categorical(["u", "v", None] * 40)),
    "nullable integers": with_target(n=pd.array([1, None, 3] * 40, dtype="Int64")),
    "a target that is mostly zero": (pd.DataFrame({"x": noise(120), "y": [0.0] * 100 + list(range(20))}), "y"),
    "two rows, sixty times": (pd.DataFrame({"x": [1.0, 2.0] * 60, "w": ["k", "l"] * 60, "y": ["a", "b"] * 60}), "y"),
    "many classes": (pd.DataFrame({"x": noise(400), "y": [f"k{n % 90}" for n in range(400)]}), "y"),
    "dates of long ago": with_target(
        d=pd.date_range("1600-01-01", periods=120, unit="s"), e=pd.date_range("2020-01-01", periods=120)
    ),
    "a negative target": (pd.DataFrame({"x": noise(120), "y": noise(120) - 50}), "y"),
    "blanks only": with_target(s=pd.Series([" ", "", "  "] * 40, dtype="str")),
    "long texts": with_target(s=pd.Series(["é" * 5_000, "z" * 9_000, "\x00\ud7ff"] * 40, dtype="str")),
}


def checked(frame: pd.DataFrame, target: str | None, split: SplitSpec | None = None) -> list[Finding]:
    columns = describe(frame)
    return run_checks(frame, columns, make_problem(frame, columns, target=target) if target else None, split=split)


@pytest.mark.parametrize("name", list(STRANGE))
@pytest.mark.parametrize("kind", [None, SplitKind.RANDOM])
def test_strange_tables(name: str, kind: SplitKind | None) -> None:
    frame, target = STRANGE[name]
    for one in checked(frame, target, SplitSpec(kind=kind) if kind else None):
        assert one.outcome is not Outcome.SKIPPED, one.code
        assert one.message.endswith((".", "?")), one.message
        assert Finding.from_dict(one.as_dict()) == one


@pytest.mark.parametrize("kind", list(SplitKind))
def test_every_kind_of_split(kind: SplitKind) -> None:
    frame = customers(300).assign(shop=np.arange(300) // 6, part=["train", "train", "test"] * 100)
    column = {SplitKind.TIME: "joined", SplitKind.GIVEN: "part"}.get(kind, "shop")
    spec = SplitSpec(kind=kind, column=column, time_column="joined" if kind is SplitKind.GROUP_TIME else "")
    assert all(one.outcome is not Outcome.SKIPPED for one in checked(frame, "left", spec))


@pytest.mark.slow
def test_two_thousand_columns() -> None:
    frame = pd.DataFrame(RNG.normal(size=(300, 2_000)), columns=[f"c{n}" for n in range(2_000)])
    frame["y"] = np.where(frame["c0"] > 0, "a", "b")
    assert all(one.outcome is not Outcome.SKIPPED for one in checked(frame, "y"))


def test_a_check_that_fails_is_reported_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    frame = customers()
    subject = Subject(frame=frame, columns=describe(frame), problem=problem_of(frame, "left"), split=None)

    def broken(subject: Subject) -> Finding:
        raise ZeroDivisionError

    check = Check(code="PF-Q99", title="Broken", why="For the test.", advice="None.")
    found = _guarded((check, broken), subject)
    assert (found.outcome, found.code) == (Outcome.SKIPPED, "PF-Q99")
    assert "PF-Q99" in caplog.text
