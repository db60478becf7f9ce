"""A template project: a real question on real data, declared in files without code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.domain.data import SplitSpec
from engine.domain.project import Brief
from engine.domain.task import Task


@dataclass(frozen=True, kw_only=True)
class Table:
    """One file of the pinned data package."""

    package: str
    path: str
    """Path of the file as the package's own list of files names it."""
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Template:
    """What ``projects/<slug>/project.toml`` and ``brief.md`` declare."""

    slug: str
    title: str
    level: str
    minutes: int
    domain: str
    task: Task
    question: str
    """One sentence for the card."""
    table: Table
    drop: Mapping[str, str]
    """Column to the reason why it is left out."""
    fill: Mapping[str, str | float]
    """Column to the value that an empty cell stands for (``"None"`` where empty means "has none")."""
    target: str
    positive: str
    metric: str
    metric_reason: str
    log_target: bool
    split: SplitSpec
    brief: Brief
    source: str
    licence: str
    tier: str
    dictionary: Mapping[str, str]
    """Column to what it means and in which unit."""
    pitfalls: tuple[str, ...]
    skills: tuple[str, ...]
    story: str
    """Markdown of ``brief.md``."""
    folder: Path
