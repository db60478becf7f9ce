"""What is seen in one column of text before anything is decided: numbers, dates, words for an empty cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.kinds import words_of
from engine.data.sources.columns import Plain, as_texts, is_text
from engine.data.sources.convert import Encoded, encode, spread
from engine.data.sources.dates import Dates, find_dates
from engine.data.sources.numbers import Numbers, find_numbers
from engine.data.sources.origin import Loaded
from engine.data.sources.words import CODE_NAMES, DATE_NAMES, MISSING_WORDS

_SAMPLE = 400
_NO_DATE_NAMES = re.compile(r"candidate|update|mandate|day(s)?_|days$|n_|num|count", re.IGNORECASE)


@dataclass(kw_only=True)
class View:
    """What was seen in one column."""

    name: str
    encoded: Encoded
    words: list[str]
    """Texts that may stand for an empty cell."""
    keep: npt.NDArray[np.bool_]
    """Which of the distinct texts are none of these."""
    numbers: Numbers | None = None
    dates: Dates | None = None

    @property
    def texts(self) -> pa.Array:
        """Distinct texts that are no word for an empty cell."""
        return self.encoded.texts.filter(pa.array(self.keep))

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each of them stands in the column."""
        return self.encoded.counts[self.keep]

    def spread(self, values: npt.NDArray[Any], empty: Any, kind: pa.DataType) -> pa.ChunkedArray:
        """Put the value of each distinct text into its rows; words for an empty cell become empty."""
        whole = np.full(len(self.encoded.texts) + 1, empty, dtype=values.dtype)
        whole[:-1][self.keep] = values
        return spread(whole, self.encoded, kind)


def look(loaded: Loaded, place: int, seen: Plain) -> View | None:
    """See whether a column may hold numbers or dates, on some of its cells first; list its distinct texts."""
    name, values = loaded.names[place], seen.values
    bare = may_be_date(name)
    if not is_text(values):
        return _look_at_numbers(name, values) if bare else None
    if seen.codes and not bare:
        return None
    step = max(1, len(values) // _SAMPLE)
    sample = pc.take(values, pa.array(np.arange(0, len(values), step))).drop_null()
    encoded = encode(values)
    lower = [text.strip().casefold() for text in encoded.texts.to_pylist()] if len(encoded.texts) <= 2_000 else None
    if lower is None:
        trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(encoded.texts))
        missing = np.asarray(pc.is_in(trimmed, value_set=pa.array(sorted(MISSING_WORDS), trimmed.type)))
    else:
        missing = np.array([text in MISSING_WORDS for text in lower], dtype=bool)
    view = View(name=name, encoded=encoded, words=encoded.texts.filter(pa.array(missing)).to_pylist(), keep=~missing)
    if not view.keep.any() or set(words_of(name)) & CODE_NAMES:
        return view
    if _promises(sample):
        view.dates = find_dates(view.texts, view.counts, bare=bare, day_first=None)
        if view.dates is None:
            view.numbers = find_numbers(view.texts, view.counts, convention="", delimiter=loaded.reading.delimiter)
    return view


def _promises(sample: pa.ChunkedArray) -> bool:
    """Whether most cells of a sample that are no word for missing hold a digit."""
    texts = [text for text in sample.to_pylist() if text.strip().casefold() not in MISSING_WORDS]
    return sum(any(mark.isdigit() for mark in text) for text in texts) >= 0.8 * len(texts)


def may_be_date(name: str) -> bool:
    """Whether the name of a column says that bare digits in it are a date."""
    words = words_of(name)
    return (
        bool(words)
        and not _NO_DATE_NAMES.search(name)
        and (bool(set(words) & DATE_NAMES) or words[-1].endswith(("date", "datum")))
    )


def _look_at_numbers(name: str, values: pa.ChunkedArray) -> View | None:
    """See whether numbers under the name of a date are dates: 20240131, or the days of a spreadsheet."""
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)) or values.null_count == len(values):
        return None
    low, high = (pc.fill_null(one, 0).as_py() for one in pc.min_max(values).values())
    if not (20_000 <= low <= high < 70_000 or 18_000_101 <= low <= high < 21_000_000):
        return None
    encoded = encode(as_texts(values))
    view = View(name=name, encoded=encoded, words=[], keep=np.ones(len(encoded.texts), dtype=bool))
    view.dates = find_dates(view.texts, view.counts, bare=True, day_first=None)
    # Every cell must be one: nothing else tells them from numbers.
    return view if view.dates and not np.isnat(view.dates.values).any() else None
