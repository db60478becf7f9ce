"""Numbers as people write them: decimal and thousands marks, currencies, percent signs, units, brackets for minus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources.columns import extract
from engine.data.sources.words import ALIASES, CURRENCIES, PERCENT, UNITS

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_KNOWN = CURRENCIES | UNITS | set(PERCENT)
_FOLDED = {one.casefold(): one for one in sorted(_KNOWN) if len(one) > 1}

_LETTER = "A-Za-zÀ-ɏ"
_MONEY = "$€£¥₹₽₩₺₫₴₪"
_SHAPE = (
    rf"^(?P<open>\(?)\s*(?P<sign>[-+]?)\s*(?P<before>(?:[{_LETTER}]{{0,3}}\.?[{_MONEY}]|[{_LETTER}]{{2,4}}\.?)?)\s*"
    r"(?P<inner>[-+]?)\s*(?P<body>\d[\d.,' ]*|[.,]\d+)(?P<exp>(?:[eE][-+]?\d{1,3})?)\s*(?P<back>-?)\s*"
    rf"(?P<after>(?:[{_LETTER}%‰°µ{_MONEY}][{_LETTER}%‰°µ{_MONEY}\d²³/·. ]{{0,14}})?)\s*(?P<close>\)?)$"
)
_VARIANTS = {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "ʼ": "'", "´": "'", "−": "-", "–": "-"}
_STYLES = ((".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
_GROUPS = {".": r"^[1-9]\d{0,2}(?:\.\d{3})+$", ",": r"^[1-9]\d{0,2}(?:,\d{3})+$"}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Numbers taken apart, one item for each distinct text; empty (null) ``body`` where it is no number."""

    body: pa.Array
    exponent: pa.Array
    negative: npt.NDArray[np.bool_]
    affixes: tuple[str, ...]
    """What stands around digits, each once."""
    affix: npt.NDArray[np.int64]
    """Its place among them, for each text."""
    plus: npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What a column of numbers was found to be."""

    options: Mapping[str, Any]
    values: Floats
    """One for each distinct text; NaN where it could not be read."""
    guess: bool = False
    """Whether the decimal mark could be the other one."""
    decisive: bool = False
    """Whether the decimal mark can only be this one."""
    mixed: Mapping[str, int] = field(default_factory=dict)
    """Units and their counts, where they differ: then nothing is read."""


def take_apart(texts: pa.Array) -> Parts:
    """Split texts into sign, digits and what stands around them.

    Parameters
    ----------
    texts : Array of text, shape (n,)
    """
    clean = pc.utf8_trim_whitespace(texts)
    if not pc.all(pc.string_is_ascii(clean)).as_py():
        for mark, plain in _VARIANTS.items():
            clean = pc.replace_substring(clean, mark, plain)
    found = extract(clean, _SHAPE)
    part = {
        name: pc.struct_field(found, name)
        for name in ("open", "sign", "before", "inner", "exp", "back", "after", "close")
    }
    minus = [_equals(part[name], "-") for name in ("sign", "inner", "back")]
    brackets = _equals(part["open"], "("), _equals(part["close"], ")")
    affixes, place = _affixes(part["before"], part["after"])
    wrong = (brackets[0] != brackets[1]) | (place < 0)
    body = pc.utf8_trim_whitespace(pc.struct_field(found, "body"))
    return Parts(
        body=pc.if_else(pa.array(wrong | (sum(m.astype(int) for m in minus) > 1)), pa.scalar(None, body.type), body),
        exponent=part["exp"],
        negative=minus[0] | minus[1] | minus[2] | brackets[0],
        affixes=affixes,
        affix=np.maximum(place, 0),
        plus=_equals(part["sign"], "+"),
    )


def _equals(texts: pa.Array, mark: str) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.equal(texts, mark), False))


def _affixes(before: pa.Array, after: pa.Array) -> tuple[tuple[str, ...], Counts]:
    """List what stands around the digits, each once, nothing first; with the place of each (-1: not possible)."""
    joint = pc.dictionary_encode(pc.binary_join_element_wise(before, after, pa.scalar("\n", before.type)))
    known = {"": 0}
    places = []
    for pair in joint.dictionary.to_pylist():
        affix = _affix(*pair.split("\n"))
        places.append(-1 if affix is None else known.setdefault(affix, len(known)))
    codes = np.asarray(pc.fill_null(joint.indices, len(places)), dtype=np.int64)
    return tuple(known), np.array([*places, 0], dtype=np.int64)[codes]


def _affix(before: str | None, after: str | None) -> str | None:
    """Name what stands around the digits by one spelling; ``None`` if it is no currency before them, or two things."""
    before, after = (before or "").strip(), (after or "").strip()
    if before and after:
        return None
    if before and before not in CURRENCIES and before.upper() not in CURRENCIES:
        return None
    found = before or after
    if found not in _KNOWN:
        found = _FOLDED.get(found.casefold(), found)
    return ALIASES.get(found, found)


def read_bodies(parts: Parts, decimal: str, thousands: str) -> Floats:
    """Read the digits with the given marks; NaN where they do not fit."""
    d = re.escape(decimal)
    whole = r"\d+" if not thousands else rf"(?:[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+|\d+)"
    fits = pc.match_substring_regex(parts.body, rf"^(?:{whole}(?:{d}\d+)?|{d}\d+)$")
    digits = pc.if_else(fits, parts.body, pa.scalar(None, parts.body.type))
    if thousands:
        digits = pc.replace_substring(digits, thousands, "")
    if decimal != ".":
        digits = pc.replace_substring(digits, decimal, ".")
    numbers = pc.cast(pc.binary_join_element_wise(digits, parts.exponent, pa.scalar("", digits.type)), pa.float64())
    values = np.asarray(pc.fill_null(numbers, np.nan), dtype=np.float64)
    return np.where(parts.negative, -values, values)


def read_numbers(texts: pa.Array, options: Mapping[str, Any]) -> Floats:
    """Read texts with given options (``decimal``, ``thousands``, ``affix``, ``scale``); NaN where they do not fit.

    A cell without the affix is read as if it had it, except for percent, where only nought is: 12 beside 12 %
    may mean either.
    """
    return _values(take_apart(texts), options)


def _values(parts: Parts, options: Mapping[str, Any]) -> Floats:
    values = read_bodies(parts, options.get("decimal", "."), options.get("thousands", ""))
    wanted = _affix("", str(options.get("affix", "")))
    scale = float(options.get("scale", 1.0))
    same = np.array([affix == wanted for affix in parts.affixes], dtype=bool)[parts.affix]
    bare = parts.affix == 0
    if scale != 1.0:
        bare &= values == 0
        values = values / round(1 / scale) if 0 < scale < 1 else values * scale
    return np.where(same | bare, values, np.nan)


def find_numbers(texts: pa.Array, counts: Counts, *, convention: str, delimiter: str) -> Numbers | None:
    """Find how the numbers of a column are written; ``None`` if it is not one of numbers.

    Parameters
    ----------
    texts : Array of text, shape (n,)
        Distinct texts, words for missing left out.
    counts : ndarray of shape (n,)
        How often each stands in the column.
    convention : str
        Decimal mark of the other columns, if known: decides where ``1.234`` may be either.
    delimiter : str
        Delimiter of the file: a semicolon speaks for decimal commas.
    """
    parts = take_apart(texts)
    shaped = np.asarray(parts.body.is_valid())
    total = int(counts.sum())
    if not total or counts[shaped].sum() < 0.9 * total or _are_codes(parts, counts):
        return None
    affix, mixed = _common_affix(parts, counts, shaped)
    if mixed:
        return Numbers(options={}, values=np.full(len(texts), np.nan), mixed=mixed)
    if affix is None:
        return None
    decimal, thousands, guess, decisive = _marks(parts, counts, convention, delimiter, money=affix in CURRENCIES)
    options: dict[str, Any] = {"decimal": decimal, "thousands": thousands}
    if affix:
        options["affix"] = affix
    if affix in PERCENT:
        options["scale"] = PERCENT[affix]
    return Numbers(options=options, values=_values(parts, options), guess=guess, decisive=decisive)


def _are_codes(parts: Parts, counts: Counts) -> bool:
    """Whether digits begin with a zero or a plus as codes and phone numbers do."""
    zero = np.asarray(pc.fill_null(pc.match_substring_regex(parts.body, r"^0\d(?:[\d ]*)$"), False))
    phone = parts.plus & np.asarray(pc.fill_null(pc.greater(pc.utf8_length(parts.body), 7), False))
    return bool(zero.any() or 2 * counts[phone].sum() > counts.sum())


def _common_affix(parts: Parts, counts: Counts, shaped: npt.NDArray[np.bool_]) -> tuple[str | None, dict[str, int]]:
    """Return what stands around the numbers (``None``: too many things), or the units that differ with their counts."""
    amounts = np.bincount(parts.affix[shaped], weights=counts[shaped], minlength=len(parts.affixes)).astype(int)
    found = Counter({affix: int(n) for affix, n in zip(parts.affixes, amounts, strict=True) if affix and n})
    if not found:
        return "", {}
    whole, (first, most) = sum(found.values()), found.most_common(1)[0]
    known = {affix: count for affix, count in found.items() if affix in _KNOWN}
    if len(known) > 1 and sum(known.values()) > 0.9 * whole and most < 0.99 * whole:
        return None, dict(sorted(known.items(), key=lambda item: (-item[1], item[0])))
    if most < 0.95 * whole or (first not in known and (len(first) < 2 or most < 0.95 * counts.sum())):
        return None, {}
    return (first, {}) if most >= 0.5 * counts.sum() or first in known else (None, {})


def _marks(
    parts: Parts, counts: Counts, convention: str, delimiter: str, *, money: bool
) -> tuple[str, str, bool, bool]:
    """Choose decimal and thousands mark; with them whether it is a guess, and whether it is beyond doubt."""
    present = {mark: bool(pc.any(pc.match_substring(parts.body, mark)).as_py()) for mark in ".,' "}
    if not any(present.values()):
        return ".", "", False, False
    candidates = dict.fromkeys((decimal, group if present[group] else "") for decimal, group in _STYLES)
    fits = {style: int(counts[~np.isnan(read_bodies(parts, *style))].sum()) for style in candidates}
    best = max(fits.values())
    styles = [style for style in candidates if fits[style] == best]
    guess = False
    decimals = {style[0] for style in styles}
    if len(decimals) > 1 and (present["."] or present[","]):
        mark = "," if present[","] else "."
        other = "." if mark == "," else ","
        # All cells are like 1.234: a decimal mark, or one for thousands?
        as_decimal = convention == mark if convention else (not money and (mark == "." or delimiter == ";"))
        chosen = mark if as_decimal else other
        styles = [style for style in styles if style[0] == chosen]
        guess = not convention
    decimal, thousands = styles[0]
    return decimal, thousands, guess, not guess and len(decimals) == 1 and (present["."] or present[","])


def all_grouped(column: pa.ChunkedArray, mark: str) -> bool:
    """Whether every cell with a mark has it before each three digits, as in ``1.234``."""
    marked = column.filter(pc.fill_null(pc.match_substring(column, mark), False))
    return len(marked) > 0 and bool(
        pc.all(pc.match_substring_regex(pc.utf8_ltrim(marked, " -"), _GROUPS[mark])).as_py()
    )
