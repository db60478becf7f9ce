"""What the findings say and propose: columns, rows, the step that fixes it, the numbers behind it."""

import numpy as np
import pandas as pd
import pytest

from engine.data.checks import exact
from engine.data.checks.personal import is_card, is_iban
from engine.domain.data import Finding, Outcome, Severity, SplitKind, SplitSpec
from engine.domain.recipe import StepKind
from tests.data.checks.looking import finding_of
from tests.data.tables import customers

ROWS = 400


def table(**columns: object) -> pd.DataFrame:
    return customers(ROWS).assign(**columns)


def fixed(code: str, frame: pd.DataFrame, kind: StepKind | None, target: str = "left") -> Finding:
    found = finding_of(code, frame, target)
    assert found.outcome in (Outcome.ISSUE, Outcome.TIP)
    assert (found.fix.kind if found.fix else None) == kind
    if found.fix:
        assert found.fix.finding == code
        assert set(found.fix.columns) <= set(frame.columns)
    assert len(found.rows) <= 20
    return found


def normal(seed: int = 0, middle: float = 70.0, spread: float = 8.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(middle, spread, ROWS).round(1)


def test_words_for_missing() -> None:
    plan = customers(ROWS)["plan"].where(np.arange(ROWS) % 20 > 0, "Unknown")
    found = fixed(
        "PF-Q09", table(plan=plan, score=np.where(np.arange(ROWS) < 9, -999.0, normal())), StepKind.MISSING_WORDS
    )
    assert found.columns == ("plan", "score")
    assert found.fix is not None
    assert found.fix.options["words"] == ["Unknown", -999]
    assert "'score' holds '-999' (9 times)" in found.message
    assert set(range(9)) <= set(found.rows)


def test_impossible_values_become_empty() -> None:
    age = pd.Series(normal(middle=40)).where(np.arange(ROWS) != 7, -3)
    found = fixed("PF-Q10", table(age=age), StepKind.LIMIT)
    assert found.fix is not None
    assert found.fix.options == {"low": 0.0, "high": 120.0, "empty": True}
    assert found.rows == (7,)
    assert "'age' should be between 0 and 120, but is not in 1 rows (such as -3)" in found.message
    dates = pd.Series(pd.date_range("2020-01-01", periods=ROWS)).where(np.arange(ROWS) != 3, pd.Timestamp("1066-10-14"))
    found = fixed("PF-Q10", table(joined=dates), StepKind.LIMIT)
    assert "1066-10-14" in found.message
    late = dates.where(np.arange(ROWS) != 3, pd.Timestamp("2199-01-01"))
    planned = customers(ROWS).drop(columns="age").assign(due_date=late)
    assert finding_of("PF-Q10", planned, "left").outcome is Outcome.PASSED


def test_numbers_with_text() -> None:
    amount = pd.Series([f"{n}" for n in range(ROWS)], dtype="str").where(np.arange(ROWS) % 40 > 0, "12 kg")
    found = fixed("PF-Q11", table(amount=amount), StepKind.TO_NUMBER)
    assert found.fix is not None
    assert found.fix.options["affixes"] == ["kg"]
    assert "text in 10 rows (such as '12 kg')" in found.message


def test_spellings() -> None:
    town = pd.Series(["Zurich", "Geneva"] * (ROWS // 2), dtype="str").where(np.arange(ROWS) % 50 > 0, " zurich")
    found = fixed("PF-Q12", table(town=town), StepKind.TIDY_TEXT)
    assert found.fix is not None
    assert found.fix.options["spellings"] == {" zurich": "Zurich"}
    numbered = pd.Series([f"type {n % 12}" for n in range(ROWS)], dtype="str")
    assert finding_of("PF-Q12", table(kind=numbered), "left").outcome is Outcome.PASSED


def test_conflicts_name_the_ceiling() -> None:
    frame = pd.concat([customers(ROWS), customers(ROWS).head(40)], ignore_index=True)
    frame.loc[ROWS:, "left"] = frame["left"].iloc[:40].map({"yes": "no", "no": "yes"}).to_numpy()
    found = fixed("PF-Q13", frame, None)
    assert found.measured["rows"] == 80
    assert found.measured["highest_accuracy"] == pytest.approx(1 - 40 / (ROWS + 40))


def test_far_values_and_tails() -> None:
    far = fixed("PF-Q14", table(sales=np.where(np.arange(ROWS) == 5, 9e6, normal())), StepKind.WINSORISE)
    assert far.rows == (5,)
    tail = fixed("PF-Q15", table(wealth=np.exp(normal(spread=1.5, middle=2))), StepKind.SCALE)
    assert "'wealth'" in tail.message
    target = fixed("PF-Q15", table(price=np.exp(normal(spread=1.0, middle=5))), StepKind.TARGET_TRANSFORM, "price")
    assert target.outcome is Outcome.ISSUE


@pytest.mark.parametrize(
    ("value", "right"),
    [("CH93 0076 2011 6238 5295 7", True), ("DE89370400440532013000", True), ("CH94 0076 2011 6238 5295 7", False)],
)
def test_ibans(value: str, right: bool) -> None:
    assert is_iban(value) is right


@pytest.mark.parametrize(
    ("value", "right"), [("4111 1111 1111 1111", True), ("4111111111111112", False), ("123", False)]
)
def test_cards(value: str, right: bool) -> None:
    assert is_card(value) is right


def test_units() -> None:
    weight = np.where(np.arange(ROWS) % 4 == 0, normal(spread=6) * 2.20462, normal(spread=6))
    found = fixed("PF-Q17", table(weight=weight), StepKind.CONVERT_UNIT)
    assert found.fix is not None
    assert found.fix.options["factor"] == pytest.approx(1 / 2.20462)
    assert "above" in found.fix.options
    heat = np.where(np.arange(ROWS) % 3 == 0, normal(middle=20, spread=3) * 1.8 + 32, normal(middle=20, spread=3))
    found = fixed("PF-Q17", table(temperature=heat), StepKind.CONVERT_UNIT)
    assert found.fix is not None
    assert 68 * found.fix.options["factor"] + found.fix.options["offset"] == pytest.approx(20)


def test_a_leak_is_measured_with_and_without_it() -> None:
    frame = customers(ROWS)
    leak = (frame["left"] == "yes") * 3.0 + np.random.default_rng(0).normal(0, 0.3, ROWS)
    found = fixed("PF-L01", frame.assign(leak=leak), StepKind.DROP_COLUMNS)
    effect = found.measured["with_and_without"]
    assert effect["first"] > 0.98
    assert effect["second"] < 0.9
    assert f"scores {effect['first']:.3f} with it and {effect['second']:.3f} without" in found.message
    assert found.severity is Severity.HIGH
    assert found.fix is not None
    assert found.fix.columns == ("leak",)


def test_redundant_is_a_question() -> None:
    frame = customers(ROWS)
    yes = (frame["left"] == "yes").to_numpy()
    parts = {f"p{n}": yes * 2.0 + np.random.default_rng(n).normal(0, 0.6, ROWS) for n in range(12)}
    found = finding_of(
        "PF-L01", frame.assign(**parts, whole=yes * 4 + np.random.default_rng(99).normal(0, 0.7, ROWS)), "left"
    )
    assert found.outcome is Outcome.TIP
    assert "is the task really this easy?" in found.message


def test_gaps_that_tell() -> None:
    frame = customers(ROWS)
    fee = pd.Series(normal()).where(frame["left"] == "yes")
    found = fixed("PF-L02", frame.assign(exit_fee=fee), StepKind.DROP_COLUMNS)
    assert "where 'exit_fee' is empty" in found.message
    assert "'left' is 'no' in 100 %" in found.message


def test_twins_across_a_group_split_are_no_fault() -> None:
    frame = customers(ROWS)
    frame = pd.concat([frame, frame.head(80)], ignore_index=True)
    found = fixed("PF-L04", frame, StepKind.DROP_DUPLICATES)
    assert found.measured["rows_with_twin"] == 160
    grouped = finding_of("PF-L04", frame, "left", SplitSpec(kind=SplitKind.GROUP, column="customer_id"))
    assert grouped.outcome is Outcome.PASSED
    assert "all twins stay on one side" in grouped.message


def test_a_split_that_keeps_entities_together_passes() -> None:
    frame = customers(ROWS).assign(shop_id=np.arange(ROWS) // 8)
    split = SplitSpec(kind=SplitKind.GROUP, column="shop_id")
    assert finding_of("PF-L05", frame, "left", split).outcome is Outcome.PASSED
    assert (
        finding_of("PF-L06", frame, "left", SplitSpec(kind=SplitKind.TIME, column="joined")).outcome is Outcome.PASSED
    )


def test_arithmetic_on_the_target_is_written_out() -> None:
    frame = customers(ROWS).assign(rooms=np.random.default_rng(4).integers(1, 9, ROWS), rate=normal(5))
    found = fixed("PF-L07", frame.assign(bill=frame["rooms"] * frame["rate"]), StepKind.DROP_COLUMNS, "bill")
    assert "'bill' = 'rooms' × 'rate' (to the last digit)" in found.message
    made = frame.assign(net=normal(6), tax=normal(7, 5, 1)).assign(gross=lambda t: (t["net"] + t["tax"]).round(2))
    assert "'gross' = 'net' + 'tax'" in fixed("PF-L07", made, StepKind.DROP_COLUMNS, "gross").message


def test_names_are_asked_about_only_if_they_predict() -> None:
    frame = customers(ROWS)
    late = (frame["left"] == "yes") * 1.0 + np.random.default_rng(0).normal(0, 0.7, ROWS)
    found = finding_of("PF-L07", frame.assign(refund=late), "left")
    assert found.outcome is Outcome.TIP
    assert found.message.endswith("?")
    assert finding_of("PF-L07", frame.assign(refund=normal(seed=21)), "left").outcome is Outcome.PASSED


@pytest.mark.parametrize("sign", [1, -1])
def test_functions_of_a_number(sign: int) -> None:
    t = np.random.default_rng(0).gamma(2, 10, 300)
    assert exact.follows_number(sign * np.log(t), t)
    assert exact.follows_number(sign * np.round(t), t)
    assert not exact.follows_number(sign * t + np.random.default_rng(1).normal(0, 2, 300), t)
    assert exact.bands_number((t > 20).astype(np.intp) + (t > 5), t)
    assert not exact.bands_number(np.random.default_rng(2).integers(0, 3, 300), t)


def test_formulas_find_few_terms_and_no_chance_ones() -> None:
    rng = np.random.default_rng(0)
    X = rng.gamma(3, 5, (500, 12))
    names = [f"c{n}" for n in range(12)]
    found = exact.formula(X, (2 * X[:, 3] - X[:, 7]).round(2), names, "t")
    assert found is not None
    assert found[0] == ["c3", "c7"]
    found = exact.formula(X, X[:, 1] / X[:, 2], names, "t")
    assert found == (["c1", "c2"], "'t' = 'c1' / 'c2'")
    assert exact.formula(X, X[:, 1] + X[:, 2] + rng.normal(0, 0.5, 500), names, "t") is None
    assert exact.formula(X[:20], X[:20, 1], names, "t") is None, "too few rows"


def test_what_was_fitted_before() -> None:
    frame = customers(ROWS)
    scaled = (frame["visits"] - frame["visits"].mean()) / frame["visits"].std()
    found = finding_of("PF-L08", frame.assign(visits=scaled), "left")
    assert (found.outcome, found.columns) == (Outcome.ISSUE, ("visits",))
    encoded = (frame["left"] == "yes").groupby(np.arange(ROWS) % 23).transform("mean")
    found = fixed("PF-L08", frame.assign(town=encoded), StepKind.DROP_COLUMNS)
    assert "'town' is the mean of 'left'" in found.message


def test_both_sides() -> None:
    frame = customers(ROWS)
    small = finding_of("PF-S03", frame, "left", SplitSpec(kind=SplitKind.STRATIFIED, fraction=0.2))
    assert small.measured["rows"] == 100, "the rows at hand are four fifths"
    assert "± 7.8 points" in small.message
    late = frame.sort_values("joined").reset_index(drop=True)
    late["left"] = ["maybe"] * 30 + late["left"].tolist()[30:]
    found = finding_of("PF-S04", late, "left", SplitSpec(kind=SplitKind.TIME, column="joined"))
    assert found.severity is Severity.HIGH
    assert "'maybe' (30 rows)" in found.message
