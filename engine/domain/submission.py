"""Predictions for the sealed rows that were made with another tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SUBMISSION = "submission:"
"""What stands before its number where a submission is named among the candidates of an opening."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One file of predictions as it was kept; it has no score until the hold-out is opened."""

    id: int
    project: str
    name: str
    language: str
    """What it was made with, such as R or PyTorch, in the author's words."""
    note: str
    file_sha256: str
    """Of the file as it was handed in."""
    holdout_sha256: str
    """Of the sealed rows that it predicts."""
    predictions_sha256: str
    """Of the stored predictions, in the order of the sealed rows."""
    labels_only: bool
    """Whether it gave labels without probabilities."""
    created_at: datetime
