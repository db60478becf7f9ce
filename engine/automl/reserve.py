"""What has to be kept of a budget for its end: selecting the blend, fitting it on all rows, storing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.automl.bench import Bench
from engine.automl.ensemble import Weighted, select
from engine.automl.families import find
from engine.automl.families.family import SAMPLE
from engine.automl.outcome import TrialOutcome, loss
from engine.domain.run import TrialKind

HAND_OVER_SECONDS = 1.2
"""Kept for storing the model after it is fitted."""
_STORE_SECONDS_PER_BYTE = 8e-8
"""And so much more for each byte of its members."""
PREPARE_SECONDS = 0.1
"""For the encoding of one member."""
_REFIT_MARGIN = 1.25
"""A fit on all rows never takes exactly as long as measured on the folds."""
_BAGS = ((3_000, 3), (10_000, 2))
"""Up to so many rows, a blend is the mean of so many fits on all of them."""
_REFIT_SHARE = 0.4
"""Of the budget, for fitting on all rows; where it would take more, the time is better spent on the search."""
_LOOKING_SHARE = 0.03
"""Share of the time that may go into asking, on the way, what the blend would be."""


def by_chance(members: Sequence[TrialOutcome]) -> list[TrialOutcome]:
    """Keep those that are another model with another seed."""
    return [one for one in members if find(one.family).by_chance]


def selected(bench: Bench, good: Mapping[int, TrialOutcome]) -> Weighted:
    """Select the blend of successful trials; the dummy is part of none while anything else succeeded.

    Parameters
    ----------
    bench : Bench
    good : mapping of trial number to TrialOutcome
        At least one, all with a score.
    """
    useful = {n: one for n, one in good.items() if one.kind is not TrialKind.DUMMY} or dict(good)
    # Only what was scored: of a long table's predictions most places are empty.
    rows = bench.scored_rows
    oofs = {number: one.oof[rows] for number, one in useful.items() if one.oof is not None}
    if not oofs:
        # Recorded without predictions: the best single trial can still be fitted.
        return ((min(useful, key=lambda number: (loss(useful[number], bench.problem), number)), 1.0),)
    scores = {number: one.score for number, one in useful.items() if one.score is not None}
    families = {number: one.family for number, one in useful.items()}
    return select(oofs, scores, bench.y[rows], bench.problem, seed=bench.seed, families=families)


@dataclass(kw_only=True)
class Reserve:
    """Estimates, from what was measured on the folds, what the end will take."""

    bench: Bench
    clock: Callable[[], float]
    deadline: float | None
    """Reading of the clock at which the model has to be stored; ``None`` sets no limit."""
    slow: set[int] = field(default_factory=set)
    """Numbers of the trials that alone take too long for many rows: nothing that they are part of can be quick."""
    _present: Weighted = ()
    _looked_at: int = -1
    _select_seconds: float = 0.0
    _spent: float = 0.0
    _born: float = field(init=False)

    def __post_init__(self) -> None:
        """Note when the search began."""
        self._born = self.clock()

    def time_left(self, outcomes: Sequence[TrialOutcome]) -> float:
        """Seconds that trials may still use; the rest is kept for blending, fitting and storing."""
        if self.deadline is None:
            return float("inf")
        return self.deadline - self.clock() - self._needed(outcomes)

    def quick(self, good: Mapping[int, TrialOutcome]) -> dict[int, TrialOutcome]:
        """Leave out what answers too slowly; all of it where nothing else is good for anything.

        Without a deadline nothing is left out: what is measured is not the same twice.
        """
        if self.deadline is None:
            return dict(good)
        found = {number: one for number, one in good.items() if number not in self.slow}
        return found if any(one.kind is not TrialKind.DUMMY for one in found.values()) else dict(good)

    def _needed(self, outcomes: Sequence[TrialOutcome]) -> float:
        good = {one.number: one for one in outcomes if one.score is not None}
        if not good:
            return HAND_OVER_SECONDS
        began = self.clock()
        affordable = self._spent + self._select_seconds <= _LOOKING_SHARE * (began - self._born)
        if len(outcomes) != self._looked_at and (affordable or not self._present):
            self._present, self._looked_at = selected(self.bench, self.quick(good)), len(outcomes)
            self._select_seconds = self.clock() - began
            self._spent += self._select_seconds
        members = [good[number] for number, _ in self._present]
        if self.too_dear(members):
            return HAND_OVER_SECONDS + self._select_seconds
        bags = self.bags(members)
        stored = sum(one.size_bytes for one in members) * bags * _STORE_SECONDS_PER_BYTE
        again = (bags - 1) * self.refit_seconds(by_chance(members))
        return HAND_OVER_SECONDS + stored + self._select_seconds + self.refit_seconds(members) + again

    def too_dear(self, members: Sequence[TrialOutcome]) -> bool:
        """Whether fitting members on all rows would eat so much of the budget that their fold models should answer."""
        if self.deadline is None:
            return False
        return self.refit_seconds(members) > _REFIT_SHARE * (self.deadline - self._born)

    def bags(self, members: Sequence[TrialOutcome]) -> int:
        """Say how often the members of a blend should be fitted on all rows, each time with another seed."""
        if len(members) < 2 or not by_chance(members):
            return 1
        return next((times for most, times in _BAGS if len(self.bench.y) <= most), 1)

    def refit_seconds(self, members: Sequence[TrialOutcome]) -> float:
        """Estimate the wall clock of fitting members on all rows, in seconds."""
        quick = [self._one_refit(one) for one in members if find(one.family).side_by_side]
        slow = [self._one_refit(one) for one in members if not find(one.family).side_by_side]
        together = max(max(quick, default=0.0), sum(quick) / max(self.bench.threads, 1))
        encodings = {find(one.family).encoding for one in members}
        per_row = sum(self.bench.encoding_seconds.get(one, 0.0) for one in encodings)
        return together + sum(slow) + per_row * len(self.bench.y)

    def _one_refit(self, outcome: TrialOutcome) -> float:
        folds, rows = len(self.bench.folds), len(self.bench.y)
        fit_rows = min(
            float(np.mean([len(fit) for fit, _ in self.bench.folds])), float(outcome.config.get(SAMPLE, math.inf))
        )
        return outcome.fit_seconds / folds * rows / fit_rows * _REFIT_MARGIN + PREPARE_SECONDS
