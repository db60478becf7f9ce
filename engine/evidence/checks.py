"""What a verification says: one line for each thing that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

LEVELS = (
    "nothing holds",
    "files, trial log and signature are intact",
    "every claim was recomputed from the published predictions",
    "the model was built again from the raw data and gives every claimed score",
)
"""What each level means, in words."""

Shown = str | float | int | None


class Check(TypedDict):
    """One thing that was checked; plain values, since it is what other programs read."""

    name: str
    ok: bool
    expected: Shown
    actual: Shown


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What came out of a verification."""

    ok: bool
    """Whether every check held."""
    level: int
    """Highest level that holds: 0 none, 1 intact, 2 recomputed, 3 rebuilt."""
    checks: tuple[Check, ...]
    fingerprint: str = ""
    """Of the key that signed; whose key that is, only its owner can say elsewhere."""
    notes: tuple[str, ...] = ()
    """What was seen and is no fault."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return {
            "ok": self.ok,
            "level": self.level,
            "meaning": LEVELS[self.level],
            "fingerprint": self.fingerprint,
            "checks": list(self.checks),
            "notes": list(self.notes),
        }
