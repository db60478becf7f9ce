"""Next steps, last days and interviews as a calendar file (RFC 5545) that any calendar program opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from engine.domain.application import LIVE, Application


def as_ics(applications: Sequence[Application]) -> str:
    """Write whole-day events for all that lies on a date, of applications that have not ended.

    The events keep their ids, so that a file that is opened again moves them instead of doubling them.
    """
    # Imported here: most pages never write a calendar.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Proofolio//Applications//EN")
    calendar.add("version", "2.0")
    for one in applications:
        if one.status not in LIVE:
            continue
        for name, day, said in _dated(one):
            event = Event()
            event.add("uid", f"{one.uid}-{name}@proofolio")
            event.add("dtstamp", one.updated_at)
            event.add("dtstart", day)
            event.add("dtend", day + timedelta(days=1))
            event.add("summary", said)
            event.add("description", "\n".join(text for text in (one.title, one.company, one.link) if text))
            calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _dated(one: Application) -> Iterator[tuple[str, date, str]]:
    where = f"{one.title}, {one.company}" if one.company else one.title
    if one.next_on is not None:
        yield "next", one.next_on, f"{one.next_step or 'Next step'}: {where}"
    if one.closes_on is not None:
        yield "closes", one.closes_on, f"Last day to apply: {where}"
    for place, talk in enumerate(one.interviews, start=1):
        if talk.on is not None:
            yield f"interview-{place}", talk.on, f"{talk.kind or 'Interview'}: {where}"


def when(day: date | None, today: datetime) -> str:
    """Say how far a day lies ahead, in words."""
    if day is None:
        return ""
    days = (day - today.date()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"
