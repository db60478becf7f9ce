"""A guess at the flaw of a finished project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a guess."""

    FOUND = "found"
    UNEXPLAINED = "unexplained"
    """The step was right, the reason did not say why."""
    ELSEWHERE = "elsewhere"
    """The step that was named is sound."""
    GIVEN = "given"
    """The flaw was given away."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a person said of a case on one day."""

    name: str
    day: str
    """Day in UTC, as ``2026-03-01``."""
    step: int
    """Place of the step, from 0; -1 where the flaw was given away at once."""
    why: str
    outcome: Outcome
    at: datetime
