"""One search as it goes on: good starts of every family first, then the searcher of whichever family promises most.

With a budget in seconds, decisions look at the clock: what a trial may take, what is worth beginning. With a budget in
trials none does, costs are computed from configurations, and the same seed gives the same leaderboard.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from engine.automl.allocation import Account, choose
from engine.automl.bench import Bench
from engine.automl.families.family import SAMPLE, Config, Family, asked
from engine.automl.finish import Finisher
from engine.automl.folds import Fitted, fit_folds, outcome_of, plain_config
from engine.automl.limits import STOPPED, Limit, OutOfTimeError, StuckError, reason_of
from engine.automl.outcome import Listener, TrialOutcome
from engine.automl.outcome import loss as loss_of
from engine.automl.pace import Pace
from engine.automl.starts import in_order
from engine.domain.run import PROCESS_ENDED, TrialKind

_ALWAYS_SHARE = 0.06
"""Share of the search that families get which are always in the race."""
_LEADERS = 2
"""So many families are tried on more rows."""
_CLIMB_SHARE = 0.8
_SEARCH_SHARE = 0.1
"""A sample is searched on where a trial takes no more than this share of the time that is left."""
_TOO_LARGE = "It needed more memory than a run may use."
_MOST_ENDED = 2
"""A family that has ended so many processes is tried no more."""
_MOST_REFUSALS = 12
"""Proposals in a row that would take too long, after which the search ends early."""


class Searcher(Protocol):
    """Proposes configurations of one family and learns from their losses."""

    def suggest(self) -> Config | None:
        """Propose the next configuration, or nothing if none is left."""

    def learn(self, config: Config, loss: float, cost: float) -> None:
        """Hear how a proposal did: its loss (lower is better) and its cost."""


MakeSearcher = Callable[[Family, Sequence[tuple[Config, float]], int], Searcher]
"""Makes the searcher of a family from the configurations and losses that are known (infinite where a trial failed),
and a seed."""


@dataclass(kw_only=True)
class Race:
    """The state of one search."""

    bench: Bench
    families: Sequence[Family]
    listener: Listener
    pace: Pace
    finisher: Finisher
    make_searcher: MakeSearcher
    zero_shot: Callable[[Family], Config | None]
    """Knows a configuration of a family that did well on similar tables."""
    outcomes: list[TrialOutcome]
    given: Sequence[tuple[str, Config]] = ()
    """Configurations that did well before, as family id and configuration: they are tried early."""
    repeated: Mapping[int, TrialOutcome] = field(default_factory=dict)
    """By number: trials of an interrupted search that counts them. It is gone through again, but nothing is fitted
    twice, so that it ends as if it had not been interrupted."""
    searchers: dict[str, Searcher] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """Families that have nothing more to propose."""
    ended: Counter[str] = field(default_factory=Counter)
    """By family: trials that ended the process they were fitted in."""
    sample: int | None = field(init=False)
    """On how many rows of each fold trials are fitted now; on all of them without a number."""

    def __post_init__(self) -> None:
        """Book what was recorded earlier."""
        self.sample = self.bench.samples[0]
        self.accounts = {one.id: Account() for one in self.families}
        known = {one.id: one for one in self.families}
        for outcome in self.outcomes:
            if outcome.family in known:
                self._book(known[outcome.family], outcome, outcome.fit_seconds)

    def run(self) -> None:
        """Try the starts, then search on until the budget is used or somebody asks to stop."""
        if len(self.bench.samples) > 1:
            # On a long table every second counts: what usually wins there climbs before the others are even tried.
            self._try_all(start for start in self._starts() if self._first(*start))
            self._climb()
        self._try_all(self._starts())
        self._climb()
        self._search()

    def _try_all(self, starts: Iterable[tuple[Family, Config, TrialKind]]) -> None:
        for family, config, kind in starts:
            if self._over():
                return
            if family in self.families and not self.pace.hopeless(family, self._cost(family, config), self.outcomes):
                self._try(family, config, kind)

    def _first(self, family: Family, config: Config, kind: TrialKind) -> bool:
        """Whether a start is a baseline, or the plain default of boosted trees."""
        boosted = family.rounds is not None and asked(config) == dict(family.defaults[0])
        return boosted or kind in (TrialKind.DUMMY, TrialKind.SIMPLE)

    def _climb(self) -> None:
        """Try the best of the best families on more and more rows, as far as the budget allows.

        What wins on a sample may lose on all rows, and more rows make nearly every model better: the samples grow in
        steps, as in FLAML's own search, and only what leads is tried on the next.
        """
        for sample in self.bench.samples[1:]:
            leaders = sorted(self._leaders(), key=lambda one: loss_of(one, self.bench.problem))[:_LEADERS]
            for one in leaders:
                family = next(each for each in self.families if each.id == one.family)
                config = asked(one.config) | ({} if sample is None else {SAMPLE: sample})
                if self._over():
                    return
                if any(done.family == one.family and _same(done.config, config) for done in self.outcomes):
                    continue
                if self._too_dear(family, config):
                    continue
                began = self.pace.clock()
                self._try(family, config, TrialKind.CANDIDATE)
                if self.pace.clocked and self.pace.clock() - began < self._left() * _SEARCH_SHARE:
                    self.sample = sample

    def _leaders(self) -> list[TrialOutcome]:
        """Return the best trial of each family, the dummy aside."""
        best: dict[str, TrialOutcome] = {}
        for one in self.outcomes:
            if one.score is None or one.kind is TrialKind.DUMMY:
                continue
            if one.family not in best or self._loss(one) < self._loss(best[one.family]):
                best[one.family] = one
        return [one for one in best.values() if any(each.id == one.family for each in self.families)]

    def _too_dear(self, family: Family, config: Config) -> bool:
        """Whether a trial on more rows would leave too little time for anything else."""
        cost = self._cost(family, config)
        if self.pace.hopeless(family, cost, self.outcomes):
            return True
        expected, left = self.pace.expected(family, cost), self.pace.seconds(self.outcomes)
        return self.pace.clocked and (expected or 0.0) > (left or 0.0) * _CLIMB_SHARE

    def _left(self) -> float:
        return self.pace.time_left(self.outcomes)

    def _cost(self, family: Family, config: Config) -> float:
        """Work of a trial: that of a fit on all rows of the folds, less where a sample is fitted."""
        rows = len(self.bench.folds[-1][0])
        return float(family.cost(config) * min(config.get(SAMPLE, rows) / rows, 1.0))

    def _loss(self, outcome: TrialOutcome) -> float:
        return loss_of(outcome, self.bench.problem)

    def _search(self) -> None:
        """Ask the searchers of the families until the budget is used or nobody has a proposal left."""
        refusals = 0
        while not self._over() and refusals < _MOST_REFUSALS:
            proposal = self._proposal()
            if proposal is None:
                return
            family, config = proposal
            tried = {**config} if self.sample is None else {**config, SAMPLE: self.sample}
            cost, loss = self._cost(family, tried), math.inf
            if self.pace.hopeless(family, cost, self.outcomes):
                refusals += 1
            else:
                refusals = 0
                loss = self._loss(self._try(family, tried, TrialKind.CANDIDATE))
            told = loss if math.isfinite(loss) else self._penalty()
            self.searchers[family.id].learn(config, told, cost)

    def has_one(self) -> bool:
        """Whether any trial has succeeded."""
        return any(one.score is not None for one in self.outcomes)

    def _over(self) -> bool:
        return self.pace.over(self.outcomes) or (self.has_one() and self.listener.stopping())

    def _begun(self) -> int:
        """Count the trials that were begun."""
        return len(self.outcomes)

    def _starts(self) -> Iterator[tuple[Family, Config, TrialKind]]:
        """List good configurations that were not tried yet: every family's plain default first."""
        done = [(one.family, asked(one.config)) for one in self.outcomes]
        sampled = {} if self.sample is None else {SAMPLE: self.sample}
        for family, config, kind in in_order(self.families, self.given, self.zero_shot):
            if (family.id, dict(config)) not in done:
                done.append((family.id, dict(config)))
                yield family, dict(config) | (sampled if family.space else {}), kind

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
                (asked(one.config), loss_of(one, self.bench.problem))
                for one in self.outcomes
                if one.family == family.id
            ]
            self.searchers[family.id] = self.make_searcher(family, known, self.bench.seed)
        return self.searchers[family.id]

    def _try(self, family: Family, config: Config, kind: TrialKind) -> TrialOutcome:
        """Fit one configuration, record what came out, and tell of it."""
        number = max((one.number for one in self.outcomes), default=0) + 1
        before = self.repeated.get(number)
        if before is not None and before.family == family.id and _same(before.config, config):
            self.outcomes.append(before)
            self._book(family, before, before.fit_seconds)
            return before
        self.listener.tell(f"Fitting {family.title} (trial {number})", self.pace.share(self.outcomes))
        # Before there is any model, being asked to stop is no reason to give up the first one.
        heeds = self.has_one()

        strained = False

        def stopping() -> bool:
            # Noted at that moment: once the fit has ended, its memory has been given back.
            nonlocal strained
            strained = strained or self.listener.strained()
            return strained or (heeds and self.listener.stopping())

        # Where trials are counted, the search's own clock is never asked.
        clock = self.pace.clock if self.pace.clocked else time.monotonic
        limit = Limit(seconds=self.pace.seconds(self.outcomes), clock=clock, stopping=stopping)
        self.listener.begin(number, family.id, kind, plain_config(config))
        began = self.pace.clock()
        fitted, reason, stuck = self._fitted(family, config, limit)
        reason = _TOO_LARGE if strained and fitted is None else reason
        seconds = self.pace.clock() - began
        return self._record(number, family, config, kind, fitted, reason, seconds, stuck=stuck)

    def _record(
        self,
        number: int,
        family: Family,
        config: Config,
        kind: TrialKind,
        fitted: Fitted | None,
        reason: str,
        seconds: float,
        *,
        stuck: bool = False,
    ) -> TrialOutcome:
        """Record what came out of a trial, and tell of it."""
        outcome = outcome_of(number, family, config, kind, self.bench.seed, fitted, reason)
        self.outcomes.append(outcome)
        if fitted is not None:
            if fitted.pipelines:
                self.finisher.keep(self.outcomes, number, fitted)
            self.pace.learn(family, self._cost(family, config), seconds)
        self._book(family, outcome, seconds)
        self.listener.trial(outcome)
        if stuck:
            self.listener.stuck()
        return outcome

    def _fitted(self, family: Family, config: Config, limit: Limit) -> tuple[Fitted | None, str, bool]:
        """Fit a configuration on the folds; returns nothing and the reason where that fails, and whether it hangs."""
        try:
            return fit_folds(self.bench, family, config, limit), "", False
        except StuckError:
            return None, f"{PROCESS_ENDED} held it: after {limit.seconds or 0:.0f} s it could not be stopped.", True
        except OutOfTimeError as error:
            if self.listener.stopping() and self.has_one():
                return None, STOPPED, False
            self.pace.learn_too_long(family, self._cost(family, config))
            return None, reason_of(error, limit), False
        except Exception as error:  # noqa: BLE001 - a library's failure is a row of the leaderboard, not the end
            return None, reason_of(error, limit), False

    def _book(self, family: Family, outcome: TrialOutcome, seconds: float) -> None:
        """Note what a trial has cost and brought; a family that ends processes is given up."""
        if outcome.reason.startswith(PROCESS_ENDED):
            self.ended[family.id] += 1
            if self.ended[family.id] >= _MOST_ENDED:
                self.families = [one for one in self.families if one.id != family.id]
        cost = seconds if self.pace.clocked else self._cost(family, outcome.config)
        self.accounts[family.id].book(loss_of(outcome, self.bench.problem), cost)

    def _penalty(self) -> float:
        """Return a loss that is worse than all so far, for what could not be fitted."""
        worst = max((a for one in self.accounts.values() for a in one.losses if math.isfinite(a)), default=0.0)
        return worst + abs(worst) + 1.0


def _same(one: Config, other: Config) -> bool:
    return asked(one) == asked(other) and one.get(SAMPLE) == other.get(SAMPLE)
