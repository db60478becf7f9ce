"""Making a blend quick enough: it has to answer one row, and many, within stated times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from engine.automl.bench import Bench
from engine.automl.ensemble import Weighted
from engine.automl.folds import many_rows_seconds, one_row_seconds
from engine.automl.outcome import TrialOutcome
from engine.automl.reserve import selected
from engine.domain.run import LATENCY_LIMIT_SECONDS, MANY_ROWS_LIMIT_SECONDS

Fits = list[dict[int, Any]]
"""Fitted pipelines by the number of their trial: first those of all members, then more of what differs by chance."""

_ONE_ROW_MARGIN, _MANY_ROWS_MARGIN = 0.65, 0.8
"""Shares of the time limits for one row and for many that a blend may use: other machines are slower, and a row that
comes alone finds cold caches, which the best of a few calls does not."""


@dataclass(frozen=True, kw_only=True)
class Pruning:
    """Leaves out of a blend what makes it slow."""

    bench: Bench
    good: Mapping[int, TrialOutcome]
    """Successful trials by their number."""
    voters: Callable[[Weighted, Fits], Sequence[Any]]
    """The pipelines that would vote."""
    loss: Callable[[Weighted], float]
    """How much a blend errs; lower is better."""
    in_time: Callable[[], bool]
    """Whether there is a deadline, and it has not passed."""

    def quick_enough(self, members: Weighted, fits: Fits) -> tuple[Weighted, Fits]:
        """Prune a blend until it answers one row and many in time: first fits that differ by chance, then members.

        Without a clock nothing is pruned: what is measured is not the same twice, and a search that counts trials
        has to be.
        """
        # Pruning takes time of its own: past the deadline, what there is has to do.
        while self.in_time() and len(members) > 1 and self._load(members, fits) > 1.0:
            if len(fits) == 1:
                return self._part(members, fits), fits
            fits = fits[:-1]
        return members, fits

    def _part(self, members: Weighted, fits: Fits) -> Weighted:
        """Choose, of all parts of a blend that answer in time, the one that errs least; else its quickest member."""
        alone = {number: self._load(((number, 1.0),), fits) for number, _ in members}
        quick = [number for number in alone if alone[number] <= 1.0]
        parts: set[Weighted] = set()
        for size in range(len(quick), 0, -1):
            for some in combinations(quick, size):
                if self.in_time() or not parts:
                    parts.add(selected(self.bench, {number: self.good[number] for number in some}))
        for part in sorted(parts, key=lambda one: (self.loss(one), one)):
            # Members that share an encoding take less together than the sum of what each takes alone.
            if sum(alone[number] for number, _ in part) <= 1.0 or self._load(part, fits) <= 1.0:
                return part
        return ((min(alone, key=lambda number: (alone[number], number)), 1.0),)

    def _load(self, members: Weighted, fits: Fits) -> float:
        """Measure how long a blend takes for one row and for many: the larger share of what it may take."""
        pipelines = dict(enumerate(self.voters(members, fits)))
        weights = dict.fromkeys(pipelines, 1.0)
        one = one_row_seconds(self.bench, pipelines, weights) / (LATENCY_LIMIT_SECONDS * _ONE_ROW_MARGIN)
        if one > 1.0:
            return one
        limit = MANY_ROWS_LIMIT_SECONDS * _MANY_ROWS_MARGIN
        return max(one, many_rows_seconds(self.bench, pipelines, weights, limit) / limit)
