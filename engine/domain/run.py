"""A run, its states, and what happens in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.errors import StateError

LATENCY_LIMIT_SECONDS = 0.030
"""A recommended model answers one row within this time."""
MANY_ROWS, MANY_ROWS_LIMIT_SECONDS = 10_000, 2.0
"""So many rows it answers within this time."""

HURRIED_SECONDS = 30.0
"""Budget of a search below which its folds are drawn once only."""

PROCESS_ENDED = "Its process"
"""How the reason of a trial begins that ended the process it was fitted in."""


class RunKind(StrEnum):
    """What a worker is asked to do."""

    TRAIN = "train"
    EXPLAIN = "explain"
    HOLDOUT = "holdout"
    PUBLISH = "publish"
    CHECK = "check"
    """Look at a file that is no project yet."""
    START = "start"
    """Make a project of such a file."""
    REPLAY = "replay"
    """Fit recorded trials again and compare."""
    RECIPE = "recipe"
    """Measure the effect of a recipe on the same folds."""
    DIAGNOSE = "diagnose"
    """Look for over- and underfit, weak segments and unequal treatment of groups."""
    WATCH = "watch"
    """Look at new rows, replay a table over time, or compare a challenger with the champion."""


class RunStatus(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    EVALUATING = "evaluating"
    EXPLAINING = "explaining"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def is_active(self) -> bool:
        """Whether a worker is at it."""
        return self in (RunStatus.RUNNING, RunStatus.EVALUATING, RunStatus.EXPLAINING)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return not (self.is_active or self is RunStatus.QUEUED)


_Q, _R, _E, _X = RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.EVALUATING, RunStatus.EXPLAINING
_ENDS = (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.LOST)

MOVES: Mapping[RunStatus, tuple[RunStatus, ...]] = {
    _Q: (_R, RunStatus.CANCELLED, RunStatus.FAILED),
    _R: (_E, _X, *_ENDS),
    _E: (_X, *_ENDS),
    _X: _ENDS,
    # A finished run never changes. The other three endings may be taken up again, from the recorded trials.
    RunStatus.DONE: (),
    RunStatus.FAILED: (_Q,),
    RunStatus.CANCELLED: (_Q,),
    RunStatus.LOST: (_Q,),
}
"""Which status may follow which."""


def check_move(old: RunStatus, new: RunStatus) -> None:
    """Refuse an illegal change of status.

    Raises
    ------
    StateError
        If ``new`` may not follow ``old``.
    """
    if new not in MOVES[old]:
        raise StateError(f"A run that is {old} cannot become {new}.", hint="Start a new run instead.")


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long a search may go on: seconds of wall clock, or a number of trials."""

    seconds: float | None = None
    trials: int | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as it is stored."""

    id: int
    project: str
    kind: RunKind
    status: RunStatus
    params: Mapping[str, Any]
    """What was asked: budget, seed, families, expected score …"""
    result: Mapping[str, Any]
    """What came out, small enough to read at a glance (empty until then)."""
    phase: str
    """What is going on now, as one short sentence."""
    progress: float
    """Share done, 0 to 1."""
    cancel_requested: bool
    pid: int | None
    error: str
    """One sentence, empty unless failed or lost."""
    hint: str
    attempt: int
    """How often a worker has taken it up."""
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None
    used_before: float = 0.0
    """Seconds of the budget that earlier attempts have used."""
    in_hand: Mapping[str, Any] = field(default_factory=dict)
    """The trial that was begun last: its number, family, configuration and when; empty before the first."""


class TrialKind(StrEnum):
    """Why a trial is on the leaderboard."""

    DUMMY = "dummy"
    SIMPLE = "simple"
    DEFAULT = "default"
    CANDIDATE = "candidate"
    ENSEMBLE = "ensemble"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One finished trial; a failed one is data, not a crash."""

    id: int
    run_id: int
    number: int
    """Count within the run, from 1."""
    family: str
    kind: TrialKind
    config: Mapping[str, Any]
    ok: bool
    reason: str
    """Why it failed, empty if it did not."""
    score: float | None
    """Value of the project's metric on all out-of-fold predictions."""
    low: float | None
    high: float | None
    fold_scores: tuple[float, ...]
    fit_seconds: float
    """Wall clock of all fold fits together."""
    predict_seconds: float
    """Processor time of one row, single prediction call."""
    size_bytes: int
    predictions: str
    """Name of the file of out-of-fold predictions in the run's folder."""
    created_at: datetime
    taken_from: int | None = None
    """Id of the trial of an earlier run that was taken over, if it was not fitted in this one."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something worth telling while a run goes on."""

    id: int
    run_id: int
    at: datetime
    level: str
    """``info`` or ``warning``."""
    message: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One opening of a sealed hold-out: stored before the score is known, counted, never deleted."""

    id: int
    project: str
    run_id: int
    trial_id: int
    dataset_sha256: str
    metric: str
    expected: float
    result: Mapping[str, Any]
    """Metrics, baseline and verdict; empty until the worker has scored it."""
    opened_at: datetime
