"""A skill, and how far recorded facts prove it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.fact import Trust

LEVELS = ("Not started", "Recalls", "Practised", "Applied", "Demonstrated")


@dataclass(frozen=True, kw_only=True)
class Skill:
    """One skill of the content; each reachable level names the function that checks it."""

    id: str
    name: str
    group: str
    needs: tuple[str, ...]
    """Skills that are better learned first; advice, never a lock."""
    todo: dict[int, str]
    """Level (2 to 4) to what has to be done for it."""
    checks: dict[int, str]
    """Level (2 to 4) to the name of the predicate."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The fact that proves a level."""

    level: int
    fact: str
    value: str
    at: datetime
    ref: str
    """``project/run`` that it was recorded in."""


@dataclass(frozen=True, kw_only=True)
class SkillState:
    """Where the person stands with one skill."""

    skill: Skill
    level: int
    trust: Trust
    evidence: tuple[Evidence, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return {
            "id": self.skill.id,
            "name": self.skill.name,
            "group": self.skill.group,
            "level": self.level,
            "trust": str(self.trust),
            "evidence": [
                {"level": e.level, "fact": e.fact, "value": e.value, "at": e.at.isoformat(), "ref": e.ref}
                for e in self.evidence
            ],
        }
