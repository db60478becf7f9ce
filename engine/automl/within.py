"""What of a search can be fitted on all rows in the time that is left, or answers without it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.automl.bench import Bench
from engine.automl.ensemble import Weighted, blend
from engine.automl.folds import overall
from engine.automl.outcome import TrialOutcome, loss
from engine.automl.reserve import Reserve, selected
from engine.domain.run import TrialKind


@dataclass(frozen=True, kw_only=True)
class Within:
    """Chooses among successful trials, by number, under a limit of time."""

    bench: Bench
    reserve: Reserve
    kept: Container[int]
    """Numbers of the trials with fold models, which can answer where there is no time for a fit on all rows."""

    def choose(self, good: Mapping[int, TrialOutcome], left: float | None) -> Weighted:
        """Choose the best that can be fitted in ``left`` seconds or answers by its fold models."""
        members = selected(self.bench, good)
        if left is None or self.refit(members, good) <= left:
            return members
        possible = {n: one for n, one in good.items() if self.refit(((n, 1.0),), good) <= left}
        if not possible:
            return ((self.quickest(good)[0], 1.0),)
        chosen = selected(self.bench, possible)
        while self.refit(chosen, good) > left:
            heavy = [(number, weight) for number, weight in chosen if number not in self.kept]
            lightest = min(heavy, key=lambda pair: pair[1])[0]
            chosen = selected(self.bench, {n: good[n] for n, _ in chosen if n != lightest})
        # What was left out may have been the best of all, and fit into the time alone.
        alone = selected(self.bench, {(best := self.best(possible)).number: best})
        return chosen if self.loss(chosen, good) < self.loss(alone, good) else alone

    def refit(self, members: Weighted, good: Mapping[int, TrialOutcome]) -> float:
        """Estimate what fitting members takes that have no fold models to answer instead, in seconds."""
        needed = [good[number] for number, _ in members if number not in self.kept]
        return self.reserve.refit_seconds(needed) if needed else 0.0

    def best(self, good: Mapping[int, TrialOutcome]) -> TrialOutcome:
        """Return the best single trial; the dummy only where there is nothing else."""
        useful = [one for one in good.values() if one.kind is not TrialKind.DUMMY] or list(good.values())
        return min(useful, key=lambda one: (loss(one, self.bench.problem), one.number))

    def quickest(self, good: Mapping[int, TrialOutcome]) -> list[int]:
        """List trials, those that are fitted on all rows in the least time first."""
        return sorted(good, key=lambda number: (self.reserve.refit_seconds([good[number]]), number))

    def loss(self, members: Weighted, good: Mapping[int, TrialOutcome]) -> float:
        """Judge a blend by its out-of-fold predictions; lower is better."""
        if len(members) == 1:
            return loss(good[members[0][0]], self.bench.problem)
        score = overall(self.bench, blend(members, {n: one.oof for n, one in good.items() if one.oof is not None}))
        return loss(replace(good[members[0][0]], score=score), self.bench.problem)

    def again(self, members: Weighted, left: Sequence[int], good: Mapping[int, TrialOutcome]) -> Weighted:
        """Weigh anew what is left of a blend: it still has to be better than each of its members."""
        if len(left) == len(members):
            return members
        return selected(self.bench, {number: good[number] for number in left})
