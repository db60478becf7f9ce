"""The rhythm of a week: on how many days the person wants to work, and when not."""

from __future__ import annotations

from datetime import date, timedelta

from engine.domain.clock import Clock, utc_now
from engine.errors import InputError
from engine.settings import Settings
from engine.store import study
from engine.store.db import connect
from engine.study.rhythm import Week
from engine.study.rhythm import week as describe

LONGEST_BREAK_DAYS = 366


def week(settings: Settings, *, clock: Clock = utc_now) -> Week:
    """Describe the week of today: days of work from what is stored, planned breaks, days wanted."""
    now = clock().astimezone()
    with connect(settings) as db:
        moments = study.worked_at(db, now - timedelta(days=8))
        breaks = [(first, last) for _, first, last, _ in study.breaks(db)]
        wanted = study.days_a_week(db)
    # A day is the day where the person lives, not in Greenwich.
    return describe((at.astimezone(now.tzinfo).date() for at in moments), breaks, wanted, now.date())


def set_days(settings: Settings, days: int, *, clock: Clock = utc_now) -> None:
    """Store how many days a week the person wants to work. Raises ``InputError`` outside 1 to 7."""
    if not 1 <= days <= 7:
        raise InputError(f"A week does not have {days} working days.", hint="Choose 1 to 7.")
    with connect(settings) as db:
        study.set_days_a_week(db, days, clock())


def plan_break(settings: Settings, first: date, last: date, note: str = "", *, clock: Clock = utc_now) -> None:
    """Plan a break, both days included.

    Raises
    ------
    InputError
        If it ends before it begins, lies in the past, lasts longer than a year, or the note is too long.
    """
    if last < first:
        raise InputError("The break ends before it begins.", hint="Choose a last day that is not earlier.")
    if last < clock().astimezone().date():
        raise InputError("The break lies in the past.", hint="A break is planned for days to come.")
    if (last - first).days >= LONGEST_BREAK_DAYS:
        raise InputError("The break is longer than a year.", hint="Plan the next months first.")
    if len(note) > 200:
        raise InputError("The note is too long.", hint="Shorten it to 200 characters.")
    with connect(settings) as db:
        study.add_break(db, first, last, note.strip(), clock())


def breaks(settings: Settings, *, clock: Clock = utc_now) -> list[tuple[int, date, date, str]]:
    """Fetch the breaks that are not over: id, first day, last day, note."""
    today = clock().astimezone().date()
    with connect(settings) as db:
        return [one for one in study.breaks(db) if one[2] >= today]


def drop_break(settings: Settings, break_id: int) -> None:
    """Take a planned break back."""
    with connect(settings) as db:
        study.remove_break(db, break_id)
