"""One search as it goes on: good starts of every family first, then the searcher of whichever family promises most.

With a budget in seconds, decisions look at the clock: what a trial may take, what is worth beginning. With a budget in
trials none does, costs are computed from configurations, and the same seed gives the same leaderboard.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from engine.automl.allocation import choose
from engine.automl.families.family import SAMPLE, Config, Family, asked
from engine.automl.families.targets import OBJECTIVE, SCALE
from engine.automl.outcome import TrialOutcome
from engine.automl.outcome import loss as loss_of
from engine.automl.starts import in_order
from engine.automl.trials import Trials, same
from engine.domain.run import TrialKind

_ALWAYS_SHARE = 0.06
"""Share of the search that families get which are always in the race."""
_SCOUT = "lightgbm"
"""Quick and good everywhere: what does not help it is not tried in the others."""
_LEADERS = 2
"""So many families are tried on more rows."""
_CLIMB_SHARE = 0.8
_SEARCH_SHARE = 0.1
"""A sample is searched on where a trial takes no more than this share of the time that is left."""
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
class Race(Trials):
    """One search: which configuration is tried next, until the budget is used."""

    make_searcher: MakeSearcher
    zero_shot: Callable[[Family], Config | None]
    """Knows a configuration of a family that did well on similar tables."""
    given: Sequence[tuple[str, Config]] = ()
    """Configurations that did well before, as family id and configuration: they are tried early."""
    searchers: dict[str, Searcher] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """Families that have nothing more to propose."""
    sample: int | None = field(init=False)
    """On how many rows of each fold trials are fitted now; on all of them without a number."""

    def __post_init__(self) -> None:
        """Begin on the smallest sample."""
        super().__post_init__()
        self.sample = self.bench.samples[0]

    def run(self) -> None:
        """Try the starts, then search on until the budget is used or somebody asks to stop."""
        if len(self.bench.samples) > 1:
            # On a long table every second counts: what usually wins there climbs before the others are even tried.
            self._try_all(start for start in self._starts() if _first(*start))
            self._climb()
        self._try_all(self._starts())
        self._climb()
        self._search()

    def _try_all(self, starts: Iterable[tuple[Family, Config, TrialKind]]) -> None:
        for family, config, kind in starts:
            if self._over():
                return
            if (
                family in self.families
                and not self._disproved(family, config)
                and not self.pace.hopeless(family, self._cost(family, config), self.outcomes)
            ):
                self._try(family, config, kind)

    def _disproved(self, family: Family, config: Config) -> bool:
        """Whether another objective, or scale of the target, has done worse in LightGBM than the usual one."""
        changed = {name: config[name] for name in (OBJECTIVE, SCALE) if name in config}
        mine = [one for one in self.outcomes if one.family == _SCOUT and one.score is not None]
        if not changed or not mine or family.id == _SCOUT:
            return False
        like = [self._loss(one) for one in mine if all(one.config.get(name) == changed[name] for name in changed)]
        usual = [self._loss(one) for one in mine if OBJECTIVE not in one.config and SCALE not in one.config]
        return bool(like and usual) and min(like) > min(usual)

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
                if any(done.family == one.family and same(done.config, config) for done in self.outcomes):
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

    def _begun(self) -> int:
        """Count the trials that were begun."""
        return len(self.outcomes)

    def _starts(self) -> Iterator[tuple[Family, Config, TrialKind]]:
        """List good configurations that were not tried yet: every family's plain default first."""
        done = [(one.family, asked(one.config)) for one in self.outcomes]
        sampled = {} if self.sample is None else {SAMPLE: self.sample}
        for family, config, kind in in_order(self.families, self.given, self.zero_shot, len(self.bench.y)):
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


def _first(family: Family, config: Config, kind: TrialKind) -> bool:
    """Whether a start is a baseline, or the plain default of boosted trees."""
    boosted = family.rounds is not None and asked(config) == dict(family.defaults[0])
    return boosted or kind in (TrialKind.DUMMY, TrialKind.SIMPLE)
