"""Conversions are carried out: the cells of a column become what its conversion says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.sources.categories import respell
from engine.data.sources.columns import as_texts, is_text, plain, to_series, without_missing
from engine.data.sources.dates import FORMS, read_dates
from engine.data.sources.numbers import find_numbers, read_numbers
from engine.data.sources.origin import Loaded
from engine.domain.reading import Conversion, ConversionKind, FileFormat
from engine.errors import InputError
from engine.settings import Settings

TRUE_WORDS = ("true", "yes", "y", "t", "1", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", "verdadero", "on")
FALSE_WORDS = ("false", "no", "n", "f", "0", "nein", "falsch", "non", "faux", "falso", "off")

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """The distinct texts of a column, how often each stands there, and where."""

    texts: pa.Array
    counts: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    """For each row the number of its text; -1 for an empty cell."""


def encode(column: pa.ChunkedArray) -> Encoded:
    """List the distinct texts of a column, in the order in which they come."""
    whole = pc.dictionary_encode(column.combine_chunks())
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    places = np.asarray(pc.fill_null(whole.indices, -1), dtype=np.int64)
    counts = np.bincount(places[places >= 0], minlength=len(whole.dictionary)).astype(np.int64)
    return Encoded(texts=whole.dictionary, counts=counts, places=places)


def in_threads(settings: Settings, work: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
    """Do the same for each item, in the threads that are allowed; Arrow works without Python's lock."""
    if settings.threads < 2 or len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(settings.threads, 4)) as pool:
        return list(pool.map(work, items))


def declares_types(loaded: Loaded) -> bool:
    """Whether text is text because the file says so: digits in it stay text."""
    return loaded.reading.format is FileFormat.PARQUET


def apply(loaded: Loaded, settings: Settings) -> pd.DataFrame:
    """Turn the cells into the types that the rest of the engine knows, as the reading says.

    Raises
    ------
    InputError
        If a conversion is not possible.
    """
    reading = loaded.reading
    check_conversions(reading.conversions, loaded.names)
    wanted = {one.column: one for one in reading.conversions}

    def one(place: int) -> pd.Series:
        column, conversion = loaded.columns[place], wanted.get(loaded.names[place])
        if conversion is None:
            return to_series(plain(column, reading.missing, declared=declares_types(loaded)).values)
        return to_series(convert(column, conversion, reading.missing))

    series = in_threads(settings, one, range(len(loaded.names)))
    return pd.DataFrame(dict(zip(loaded.names, series, strict=True)), copy=False)


def convert(column: pa.ChunkedArray, conversion: Conversion, words: Sequence[str]) -> pa.ChunkedArray:
    """Carry out one conversion; cells that do not fit become empty.

    Parameters
    ----------
    column : ChunkedArray
    conversion : Conversion
    words : sequence of str
        Cells that count as empty, beside the usual ones and those that the conversion names.
    """
    options = conversion.options
    if conversion.to is ConversionKind.NUMBER and not is_text(column) and not pa.types.is_temporal(column.type):
        return pc.cast(column, pa.float64())
    if conversion.to is ConversionKind.DATE and pa.types.is_timestamp(column.type):
        return column
    texts = without_missing(as_texts(column), [*words, *options.get("missing", ())])
    match conversion.to:
        case ConversionKind.NUMBER:
            return _read(encode(texts), lambda found: _numbers(found, options), np.nan, pa.float64())
        case ConversionKind.DATE:
            moment = pa.timestamp("us")
            return _read(
                encode(texts), lambda found: read_dates(found.texts, options), np.datetime64("NaT", "us"), moment
            )
        case ConversionKind.CATEGORY:
            return respell(texts, options.get("spellings", {}))
        case ConversionKind.BOOLEAN:
            return _truth(texts, options)
        case ConversionKind.TEXT:
            return texts


def _numbers(found: Encoded, options: Mapping[str, Any]) -> npt.NDArray[Any]:
    if "decimal" not in options:
        # Asked for by a person without saying how the numbers are written.
        guessed = find_numbers(found.texts, found.counts, convention="", delimiter="")
        options = {**(guessed.options if guessed else {"decimal": ".", "thousands": ","}), **options}
    return read_numbers(found.texts, options)


def _read(
    encoded: Encoded, read: Callable[[Encoded], npt.NDArray[Any]], empty: Any, kind: pa.DataType
) -> pa.ChunkedArray:
    """Read each distinct text once and put the values in their rows."""
    return spread(np.append(read(encoded), empty), encoded, kind)


def spread(values: npt.NDArray[Any], encoded: Encoded, kind: pa.DataType) -> pa.ChunkedArray:
    """Put values, one for each distinct text and a last one for empty cells, in their rows."""
    return pa.chunked_array([pa.array(values[encoded.places], kind, from_pandas=True)])


def _truth(texts: pa.ChunkedArray, options: Mapping[str, Any]) -> pa.ChunkedArray:
    true = [str(word).strip().casefold() for word in options.get("true", TRUE_WORDS)]
    false = [str(word).strip().casefold() for word in options.get("false", FALSE_WORDS)]
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    places = pc.index_in(lower, value_set=pa.array([*true, *false], lower.type))
    return pc.take(pa.array([True] * len(true) + [False] * len(false)), places)


def check_conversions(conversions: Sequence[Conversion], names: Sequence[str]) -> None:
    """Make sure that conversions are possible and speak of columns that exist.

    Raises
    ------
    InputError
        If not.
    """
    known = set(names)
    seen: set[str] = set()
    for one in conversions:
        if one.column not in known:
            raise InputError(
                f"A conversion names the column {one.column!r}, which the table does not have.",
                hint="Detect the file again, or strike that conversion.",
            )
        if one.column in seen:
            raise InputError(f"There are two conversions of the column {one.column!r}.", hint="Strike one of them.")
        seen.add(one.column)
        _check_options(one)


def _check_options(one: Conversion) -> None:
    options = one.options
    decimal, thousands = options.get("decimal", "."), options.get("thousands", "")
    if decimal not in (".", ","):
        _refuse(one, f"the decimal mark {decimal!r}", "Use a point or a comma.")
    if thousands not in ("", ".", ",", " ", "'"):
        _refuse(one, f"the thousands mark {thousands!r}", "Use a point, a comma, a blank, an apostrophe or none.")
    if decimal == thousands and "decimal" in options:
        _refuse(one, "the same mark for decimals and thousands", "Change one of them.")
    scale = options.get("scale", 1.0)
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 < scale < float("inf"):
        _refuse(one, f"the scale {scale!r}", "Use a number above 0.")
    forms = options.get("formats", ())
    wrong = [form for form in forms if form not in FORMS] if isinstance(forms, list | tuple) else [forms]
    if wrong:
        _refuse(one, f"the form of dates {wrong[0]!r}", f"Use some of: {', '.join(FORMS)}.")
    for name in ("missing", "true", "false"):
        listed = options.get(name, ())
        if not isinstance(listed, list | tuple) or not all(isinstance(word, str) for word in listed):
            _refuse(one, f"{name!r} as {listed!r}", "Use a list of words.")
    spellings = options.get("spellings", {})
    if not isinstance(spellings, Mapping) or not all(
        isinstance(text, str) for pair in spellings.items() for text in pair
    ):
        _refuse(one, f"spellings as {spellings!r}"[:100], "Use pairs of texts.")


def _refuse(one: Conversion, what: str, hint: str) -> NoReturn:
    raise InputError(f"The conversion of {one.column!r} cannot have {what}.", hint=hint)
