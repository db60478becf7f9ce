"""The end of a search: blend, fit on all rows within the time that is kept for it, hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.automl.bench import Bench
from engine.automl.ensemble import Weighted, blend
from engine.automl.families import find
from engine.automl.folds import Fitted, fold_scores, one_row_seconds, overall
from engine.automl.kept import Kept
from engine.automl.limits import Limit
from engine.automl.model import Member, Model
from engine.automl.outcome import BAGS, SearchResult, TrialOutcome, loss
from engine.automl.pruning import Fits, Pruning
from engine.automl.replay import SAMPLE_ROWS, AllRows, members_of, refit_on_all
from engine.automl.reserve import PREPARE_SECONDS, Reserve, by_chance
from engine.automl.within import Within
from engine.domain.run import MANY_ROWS_LIMIT_SECONDS, TrialKind

_LATE_SECONDS = 0.5
"""So much later than planned the last fit may end: fold models are the worse answer."""
_STOPPED_SECONDS = 10.0
"""Longest refit once somebody has asked to stop."""
_LAST_SECONDS = 1.0
"""What the quickest trial gets on all rows where there is nothing else to answer; after it, the dummy answers."""


@dataclass(kw_only=True)
class Finisher:
    """Keeps what the end may need, and does it."""

    bench: Bench
    reserve: Reserve
    stopping: Callable[[], bool]
    _kept: Kept = field(default_factory=Kept)
    """Fold models of the best trials: together they answer where there is no time to fit on all rows."""

    def keep(self, outcomes: Sequence[TrialOutcome], number: int, fitted: Fitted) -> None:
        """Keep the fold models of a trial while it is among the best, and note whether it answers in time."""
        if fitted.many_rows_seconds > MANY_ROWS_LIMIT_SECONDS:
            self.reserve.slow.add(number)
        losses = {one.number: loss(one, self.bench.problem) for one in outcomes}
        self._kept.keep(number, fitted, losses.__getitem__)

    def finish(self, outcomes: Sequence[TrialOutcome], notes: tuple[str, ...]) -> SearchResult:
        """Fit the best blend that time allows.

        Parameters
        ----------
        outcomes : sequence of TrialOutcome
            At least one of them successful.
        notes : tuple of str
            What the result should also say.
        """
        good = {one.number: one for one in outcomes if one.score is not None}
        quick = self.reserve.quick(good)
        members, fits, said = self._fitted(self._within.choose(quick, self._seconds()), good)
        members, fits = self._pruning(good).quick_enough(members, fits)
        best = min(good.values(), key=lambda one: (loss(one, self.bench.problem), one.number))
        number = max(one.number for one in outcomes) + 1
        voters = self._voters(members, fits, good)
        described = _described(self.bench, number, members, good, voters, len(fits)) if len(members) > 1 else None
        return SearchResult(
            outcomes=tuple(outcomes),
            single=best.number if len(members) > 1 else members[0][0],
            ensemble_outcome=described,
            model=Model(self.bench.problem, voters, self.bench.X.iloc[:SAMPLE_ROWS], self.bench.recipe),
            notes=(*notes, *said),
        )

    def _seconds(self) -> float | None:
        """Seconds that fitting on all rows may take."""
        asked = _STOPPED_SECONDS if self.stopping() else None
        if self.reserve.deadline is None:
            return asked
        left = max(self.reserve.deadline - self.reserve.clock() + _LATE_SECONDS, 0.0)
        return left if asked is None else min(asked, left)

    def _in_time(self) -> bool:
        """Whether there is a deadline, and it has not passed."""
        return self.reserve.deadline is not None and self._seconds() != 0.0

    def _pruning(self, good: Mapping[int, TrialOutcome]) -> Pruning:
        return Pruning(
            bench=self.bench,
            good=good,
            voters=lambda members, fits: [one.pipeline for one in self._voters(members, fits, good)],
            loss=lambda members: self._within.loss(members, good),
            in_time=self._in_time,
        )

    @property
    def _within(self) -> Within:
        return Within(bench=self.bench, reserve=self.reserve, kept=self._kept)

    def _fitted(self, members: Weighted, good: Mapping[int, TrialOutcome]) -> tuple[Weighted, Fits, tuple[str, ...]]:
        """Fit the members on all rows; those that time or memory does not allow answer by their fold models."""
        seconds = self._seconds()
        limit = Limit(seconds=seconds, clock=self.reserve.clock)
        wanted = {number: good[number] for number, _ in members}
        failures: dict[int, str] = {}
        shared = AllRows(bench=self.bench)
        refitted: dict[int, Any] = {}
        dear = self.reserve.too_dear(list(wanted.values())) and all(number in self._kept for number in wanted)
        if not dear and (seconds is None or seconds > PREPARE_SECONDS):
            refitted = refit_on_all(self.bench, wanted, limit, failures, shared=shared)
        left = [number for number, _ in members if number in refitted or number in self._kept]
        usable = self._within.again(members, left, good) if left else ()
        if not left:
            refitted = self._last_resort(good)
            usable = tuple((number, 1.0) for number in refitted)
        said = _said(usable, refitted, failures)
        if said:
            return usable, [refitted], said
        return usable, [refitted, *self._bags([good[number] for number, _ in usable], shared)], ()

    def _bags(self, members: Sequence[TrialOutcome], shared: AllRows) -> Fits:
        """Fit again, with other seeds, what differs by chance: the mean of several fits errs less than one."""
        again = {one.number: one for one in by_chance(members)}
        found: Fits = []
        for bag in range(1, self.reserve.bags(members)):
            if self.stopping():
                break
            seconds = self._seconds()
            if seconds is not None and self.reserve.refit_seconds(list(again.values())) > seconds:
                break
            limit = Limit(seconds=seconds, clock=self.reserve.clock)
            fitted = refit_on_all(self.bench, again, limit, {}, shared=shared, bag=bag)
            if len(fitted) < len(again):
                break
            found.append(fitted)
        return found

    def _voters(self, members: Weighted, fits: Fits, good: Mapping[int, TrialOutcome]) -> tuple[Member, ...]:
        """Put together what votes: pipelines that were fitted on all rows, or else fold models."""
        weighted = {number: (weight, good[number].family) for number, weight in members}
        folds = {number: self._kept.pipelines(number) for number in weighted if number not in fits[0]}
        most = max((len(pipelines) for pipelines in folds.values()), default=0)
        by_fold = [
            {number: each[place] for number, each in folds.items() if place < len(each)} for place in range(most)
        ]
        return members_of(weighted, [*fits, *by_fold])

    def _last_resort(self, good: Mapping[int, TrialOutcome]) -> dict[int, Any]:
        """Fit one trial where neither time nor fold models are left: a search without a model has failed."""
        useful = {n: one for n, one in good.items() if one.kind is not TrialKind.DUMMY}
        for number in self._within.quickest(useful)[:1]:
            limit = Limit(seconds=_LAST_SECONDS, clock=self.reserve.clock)
            if found := refit_on_all(self.bench, {number: good[number]}, limit, {}):
                return found
        number = next((n for n, one in good.items() if one.kind is TrialKind.DUMMY), self._within.quickest(good)[0])
        return refit_on_all(self.bench, {number: good[number]}, Limit())


def _described(
    bench: Bench, number: int, members: Weighted, good: Mapping[int, TrialOutcome], fitted: Sequence[Member], bags: int
) -> TrialOutcome:
    """Describe the blend as a trial of its own."""
    oof = blend(members, {n: one.oof for n, one in good.items() if one.oof is not None})
    pipelines = {place: one.pipeline for place, one in enumerate(fitted)}
    weights = {place: one.weight for place, one in enumerate(fitted)}
    return TrialOutcome(
        number=number,
        family="ensemble",
        kind=TrialKind.ENSEMBLE,
        config={
            "members": [{"number": n, "family": good[n].family, "weight": weight} for n, weight in members],
            BAGS: bags,
        },
        seed=bench.seed,
        score=overall(bench, oof),
        fold_scores=fold_scores(bench, oof),
        fit_seconds=sum(good[n].fit_seconds for n, _ in members),
        predict_seconds=one_row_seconds(bench, pipelines, weights),
        size_bytes=sum(good[n].size_bytes * (bags if find(good[n].family).by_chance else 1) for n, _ in members),
        oof=oof,
    )


def _said(members: Weighted, refitted: Mapping[int, Any], failures: Mapping[int, str]) -> tuple[str, ...]:
    """Say what is different from members that were all fitted on all rows."""
    late = sum(number not in refitted and number not in failures for number, _ in members)
    broken = [failures[number] for number, _ in members if number in failures]
    said = []
    if late:
        said.append(f"There was no time to fit {late} of {len(members)} members on all rows: their fold models answer.")
    if broken:
        said.append(
            f"{len(broken)} of {len(members)} members could not be fitted on all rows ({broken[0]}): "
            "their fold models answer."
        )
    return tuple(said)
