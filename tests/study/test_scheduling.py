"""Weeks of practice in milliseconds: the clock is an argument."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.errors import InputError
from engine.study import scheduling
from engine.study.scheduling import Behaviour, Memory

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
GOOD, WRONG = Behaviour(True, 40, 10), Behaviour(False, 40, 10)


def days_of(answers: list[Behaviour]) -> list[int]:
    now, memory, gaps = START, None, []
    for did in answers:
        memory = scheduling.review("a", memory, did, now)
        gaps.append((memory.due - now).days)
        now = memory.due
    return gaps


def seen(count: int) -> list[Memory]:
    return [
        Memory(f"q{n:02}", 1.0 + n, 5.0, START - timedelta(days=1), START - timedelta(days=20)) for n in range(count)
    ]


@pytest.mark.parametrize(
    ("did", "rating"),
    [
        (WRONG, 1),
        (Behaviour(False, 2, 10, hints=1), 1),
        (Behaviour(True, 2, 10, hints=1), 2),
        (Behaviour(True, 2, 10, tries=2), 2),
        (GOOD, 3),
        (Behaviour(True, 10, 10), 4),
    ],
)
def test_behaviour_is_graded(did: Behaviour, rating: int) -> None:
    assert scheduling.grade(did) == rating


@pytest.mark.parametrize(
    "did", [Behaviour(True, -1, 10), Behaviour(True, float("nan"), 10), Behaviour(True, 1, 9, 0, 0)]
)
def test_impossible_behaviour_is_refused(did: Behaviour) -> None:
    with pytest.raises(InputError):
        scheduling.grade(did)


def test_right_answers_stretch_the_gap_up_to_half_a_year() -> None:
    gaps = days_of([GOOD] * 6)
    assert gaps == sorted(gaps)
    assert gaps[:3] == [2, 11, 46]
    assert gaps[-1] == scheduling.MAXIMUM_DAYS


def test_a_miss_brings_the_question_back_soon() -> None:
    gaps = days_of([GOOD, GOOD, WRONG, GOOD])
    assert gaps[2] < gaps[1]
    assert gaps[3] > gaps[2]


def test_the_chance_falls_with_time_and_is_the_goal_when_due() -> None:
    memory = scheduling.review("a", None, GOOD, START)
    later = memory.last_review + timedelta(days=30)
    assert scheduling.chance(memory, memory.due) == pytest.approx(scheduling.RETENTION, abs=0.03)
    assert scheduling.chance(memory, later) < scheduling.chance(memory, memory.due)


def test_a_time_without_zone_and_a_foreign_memory_are_refused() -> None:
    with pytest.raises(InputError, match="time zone"):
        scheduling.review("a", None, GOOD, datetime(2026, 1, 5))
    memory = scheduling.review("a", None, GOOD, START)
    with pytest.raises(InputError, match="cannot be used for b"):
        scheduling.review("b", memory, GOOD, START)


def test_after_a_break_the_days_grow_again() -> None:
    first = date(2026, 1, 5)
    practised, caps = [first, first + timedelta(1)], []
    for day in (9, 10, 13):
        today = first + timedelta(day)
        caps.append(scheduling.daily_cap(practised, today))
        practised.append(today)
    assert caps == [5, 10, 15]
    assert scheduling.daily_cap([], first) == 15
    assert scheduling.daily_cap([first], first + timedelta(6)) == 15


def test_the_day_is_capped_and_begins_with_what_is_most_likely_forgotten() -> None:
    new = [f"n{n}" for n in range(9)]
    chosen = scheduling.due_today(reversed(seen(30)), new, START)
    assert chosen == [f"q{n:02}" for n in range(15)]
    assert scheduling.due_today(seen(2), new, START) == ["q00", "q01", *new[:4]]
    assert scheduling.due_today(seen(2), new, START, answered=14, begun=1) == ["q00"]
    assert scheduling.due_today([], new, START, begun=4) == []
    assert len(scheduling.due_today(seen(30), new, START, practised=[date(2025, 12, 20)])) == 5
    assert scheduling.due_today(seen(3), [], START - timedelta(days=2)) == []


def test_what_fell_due_during_a_break_is_spread_over_two_weeks() -> None:
    deck = {one.item: one for one in seen(28)}
    practised, sizes = [START.date() - timedelta(days=20)], []
    for day in range(14):
        now = START + timedelta(days=day)
        chosen = [item for item in scheduling.due_today(deck.values(), [], now, practised) if item in deck]
        sizes.append(len(chosen))
        for done, item in enumerate(chosen, start=1):
            del deck[item]
            rest = scheduling.due_today(deck.values(), [], now, [*practised, now.date()], answered=done)
            assert len(rest) == len(chosen) - done, "answering does not bring more"
        practised.append(now.date())
    assert sizes == [2] * 14
    assert not deck


def test_of_two_about_as_likely_forgotten_the_role_s_comes_first() -> None:
    deck = [replace(one, stability=5.0) for one in seen(2)]
    assert scheduling.due_today(deck, [], START, ranks={"q00": 2, "q01": 0}) == ["q01", "q00"]
