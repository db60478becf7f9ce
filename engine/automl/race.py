"""One search as it goes on: good starts of every family first, then the searcher of whichever family promises most.

With a budget in seconds, decisions look at the clock: what a trial may take, what is worth beginning. With a budget in
trials none does, costs are computed from configurations, and the same seed gives the same leaderboard.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from engine.automl.allocation import Account, choose
from engine.automl.bench import Bench
from engine.automl.families.family import ROUNDS, Config, Family
from engine.automl.finish import Finisher
from engine.automl.folds import Fitted, fit_folds
from engine.automl.limits import Limit, OutOfTimeError
from engine.automl.outcome import Listener, TrialOutcome
from engine.automl.outcome import loss as loss_of
from engine.automl.pace import Pace
from engine.domain.run import TrialKind

_ALWAYS_SHARE = 0.06
"""Share of the search that families get which are always in the race."""
_MOST_REFUSALS = 12
"""Proposals in a row that would take too long, after which the search ends early."""


class Searcher(Protocol):
    """Proposes configurations of one family and learns from their losses."""

    def suggest(self) -> Config | None:
        """Propose the next configuration, or nothing if none is left."""

    def learn(self, config: Config, loss: float, cost: float) -> None:
        """Hear how a proposal did: its loss (lower is better) and its cost."""


MakeSearcher = Callable[[Family, Sequence[tuple[Config, float]], int], Searcher]
"""Makes the searcher of a family from the configurations and losses that are known, and a seed."""


@dataclass(kw_only=True)
class Race:
    """The state of one search."""

    bench: Bench
    families: Sequence[Family]
    listener: Listener
    pace: Pace
    finisher: Finisher
    make_searcher: MakeSearcher
    outcomes: list[TrialOutcome]
    searchers: dict[str, Searcher] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """Families that have nothing more to propose."""

    def __post_init__(self) -> None:
        """Book what was recorded earlier."""
        self.accounts = {one.id: Account() for one in self.families}
        known = {one.id: one for one in self.families}
        for outcome in self.outcomes:
            if outcome.family in known:
                self._book(known[outcome.family], outcome, outcome.fit_seconds)

    def run(self) -> None:
        """Try the starts, then search on until the budget is used or somebody asks to stop."""
        for family, config, kind in self._starts():
            if self._over():
                return
            if not self.pace.hopeless(family, config, self.outcomes):
                self._try(family, config, kind)
        refusals = 0
        while not self._over() and refusals < _MOST_REFUSALS:
            proposal = self._proposal()
            if proposal is None:
                return
            family, config = proposal
            loss = math.inf
            if self.pace.hopeless(family, config, self.outcomes):
                refusals += 1
            else:
                refusals = 0
                loss = loss_of(self._try(family, config, TrialKind.CANDIDATE), self.bench.problem)
            told = loss if math.isfinite(loss) else self._penalty()
            self.searchers[family.id].learn(config, told, family.cost(config))

    def has_one(self) -> bool:
        """Whether any trial has succeeded."""
        return any(one.score is not None for one in self.outcomes)

    def _over(self) -> bool:
        return self.pace.over(self.outcomes) or (self.has_one() and self.listener.stopping())

    def _begun(self) -> int:
        """Count the trials that were begun."""
        return len(self.outcomes)

    def _starts(self) -> Iterator[tuple[Family, Config, TrialKind]]:
        """List good configurations that were not tried yet: every family's plain default, then the others."""
        done = [(one.family, _asked(one.config)) for one in self.outcomes]
        for place in range(max((len(one.defaults) for one in self.families), default=0)):
            for family in self.families:
                if place < len(family.defaults) and (family.id, dict(family.defaults[place])) not in done:
                    kind = family.first_kind if place == 0 else TrialKind.CANDIDATE
                    yield family, family.defaults[place], kind

    def _proposal(self) -> tuple[Family, Config] | None:
        """Ask the searcher of the family that promises most; families without proposals are asked no more."""
        while names := {one.id: one for one in self.families if one.space and one.id not in self.closed}:
            rng = np.random.default_rng([self.bench.seed, self._begun(), len(self.closed)])
            always = frozenset(name for name, one in names.items() if one.always)
            accounts = {name: self.accounts[name] for name in names}
            family = names[choose(accounts, always, _ALWAYS_SHARE, rng)]
            config = self._searcher(family).suggest()
            if config is not None:
                return family, config
            self.closed.add(family.id)
        return None

    def _searcher(self, family: Family) -> Searcher:
        if family.id not in self.searchers:
            known = [
                (_asked(one.config), loss_of(one, self.bench.problem))
                for one in self.outcomes
                if one.family == family.id and one.score is not None
            ]
            self.searchers[family.id] = self.make_searcher(family, known, self.bench.seed)
        return self.searchers[family.id]

    def _try(self, family: Family, config: Config, kind: TrialKind) -> TrialOutcome:
        """Fit one configuration, record what came out, and tell of it."""
        number = max((one.number for one in self.outcomes), default=0) + 1
        self.listener.tell(f"Fitting {family.title} (trial {number})", self.pace.share(self.outcomes))
        # Before there is any model, being asked to stop is no reason to give up the first one.
        stopping = self.listener.stopping if self.has_one() else None
        limit = Limit(seconds=self.pace.seconds(self.outcomes), clock=self.pace.clock, stopping=stopping)
        began = self.pace.clock()
        fitted, reason = self._fitted(family, config, limit)
        seconds = self.pace.clock() - began
        return self._record(number, family, config, kind, fitted, reason, seconds)

    def _record(
        self,
        number: int,
        family: Family,
        config: Config,
        kind: TrialKind,
        fitted: Fitted | None,
        reason: str,
        seconds: float,
    ) -> TrialOutcome:
        """Record what came out of a trial, and tell of it."""
        outcome = _outcome(number, family, config, kind, self.bench.seed, fitted, reason)
        self.outcomes.append(outcome)
        if fitted is not None:
            if fitted.pipelines:
                self.finisher.keep(self.outcomes, number, fitted)
            self.pace.learn(family, config, seconds)
        self._book(family, outcome, seconds)
        self.listener.trial(outcome)
        return outcome

    def _fitted(self, family: Family, config: Config, limit: Limit) -> tuple[Fitted | None, str]:
        """Fit a configuration on the folds; returns nothing and the reason where that fails."""
        try:
            return fit_folds(self.bench, family, config, limit), ""
        except OutOfTimeError as error:
            if limit.stopping is None or not limit.stopping():
                self.pace.learn_too_long(family, config)
            return None, reason_of(error, limit)
        except Exception as error:  # noqa: BLE001 - a library's failure is a row of the leaderboard, not the end
            return None, reason_of(error, limit)

    def _book(self, family: Family, outcome: TrialOutcome, seconds: float) -> None:
        cost = seconds if self.pace.clocked else family.cost(outcome.config)
        self.accounts[family.id].book(loss_of(outcome, self.bench.problem), cost)

    def _penalty(self) -> float:
        """Return a loss that is worse than all so far, for what could not be fitted."""
        worst = max((a for one in self.accounts.values() for a in one.losses if math.isfinite(a)), default=0.0)
        return worst + abs(worst) + 1.0


def reason_of(error: Exception, limit: Limit) -> str:
    """Say in one sentence why a fit came to nothing."""
    if isinstance(error, OutOfTimeError):
        if limit.stopping is not None and limit.stopping():
            return "It was stopped, since the run was asked to end."
        return f"It would have taken longer than the {limit.seconds:.0f} s that one trial may take here."
    if isinstance(error, MemoryError):
        return "It needed more memory than there is."
    lines = str(error).strip().splitlines()
    return f"It failed with {type(error).__name__}{': ' + lines[0][:200] if lines else ''}."


def _asked(config: Config) -> dict[str, Any]:
    """Return a configuration as it was asked for, without what the fit found."""
    return {name: value for name, value in config.items() if name != ROUNDS}


def _outcome(
    number: int, family: Family, config: Config, kind: TrialKind, seed: int, fitted: Fitted | None, reason: str
) -> TrialOutcome:
    if fitted is None:
        return TrialOutcome(number=number, family=family.id, kind=kind, config=_plain(config), seed=seed, reason=reason)
    return TrialOutcome(
        number=number,
        family=family.id,
        kind=kind,
        config=_plain(fitted.config),
        seed=seed,
        score=fitted.score,
        fold_scores=fitted.fold_scores,
        fit_seconds=fitted.fit_seconds,
        predict_seconds=fitted.predict_seconds,
        size_bytes=fitted.size_bytes,
        oof=fitted.oof,
    )


def _plain(config: Config) -> dict[str, Any]:
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in config.items()}
