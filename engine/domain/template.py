"""A template project: a real question on real data, declared in files without code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    names: tuple[str, ...] = ()
    """Names of the columns, where the file is delimited text without a head."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The rows of a second file are put below, and a column says which file a row is from."""

    table: Table
    column: str
    names: tuple[str, ...]
    """What the column says of the first and of the second file."""

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Join:
    """Columns of another file, of the first of its rows whose keys are equal; empty where there is none."""

    table: Table
    on: tuple[str, ...]
    columns: Mapping[str, str]
    """Column of the other file to its name here."""

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return self.on


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A new column with two values: whether a number is above a bound, or whether a cell is filled."""

    column: str
    into: str
    above: float | None
    """``None``: whether the cell is filled."""
    yes: str
    no: str

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Date:
    """Text becomes a date."""

    column: str
    format: str
    """As ``strptime`` takes it."""

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Only rows in which a cell is filled, or in which its text is long enough."""

    column: str
    longer_than: int | None
    """Characters; ``None``: filled is enough."""

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Unique:
    """Of rows that say the same in a column only the first."""

    column: str

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """So many rows, drawn at random and left in their order."""

    rows: int
    seed: int

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """A new column that counts blocks of consecutive rows."""

    into: str
    size: int

    def needs(self) -> tuple[str, ...]:
        """Columns that have to be there before."""
        return ()


Making = Stack | Join | Flag | Date | Keep | Unique | Sample | Blocks
"""One step on the way from the files of a package to the table of a template."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """What ``projects/<slug>/project.toml`` and ``brief.md`` declare."""

    slug: str
    id: str
    """Stable short id, such as ``T07``."""
    title: str
    level: str
    minutes: int
    domain: str
    task: Task
    question: str
    """One sentence for the card."""
    table: Table
    make: tuple[Making, ...]
    """What is done with the file before it is the table of the project."""
    drop: Mapping[str, str]
    """Column to the reason why it is left out."""
    unused: Mapping[str, str]
    """Column to the reason why it stays in the table but no model may use it."""
    weight: str
    """Column that says how much each row counts in a fit; empty for none."""
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
    milestones: tuple[str, ...]
    """What is reached one after the other, four to seven."""
    reflection: tuple[str, ...]
    """Questions to think about at the end, three to five."""
    onward: tuple[str, ...]
    """Where it can go next."""
    story: str
    """Markdown of ``brief.md``."""
    folder: Path
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Station to hints that only this data set asks for; given after the general ones."""
