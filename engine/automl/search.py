"""The search: good starts of every family first, then FLAML's cost-frugal search within each family.

FLAML (Wang, Wu, Weimer, Zhu: FLAML, MLSys 2021) proposes configurations from cheap ones upwards; fitting, folds,
out-of-fold predictions, failures and times are ours to record. Families take turns by what they have cost and how well
they did: the better a family, the larger its share. With a budget in trials nothing depends on the clock, so the same
seed gives the same leaderboard.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.families import for_task
from engine.automl.families.family import Config, Family
from engine.automl.finish import Finisher
from engine.automl.folds import Bench, Fitted, Fold, fit_folds
from engine.automl.limits import OutOfTimeError, time_limit
from engine.automl.outcome import Listener, Recorded, SearchResult, TrialOutcome
from engine.automl.table import align
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.run import Budget, TrialKind
from engine.errors import InputError

__all__ = ["Listener", "Recorded", "SearchResult", "TrialOutcome", "search"]

_MANY_ROWS, _FOLDS_THEN = 60_000, 3
_VERY_MANY_ROWS = 250_000
_CANDIDATES = ("linear", "network")
"""Families that keep a share of the search whatever their score: trees alone are not the whole field."""


class Searcher(Protocol):
    """Proposes configurations of one family and learns from their losses."""

    def suggest(self) -> Config | None:
        """Propose the next configuration, or nothing if none is left."""

    def learn(self, config: Config, loss: float, cost: float) -> None:
        """Hear how a proposal did: its loss (lower is better) and its cost."""


MakeSearcher = Callable[[Family, Sequence[tuple[Config, float]], int], Searcher]


def search(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    *,
    budget: Budget,
    seed: int,
    threads: int,
    listener: Listener,
    families: Sequence[str] | None = None,
    recorded: Sequence[Recorded] = (),
    clock: Callable[[], float] = time.monotonic,
    started: float | None = None,
    make_searcher: MakeSearcher | None = None,
) -> SearchResult:
    """Search for the best model within a budget.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
        Class codes or values.
    problem : Problem
    folds : sequence of (fit rows, score rows)
    budget : Budget
        Seconds (from ``started`` to the fitted model) or a count of trials.
    seed, threads : int
    listener : Listener
    families : sequence of str, optional
        Ids of the families to try; all by default.
    recorded : sequence of Recorded
        Trials of an earlier attempt at the same search.
    clock : callable
        Monotonic seconds.
    started : float, optional
        Reading of ``clock`` at which the budget began; now by default.
    make_searcher : callable, optional
        Makes the searcher of a family; FLAML's by default.

    Returns
    -------
    SearchResult

    Raises
    ------
    InputError
        If not a single trial succeeded.
    """
    tidy, _ = align(X, problem)
    used, note = _used_folds(folds, len(y))
    bench = Bench(X=tidy, y=y, problem=problem, folds=used, seed=seed, threads=threads)
    race = _Race(
        bench=bench,
        families=[one for one in for_task(problem.task, tuple(families) if families else None) if _fits(one, tidy)],
        budget=budget,
        listener=listener,
        clock=clock,
        started=clock() if started is None else started,
        make_searcher=make_searcher or flaml_searcher,
        outcomes=list(recorded),
    )
    race.run()
    return race.result(note)


def _fits(family: Family, frame: pd.DataFrame) -> bool:
    return frame.shape[0] * frame.shape[1] <= family.most_cells


def _used_folds(folds: Sequence[Fold], rows: int) -> tuple[Sequence[Fold], tuple[str, ...]]:
    """Use fewer folds where rows are many: one part of them already gives a narrow interval."""
    most = 1 if rows > _VERY_MANY_ROWS else _FOLDS_THEN if rows > _MANY_ROWS else len(folds)
    if most >= len(folds):
        return folds, ()
    return folds[-most:], (f"{rows:,} rows: {most} of {len(folds)} folds were scored.",)


@dataclass(kw_only=True)
class _Race:
    """The state of one search."""

    bench: Bench
    families: list[Family]
    budget: Budget
    listener: Listener
    clock: Callable[[], float]
    started: float
    make_searcher: MakeSearcher
    outcomes: list[TrialOutcome]
    finisher: Finisher = field(init=False)
    searchers: dict[str, Searcher] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set up what ends the search."""
        self.finisher = Finisher(bench=self.bench, clock=self.clock, deadline=self._deadline())

    def run(self) -> None:
        """Try the starts, then search on until the budget is used or somebody asks to stop."""
        for family, config, kind in self._starts():
            if self._over():
                return
            self._try(family, config, kind)
        while not self._over():
            chosen = self._next_family()
            if chosen is None:
                return
            proposed = self._searcher(chosen).suggest()
            if proposed is None:
                self.spent[chosen.id] = float("inf")
                continue
            self._try(chosen, proposed, TrialKind.CANDIDATE)

    def result(self, notes: tuple[str, ...]) -> SearchResult:
        """Blend, fit, and hand over."""
        if not any(one.score is not None for one in self.outcomes):
            reasons = sorted({one.reason for one in self.outcomes if one.reason})
            raise InputError(
                f"No model could be fitted: {reasons[0] if reasons else 'the budget was over before the first trial'}",
                hint="Look at the findings on the data page, or give the search more time.",
            )
        self.listener.tell("Blending the best trials and fitting them on all rows", 1.0)
        return self.finisher.finish(self.outcomes, notes)

    def _starts(self) -> list[tuple[Family, Config, TrialKind]]:
        """List good configurations that were not tried yet: every family's plain default, then the others."""
        done = [(one.family, dict(one.config)) for one in self.outcomes]
        first = [(one, one.defaults[0], one.first_kind) for one in self.families]
        others = [(one, config, TrialKind.CANDIDATE) for one in self.families for config in one.defaults[1:]]
        return [start for start in first + others if (start[0].id, dict(start[1])) not in done]

    def _try(self, family: Family, config: Config, kind: TrialKind) -> None:
        """Fit one configuration, tell of it, and let the searcher learn from it."""
        self.listener.tell(f"Fitting {family.title} (trial {len(self.outcomes) + 1})", self._share())
        began = self.clock()
        fitted: Fitted | None = None
        reason = ""
        limit = self._limit()
        try:
            with time_limit(limit):
                fitted = fit_folds(self.bench, family.id, config)
        except OutOfTimeError:
            reason = f"It was stopped after {limit:.0f} s, so that the search keeps its budget."
        except MemoryError:
            reason = "It needed more memory than there is."
        except Exception as error:  # noqa: BLE001 - a library's failure is a row of the leaderboard, not the end
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"
        outcome = _outcome(len(self.outcomes) + 1, family, config, kind, fitted, reason)
        self.outcomes.append(outcome)
        if fitted is not None:
            self.finisher.keep(outcome, fitted)
        self.listener.trial(outcome)
        cost = family.cost(config) if self.budget.trials is not None else self.clock() - began
        self.spent[family.id] = self.spent.get(family.id, 0.0) + cost
        if kind is TrialKind.CANDIDATE and family.id in self.searchers:
            self.searchers[family.id].learn(config, self._loss(outcome), family.cost(config))

    def _next_family(self) -> Family | None:
        """Choose the family that has had least of its share; better families have larger shares."""
        open_ones = [one for one in self.families if one.space and self.spent.get(one.id, 0.0) < float("inf")]
        scores = {one.id: self._best_loss(one.id) for one in open_ones}
        ranked = sorted(open_ones, key=lambda one: (scores[one.id], one.order))
        if not ranked:
            return None
        shares = {one.id: max(0.5**place, 0.1 if one.id in _CANDIDATES else 0.0) for place, one in enumerate(ranked)}
        return min(ranked, key=lambda one: (self.spent.get(one.id, 0.0) / shares[one.id], one.order))

    def _searcher(self, family: Family) -> Searcher:
        if family.id not in self.searchers:
            known = [
                (one.config, self._loss(one))
                for one in self.outcomes
                if one.family == family.id and one.score is not None
            ]
            self.searchers[family.id] = self.make_searcher(family, known, self.bench.seed)
        return self.searchers[family.id]

    def _loss(self, outcome: TrialOutcome) -> float:
        if outcome.score is None:
            return 1e9
        return -outcome.score if find_metric(self.bench.problem.metric).higher_is_better else outcome.score

    def _best_loss(self, family_id: str) -> float:
        return min((self._loss(one) for one in self.outcomes if one.family == family_id), default=1e9)

    def _deadline(self) -> float | None:
        return None if self.budget.seconds is None else self.started + self.budget.seconds

    def _share(self) -> float:
        if self.budget.trials is not None:
            return len(self.outcomes) / self.budget.trials
        return (self.clock() - self.started) / (self.budget.seconds or 1.0)

    def _limit(self) -> float | None:
        """Seconds that the next trial may take; the very first ones get what is left, so that there is a model."""
        return None if self.budget.seconds is None else max(self.finisher.time_left(self.outcomes), 0.3)

    def _over(self) -> bool:
        if self.listener.stopping():
            return any(one.score is not None for one in self.outcomes)
        if self.budget.trials is not None:
            return len(self.outcomes) >= self.budget.trials
        has_one = any(one.score is not None for one in self.outcomes)
        return has_one and self.finisher.time_left(self.outcomes) <= 0.3


def _outcome(
    number: int, family: Family, config: Config, kind: TrialKind, fitted: Fitted | None, reason: str
) -> TrialOutcome:
    plain = {name: _plain(value) for name, value in config.items()}
    if fitted is None:
        return TrialOutcome(number=number, family=family.id, kind=kind, config=plain, reason=reason)
    return TrialOutcome(
        number=number,
        family=family.id,
        kind=kind,
        config=plain,
        score=fitted.score,
        fold_scores=fitted.fold_scores,
        fit_seconds=fitted.fit_seconds,
        predict_seconds=fitted.predict_seconds,
        size_bytes=fitted.size_bytes,
        oof=fitted.oof,
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def flaml_searcher(family: Family, known: Sequence[tuple[Config, float]], seed: int) -> Searcher:
    """Make FLAML's cost-frugal searcher for a family, starting from what is known of it."""
    return _Flaml(family, known, seed)


class _Flaml:
    """FLAML's CFO behind two methods."""

    def __init__(self, family: Family, known: Sequence[tuple[Config, float]], seed: int) -> None:
        # Imported here: the first trials need nothing of it, and it takes a second.
        from flaml import tune
        from flaml.tune.searcher.blendsearch import CFO

        space = {one.name: _domain(tune, one) for one in family.space}
        points = [{name: config[name] for name in space} for config, _ in known if set(space) <= set(config)]
        losses = [loss for config, loss in known if set(space) <= set(config)]
        self._searcher = CFO(
            metric="loss",
            mode="min",
            space=space,
            low_cost_partial_config={one.name: one.start for one in family.space if not one.choices},
            points_to_evaluate=points or None,
            evaluated_rewards=losses or None,
            seed=seed,
            cost_attr="cost",
        )
        self._fixed: Mapping[str, Any] = {
            name: value for name, value in family.defaults[0].items() if name not in space
        }
        self._asked: dict[int, tuple[str, Config]] = {}
        self._count = 0
        self._seen = {_key(config) for config, _ in known}

    def suggest(self) -> Config | None:
        """Propose a configuration that was not tried yet."""
        for _ in range(20):
            self._count += 1
            trial = str(self._count)
            found = self._searcher.suggest(trial)
            if found is None:
                continue
            config = {**self._fixed, **found}
            if _key(config) in self._seen:
                # The searcher proposes it again only to confirm it; it is told the same and goes on.
                self._searcher.on_trial_complete(trial, {"loss": 1e9, "cost": 1e-3, "config": found}, error=False)
                continue
            self._seen.add(_key(config))
            self._asked[id(config)] = (trial, found)
            return config
        return None

    def learn(self, config: Config, loss: float, cost: float) -> None:
        """Tell FLAML how its proposal did."""
        if id(config) in self._asked:
            trial, found = self._asked.pop(id(config))
            self._searcher.on_trial_complete(trial, {"loss": loss, "cost": cost, "config": found})


def _key(config: Config) -> tuple[tuple[str, Any], ...]:
    return tuple(
        sorted((name, round(value, 6) if isinstance(value, float) else value) for name, value in config.items())
    )


def _domain(tune: Any, param: Any) -> Any:
    if param.choices:
        return tune.choice(list(param.choices))
    if param.whole:
        return (tune.lograndint if param.log else tune.randint)(int(param.low), int(param.high) + 1)
    return (tune.loguniform if param.log else tune.uniform)(param.low, param.high)
