"""A job posting that the person pasted, what it asks for, and a place where postings are found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ENGAGEMENTS = {
    "freelance": "Freelance",
    "contract": "Contract",
    "part-time": "Part-time",
    "full-time": "Full-time",
    "internship": "Internship",
}
DEGREES = {"yes": "Yes", "equivalent": "Or equivalent", "no": "No"}
"""How far a posting asks for a degree; empty where it does not speak of one."""
PERIODS = ("year", "month", "day", "hour")
BOARD_MARKS = {"": "Not tried yet", "works": "Works", "moved": "Moved", "closed": "Closed"}


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One posting as it is kept: what was recognised, each part open to the person's correction, and its text."""

    id: int
    title: str
    company: str
    place: str
    remote: bool | None
    """Whether the whole work can be done from elsewhere; nothing where the posting does not say."""
    pay_low: float | None
    """In ``currency`` for each ``period``."""
    pay_high: float | None
    currency: str
    """ISO 4217, such as ``EUR``; empty if unknown."""
    period: str
    """One of `PERIODS`; empty if unknown."""
    skills: tuple[str, ...]
    """Ids of the skills it asks for, in its own order."""
    degree: str
    """A key of `DEGREES`, or empty."""
    engagement: str
    """A key of `ENGAGEMENTS`, or empty."""
    text: str
    """The posting as it was pasted; empty in lists, where it is not fetched."""
    saved_at: datetime
    board: str = ""
    """Id of the board on which it was found."""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One skill that a posting asks for, and where it says so."""

    skill: str
    phrase: str
    """The words by which it was recognised, as they stand there; empty if the person added it."""
    said: str
    """The line around them."""
    is_helpful: bool
    """Whether it is only welcome, not asked for."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """A place where postings are found, with what the person noted of it."""

    id: str
    name: str
    kind: str
    link: str
    tip: str = ""
    """What helps with this board beyond the link."""
    prepare: tuple[str, ...] = ()
    """What to do before applying there."""
    skills: tuple[str, ...] = ()
    """Skills that its jobs ask for; empty for any."""
    is_own: bool = False
    visited_on: date | None = None
    search: str = ""
    """Search text that the person uses there."""
    mark: str = ""
    """A key of `BOARD_MARKS`."""
    note: str = ""
    applications: int = 0
    """How many applications name it."""
