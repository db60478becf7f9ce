"""What was found in a column, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources.dates import PIVOT, Dates
from engine.data.sources.numbers import Numbers
from engine.data.sources.words import CURRENCIES

_MARKS = {".": "points", ",": "commas", " ": "blanks", "'": "apostrophes"}
_SHOWN = 30


def quoted(texts: Sequence[str], most: int = 3) -> str:
    """List texts in quotation marks, long ones cut, at most so many."""
    shown = [f"'{text[:_SHOWN]}…'" if len(text) > _SHOWN else f"'{text}'" for text in texts[:most]]
    return ", ".join(shown) + (" and others" if len(texts) > most else "")


def counted(count: int) -> str:
    """Write a count of cells."""
    return "1 cell" if count == 1 else f"{count:,} cells"


def _rest(unread: int, examples: Sequence[str], words: Sequence[str]) -> str:
    """Say what becomes empty."""
    text = ""
    if words:
        words = sorted({word.strip() for word in words})
        stands = "stands" if len(words) == 1 else "stand"
        text += f"; {quoted(words)} {stands} for an empty cell"
    if unread:
        verb = "does not fit and becomes" if unread == 1 else "do not fit and become"
        text += f"; {counted(unread)} {verb} empty ({quoted(examples)})"
    return text + "."


def numbers(name: str, found: Numbers, cells: int, unread: int, examples: Sequence[str], words: Sequence[str]) -> str:
    """Say how the numbers of a column are written."""
    options, parts = found.options, []
    if options["decimal"] == ",":
        parts.append("decimal commas")
    if options["thousands"]:
        parts.append(f"{_MARKS[options['thousands']]} between thousands")
    affix = options.get("affix", "")
    if options.get("scale"):
        parts.append(f"a sign of percent ('{affix}': 12 {affix} becomes {12 * float(options['scale']):g})")
    elif affix:
        parts.append(f"the {'currency' if affix in CURRENCIES else 'unit'} '{affix}'")
    how = f" with {_together(parts)}" if parts else " as text"
    guess = " (which mark is the decimal one is a guess)" if found.guess else ""
    return f"{name!r} holds numbers{how}{guess}: {counted(cells)} read as numbers{_rest(unread, examples, words)}"


def dates(name: str, found: Dates, cells: int, unread: int, examples: Sequence[str], words: Sequence[str]) -> str:
    """Say how the dates of a column are written."""
    forms = [_form(form, found) for form in found.options["formats"]]
    how = _together(forms)
    guess = ""
    if found.guess:
        first = "day" if found.options["day_first"] else "month"
        guess = f" (that the {first} comes first is a guess from the rest of the file)"
    return (
        f"{name!r} holds dates written as {how}{guess}: {counted(cells)} read as dates{_rest(unread, examples, words)}"
    )


def _form(form: str, found: Dates) -> str:
    if form == "day-month-year":
        order = "day, month, year" if found.options.get("day_first", True) else "month, day, year"
        return order + (f" (two-digit years from {PIVOT} on are of the 1900s)" if found.short_years else "")
    words = {"compact": "eight digits", "excel_serial": "the days that a spreadsheet counts"}
    return words.get(form) or form.replace("short-year", "year").replace("name", "month in words").replace("-", ", ")


def _together(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def doubtful_dates(name: str, found: Dates) -> str:
    """Say why dates stay text."""
    if found.conflict:
        return f"{name!r} mixes dates with the day first and dates with the month first: left as text."
    return (
        f"{name!r} holds dates in which day and month could be exchanged: left as text until you say which comes first."
    )


def mixed(name: str, units: Mapping[str, int]) -> str:
    """Say that units differ."""
    listed = ", ".join(f"'{unit}' in {counted(count)}" for unit, count in list(units.items())[:5])
    return f"{name!r} mixes units ({listed}): left as text, as one number cannot stand for both."


def codes(name: str, column: pa.ChunkedArray) -> str:
    """Say that codes stay text."""
    example = column.filter(pc.fill_null(pc.match_substring_regex(column, r"^\s*(?:[-+]?0[0-9xX]|\+)"), False))
    shown = quoted(example.slice(0, 1).to_pylist())
    return f"{name!r} holds codes that a number would spoil, such as {shown}: kept as text."


def gap(text: str, places: Sequence[tuple[str, int]]) -> str:
    """Say where a sign stands for an empty cell."""
    cells = sum(count for _, count in places)
    more = (
        f" and {len(places) - 1} more columns"
        if len(places) > 2
        else (f" and {places[1][0]!r}" if len(places) > 1 else "")
    )
    return f"'{text}' stands for an empty cell in {places[0][0]!r}{more} ({counted(cells)})."


def categories(name: str, spellings: Mapping[str, str], cells: int) -> str:
    """Say which spellings become one."""
    found, kept = next(iter(spellings.items()))
    more = f" and {len(spellings) - 1} more" if len(spellings) > 1 else ""
    what = f"'{found}' for '{kept}'{more}"
    return f"{name!r} has spellings that differ only in case or blanks ({what}): {counted(cells)} changed."
