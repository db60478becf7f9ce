"""The author's record beside the decisions: what was expected of a run, and how much help was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Claim(StrEnum):
    """What a hypothesis says of a follow-up run, compared with the run before it."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


SUPPORTED, NOT_SHOWN, OPPOSITE = "supported", "not shown", "opposite"
"""How a hypothesis can come out."""


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """What a person expected of a run before it was queued, and what the run showed."""

    text: str
    claim: Claim
    run_id: int
    against: int
    """The run with whose model the new one is compared."""
    stated_at: datetime
    """When the run was asked for; the text is part of that request and never changes."""
    outcome: Mapping[str, Any]
    """``outcome value low high metric rows sentence`` of the paired comparison; empty until the run is done."""


class Guidance(StrEnum):
    """How much help a template project gives, most first."""

    GUIDED = "guided"
    HALF = "half"
    BLANK = "blank"

    @property
    def place(self) -> int:
        """Place in the order: 0 gives most help."""
        return list(Guidance).index(self)


class Help(StrEnum):
    """What is kept of the help that a project was given."""

    DEGREE = "degree"
    HINT = "hint"
    PITFALL = "pitfall"


@dataclass(frozen=True, kw_only=True)
class Assistance:
    """One entry: a degree that was chosen, a hint or a pitfall that was asked for, a pitfall that was found."""

    kind: Help
    name: str
    """The degree, ``station:place`` of a hint, or ``place:asked`` and ``place:found`` of a pitfall."""
    note: str
    """With a pitfall that was found: how the person put it."""
    created_at: datetime


def degree_now(entries: Sequence[Assistance]) -> Guidance:
    """Return the degree that was chosen last; projects from before there were degrees were guided."""
    chosen = [Guidance(one.name) for one in entries if one.kind is Help.DEGREE]
    return chosen[-1] if chosen else Guidance.GUIDED


def degree_that_counts(entries: Sequence[Assistance]) -> Guidance:
    """Return the degree that the record speaks of: the one with the most help that the project ever had.

    Less help from some day on is listed with its date; it does not undo the help that was there before.
    """
    chosen = [Guidance(one.name) for one in entries if one.kind is Help.DEGREE]
    return min(chosen, key=lambda one: one.place, default=Guidance.GUIDED)
