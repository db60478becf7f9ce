"""A skill, how far recorded facts prove it, and the roles that ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.domain.fact import Trust

LEVELS = ("Not started", "Recalls", "Practised", "Applied", "Demonstrated")

CAPS: Mapping[Trust, int] = {Trust.VERIFIED: 4, Trust.IMPORTED: 3, Trust.SELF_REPORTED: 2}
"""The highest level that evidence of each trust can prove, whatever it says."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """One skill of the content; each level names the functions that check it, or why none can."""

    id: str
    name: str
    group: str
    short: str
    """At most 14 characters, for the map."""
    needs: tuple[str, ...]
    """Skills that are better learned first; advice, never a lock."""
    todo: Mapping[int, str]
    """Level (2 to 4) to what has to be done for it."""
    checks: Mapping[int, tuple[str, ...]]
    """Level (2 to 4) to the names of checks, any of which proves it; a level without a check is not there."""
    closed: Mapping[int, str]
    """Level to the reason why nothing that is recorded here can prove it."""

    @property
    def top(self) -> int:
        """The highest level that can be proved here."""
        return max(self.checks)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The fact that proves a level."""

    level: int
    fact: str
    value: str
    at: datetime
    ref: str
    """``project/run`` that it was recorded in, ``brought/number`` or ``practice``."""
    trust: Trust = Trust.VERIFIED
    link: str = ""
    """Address that the person gave, where it rests on their word."""


@dataclass(frozen=True, kw_only=True)
class SkillState:
    """Where the person stands with one skill."""

    skill: Skill
    level: int
    trust: Trust
    evidence: tuple[Evidence, ...]
    recalled: Evidence | None = None
    """What shows that it is remembered now; beside the level, never in the way of it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        proofs = (*((self.recalled,) if self.recalled and self.level <= 1 else ()), *self.evidence)
        return {
            "id": self.skill.id,
            "name": self.skill.name,
            "group": self.skill.group,
            "level": self.level,
            "trust": str(self.trust),
            "recalled": self.recalled is not None,
            "evidence": [
                {
                    "level": e.level,
                    "fact": e.fact,
                    "value": e.value,
                    "at": e.at.isoformat(),
                    "ref": e.ref,
                    "trust": str(e.trust),
                    "link": e.link,
                }
                for e in proofs
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Recall:
    """What the log of practice says of one skill, as plain values."""

    cards: int = 0
    """Questions of the skill that are in the deck."""
    mature: int = 0
    """Those that are next due three weeks or more after their last answer."""
    chance: float = 0.0
    """Mean chance, 0 to 1, that one of them is recalled now."""
    quiz_passed_at: datetime | None = None
    """When a quiz of the skill was first passed."""
    solved: tuple[datetime, ...] = ()
    """For each question that was answered right at the first try without a hint, when that was first so."""


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What was practised, as plain values: nothing of it comes from a project."""

    recall: Mapping[str, Recall] = field(default_factory=dict)
    """By id of the skill."""
    cases: Mapping[str, datetime] = field(default_factory=dict)
    """Skill to when a planted fault of that kind was found."""
    defended: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    """Project to when the person explained one of its decisions again, in words of their own."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role to aim at: what it asks for."""

    id: str
    name: str
    gist: str
    project: str
    """Kind of project that shows it."""
    core: tuple[str, ...]
    """Skills that are expected at level 3, or as far as they can be proved here."""
    helpful: tuple[str, ...]
    """Skills that are expected at level 2."""
