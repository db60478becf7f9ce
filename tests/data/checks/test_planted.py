from collections import Counter

import pytest

from engine.data.checks import _CHECKS, run_checks
from engine.data.schema import describe, make_problem
from engine.domain.data import Outcome
from tests.data.checks.planted import LEAKS, PLANTERS, measure, planted
from tests.data.checks.sets import PARTS, load

# Tables whose target is not predicted nearly without error anyway, so that a leak can add something.
FEW = ("wa_churn", "attrition", "credit_data", "Carseats", "Chile")


def test_every_code_has_planters() -> None:
    assert set(PLANTERS) == {check.code for check, _ in _CHECKS}


@pytest.mark.parametrize("code", list(PLANTERS))
def test_planted_faults_are_found_in_five_tables(code: str) -> None:
    cases = list(planted(code, FEW, rows=900))
    assert len(cases) == 5
    assert sum(case.told for case in cases) >= len(cases) - 1, [case.name for case in cases if not case.told]


def test_no_check_is_skipped_and_clean_tables_have_no_leak() -> None:
    for name in ("Default", "Salaries", "quakes"):
        frame, target = load(name)
        columns = describe(frame)
        found = run_checks(frame, columns, make_problem(frame, columns, target=target))
        outcomes = Counter(one.outcome for one in found)
        assert not outcomes[Outcome.SKIPPED]
        assert not [one.message for one in found if one.code in LEAKS and one.outcome is Outcome.ISSUE]


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_leaks_are_found_and_clean_tables_left_alone() -> None:
    table = measure()
    for part in PARTS:
        sums = Counter[str]()
        for code in LEAKS:
            counts = table[code][part]
            assert counts["planted"] >= 5
            assert counts["clean"] >= 5
            for key in ("planted", "hits", "clean", "false_alarms"):
                sums[key] += counts[key]  # type: ignore[arg-type]
        assert sums["hits"] >= 0.9 * sums["planted"], part
        assert sums["false_alarms"] <= 0.05 * sums["clean"], part


@pytest.mark.slow
def test_faults_of_quality_and_split_are_found() -> None:
    table = measure([code for code in PLANTERS if code not in LEAKS])
    for code, parts in table.items():
        for part in parts.values():
            assert part["hits"] >= 0.85 * part["planted"], (code, part)  # type: ignore[operator]
