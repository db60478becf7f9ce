"""What a check of the rubric comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """How a check ended."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One check with its result."""

    number: int
    title: str
    result: Result
    reason: str
    """One sentence: what was found, or what is missing."""
    place: str
    """Key of the page on which it is mended."""
    must: bool
    """Whether a page that fails it should not be shown to anybody."""
    reads_text: bool = False
    """Whether it is a heuristic over texts, which sees that something is filled in and not that it is good."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return {
            "number": self.number,
            "title": self.title,
            "result": str(self.result),
            "reason": self.reason,
            "place": self.place,
            "must": self.must,
            "reads_text": self.reads_text,
        }
