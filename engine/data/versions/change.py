"""What changed between two versions of a data set, as fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.domain.task import ColumnKind


@dataclass(frozen=True, kw_only=True)
class Change:
    """What changed in one column that both versions have."""

    column: str
    was: str
    """Its name in the old version."""
    kind: tuple[ColumnKind, ColumnKind] | None = None
    """Old and new kind, if they differ."""
    low: tuple[float | str, float | str] | None = None
    """Old and new smallest value, if they differ."""
    high: tuple[float | str, float | str] | None = None
    new_levels: tuple[str, ...] = ()
    gone_levels: tuple[str, ...] = ()
    missing: tuple[float, float] | None = None
    """Old and new share of empty cells, if it changed much."""

    @property
    def is_any(self) -> bool:
        """Whether anything but the name changed."""
        return any((self.kind, self.low, self.high, self.new_levels, self.gone_levels, self.missing))


@dataclass(frozen=True, kw_only=True)
class Diff:
    """A changed file, against the one before it."""

    old_rows: int
    new_rows: int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old name to new name, where the values are the same."""
    order_changed: bool = False
    """Whether the columns that both have stand in another order."""
    cells_changed: int | None = None
    """Cells that differ in the columns that both have, where both tables were given and have as many rows."""
    rows_moved: bool = False
    """Whether rows of one number hold other things altogether: the file was sorted, or other rows were exported."""
    changes: tuple[Change, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything changed."""
        return bool(
            self.old_rows != self.new_rows
            or self.added
            or self.removed
            or self.renamed
            or self.order_changed
            or self.cells_changed
            or self.changes
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "old_rows": self.old_rows,
            "new_rows": self.new_rows,
            "added": list(self.added),
            "removed": list(self.removed),
            "renamed": dict(self.renamed),
            "order_changed": self.order_changed,
            "cells_changed": self.cells_changed,
            "rows_moved": self.rows_moved,
            "changes": [
                {
                    "column": one.column,
                    "was": one.was,
                    "kind": [str(kind) for kind in one.kind] if one.kind else None,
                    "low": list(one.low) if one.low else None,
                    "high": list(one.high) if one.high else None,
                    "new_levels": list(one.new_levels),
                    "gone_levels": list(one.gone_levels),
                    "missing": list(one.missing) if one.missing else None,
                }
                for one in self.changes
            ],
            "sentences": list(self.sentences),
        }
