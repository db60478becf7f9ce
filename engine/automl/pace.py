"""What the budget allows: how long a trial may take, what is not worth beginning, when the search is over."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.automl.families.family import Family
from engine.automl.outcome import TrialOutcome
from engine.domain.run import Budget

COUNTED_SECONDS = 900.0
"""Longest trial of a search that counts them."""
LEAST_SECONDS = 0.5
"""With less time than this left, no trial is begun."""
_FIRST_SECONDS = 2.0
"""As long as nothing has succeeded, a trial may take at least so long."""
_LARGEST_SHARE = 0.28
"""No trial may take more than this share of the budget."""
_LARGEST_SHARE_ON_LONG = 0.45
"""On long tables one good fit on many rows is worth more than several on few."""
_SURE = 1.3
"""A trial is begun where so many times its expected time is left: one that is cut off has brought nothing."""


@dataclass(kw_only=True)
class Pace:
    """The clock of a search. With a budget in trials it counts them and never looks at the time."""

    budget: Budget
    clock: Callable[[], float]
    started: float
    time_left: Callable[[Sequence[TrialOutcome]], float]
    """Seconds that trials may still use, after what is kept for the end."""
    long: bool = False
    """Whether the table is so long that samples of it are fitted first."""
    _seconds: dict[str, list[float]] = field(default_factory=dict)
    """By family: seconds of each successful trial per unit of its cost."""
    _too_long: dict[str, float] = field(default_factory=dict)
    """By family: cost of the cheapest configuration that ran out of time."""

    @property
    def clocked(self) -> bool:
        """Whether the budget is in seconds."""
        return self.budget.trials is None

    def share(self, outcomes: Sequence[TrialOutcome]) -> float:
        """Say which share of the budget is used."""
        if self.budget.trials is not None:
            return _own(outcomes) / max(self.budget.trials, 1)
        return (self.clock() - self.started) / max(self.budget.seconds or 0.0, 1.0)

    def seconds(self, outcomes: Sequence[TrialOutcome]) -> float | None:
        """Say how long the next trial may take; ``None`` is no limit.

        Where trials are counted, the limit is so wide that only what never ends meets it.
        """
        if self.budget.trials is not None:
            return COUNTED_SECONDS
        if self.budget.seconds is None:
            return None
        left = self.time_left(outcomes)
        if not any(one.score is not None for one in outcomes):
            return max(left, _FIRST_SECONDS)
        return max(
            min(left, self.budget.seconds * (_LARGEST_SHARE_ON_LONG if self.long else _LARGEST_SHARE)), LEAST_SECONDS
        )

    def over(self, outcomes: Sequence[TrialOutcome]) -> bool:
        """Whether the budget is used; in seconds never before there is a model."""
        if self.budget.trials is not None:
            return _own(outcomes) >= self.budget.trials
        return any(one.score is not None for one in outcomes) and self.time_left(outcomes) < LEAST_SECONDS

    def learn(self, family: Family, cost: float, seconds: float) -> None:
        """Hear how long a successful trial took."""
        self._seconds.setdefault(family.id, []).append(seconds / cost)

    def learn_too_long(self, family: Family, cost: float) -> None:
        """Hear that a trial ran out of time: nothing as costly of its family is begun again."""
        self._too_long[family.id] = min(cost, self._too_long.get(family.id, math.inf))

    def expected(self, family: Family, cost: float) -> float | None:
        """Estimate how long a trial will take, judged by others of its family, in seconds; nothing without any."""
        known = self._seconds.get(family.id, [])
        return statistics.median(known) * cost * _SURE if known else None

    def hopeless(self, family: Family, cost: float, outcomes: Sequence[TrialOutcome]) -> bool:
        """Whether a trial of such a cost will not end in time, judged by others of its family."""
        seconds = self.seconds(outcomes)
        if not self.clocked or seconds is None or not any(one.score is not None for one in outcomes):
            return False
        if cost >= self._too_long.get(family.id, math.inf):
            return True
        return (self.expected(family, cost) or 0.0) > seconds


def _own(outcomes: Sequence[TrialOutcome]) -> int:
    """Count the trials of this search; those of an earlier one cost nothing."""
    return sum(not one.taken for one in outcomes)
