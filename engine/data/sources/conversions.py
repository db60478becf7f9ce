"""Conversions are found: which columns of text are numbers, dates or badly spelt categories, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources import telling
from engine.data.sources.categories import find_spellings
from engine.data.sources.columns import Plain, is_text, plain
from engine.data.sources.convert import check_conversions, declares_types, in_threads
from engine.data.sources.dates import Dates, find_dates
from engine.data.sources.numbers import Numbers, all_grouped, find_numbers
from engine.data.sources.origin import Loaded
from engine.data.sources.views import View, look, may_be_date
from engine.data.sources.words import GAPS
from engine.domain.reading import Conversion, ConversionKind, Reading
from engine.settings import Settings

MOST_UNREAD = 0.05
"""Share of the cells that may not fit a conversion and become empty."""

FEWEST_AMONG_WORDS = 10
"""Cells that must be numbers or dates where most cells are words for missing."""


@dataclass(frozen=True, kw_only=True)
class _Hint:
    """What the clear columns of a file say about the others."""

    decimal: str = ""
    day_first: bool | None = None
    delimiter: str = ""


def find(loaded: Loaded, wish: Reading | None, settings: Settings) -> Loaded:
    """Find the conversions of a table; what a person settled is kept.

    Returns
    -------
    Loaded
        With conversions, words for missing and notes in its reading; columns that need no conversion are in their
        plain types already.

    Raises
    ------
    InputError
        If a conversion that was settled is not possible.
    """
    settled = {one.column: one for one in (wish.conversions if wish else ())}
    check_conversions(list(settled.values()), loaded.names)
    declared, words = declares_types(loaded), loaded.reading.missing
    plains = in_threads(settings, lambda column: plain(column, words, declared=declared), loaded.columns)
    open_ = [place for place, name in enumerate(loaded.names) if name not in settled]
    views = dict(zip(open_, in_threads(settings, lambda place: look(loaded, place, plains[place]), open_), strict=True))
    hint = _hint_of([view for view in views.values() if view], plains, loaded.reading.delimiter)
    found: dict[int, Conversion] = {}
    for place, view in views.items():
        one = _codes(loaded.names[place], plains[place]) or (view and _settle(view, hint, declared=declared))
        if one is None and hint.decimal == ",":
            one = _grouped(loaded.names[place], loaded.columns[place], plains[place])
        if one:
            found[place] = one
    gaps, notes = _gaps([view for place, view in views.items() if view and place not in found])
    for place, view in views.items():
        if place not in found and view and (one := _category(view, gaps)):
            found[place] = one
    conversions = [settled.get(name) or found.get(place) for place, name in enumerate(loaded.names)]
    reading = replace(
        loaded.reading,
        conversions=tuple(one for one in conversions if one),
        missing=tuple(dict.fromkeys((*loaded.reading.missing, *gaps))),
        notes=(*loaded.reading.notes, *notes, *(one.message for one in found.values() if one.message)),
    )
    columns = [
        _converted(column, seen, views.get(place), found.get(place)) if name not in settled else column
        for place, (name, column, seen) in enumerate(zip(loaded.names, loaded.columns, plains, strict=True))
    ]
    return replace(loaded, columns=tuple(columns), reading=reading)


def _converted(
    column: pa.ChunkedArray, seen: Plain, view: View | None, conversion: Conversion | None
) -> pa.ChunkedArray:
    """Return what a column becomes, where that is known already; to convert it again changes nothing."""
    if conversion is None:
        return seen.values
    if view and view.dates and conversion.to is ConversionKind.DATE:
        return view.spread(view.dates.values, np.datetime64("NaT", "us"), pa.timestamp("us"))
    if view and view.numbers and conversion.to is ConversionKind.NUMBER:
        return view.spread(view.numbers.values, np.nan, pa.float64())
    return column


def _hint_of(views: Sequence[View], plains: Sequence[Plain], delimiter: str) -> _Hint:
    marks = {view.numbers.options["decimal"] for view in views if view.numbers and view.numbers.decisive}
    decimal = marks.pop() if len(marks) == 1 else ""
    orders = {view.dates.options["day_first"] for view in views if view.dates and view.dates.decisive}
    first: bool | None = orders.pop() if len(orders) == 1 else None
    if first is None and (decimal == "," or any(view.dates and view.dates.local for view in views)):
        first = True
    if not decimal and any(
        pa.types.is_floating(seen.values.type) and seen.values.null_count < len(seen.values) for seen in plains
    ):
        decimal = "."
    return _Hint(decimal=decimal, day_first=first, delimiter=delimiter)


def _codes(name: str, seen: Plain) -> Conversion | None:
    """Say that digits with a zero before them stay text."""
    if not seen.codes or may_be_date(name):
        return None
    return Conversion(column=name, to=ConversionKind.TEXT, message=telling.codes(name, seen.values))


def _settle(view: View, hint: _Hint, *, declared: bool) -> Conversion | None:
    """Decide on the conversion of one column, with what the other columns say."""
    if view.dates:
        if view.dates.ambiguous and hint.day_first is not None:
            bare = any(form in ("compact", "excel_serial") for form in view.dates.options["formats"])
            view.dates = find_dates(view.texts, view.counts, bare=bare, day_first=hint.day_first) or view.dates
        return _date(view, view.dates)
    if view.numbers:
        if view.numbers.guess and hint.decimal:
            again = find_numbers(view.texts, view.counts, convention=hint.decimal, delimiter=hint.delimiter)
            view.numbers = again or view.numbers
        plainly = view.numbers.options in ({"decimal": ".", "thousands": ""}, {})
        return None if declared and plainly and not view.numbers.mixed else _number(view, view.numbers)
    return None


def _date(view: View, dates: Dates) -> Conversion | None:
    if dates.ambiguous or dates.conflict:
        return Conversion(column=view.name, to=ConversionKind.TEXT, message=telling.doubtful_dates(view.name, dates))
    read = ~np.isnat(dates.values)
    counted = _counted(view, read)
    if counted is None:
        return None
    cells, unread, examples = counted
    return Conversion(
        column=view.name,
        to=ConversionKind.DATE,
        options=_with_words(dates.options, view.words),
        cells=cells,
        unread=unread,
        message=telling.dates(view.name, dates, cells, unread, examples, view.words),
    )


def _number(view: View, numbers: Numbers) -> Conversion | None:
    if numbers.mixed:
        return Conversion(column=view.name, to=ConversionKind.TEXT, message=telling.mixed(view.name, numbers.mixed))
    counted = _counted(view, ~np.isnan(numbers.values))
    if counted is None:
        return None
    cells, unread, examples = counted
    return Conversion(
        column=view.name,
        to=ConversionKind.NUMBER,
        options=_with_words(numbers.options, view.words),
        cells=cells,
        unread=unread,
        message=telling.numbers(view.name, numbers, cells, unread, examples, view.words),
    )


def _with_words(options: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    return {**options, "missing": sorted({word.strip() for word in words})} if words else dict(options)


def _counted(view: View, read: npt.NDArray[np.bool_]) -> tuple[int, int, list[str]] | None:
    """Count cells that fit and cells that do not, with examples; ``None`` if too many do not."""
    counts = view.counts
    cells, unread = int(counts[read].sum()), int(counts[~read].sum())
    gone = int(view.encoded.counts.sum()) - cells - unread
    if gone > cells and cells < FEWEST_AMONG_WORDS:
        # A few numbers among many words: the words are the values.
        return None
    if not cells or unread > MOST_UNREAD * (cells + unread) or (unread and cells < 3):
        return None
    return cells, unread, view.texts.filter(pa.array(~read)).slice(0, 3).to_pylist()


def _grouped(name: str, raw: pa.ChunkedArray, seen: Plain) -> Conversion | None:
    """Read 1.234 as a thousand where the other columns have decimal commas and all cells are like that."""
    if not is_text(raw) or not pa.types.is_floating(seen.values.type) or not all_grouped(raw, "."):
        return None
    cells = len(raw) - seen.values.null_count
    return Conversion(
        column=name,
        to=ConversionKind.NUMBER,
        options={"decimal": ",", "thousands": "."},
        cells=cells,
        message=f"{name!r} has points before each three digits; as other columns have decimal commas, they are read as "
        f"marks of thousands in {cells:,} cells, which is a guess.",
    )


def _gaps(views: Sequence[View]) -> tuple[list[str], list[str]]:
    """Find signs that stand for an empty cell among words; not those that some column uses as a value."""
    seen: dict[str, list[tuple[str, int]]] = {}
    refused: set[str] = set()
    for view in views:
        texts = [text.strip() for text in view.words]
        here = {text for text in texts if text in GAPS}
        if not here:
            continue
        signs = pc.match_substring_regex(view.texts, r"^[^\p{L}\p{N}]+$")
        if pc.any(signs).as_py() or not view.keep.any() or {"*", "/"} & set(texts):
            refused |= here
        counts = {
            view.encoded.texts[int(n)].as_py().strip(): int(view.encoded.counts[n]) for n in np.flatnonzero(~view.keep)
        }
        for text in here:
            seen.setdefault(text, []).append((view.name, counts[text]))
    gaps = sorted(text for text in seen if text not in refused)
    return gaps, [telling.gap(text, seen[text]) for text in gaps]


def _category(view: View, gaps: Sequence[str]) -> Conversion | None:
    stays = pc.invert(
        pc.is_in(pc.utf8_trim_whitespace(view.encoded.texts), value_set=pa.array(list(gaps), pa.large_string()))
    )
    texts, counts = view.encoded.texts.filter(stays), view.encoded.counts[np.asarray(stays)]
    spellings = find_spellings(texts, counts)
    if not spellings:
        return None
    cells = int(counts[np.asarray(pc.is_in(texts, value_set=pa.array(list(spellings), texts.type)))].sum())
    return Conversion(
        column=view.name,
        to=ConversionKind.CATEGORY,
        options={"spellings": spellings},
        cells=cells,
        message=telling.categories(view.name, spellings, cells),
    )
