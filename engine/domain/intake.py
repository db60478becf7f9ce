"""A file on its way in: what it is, how it is read, what was found, before it becomes a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.domain.data import Provenance
from engine.domain.reading import Reading


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A file that was brought and is kept until it becomes a project or is thrown away."""

    id: int
    name: str
    """Name of the file as it was brought, for display only."""
    sha256: str
    size_bytes: int
    provenance: Provenance
    reading: Reading | None
    """How it is read; ``None`` until it was looked at."""
    target: str
    """Column to predict, empty where none was chosen."""
    found: Mapping[str, Any]
    """What ``check`` answers, with a preview; empty until the run is done."""
    run_id: int | None
    """The newest run that looks at it."""
    newer_than: str | None
    """Project whose data this is a newer version of."""
    project: str | None
    """Project that was started with it."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """A finding that the person accepts with a reason instead of mending it."""

    code: str
    columns: tuple[str, ...]
    reason: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The effect of a change of the recipe, measured on the same folds."""

    id: int
    run_id: int
    subject: str
    """What was measured, in words."""
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    """Recipes as plain values."""
    payload: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class DataNotes:
    """What the person knows of the columns, and what they would ask somebody who knows the field."""

    dictionary: Mapping[str, str] = field(default_factory=dict)
    """Column to what it means and in which unit."""
    questions: tuple[tuple[str, str], ...] = ()
    """Questions for the domain expert, each with its answer (empty until it is known)."""
