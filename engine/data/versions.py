"""What changed between two versions of a data set, as sentences with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from engine.data.kinds import plain
from engine.domain.data import Column
from engine.domain.task import ColumnKind
from engine.domain.words import number, share

_MUCH_MISSING = 0.05
"""Change of the share of empty cells that is told, as a difference of shares."""
_LIKE = 0.9
"""Share of equal values from which a column counts as renamed."""
_COMPARED = 1_000
_LISTED = 5
_RANGED = (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)


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


def diff(
    old: Sequence[Column],
    new: Sequence[Column],
    *,
    old_rows: int,
    new_rows: int,
    old_frame: pd.DataFrame | None = None,
    new_frame: pd.DataFrame | None = None,
) -> Diff:
    """Compare two versions of a data set.

    Parameters
    ----------
    old, new : sequence of Column
        What ``describe`` found in each.
    old_rows, new_rows : int
    old_frame, new_frame : DataFrame, optional
        The tables themselves. With them a renamed column is known by its values and changed cells are counted;
        without them it is known by its counts, its range and its most frequent values.

    Returns
    -------
    Diff
        With one sentence for each thing that changed; a single sentence if nothing did.
    """
    was, now = {column.name: column for column in old}, {column.name: column for column in new}
    gone = [column for column in old if column.name not in now]
    come = [column for column in new if column.name not in was]
    renamed = _renamed(gone, come, old_frame, new_frame)
    pairs = [(column, now[renamed.get(column.name, column.name)]) for column in old if column.name not in {
        one.name for one in gone} - renamed.keys()]  # fmt: skip
    kept = [after.name for _, after in pairs]
    found = Diff(
        old_rows=old_rows,
        new_rows=new_rows,
        added=tuple(column.name for column in come if column.name not in renamed.values()),
        removed=tuple(column.name for column in gone if column.name not in renamed),
        renamed=renamed,
        order_changed=kept != [column.name for column in new if column.name in set(kept)],
        cells_changed=_cells(pairs, old_frame, new_frame),
        changes=tuple(
            change for before, after in pairs if (change := _change(before, after, old_rows, new_rows)).is_any
        ),
    )
    return _told(found)


def _told(found: Diff) -> Diff:
    sentences = tuple(_sentences(found)) or (
        f"Nothing changed: {found.new_rows:,} rows with the same columns, ranges and categories as before.",
    )
    return Diff(**{**{name: getattr(found, name) for name in Diff.__dataclass_fields__}, "sentences": sentences})


def _renamed(
    gone: Sequence[Column], come: Sequence[Column], old_frame: pd.DataFrame | None, new_frame: pd.DataFrame | None
) -> dict[str, str]:
    """Pair columns that left with columns that came, where the values are the same and no other would fit."""
    renamed: dict[str, str] = {}
    for before in gone:
        fits = [after for after in come if _same_values(before, after, old_frame, new_frame)]
        rivals = [one for one in gone if fits and _same_values(one, fits[0], old_frame, new_frame)]
        if len(fits) == 1 and len(rivals) == 1:
            renamed[before.name] = fits[0].name
    return renamed


def _same_values(before: Column, after: Column, old_frame: pd.DataFrame | None, new_frame: pd.DataFrame | None) -> bool:
    if before.unique <= 1:
        # A constant or an empty column is like any other of its kind.
        return False
    if old_frame is not None and new_frame is not None:
        a = plain(old_frame[before.name]).iloc[:_COMPARED].reset_index(drop=True)
        b = plain(new_frame[after.name]).iloc[:_COMPARED].reset_index(drop=True)
        together = min(len(a), len(b))
        return bool(together) and 1 - _differ(a.iloc[:together], b.iloc[:together]) / together >= _LIKE
    same_range = (before.kind, before.low, before.high) == (after.kind, after.low, after.high)
    return same_range and before.unique == after.unique and before.examples == after.examples


def _differ(a: pd.Series, b: pd.Series) -> int:
    """Count the places where two columns differ; two gaps are equal."""
    numbers = pd.api.types.is_numeric_dtype(a.dtype) and pd.api.types.is_numeric_dtype(b.dtype)
    if not numbers and a.dtype != b.dtype:
        a, b = a.astype("str"), b.astype("str")
    equal = (a == b).fillna(False) if not numbers else a.astype("float64") == b.astype("float64")
    return int((~(equal.astype(bool) | (a.isna() & b.isna()))).sum())


def _cells(
    pairs: Sequence[tuple[Column, Column]], old_frame: pd.DataFrame | None, new_frame: pd.DataFrame | None
) -> int | None:
    if old_frame is None or new_frame is None or len(old_frame) != len(new_frame):
        return None
    return sum(
        _differ(
            plain(old_frame[before.name]).reset_index(drop=True), plain(new_frame[after.name]).reset_index(drop=True)
        )
        for before, after in pairs
    )


def _change(before: Column, after: Column, old_rows: int, new_rows: int) -> Change:
    old_gaps, new_gaps = before.missing / max(old_rows, 1), after.missing / max(new_rows, 1)
    listed = bool(before.levels) and bool(after.levels)
    ranged = (
        before.kind in _RANGED and after.kind in _RANGED and isinstance(before.low, str) == isinstance(after.low, str)
    )
    return Change(
        column=after.name,
        was=before.name,
        kind=(before.kind, after.kind) if before.kind is not after.kind else None,
        low=_moved(before.low, after.low) if ranged else None,
        high=_moved(before.high, after.high) if ranged else None,
        new_levels=tuple(one for one in after.levels if one not in before.levels) if listed else (),
        gone_levels=tuple(one for one in before.levels if one not in after.levels) if listed else (),
        missing=(old_gaps, new_gaps) if abs(new_gaps - old_gaps) >= _MUCH_MISSING else None,
    )


def _moved(was: float | str | None, now: float | str | None) -> tuple[float | str, float | str] | None:
    return None if was is None or now is None or was == now else (was, now)


def _sentences(found: Diff) -> Iterator[str]:
    yield from _about_rows(found)
    if found.added:
        yield f"{_columns(found.added)} new: {_names(found.added)}."
    if found.removed:
        yield f"{_columns(found.removed)} gone: {_names(found.removed)}."
    for old, new in found.renamed.items():
        yield f"{old!r} is now called {new!r}: the values are the same."
    if found.order_changed:
        yield "The columns stand in another order."
    for change in found.changes:
        yield from _about_column(change)
    if found.cells_changed:
        are = "cell differs" if found.cells_changed == 1 else "cells differ"
        yield f"Row by row, {found.cells_changed:,} {are} in the columns that both versions have."


def _about_rows(found: Diff) -> Iterator[str]:
    more = found.new_rows - found.old_rows
    if more:
        part = f" ({share(abs(more) / found.old_rows)})" if found.old_rows else ""
        rows = "row" if abs(more) == 1 else "rows"
        word = "more" if more > 0 else "fewer"
        yield f"{abs(more):,} {rows} {word}{part}: {found.new_rows:,} instead of {found.old_rows:,}."


def _about_column(change: Change) -> Iterator[str]:
    name = repr(change.column)
    if change.kind:
        yield f"{name} was read as {change.kind[0]} and is {change.kind[1]} now."
    if change.low or change.high:
        yield f"{name} {_range(change)}."
    if change.new_levels:
        yield f"{name} has {_categories(change.new_levels)} that {_were(change.new_levels)} not there before: {_names(change.new_levels)}."
    if change.gone_levels:
        yield f"{name} has lost {_categories(change.gone_levels)}: {_names(change.gone_levels)}."
    if change.missing:
        was, now = change.missing
        yield f"{name} is empty in {share(now)} of the rows instead of {share(was)}."


def _range(change: Change) -> str:
    ways = []
    for pair, end, wider in ((change.low, "down", -1), (change.high, "up", 1)):
        if pair:
            was, now = pair
            # Dates are ISO 8601, whose order as text is that in time.
            grew = (now > was) == (wider > 0)  # type: ignore[operator]
            ways.append(f"goes {'further ' if grew else 'only '}{end} to {_value(now)} instead of {_value(was)}")
    return " and ".join(ways)


def _value(value: float | str) -> str:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment.date().isoformat() if moment == datetime(moment.year, moment.month, moment.day) else value
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else number(float(value))


def _columns(names: Sequence[str]) -> str:
    return "1 column is" if len(names) == 1 else f"{len(names)} columns are"


def _categories(levels: Sequence[str]) -> str:
    return "1 category" if len(levels) == 1 else f"{len(levels)} categories"


def _were(levels: Sequence[str]) -> str:
    return "was" if len(levels) == 1 else "were"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:_LISTED])
    return shown + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
