"""Dates as people write them: day or month first, two-digit years, names of months in four languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources.columns import extract

Ints = npt.NDArray[np.int64]
Moments = npt.NDArray[np.datetime64]

PIVOT = 69
"""Two-digit years from here on are of the 20th century, those before it of the 21st (as POSIX has it)."""

_TIME = (
    r"(?:(?:t|, ?| )\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>(?:[ap]\.?m\.?|uhr|h)?)\s*(?P<zone>(?:z|utc|gmt|[-+]\d{2}:?\d{2})?))?"
)
_NAME = r"(?P<name>[a-zà-ɏ]{3,10})\.?"
_WEEKDAY = r"(?:[a-zà-ɏ]{2,10}\.?,? +)?"
FORMS: dict[str, str] = {
    "year-month-day": rf"^(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}$",
    "day-month-year": r"^(?P<first>\d{1,2}) ?(?P<mark>[-/.]) ?(?P<second_>\d{1,2}) ?[-/.] ?(?P<year>\d{4}|\d{2})"
    rf"{_TIME}$",
    "day-name-year": rf"^{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[-/. ]*(?:de |of )?{_NAME}[-/., ]*"
    rf"(?:de |del )?(?P<year>\d{{4}}|\d{{2}}){_TIME}$",
    "name-day-year": rf"^(?:[a-zà-ɏ]{{2,10}}\.?, ?)?{_NAME}[- ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[- ]+"
    rf"(?P<year>\d{{4}}){_TIME}$",
    "year-name-day": rf"^(?P<year>\d{{4}})[-/. ]{_NAME}[-/. ](?P<day>\d{{1,2}})$",
    "name-year": rf"^{_NAME}(?:[-/., ]| de )*(?P<year>\d{{4}})$",
    "name-short-year": rf"^{_NAME}[-' ]'?(?P<year>\d{{2}})$",
    "year-name": rf"^(?P<year>\d{{4}})[-/. ]{_NAME}$",
    "year-month": r"^(?P<year>(?:1[89]|20)\d{2})-(?P<month>\d{2})$",
    "month-year": r"^(?P<month>\d{1,2})[-/](?P<year>(?:1[89]|20)\d{2})$",
    "compact": r"^(?P<year>(?:1[89]|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:\.0)?$",
    "excel_serial": r"^(?P<serial>[2-6]\d{4}(?:\.\d{1,12})?)$",
}
BARE = ("compact", "excel_serial")
"""Forms that are numbers as well: read as dates only where the name of the column says so."""

_LOOKED_AT_FIRST = 200
_MONTHS = (
    "jan january januar jänner janvier janv enero ene",
    "feb february februar février fevrier fév fevr févr febrero",
    "mar march märz maerz mär mrz mars marzo",
    "apr april avril avr abril abr",
    "may mai mayo",
    "jun june juni juin junio",
    "jul july juli juillet juil julio",
    "aug august août aout agosto ago",
    "sep sept september septembre septiembre setiembre",
    "oct october oktober okt octobre octubre",
    "nov november novembre noviembre",
    "dec december dezember dez décembre decembre déc diciembre dic",
)
_MONTH_OF = {word: place for place, words in enumerate(_MONTHS, start=1) for word in words.split()}
_ENGLISH = frozenset(word for words in _MONTHS for word in words.split()[:2]) - {"mai"} | {"sept"}


@dataclass(frozen=True, kw_only=True)
class Dates:
    """What a column of dates was found to be."""

    options: Mapping[str, Any]
    values: Moments
    """One for each distinct text; NaT where it could not be read."""
    guess: bool = False
    """Whether day and month could be exchanged."""
    decisive: bool = False
    """Whether some day is above 12."""
    ambiguous: bool = False
    """Whether nothing says which is the day; then ``values`` are those with the day first."""
    conflict: bool = False
    """Whether some dates can only have the day first, and others only the month."""
    local: bool = False
    """Whether names of months are German, French or Spanish."""
    short_years: bool = False
    """Whether some years have two digits."""


@dataclass(frozen=True, kw_only=True)
class _Parsed:
    """Dates taken apart, one item for each distinct text; ``form`` is -1 where none fits."""

    form: Ints
    year: Ints
    month: Ints
    day: Ints
    micros: Ints
    dotted: npt.NDArray[np.bool_]
    local: bool
    short: bool
    forms: tuple[str, ...]


def _ints(found: pa.StructArray, name: str, default: int) -> Ints:
    fields = [one.name for one in found.type]
    if name not in fields:
        return np.full(len(found), default, dtype=np.int64)
    texts = pc.struct_field(found, name)
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, texts.type), texts)
    return np.asarray(pc.fill_null(pc.cast(texts, pa.int64()), default), dtype=np.int64)


def _take_apart(texts: pa.Array, forms: Sequence[str]) -> _Parsed:
    clean = pc.utf8_lower(pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, r"[\x{00A0}\x{202F}\s]+", " ")))
    size = len(texts)
    out = {name: np.zeros(size, dtype=np.int64) for name in ("year", "month", "day", "micros")}
    form = np.full(size, -1, dtype=np.int64)
    dotted, local, few, known = np.zeros(size, dtype=bool), False, False, tuple(forms)
    for number, name in enumerate(known):
        rest = np.flatnonzero(form < 0)
        if not len(rest):
            break
        found = extract(pc.take(clean, pa.array(rest)), FORMS[name])
        hit = np.asarray(found.is_valid())
        if not hit.any():
            continue
        rest, found = rest[hit], found.filter(pa.array(hit))
        form[rest] = number
        if name == "excel_serial":
            _put_serials(out, rest, found)
            continue
        years = _ints(found, "year", 0)
        short = np.asarray(pc.equal(pc.utf8_length(pc.struct_field(found, "year")), 2))
        out["year"][rest] = np.where(short, np.where(years >= PIVOT, 1900 + years, 2000 + years), years)
        few = few or bool(short.any())
        out["micros"][rest] = _micros(found)
        if name == "day-month-year":
            out["day"][rest], out["month"][rest] = _ints(found, "first", 0), _ints(found, "second_", 0)
            dotted[rest] = np.asarray(pc.equal(pc.struct_field(found, "mark"), "."))
            continue
        out["day"][rest] = _ints(found, "day", 1)
        if "name" in [one.name for one in found.type]:
            words = pc.struct_field(found, "name").to_pylist()
            out["month"][rest] = [_MONTH_OF.get(word, 0) for word in words]
            local = local or any(word in _MONTH_OF and word not in _ENGLISH for word in words)
        else:
            out["month"][rest] = _ints(found, "month", 0)
    return _Parsed(form=form, dotted=dotted, local=local, short=few, forms=known, **out)


def _put_serials(out: dict[str, Ints], rest: npt.NDArray[np.intp], found: pa.StructArray) -> None:
    """Days since 30 December 1899, as spreadsheets count them."""
    serial = np.asarray(pc.cast(pc.struct_field(found, "serial"), pa.float64()))
    days = np.floor(serial).astype(np.int64)
    moments = np.datetime64("1899-12-30", "D") + days
    months = moments.astype("datetime64[M]")
    out["year"][rest] = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    out["month"][rest] = months.astype(np.int64) % 12 + 1
    out["day"][rest] = (moments - months.astype("datetime64[D]")).astype(np.int64) + 1
    # Whole seconds: a fraction of a day has no more digits than that.
    out["micros"][rest] = np.round((serial - days) * 86_400).astype(np.int64) * 1_000_000


def _micros(found: pa.StructArray) -> Ints:
    """Microseconds since midnight in UTC; below zero or above a day where the zone says so; -2**62 if impossible."""
    if "hour" not in [one.name for one in found.type]:
        return np.zeros(len(found), dtype=np.int64)
    hour, minute, second = (_ints(found, name, 0) for name in ("hour", "minute", "second"))
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.struct_field(found, "fraction"), 6, "0"), 0, 6)
    micro = np.asarray(pc.fill_null(pc.cast(pc.if_else(pc.equal(fraction, "000000"), "0", fraction), pa.int64()), 0))
    half = np.array(
        [(text or "").replace(".", "") for text in pc.struct_field(found, "half").to_pylist()], dtype=object
    )
    wrong = (
        (hour > 23) | (minute > 59) | (second > 59) | (((half == "pm") | (half == "am")) & ((hour > 12) | (hour == 0)))
    )
    hour = np.where((half == "pm") & (hour < 12), hour + 12, np.where((half == "am") & (hour == 12), 0, hour))
    shift = np.array([_offset(text) for text in pc.struct_field(found, "zone").to_pylist()], dtype=np.int64)
    total = ((hour * 60 + minute - shift) * 60 + second) * 1_000_000 + micro
    return np.where(wrong, -(2**62), total)


def _offset(zone: str | None) -> int:
    """Minutes that a zone is ahead of UTC."""
    if not zone or zone[0] not in "+-":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return minutes if zone[0] == "+" else -minutes


def _moments(parsed: _Parsed, *, day_first: bool) -> Moments:
    swapped = _is_numeric(parsed) & (not day_first)
    day = np.where(swapped, parsed.month, parsed.day)
    month = np.where(swapped, parsed.day, parsed.month)
    good = (
        (parsed.form >= 0)
        & (month >= 1)
        & (month <= 12)
        & (day >= 1)
        & (parsed.year >= 1000)
        & (parsed.micros > -(2**61))
    )
    starts = ((parsed.year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    days = starts.astype("datetime64[D]") + (day - 1)
    good &= days.astype("datetime64[M]") == starts
    moments = days.astype("datetime64[us]") + np.where(good, parsed.micros, 0).astype("timedelta64[us]")
    return np.where(good, moments, np.datetime64("NaT", "us"))


def _is_numeric(parsed: _Parsed) -> npt.NDArray[np.bool_]:
    place = parsed.forms.index("day-month-year") if "day-month-year" in parsed.forms else -2
    return np.equal(parsed.form, place)


def read_dates(texts: pa.Array, options: Mapping[str, Any]) -> Moments:
    """Read texts with given options (``formats``, names of forms, else all; ``day_first``); NaT where none fits."""
    forms = [form for form in options.get("formats", ()) if form in FORMS] or list(FORMS)
    return _moments(_take_apart(texts, forms), day_first=bool(options.get("day_first", True)))


def find_dates(texts: pa.Array, counts: Ints, *, bare: bool, day_first: bool | None) -> Dates | None:
    """Find how the dates of a column are written; ``None`` if it is not one of dates.

    Parameters
    ----------
    texts : Array of text, shape (n,)
        Distinct texts, words for missing left out.
    counts : ndarray of shape (n,)
        How often each stands in the column.
    bare : bool
        Whether digits alone (20240131, 45322) may be dates.
    day_first : bool or None
        What the rest of the file says of dates such as 01/02/2024; ``None`` if it says nothing.
    """
    forms = [form for form in FORMS if bare or form not in BARE]
    step = max(1, len(texts) // _LOOKED_AT_FIRST)
    few = _take_apart(pc.take(texts, pa.array(np.arange(0, len(texts), step))), forms)
    if (few.form >= 0).sum() < 0.5 * len(few.form):
        return None
    parsed = _take_apart(texts, forms)
    if not len(texts) or counts[parsed.form >= 0].sum() < 0.9 * counts.sum() or _are_seasons(parsed):
        return None
    numeric = _is_numeric(parsed)
    as_day = int(counts[numeric & (parsed.day > 12) & (parsed.month <= 12)].sum())
    as_month = int(counts[numeric & (parsed.month > 12) & (parsed.day <= 12)].sum())
    conflict = min(as_day, as_month) > 0.05 * counts.sum()
    doubtful = bool(numeric.any()) and as_day == as_month == 0
    dots = doubtful and bool(parsed.dotted[numeric].all())
    first = as_day >= as_month
    if doubtful and not dots and day_first is not None:
        first = day_first
    used = sorted({int(one) for one in parsed.form if one >= 0})
    options: dict[str, Any] = {"formats": [parsed.forms[one] for one in used]}
    if numeric.any():
        options["day_first"] = first
    return Dates(
        options=options,
        values=_moments(parsed, day_first=first),
        guess=doubtful and not dots and day_first is not None,
        decisive=as_day != as_month,
        ambiguous=doubtful and not dots and day_first is None,
        conflict=conflict,
        local=parsed.local,
        short_years=parsed.short,
    )


def _are_seasons(parsed: _Parsed) -> bool:
    """Whether ``2010-11`` is a season: the second number always follows the first."""
    if "year-month" not in parsed.forms:
        return False
    here = parsed.form == parsed.forms.index("year-month")
    return bool(here.sum() > 1 and ((parsed.year[here] + 1) % 100 == parsed.month[here]).all())
