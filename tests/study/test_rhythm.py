"""A week as it is shown: what was done, what is planned, and nothing about what was not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.study.rhythm import week

MONDAY = date(2026, 3, 2)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def test_the_week_begins_on_monday() -> None:
    found = week([MONDAY, MONDAY - timedelta(days=1)], [], 3, MONDAY + timedelta(days=6))
    assert [day.name for day in found.days] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [day.worked for day in found.days] == [True] + [False] * 6
    assert found.days[6].is_today


@pytest.mark.parametrize(
    ("worked", "wanted", "sentence"),
    [
        (0, 3, "Three days planned this week."),
        (1, 3, "One of three days this week."),
        (3, 3, "This week is done: three days."),
        (5, 1, "This week is done: five days."),
        (0, 1, "One day planned this week."),
    ],
)
def test_the_week_in_words(worked: int, wanted: int, sentence: str) -> None:
    done = [MONDAY + timedelta(days=place) for place in range(worked)]
    assert week(done, [], wanted, MONDAY).sentence == sentence


def test_a_break_takes_days_off_the_plan() -> None:
    found = week([], [(MONDAY + timedelta(days=2), MONDAY + timedelta(days=20))], 3, MONDAY)
    assert found.wanted == 2
    assert found.break_until is None
    found = week([], [(MONDAY, MONDAY + timedelta(days=20))], 3, MONDAY)
    assert found.wanted == 0
    assert found.sentence == "A planned break until 22 March. Nothing waits for you."


@given(
    worked=st.lists(DAYS, max_size=30),
    breaks=st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4),
    wanted=st.integers(1, 7),
    today=DAYS,
)
def test_no_week_reproaches(worked: list[date], breaks: list[tuple[date, int]], wanted: int, today: date) -> None:
    spans = [(first, first + timedelta(days=days)) for first, days in breaks]
    found = week(worked, spans, wanted, today)
    assert len(found.days) == 7
    assert sum(day.is_today for day in found.days) == 1
    assert found.worked == len({day for day in worked if found.days[0].date <= day <= found.days[6].date})
    assert 0 <= found.wanted <= wanted
    for word in ("miss", "lost", "streak", "behind", "overdue", "late", "only"):
        assert word not in found.sentence.casefold()
