"""What a search reports, what it can go on from, and what it ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.automl.model import Model
from engine.domain.run import TrialKind

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """A finished trial, successful or not."""

    number: int
    family: str
    kind: TrialKind
    config: Mapping[str, Any]
    score: float | None = None
    fold_scores: tuple[float, ...] = ()
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    size_bytes: int = 0
    oof: Floats | None = None
    reason: str = ""
    """One sentence why it failed; empty if it did not."""


@dataclass(frozen=True, kw_only=True)
class Recorded(TrialOutcome):
    """A trial of an earlier attempt: the search goes on after it and never repeats it."""


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search ends with."""

    outcomes: tuple[TrialOutcome, ...]
    single: int
    """Number of the best single trial."""
    ensemble_outcome: TrialOutcome | None
    """The blend, where one is better than the best single trial."""
    model: Model
    """The best, fitted."""
    notes: tuple[str, ...] = field(default=())


class Listener(Protocol):
    """Who hears of the search while it goes on."""

    def trial(self, outcome: TrialOutcome) -> None:
        """Hear of a finished trial, the moment it is finished."""

    def tell(self, phase: str, share: float) -> None:
        """Hear what is going on now, and which share of the budget is used."""

    def stopping(self) -> bool:
        """Say whether the search should end soon with what it has."""
