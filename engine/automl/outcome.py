"""What a search reports, what it can go on from, and what it ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.automl.model import Model
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.run import TrialKind

Floats = npt.NDArray[np.float64]

BAGS = "bags"
"""Key of a blend's configuration: how often each member that differs by chance was fitted on all rows."""


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """A finished trial, successful or not."""

    number: int
    """Count within the run, from 1."""
    family: str
    kind: TrialKind
    config: Mapping[str, Any]
    """Plain values; with early stopping also the rounds that it found."""
    seed: int = 0
    score: float | None = None
    """Value of the problem's metric on all out-of-fold predictions."""
    fold_scores: tuple[float, ...] = ()
    fit_seconds: float = 0.0
    """Wall clock of all fold fits together."""
    predict_seconds: float = 0.0
    """Processor time of one row, from the table to the prediction."""
    size_bytes: int = 0
    oof: Floats | None = None
    """Out-of-fold predictions, shape (n_rows, n_classes) or (n_rows,); rows that no fold scored are NaN."""
    reason: str = ""
    """One sentence why it failed; empty if it did not."""
    taken: bool = False
    """Whether it was taken over from an earlier search on the same rows."""


def loss(outcome: TrialOutcome, problem: Problem) -> float:
    """Turn a score so that lower is better; infinite for a failed trial."""
    if outcome.score is None:
        return float("inf")
    return -outcome.score if find_metric(problem.metric).higher_is_better else outcome.score


@dataclass(frozen=True, kw_only=True)
class Recorded(TrialOutcome):
    """A trial of an earlier attempt: the search goes on after it and never repeats it."""


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search ends with."""

    outcomes: tuple[TrialOutcome, ...]
    """All trials, those of earlier attempts first."""
    single: int
    """Number of the best single trial; without a blend, of the one that the model was fitted from."""
    ensemble_outcome: TrialOutcome | None
    """The blend, where one is better than the best single trial."""
    model: Model
    """The best, fitted: the blend, or the single one."""
    notes: tuple[str, ...] = field(default=())
    """Sentences about what was done differently than usual."""

    @property
    def ensemble(self) -> tuple[tuple[int, float], ...]:
        """Trial numbers and weights of what was fitted."""
        if self.ensemble_outcome is None:
            return ((self.single, 1.0),)
        return tuple((one["number"], one["weight"]) for one in self.ensemble_outcome.config["members"])

    @property
    def winner(self) -> TrialOutcome:
        """The trial that the model stands for: the blend, or the single one."""
        if self.ensemble_outcome is not None:
            return self.ensemble_outcome
        return next(one for one in self.outcomes if one.number == self.single)

    @property
    def ensemble_oof(self) -> Floats | None:
        """Out-of-fold predictions of what was fitted."""
        return self.winner.oof

    @property
    def ensemble_score(self) -> float | None:
        """Score of what was fitted, on the out-of-fold predictions."""
        return self.winner.score


class Listener(Protocol):
    """Who hears of the search while it goes on."""

    def begin(self, number: int, family: str, kind: TrialKind, config: Mapping[str, Any]) -> None:
        """Hear which trial is fitted from now on."""

    def strained(self) -> bool:
        """Say whether there is too little memory for the trial in hand to go on."""

    def stuck(self) -> None:
        """Hear that a fit could not be stopped and still uses a core: a fresh process would be better."""

    def trial(self, outcome: TrialOutcome) -> None:
        """Hear of a finished trial, the moment it is finished."""

    def tell(self, phase: str, share: float) -> None:
        """Hear what is going on now, and which share of the budget is used."""

    def stopping(self) -> bool:
        """Say whether the search should end soon with what it has."""
