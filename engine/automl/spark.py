"""The search on Spark: trials are fitted side by side on executors, through FLAML's own support of it.

FLAML gives out a batch of trials, one for each worker, waits for all of them, and asks for the next batch. What is
tried, what is recorded and how the search ends are those of :class:`engine.automl.race.Race`; only the place where a
configuration is fitted differs. Since a batch is heard in the order in which it was given out, a budget in trials, a
seed and a number of workers give the same leaderboard each time; with one worker, that of the local engine.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.automl.families.family import Config, Family
from engine.automl.folds import Fitted
from engine.automl.limits import STOPPED, quiet
from engine.automl.outcome import loss as loss_of
from engine.automl.pace import LEAST_SECONDS
from engine.automl.race import Race
from engine.automl.spark_executor import Shared, evaluate
from engine.automl.spark_session import Where, session
from engine.domain.run import TrialKind
from engine.errors import InputError

_POLL_SECONDS = 0.2
_GRACE_SECONDS = 3.0
"""So much longer than its limit a batch may take before Spark is told to end it."""
_MOST_LOST = 4
"""Trials lost in a row after which Spark itself counts as lost."""
_LOST = "The Spark executor that fitted it was lost, twice: it may need more memory than an executor has."


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A trial that was given out."""

    number: int
    family: Family
    config: Config
    kind: TrialKind
    proposed: bool
    """Whether a searcher waits to hear of it."""


@dataclass(kw_only=True)
class SparkRace(Race):
    """A search whose trials are fitted on Spark."""

    where: Where
    pending: dict[str, _Asked] = field(default_factory=dict)
    """Trials that are being fitted, by FLAML's id of them."""
    again: list[_Asked] = field(default_factory=list)
    """Trials of a batch that broke: each is fitted once more, alone, to find the one that breaks executors."""
    overhead: float = 0.0
    """Seconds that the last batch took beyond its longest trial."""
    lost: int = 0
    starts: Iterator[tuple[Family, Config, TrialKind]] = field(init=False)

    def __post_init__(self) -> None:
        """Go on from all that was recorded; every trial has all rows, since a cluster is there for that."""
        self.outcomes += self.repeated.values()
        self.repeated = {}
        super().__post_init__()
        self.sample = None

    def run(self) -> None:
        """Try the starts, then search on until the budget is used or somebody asks to stop."""
        self.starts = self._starts()
        threads = max(1, self.bench.threads // self.where.workers)
        self.listener.tell(f"Starting Spark on {self.where.master}", self.pace.share(self.outcomes))
        with session(self.where, threads) as spark:
            shared = spark.sparkContext.broadcast(self._shared(threads))
            while not self._over():
                before = len(self.outcomes)
                self._stretch(spark, shared)
                if self.lost >= _MOST_LOST and not self.has_one():
                    raise InputError(
                        f"The executors of the Spark master {self.where.master} were lost one after the other.",
                        hint="Give them more memory (spark.executor.memory), or train on this machine.",
                    )
                if self.lost >= _MOST_LOST or (len(self.outcomes) == before and not self.again):
                    return

    def _shared(self, threads: int) -> Shared:
        bench = self.bench
        parts = {name: getattr(bench, name) for name in ("raw", "y", "problem", "folds", "seed", "recipe", "aside")}
        return Shared(key=os.urandom(8).hex(), parts=parts | {"threads": threads})

    def _stretch(self, spark: Any, shared: Any) -> None:
        """Let FLAML give out batches until the search is over or Spark breaks one off."""
        # Imported here: the local search does without it.
        from flaml.tune.tune import run

        bridge = _Bridge(self)
        # Never one: joblib would then fit in this process. The bridge gives out no more than there are workers.
        most = max(2, self.where.workers)
        try:
            with quiet(), _concurrent(most), _watched(self, spark, bridge):
                run(
                    partial(evaluate, shared),
                    metric="loss",
                    mode="min",
                    search_alg=bridge,
                    use_spark=True,
                    n_concurrent_trials=most,
                    num_samples=-1,
                    max_failure=1,
                    verbose=0,
                )
        except Exception:
            # Spark's exceptions are Java's, of many kinds; without a trial under way it was none of them.
            if not self.pending:
                raise
            self._broken()

    def next(self) -> tuple[str, _Asked] | None:
        """Choose what is tried next, if anything; the seconds of a trial are settled when it is given out."""
        if self.again:
            return self._out(self.again.pop(0))
        if self._over() or self._given_out() or self.lost >= _MOST_LOST:
            return None
        for family, config, kind in self.starts:
            if not self.pace.hopeless(family, self._cost(family, config), self.outcomes):
                return self._out(self._asked(family, config, kind, proposed=False))
        for _ in range(_MOST_LOST):
            proposal = self._proposal()
            if proposal is None:
                return None
            family, config = proposal
            if not self.pace.hopeless(family, self._cost(family, config), self.outcomes):
                return self._out(self._asked(family, config, TrialKind.CANDIDATE, proposed=True))
            self.searchers[family.id].learn(config, self._penalty(), self._cost(family, config))
        return None

    def seconds(self) -> float | None:
        """Say how long a trial may take that is given out now."""
        left = self.pace.seconds(self.outcomes)
        return None if left is None else max(left - self.overhead, LEAST_SECONDS)

    def hear(self, key: str, answer: Mapping[str, Any] | None) -> None:
        """Record what came out of a trial; nothing means that its executor was lost."""
        asked = self.pending.pop(key)
        fitted: Fitted | None = answer["fitted"] if answer else None
        reason = str(answer["reason"]) if answer else _LOST
        seconds = float(answer["seconds"]) if answer else 0.0
        self.lost = 0 if answer else self.lost + 1
        outcome = self._record(asked.number, asked.family, asked.config, asked.kind, fitted, reason, seconds)
        if answer and answer["late"]:
            self.pace.learn_too_long(asked.family, self._cost(asked.family, asked.config))
        if asked.proposed:
            found = loss_of(outcome, self.bench.problem)
            told = found if math.isfinite(found) else self._penalty()
            self.searchers[asked.family.id].learn(asked.config, told, asked.family.cost(asked.config))

    def _begun(self) -> int:
        return len(self.outcomes) + len(self.pending)

    def _given_out(self) -> bool:
        """Whether a budget in trials is given out, though not all have come back."""
        budget = self.pace.budget.trials
        return budget is not None and self._begun() + len(self.again) >= budget

    def _asked(self, family: Family, config: Config, kind: TrialKind, *, proposed: bool) -> _Asked:
        numbers = [one.number for one in self.outcomes] + [one.number for one in self.pending.values()]
        return _Asked(
            number=max(numbers, default=0) + 1, family=family, config=dict(config), kind=kind, proposed=proposed
        )

    def _out(self, asked: _Asked) -> tuple[str, _Asked]:
        key = str(asked.number)
        self.pending[key] = asked
        names = " and ".join(dict.fromkeys(one.family.title for one in self.pending.values()))
        self.listener.begin(asked.number, asked.family.id, asked.kind, asked.config)
        self.listener.tell(f"Fitting {names} on Spark (trial {asked.number})", self.pace.share(self.outcomes))
        return key, asked

    def _broken(self) -> None:
        """Sort out a batch that Spark broke off: those that were asked to end, the one at fault, and the others."""
        stopped = self.listener.stopping() and self.has_one()
        alone = len(self.pending) == 1
        for key in list(self.pending):
            asked = self.pending[key]
            if stopped or self._out_of_time():
                reason = STOPPED if stopped else "There was no time left for it."
                self.hear(key, {"fitted": None, "reason": reason, "seconds": 0.0, "late": False})
            elif alone:
                self.hear(key, None)
            else:
                del self.pending[key]
                self.again.append(asked)

    def _out_of_time(self) -> bool:
        return self.pace.clocked and self.has_one() and self.pace.time_left(self.outcomes) < LEAST_SECONDS


class _Bridge:
    """What FLAML sees of the search: it asks for trials, and tells what came out of them."""

    def __init__(self, race: SparkRace) -> None:
        self.race = race
        self._alone = bool(race.again)
        self.until: float | None = None
        """Reading of the clock at which the present batch should be done."""
        self._keys: dict[str, str] = {}
        self._began = 0.0
        self._longest = 0.0

    def set_search_properties(self, *_: Any, **__: Any) -> bool:
        """Take no notice: metric and space are the race's own."""
        return True

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        """Give out the next trial."""
        if not self._keys:
            self._began, self._longest, self.until = self.race.pace.clock(), 0.0, None
        drained = self._alone and not self.race.again
        full = len(self._keys) >= (1 if self._alone else self.race.where.workers)
        found = None if drained or full else self.race.next()
        if found is None:
            return None
        key, asked = found
        self._keys[trial_id] = key
        seconds = self.race.seconds()
        if seconds is not None:
            self.until = self.race.pace.clock() + seconds + self.race.overhead + _GRACE_SECONDS
        return {"family": asked.family, "config": asked.config, "seconds": seconds}

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Take no notice: a trial has one result, told at its end."""

    def on_trial_complete(self, trial_id: str, result: Mapping[str, Any] | None = None, error: bool = False) -> None:
        """Pass a result on."""
        if not error and result is not None:
            self._longest = max(self._longest, float(result["seconds"]))
        self.race.hear(self._keys.pop(trial_id), None if error else result)
        if not self._keys:
            self.race.overhead = max(self.race.pace.clock() - self._began - self._longest, 0.0)


@contextmanager
def _watched(race: SparkRace, spark: Any, bridge: _Bridge) -> Iterator[None]:
    """Have Spark end what it does once somebody asks to stop, or where a batch answers to no limit."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_SECONDS):
            late = bridge.until is not None and race.pace.clock() > bridge.until
            if (late or race.listener.stopping()) and race.has_one() and race.pending:
                spark.sparkContext.cancelAllJobs()

    thread = threading.Thread(target=watch, name="spark-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _concurrent(workers: int) -> Iterator[None]:
    """Let FLAML give out as many trials as there are workers: executors that register late do not change batches."""
    name = "FLAML_MAX_CONCURRENT"
    before = os.environ.get(name)
    os.environ[name] = str(workers)
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
