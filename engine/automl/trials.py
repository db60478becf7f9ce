"""The trials of one search: each is fitted, recorded, told of, and what it cost is booked to its family."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.automl.allocation import Account
from engine.automl.bench import Bench
from engine.automl.families.family import SAMPLE, Config, Family, asked
from engine.automl.finish import Finisher
from engine.automl.folds import Fitted, fit_folds, outcome_of, plain_config
from engine.automl.limits import STOPPED, Limit, OutOfTimeError, StuckError, reason_of
from engine.automl.outcome import Listener, TrialOutcome
from engine.automl.outcome import loss as loss_of
from engine.automl.pace import Pace
from engine.domain.run import PROCESS_ENDED, TrialKind

_TOO_LARGE = "It needed more memory than a run may use."
_MOST_ENDED = 2
"""A family that has ended so many processes is tried no more."""


@dataclass(kw_only=True)
class Trials:
    """The trials of a search, past and next; which one is next, a subclass decides."""

    bench: Bench
    families: Sequence[Family]
    listener: Listener
    pace: Pace
    finisher: Finisher
    outcomes: list[TrialOutcome]
    repeated: Mapping[int, TrialOutcome] = field(default_factory=dict)
    """By number: trials of an interrupted search that counts them. It is gone through again, but nothing is fitted
    twice, so that it ends as if it had not been interrupted."""
    accounts: dict[str, Account] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    """By family: trials that ended the process they were fitted in."""

    def __post_init__(self) -> None:
        """Book what was recorded earlier."""
        self.accounts = {one.id: Account() for one in self.families}
        known = {one.id: one for one in self.families}
        for outcome in self.outcomes:
            if outcome.family in known:
                self._book(known[outcome.family], outcome, outcome.fit_seconds)

    def has_one(self) -> bool:
        """Whether any trial has succeeded."""
        return any(one.score is not None for one in self.outcomes)

    def _over(self) -> bool:
        return self.pace.over(self.outcomes) or (self.has_one() and self.listener.stopping())

    def _cost(self, family: Family, config: Config) -> float:
        """Work of a trial: that of a fit on all rows of the folds, less where a sample is fitted."""
        rows = len(self.bench.folds[-1][0])
        return float(family.cost(config) * min(config.get(SAMPLE, rows) / rows, 1.0))

    def _loss(self, outcome: TrialOutcome) -> float:
        return loss_of(outcome, self.bench.problem)

    def _try(self, family: Family, config: Config, kind: TrialKind) -> TrialOutcome:
        """Fit one configuration, record what came out, and tell of it."""
        number = max((one.number for one in self.outcomes), default=0) + 1
        before = self.repeated.get(number)
        if before is not None and before.family == family.id and same(before.config, config):
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


def same(one: Config, other: Config) -> bool:
    """Whether two configurations ask for the same fit."""
    return asked(one) == asked(other) and one.get(SAMPLE) == other.get(SAMPLE)
