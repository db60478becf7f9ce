"""A weekly rhythm with planned breaks: what was done this week, without streaks and without reproach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the week that is shown."""

    date: date
    worked: bool
    on_break: bool
    is_today: bool

    @property
    def name(self) -> str:
        """Three letters."""
        return WEEKDAYS[self.date.weekday()]


@dataclass(frozen=True, kw_only=True)
class Week:
    """The week that a day lies in, from Monday."""

    days: tuple[Day, ...]
    wanted: int
    """Days on which the person wants to work, breaks taken off."""
    worked: int
    break_until: date | None
    """Last day of the break that today lies in."""

    @property
    def sentence(self) -> str:
        """The week in words; what was not done is not counted."""
        if self.break_until is not None:
            return f"A planned break until {written(self.break_until)}. Nothing waits for you."
        if self.wanted == 0:
            return "No days are planned this week."
        if self.worked >= self.wanted:
            return f"This week is done: {_days(self.worked)}."
        if self.worked == 0:
            return f"{_days(self.wanted).capitalize()} planned this week."
        return f"{_NUMBERS[self.worked].capitalize()} of {_days(self.wanted)} this week."


def week(worked: Iterable[date], breaks: Sequence[tuple[date, date]], days_a_week: int, today: date) -> Week:
    """Describe the week that a day lies in.

    Parameters
    ----------
    worked : iterable of date
        Days on which something was done; any order, repeats and other weeks allowed.
    breaks : sequence of (date, date)
        First and last day of each planned break.
    days_a_week : int
        From 1 to 7.
    today : date
    """
    done, monday = set(worked), today - timedelta(days=today.weekday())
    dates = [monday + timedelta(days=place) for place in range(7)]
    free = {one for one in dates for first, last in breaks if first <= one <= last}
    days = tuple(Day(date=one, worked=one in done, on_break=one in free, is_today=one == today) for one in dates)
    ends = [last for first, last in breaks if first <= today <= last]
    return Week(
        days=days,
        wanted=min(days_a_week, 7 - len(free)),
        worked=sum(day.worked for day in days),
        break_until=max(ends, default=None),
    )


def written(day: date) -> str:
    """Write a day: ``3 May``."""
    return f"{day.day} {day:%B}"


def _days(count: int) -> str:
    return f"{_NUMBERS[count]} day{'' if count == 1 else 's'}"
