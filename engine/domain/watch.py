"""A batch of new rows, what was found in it, and which version of a model stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Advice(StrEnum):
    """What to do after a batch was looked at."""

    KEEP = "keep"
    """Nothing speaks against the model."""
    LABEL = "label"
    """The inputs moved so that the score may suffer; only labels can tell."""
    RETRAIN = "retrain"
    """The score on labelled new rows is worse beyond chance."""
    UNSURE = "unsure"
    """Too little to tell."""


class Source(StrEnum):
    """Where a batch came from."""

    FILE = "file"
    SIMULATION = "simulation"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch as it is stored, with its report."""

    id: int
    project: str
    run_id: int
    champion: str
    """Project whose model answered (the project itself, or a newer version of it)."""
    trial_id: int
    name: str
    source: Source
    period: str
    """Which part of time the rows are from, for batches of a simulation; empty otherwise."""
    dataset_sha256: str
    """Of the stored rows; empty for batches of a simulation, whose rows stand in the training data."""
    rows: int
    labelled: int
    """Count of rows with a known target."""
    report: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Retraining:
    """A challenger that was trained after a batch, and how it compares with the champion."""

    id: int
    project: str
    batch_id: int
    challenger: str
    """Short name of the newer version of the project."""
    kept_rows: int
    """Newest labelled rows of the batch that neither model learned from."""
    comparison: Mapping[str, Any]
    """Empty until both have predicted these rows."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Champion:
    """Which model stands from a moment on, with the reason."""

    id: int
    project: str
    champion: str
    trial_id: int
    move: str
    """``promote`` or ``rollback``."""
    reason: str
    retraining_id: int | None
    created_at: datetime
