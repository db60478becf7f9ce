"""The end of a search: blend, fit on all rows within the time that is kept for it, hand over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.automl.ensemble import blend, select
from engine.automl.folds import Bench, Fitted, one_row_seconds
from engine.automl.limits import OutOfTimeError, time_limit
from engine.automl.model import Member, Model
from engine.automl.outcome import SearchResult, TrialOutcome
from engine.automl.replay import refit_member
from engine.domain.metric import find_metric
from engine.domain.run import TrialKind
from engine.metrics.scores import score

Weighted = tuple[tuple[int, float], ...]
"""Trial numbers and their shares of the vote."""

_HAND_OVER_SECONDS = 0.8
"""Kept for storing the model after it is fitted."""
_REFIT_MARGIN = 1.4
"""A fit on all rows takes longer than one on a fold, and never exactly as long as measured."""


@dataclass(kw_only=True)
class Finisher:
    """Knows what the end of the search will cost, and does it."""

    bench: Bench
    clock: Callable[[], float]
    deadline: float | None
    _fallback: tuple[int, Fitted] | None = None
    _selected: dict[int, Weighted] = field(default_factory=dict)

    def keep(self, outcome: TrialOutcome, fitted: Fitted) -> None:
        """Keep the fold models of the best single trial: they answer if there is no time to fit on all rows."""
        if self._fallback is None or self._better(outcome, self._fallback[1].score):
            self._fallback = (outcome.number, fitted)

    def time_left(self, outcomes: Sequence[TrialOutcome]) -> float:
        """Seconds that trials may still use; the rest is kept for blending, fitting and storing."""
        if self.deadline is None:
            return float("inf")
        return self.deadline - self.clock() - _HAND_OVER_SECONDS - self._cost(outcomes)

    def finish(self, outcomes: Sequence[TrialOutcome], notes: tuple[str, ...]) -> SearchResult:
        """Fit the best blend that time allows; returns what the search ends with."""
        good = {one.number: one for one in outcomes if one.score is not None}
        wanted = self._affordable(self._members(outcomes), good)
        members, fitted, said = self._fit(wanted, good)
        blended = self._blended(members, outcomes, fitted) if len(members) > 1 else None
        best = min(good.values(), key=lambda one: (self._loss(one), one.number))
        return SearchResult(
            outcomes=tuple(outcomes),
            single=best.number if blended is not None else members[0][0],
            ensemble_outcome=blended,
            model=Model(self.bench.problem, fitted),
            notes=(*notes, *said),
        )

    def _members(self, outcomes: Sequence[TrialOutcome]) -> Weighted:
        """Select the blend of what has been tried so far; remembered, since nothing changes between trials."""
        good = {one.number: one for one in outcomes if one.score is not None and one.oof is not None}
        if len(outcomes) not in self._selected:
            useful = {n: one for n, one in good.items() if one.kind is not TrialKind.DUMMY} or good
            self._selected = {
                len(outcomes): select(
                    {n: one.oof for n, one in useful.items() if one.oof is not None},
                    {n: one.score for n, one in useful.items() if one.score is not None},
                    self.bench.y,
                    self.bench.problem,
                    seed=self.bench.seed,
                )
            }
        return self._selected[len(outcomes)]

    def _cost(self, outcomes: Sequence[TrialOutcome]) -> float:
        """Estimate how long blending and fitting will take, in seconds."""
        good = {one.number: one for one in outcomes if one.score is not None}
        if not good:
            return 0.0
        return sum(self._refit_seconds(good[number]) for number, _ in self._members(outcomes))

    def _refit_seconds(self, outcome: TrialOutcome) -> float:
        folds = max(len(outcome.fold_scores), 1)
        rows = len(self.bench.y)
        fit_rows = np.mean([len(fit) for fit, _ in self.bench.folds]) if self.bench.folds else rows
        return float(outcome.fit_seconds / folds * rows / max(fit_rows, 1.0) * _REFIT_MARGIN + 0.05)

    def _affordable(self, members: Weighted, good: dict[int, TrialOutcome]) -> Weighted:
        """Leave out the lightest members until the rest can be fitted in the time that is left."""
        if self.deadline is None:
            return members
        left = self.deadline - self.clock() - _HAND_OVER_SECONDS
        kept = list(members)
        while len(kept) > 1 and sum(self._refit_seconds(good[number]) for number, _ in kept) > left:
            kept.pop()
        total = sum(weight for _, weight in kept)
        return tuple((number, weight / total) for number, weight in kept)

    def _fit(
        self, members: Weighted, good: dict[int, TrialOutcome]
    ) -> tuple[Weighted, tuple[Member, ...], tuple[str, ...]]:
        """Fit the members on all rows; if that takes too long, take the fold models of the best single trial."""
        limit = None if self.deadline is None else max(self.deadline - self.clock() + 1.0, 0.5)
        if self._fallback is None:
            # Everything was recorded by an earlier attempt: there are no fold models to fall back on.
            limit = None
        try:
            with time_limit(limit):
                return members, tuple(refit_member(self.bench, weight, good[number]) for number, weight in members), ()
        except OutOfTimeError:
            assert self._fallback is not None
            number, fitted = self._fallback
            share, family = 1.0 / len(fitted.pipelines), good[number].family
            said = ("There was no time to fit on all rows: the fold models of the best trial answer together.",)
            kept = tuple(Member(weight=share, family=family, pipeline=one) for one in fitted.pipelines)
            return ((number, 1.0),), kept, said

    def _blended(self, members: Weighted, outcomes: Sequence[TrialOutcome], fitted: tuple[Member, ...]) -> TrialOutcome:
        """Describe the blend as a trial of its own."""
        good = {one.number: one for one in outcomes}
        oof = blend(members, {number: good[number].oof for number, _ in members})  # type: ignore[misc]
        problem, y = self.bench.problem, self.bench.y
        scored = np.isfinite(oof).all(axis=1) if oof.ndim == 2 else np.isfinite(oof)
        folds = tuple(float(score(problem.metric, y[rest], oof[rest], problem)) for _, rest in self.bench.folds)
        return TrialOutcome(
            number=len(outcomes) + 1,
            family="ensemble",
            kind=TrialKind.ENSEMBLE,
            config={"members": [{"number": n, "family": good[n].family, "weight": weight} for n, weight in members]},
            score=float(score(problem.metric, y[scored], oof[scored], problem)),
            fold_scores=folds,
            fit_seconds=sum(good[number].fit_seconds for number, _ in members),
            predict_seconds=sum(one_row_seconds(one.pipeline, self.bench) for one in fitted),
            size_bytes=sum(good[number].size_bytes for number, _ in members),
            oof=oof,
        )

    def _loss(self, outcome: TrialOutcome) -> float:
        assert outcome.score is not None
        return -outcome.score if find_metric(self.bench.problem.metric).higher_is_better else outcome.score

    def _better(self, outcome: TrialOutcome, than: float) -> bool:
        return outcome.score is not None and find_metric(self.bench.problem.metric).better(outcome.score, than)
