"""What changed between two versions of a data set, as sentences with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from engine.data.kinds import as_text, plain
from engine.data.versions.change import Change, Diff
from engine.data.versions.words import sentences
from engine.domain.data import Column
from engine.domain.task import ColumnKind

__all__ = ["Change", "Diff", "diff"]

_MUCH_MISSING = 0.05
"""Change of the share of empty cells that is told, as a difference of shares."""
_LIKE = 0.9
"""Share of equal values from which a column counts as renamed."""
_COMPARED = 1_000
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
        cells_changed=_cells(pairs, old_frame, new_frame),
        changes=tuple(
            change
            for before, after in pairs
            if (change := _change(before, after, old_rows, new_rows, old_frame, new_frame)).is_any
        ),
    )
    return _told(found)


def _told(found: Diff) -> Diff:
    told = tuple(sentences(found)) or (
        f"Nothing changed: {found.new_rows:,} rows with the same columns, ranges and categories as before.",
    )
    return replace(found, sentences=told)


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


def _change(
    before: Column,
    after: Column,
    old_rows: int,
    new_rows: int,
    old_frame: pd.DataFrame | None,
    new_frame: pd.DataFrame | None,
) -> Change:
    old_gaps, new_gaps = before.missing / max(old_rows, 1), after.missing / max(new_rows, 1)
    was, now = _levels(before, old_frame), _levels(after, new_frame)
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
