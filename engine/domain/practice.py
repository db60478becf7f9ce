"""What the log of practice holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MATURE_DAYS = 21
"""A card is mature when it is next due at least so long after its last answer (the customary three weeks)."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer that counts."""

    day: str
    """Day in UTC, as ``2026-03-01``."""
    item: str
    turn: int
    """1, or 2 for the repetition at the end of the same day."""
    quiz: int
    """Its number; 0 for the daily cards."""
    skill: str
    given: str
    """As JSON."""
    is_right: bool
    said: str
    hints: int
    seconds: float
    is_new: bool
    """Whether the card was new."""
    days_apart: int | None
    """Days for which it had been put off before; nothing for a new card."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """A quiz that was begun."""

    id: int
    day: str
    skill: str
    """Empty for one of all skills."""
    items: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a person said about one of their own decisions, at least a week after it."""

    id: int
    decision_id: int
    project: str
    day: str
    words: str
    points: tuple[str, ...] | None
    """Points of the checklist that the person ticked; nothing until they have compared."""
    created_at: datetime
