"""The words for what changed between two versions of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.data.versions.change import Change, Diff
from engine.domain.words import number, share

_LISTED = 5


def sentences(found: Diff) -> Iterator[str]:
    """Tell what changed, one sentence for each thing; none if nothing did."""
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
    if found.rows_moved:
        yield "Row by row most cells differ: the rows stand in another order, or other rows were exported."
    elif found.cells_changed:
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
        many = f"{_categories(change.new_levels)} that {_were(change.new_levels)} not there before"
        yield f"{name} has {many}: {_names(change.new_levels)}."
    if change.gone_levels:
        yield f"{name} has lost {_categories(change.gone_levels)}: {_names(change.gone_levels)}."
    if change.missing:
        was, now = change.missing
        yield f"{name} is empty in {share(now)} of the rows instead of {share(was)}."


def _range(change: Change) -> str:
    if change.low and change.high:
        (was_low, low), (was_high, high) = change.low, change.high
        return f"runs from {_value(low)} to {_value(high)} now, before from {_value(was_low)} to {_value(was_high)}"
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
