"""Time is an argument: whoever needs it takes a clock, so that weeks can be tested in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, timezone-aware, in UTC."""


def utc_now() -> datetime:
    """Read the system clock (UTC, timezone-aware)."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Read a moment written by :func:`to_text`."""
    return datetime.fromisoformat(text)
