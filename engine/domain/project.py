"""A project: a question, a data set, and the record of what the person decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.domain.data import Problem, SplitSpec
from engine.domain.metric import find_metric
from engine.domain.reading import Reading
from engine.errors import InputError

AT_ONCE = timedelta(minutes=10)
"""A reason written within this time of the choice counts as given with it."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def check_slug(text: str) -> str:
    """Return the slug if it is one (lower case letters, digits and inner hyphens, at most 60).

    Raises
    ------
    InputError
        If it is not; a slug becomes a folder name and part of an address.
    """
    if not SLUG.fullmatch(text):
        raise InputError(
            f"{text[:80]!r} cannot be the short name of a project.",
            hint="Use lower-case letters, digits and hyphens, at most 60, for example 'house-prices'.",
        )
    return text


class ProjectStatus(StrEnum):
    """Where a project stands; *not met* is an honest ending."""

    OPEN = "open"
    MET = "met"
    NOT_MET = "not_met"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project as it is stored; the brief and the decisions stand beside it."""

    slug: str
    title: str
    status: ProjectStatus
    template: str
    """Slug of the template, empty for an own question."""
    domain: str
    """Field of application, such as ``housing``."""
    dataset_sha256: str
    problem: Problem
    split: SplitSpec
    promoted: int | None
    """Trial that the person promoted with a reason (``None``: the recommended one counts)."""
    created_at: datetime
    closed_at: datetime | None = None
    reading: Reading | None = None
    """How the file was read; nothing for templates."""
    newer_than: str | None = None
    """Project whose data this is a newer version of."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What is different from that one's data, in plain words."""


class Where(StrEnum):
    """On which rows a criterion is judged."""

    OOF = "oof"
    HOLDOUT = "holdout"


_CRITERION = re.compile(r"\s*([A-Za-z_0-9]+)\s*(>=|<=|>|<|≥|≤)\s*([-+0-9.eE]+)\s*")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """``metric >= threshold``: when the project counts as met."""

    metric: str
    at_least: bool
    threshold: float

    @classmethod
    def parse(cls, text: str) -> Criterion:
        """Read ``roc_auc >= 0.84``.

        Raises
        ------
        InputError
            If it is not of that form, or the direction does not fit the metric.
        """
        match = _CRITERION.fullmatch(text)
        if match is None:
            raise InputError(
                f"{text[:80]!r} is not a success criterion.", hint="Write it like 'roc_auc >= 0.84' or 'rmse <= 2.5'."
            )
        metric = find_metric(match[1])
        at_least = match[2] in (">=", ">", "≥")
        if at_least != metric.higher_is_better:
            right, word = (">=", "higher") if metric.higher_is_better else ("<=", "lower")
            raise InputError(
                f"A better {metric.id} is {word}, so {text[:80]!r} is no success criterion.",
                hint=f"Write '{metric.id} {right} {match[3]}'.",
            )
        try:
            threshold = float(match[3])
        except ValueError:
            raise InputError(f"{match[3]!r} is not a number.", hint="Write it like 'roc_auc >= 0.84'.") from None
        return cls(metric=metric.id, at_least=at_least, threshold=threshold)

    def holds(self, value: float) -> bool:
        """Whether a score meets it."""
        return value >= self.threshold if self.at_least else value <= self.threshold

    def __str__(self) -> str:
        return f"{self.metric} {'>=' if self.at_least else '<='} {self.threshold:g}"


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What is asked, for whom, and what would be good enough."""

    question: str = ""
    reader: str = ""
    """Who decides something with the answer."""
    decision: str = ""
    """What they decide with it."""
    criteria: tuple[Criterion, ...] = ()
    judged_on: Where = Where.HOLDOUT
    constraints: str = ""
    costs: Mapping[str, float] | None = None
    """What each error costs, in ``cost_unit``: ``"<actual> -> <said>"`` to a number; for regression
    ``"too high"`` and ``"too low"``."""
    cost_unit: str = ""
    matters: float | None = None
    """Smallest difference in the project's metric that would change the decision; ``None`` where it was not said."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the parts that are still empty; a run counts as evidence only when there are none."""
        parts = {
            "question": self.question.strip(),
            "reader": self.reader.strip(),
            "decision": self.decision.strip(),
            "success criterion": self.criteria,
            "constraints": self.constraints.strip(),
            "costs of errors": self.costs,
        }
        return tuple(name for name, value in parts.items() if not value)

    @property
    def complete(self) -> bool:
        """Whether every part is filled in."""
        return not self.missing

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        plain = asdict(self) | {
            "criteria": [str(criterion) for criterion in self.criteria],
            "judged_on": str(self.judged_on),
            "costs": dict(self.costs) if self.costs else None,
        }
        if self.matters is None:
            # Left out where it was not said: what was written before stays the same.
            del plain["matters"]
        return plain

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Brief:
        """Read what :meth:`as_dict` wrote."""
        return cls(
            **{
                **raw,
                "criteria": tuple(Criterion.parse(text) for text in raw.get("criteria", ())),
                "judged_on": Where(raw.get("judged_on", "holdout")),
            }
        )


@dataclass(frozen=True, kw_only=True)
class BriefVersion:
    """A brief as it stood from a moment on."""

    version: int
    brief: Brief
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A choice and its one line of reason, recorded at the moment of choice."""

    id: int
    project: str
    step: str
    """The station: ``target``, ``split``, ``metric``, ``family``, ``promote``, ``close`` …"""
    choice: str
    reason: str
    """Empty where none is recorded."""
    run_id: int | None
    created_at: datetime
    """When the choice was made."""
    reasoned_at: datetime | None = None
    """When the reason was written, where that was not together with the choice."""
    skipped: bool = False
    """Whether the person was asked for a reason and went on without one."""

    @property
    def added_later(self) -> bool:
        """Whether the reason was written so long after the choice that both dates must be shown."""
        return self.reasoned_at is not None and self.reasoned_at - self.created_at > AT_ONCE
