"""What changed between two versions of a data set, as sentences with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from engine.data.kinds import as_text, plain
from engine.data.versions.change import Change, Diff
from engine.data.versions.tables import Tables
from engine.data.versions.words import sentences
from engine.domain.data import Column
from engine.domain.task import ColumnKind

__all__ = ["Change", "Diff", "diff"]

_MUCH_MISSING = 0.05
"""Change of the share of empty cells that is told, as a difference of shares."""
_RANGED = (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)


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
        The tables themselves, or the same part of each (such as the rows to learn from), with their row numbers as
        the index. With them a renamed column is known by its values, and of whole tables changed cells are counted;
        without them it is known by its counts, its range and its most frequent values.

    Returns
    -------
    Diff
        With one sentence for each thing that changed; a single sentence if nothing did.
    """
    was, now = {column.name: column for column in old}, {column.name: column for column in new}
    gone = [column for column in old if column.name not in now]
    come = [column for column in new if column.name not in was]
    tables = None
    if old_frame is not None and new_frame is not None:
        whole = len(old_frame) == old_rows and len(new_frame) == new_rows
        tables = Tables(old_frame, new_frame, [name for name in was if name in now], whole=whole)
    renamed = _renamed(gone, come, tables)
    pairs = [
        (column, now[renamed.get(column.name, column.name)])
        for column in old
        if column.name in now or column.name in renamed
    ]
    kept = [after.name for _, after in pairs]
    found = Diff(
        old_rows=old_rows,
        new_rows=new_rows,
        added=tuple(column.name for column in come if column.name not in renamed.values()),
        removed=tuple(column.name for column in gone if column.name not in renamed),
        renamed=renamed,
        order_changed=kept != [column.name for column in new if column.name in set(kept)],
        cells_changed=tables.changed_cells(pairs) if tables else None,
        rows_moved=tables is not None and tables.whole and old_rows == new_rows and not tables.aligned,
        changes=tuple(
            change for before, after in pairs if (change := _change(before, after, old_rows, new_rows, tables)).is_any
        ),
    )
    return _told(found)


def _told(found: Diff) -> Diff:
    told = tuple(sentences(found)) or (
        f"Nothing changed: {found.new_rows:,} rows with the same columns, ranges and categories as before.",
    )
    return replace(found, sentences=told)


def _renamed(gone: Sequence[Column], come: Sequence[Column], tables: Tables | None) -> dict[str, str]:
    """Pair columns that left with columns that came, where the values are the same and no other would fit."""
    renamed: dict[str, str] = {}
    for before in gone:
        fits = [after for after in come if _same_values(before, after, tables)]
        rivals = [one for one in gone if fits and _same_values(one, fits[0], tables)]
        if len(fits) == 1 and len(rivals) == 1:
            renamed[before.name] = fits[0].name
    return renamed


def _same_values(before: Column, after: Column, tables: Tables | None) -> bool:
    if before.unique <= 1:
        # A constant or an empty column is like any other of its kind.
        return False
    if tables is not None and tables.aligned:
        return tables.same_values(before, after)
    same_range = (before.kind, before.low, before.high) == (after.kind, after.low, after.high)
    if same_range and before.unique == after.unique and before.examples == after.examples:
        return True
    return tables is not None and tables.same_values(before, after)


def _change(before: Column, after: Column, old_rows: int, new_rows: int, tables: Tables | None) -> Change:
    old_gaps, new_gaps = before.missing / max(old_rows, 1), after.missing / max(new_rows, 1)
    was = _levels(before, tables.old if tables and tables.whole else None)
    now = _levels(after, tables.new if tables and tables.whole else None)
    ranged = (
        before.kind in _RANGED and after.kind in _RANGED and isinstance(before.low, str) == isinstance(after.low, str)
    )
    return Change(
        column=after.name,
        was=before.name,
        kind=(before.kind, after.kind) if before.kind is not after.kind else None,
        low=_moved(before.low, after.low) if ranged else None,
        high=_moved(before.high, after.high) if ranged else None,
        new_levels=_without(now, was) if was and now else (),
        gone_levels=_without(was, now) if was and now else (),
        missing=(old_gaps, new_gaps) if abs(new_gaps - old_gaps) >= _MUCH_MISSING else None,
    )


def _levels(column: Column, frame: pd.DataFrame | None) -> tuple[str, ...]:
    """List the values of a category: all of them with the table at hand, else where they are few."""
    if column.kind not in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN):
        return ()
    if column.levels or frame is None:
        return column.levels
    counts = plain(frame[column.name]).value_counts()
    return tuple(as_text(value) for value in counts.index)


def _without(levels: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(one for one in levels if one not in known)


def _moved(was: float | str | None, now: float | str | None) -> tuple[float | str, float | str] | None:
    return None if was is None or now is None or was == now else (was, now)
