"""A data set, where it came from, and how it is split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.domain.clock import from_text, to_text
from engine.domain.recipe import Step
from engine.domain.task import ColumnKind, Task


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as it was found."""

    name: str
    kind: ColumnKind
    missing: int
    """Count of empty cells."""
    unique: int
    """Count of distinct values, empty ones not counted."""
    low: float | str | None = None
    """Smallest value of a number or date (dates as ISO 8601)."""
    high: float | str | None = None
    examples: tuple[str, ...] = ()
    """The most frequent values, as text."""
    levels: tuple[str, ...] = ()
    """All values of a category with at most 50 of them, most frequent first."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"kind": str(self.kind), "examples": list(self.examples), "levels": list(self.levels)}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Column:
        """Read what :meth:`as_dict` wrote."""
        return cls(
            **{
                **raw,
                "kind": ColumnKind(raw["kind"]),
                "examples": tuple(raw.get("examples", ())),
                "levels": tuple(raw.get("levels", ())),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the data came from."""

    source: str
    """A name or address of the origin, in words."""
    licence: str = ""
    tier: str = ""
    """How far it may be copied: A with attribution, B as a separate file, C not at all (own data: empty)."""
    retrieved_at: datetime | None = None
    original_name: str = ""
    """Name of the file that was brought, for display only."""
    original_sha256: str = ""
    """SHA-256 of the file as it was brought, before conversion to Parquet."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"retrieved_at": to_text(self.retrieved_at) if self.retrieved_at else None}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Provenance:
        """Read what :meth:`as_dict` wrote."""
        moment = raw.get("retrieved_at")
        return cls(**{**raw, "retrieved_at": from_text(moment) if moment else None})


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table as it was brought.

    Its rows are kept as the two files of a project's split, the second of them sealed; ``sha256`` is
    the hash of the whole table as Parquet, in the order in which it was brought.
    """

    sha256: str
    name: str
    rows: int
    size_bytes: int
    columns: tuple[Column, ...]
    provenance: Provenance
    created_at: datetime

    def column(self, name: str) -> Column | None:
        """Find a column by name."""
        return next((column for column in self.columns if column.name == name), None)


class SplitKind(StrEnum):
    """How rows are set apart."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    GROUP = "group"
    TIME = "time"
    GROUP_TIME = "group_time"
    GIVEN = "given"


@dataclass(frozen=True, kw_only=True)
class SplitSpec:
    """How a hold-out is set apart, and how the folds inside the training part are made."""

    kind: SplitKind
    fraction: float = 0.2
    """Share of rows in the hold-out; 0 keeps all rows for training."""
    seed: int = 0
    folds: int = 5
    column: str = ""
    """Column of the group or the time, where the kind needs one."""
    more_columns: tuple[str, ...] = ()
    """Further columns that only together with ``column`` name a group, such as a birth date beside a name; in a
    given split the columns of the groups that its folds keep whole."""
    time_column: str = ""
    """Column of the time, where ``column`` already names the group (group and time)."""
    after: float | str | None = None
    """With a time split: rows whose time is later than this are the hold-out (else the latest ``fraction``)."""
    reason: str = ""

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns that together name the group of a row; none where rows are on their own.

        In a given split they are ``more_columns``: the folds inside the training part keep whole groups.
        """
        grouped = self.kind in (SplitKind.GROUP, SplitKind.GROUP_TIME)
        return (self.column, *self.more_columns) if grouped else self.more_columns

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the split needs."""
        return tuple(name for name in (self.column, self.time_column, *self.more_columns) if name)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"kind": str(self.kind), "more_columns": list(self.more_columns)}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> SplitSpec:
        """Read what :meth:`as_dict` wrote."""
        more = tuple(raw.get("more_columns", ()))
        return cls(**{**raw, "kind": SplitKind(raw["kind"]), "more_columns": more})


@dataclass(frozen=True, kw_only=True)
class Split:
    """A split that was made: two files, the second of them sealed."""

    spec: SplitSpec
    dataset_sha256: str
    train_sha256: str
    train_rows: int
    holdout_sha256: str | None
    holdout_rows: int
    rows_sha256: str
    """SHA-256 of the sorted row numbers of the hold-out, one a line: names the split itself."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is predicted from which columns, scored how. All that the engine needs to know of a project."""

    target: str
    task: Task
    metric: str
    features: tuple[str, ...]
    kinds: Mapping[str, ColumnKind]
    """Kind of every feature."""
    classes: tuple[str, ...] = ()
    """Labels in the order of the probability columns; for two classes the second is the positive one."""
    costs: tuple[tuple[float, ...], ...] = ()
    """``costs[i][j]``: what it costs to say class j when it is class i, in the person's units."""
    class_weight: str | tuple[float, ...] = ""
    """How much each row of a class counts when a model is fitted, in the order of the classes; ``balanced``: each
    class as much as any other. Scores count every row alike."""
    weight: str = ""
    """Column that says how much each row counts when a model is fitted; no model reads it. Scores count every row
    alike."""
    log_target: bool = False
    """Whether a regression target is fitted on the log scale (log1p) and turned back."""
    power_target: bool = False
    """Whether it is fitted on the scale of Yeo and Johnson, learned from the rows of the fit, and turned back."""

    @property
    def positive(self) -> str:
        """The positive class of a binary task."""
        return self.classes[1] if self.task is Task.BINARY else ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "target": self.target,
            "task": str(self.task),
            "metric": self.metric,
            "features": list(self.features),
            "kinds": {name: str(kind) for name, kind in self.kinds.items()},
            "classes": list(self.classes),
            "costs": [list(row) for row in self.costs],
            "log_target": self.log_target,
            # Left out where it is not so: what was written and hashed before stays the same.
            **({"power_target": True} if self.power_target else {}),
            **({"class_weight": self._class_weight()} if self.class_weight else {}),
            **({"weight": self.weight} if self.weight else {}),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Problem:
        """Read what :meth:`as_dict` wrote."""
        return cls(
            target=raw["target"],
            task=Task(raw["task"]),
            metric=raw["metric"],
            features=tuple(raw["features"]),
            kinds={name: ColumnKind(kind) for name, kind in raw["kinds"].items()},
            classes=tuple(raw.get("classes", ())),
            costs=tuple(tuple(row) for row in raw.get("costs", ())),
            log_target=raw.get("log_target", False),
            power_target=raw.get("power_target", False),
            weight=raw.get("weight", ""),
            class_weight=weight if isinstance(weight := raw.get("class_weight", ""), str) else tuple(weight),
        )

    def _class_weight(self) -> Any:
        return self.class_weight if isinstance(self.class_weight, str) else list(self.class_weight)


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Outcome(StrEnum):
    """What a check came to; the absence of a warning is never confused with a check that did not run."""

    ISSUE = "issue"
    TIP = "tip"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one coded check."""

    code: str
    """Stable code such as ``PF-Q01``."""
    title: str
    severity: Severity
    outcome: Outcome
    message: str
    """What was found, in the person's own columns and rows."""
    why: str = ""
    advice: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = field(default=())
    """Row numbers (from 0) of at most twenty rows that show it."""
    fix: Step | None = None
    """A step of the recipe that deals with it, where one exists."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """The numbers behind the message, by name."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return asdict(self) | {
            "severity": str(self.severity),
            "outcome": str(self.outcome),
            "columns": list(self.columns),
            "rows": list(self.rows),
            "fix": self.fix.as_dict() if self.fix else None,
            "measured": dict(self.measured),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Finding:
        """Read what :meth:`as_dict` wrote."""
        return cls(
            **{
                **raw,
                "severity": Severity(raw["severity"]),
                "outcome": Outcome(raw["outcome"]),
                "columns": tuple(raw["columns"]),
                "rows": tuple(raw["rows"]),
                "fix": Step.from_dict(raw["fix"]) if raw.get("fix") else None,
            }
        )
