"""Categories that differ only in case or blanks: Berlin, berlin, BERLIN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MOST_VALUES = 1_000
"""Columns with more distinct values are text or codes, in which case may matter."""

_LONGEST = 60


def find_spellings(texts: pa.Array, counts: npt.NDArray[np.int64]) -> dict[str, str]:
    """Find values that are the same but for case and blanks, and the most frequent spelling of each.

    Parameters
    ----------
    texts : Array of text, shape (n,)
        Distinct values.
    counts : ndarray of shape (n,)

    Returns
    -------
    dict
        From each spelling that is found to the one that is kept; empty if there is nothing to do, or the values are
        too many, too long or single letters that both cases share (codes).
    """
    total = int(counts.sum())
    if not 2 <= len(texts) <= MOST_VALUES or len(texts) > max(20, total // 2):
        return {}
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for text, count in zip(texts.to_pylist(), counts.tolist(), strict=True):
        if len(text) > _LONGEST:
            return {}
        groups[" ".join(text.split()).casefold()].append((count, text))
    spellings: dict[str, str] = {}
    for key, members in groups.items():
        if not key or len(members) < 2:
            continue
        members.sort(key=lambda one: (-one[0], one[1] != one[1].strip(), one[1]))
        if len(key) == 1 and _is_code(members):
            continue
        kept = members[0][1].strip()
        spellings |= {text: kept for _, text in members if text != kept}
    return spellings


def _is_code(members: list[tuple[int, str]]) -> bool:
    """Whether both cases of a single letter are frequent, so that they may differ in meaning."""
    counts: dict[str, int] = defaultdict(int)
    for count, text in members:
        counts[text.strip()] += count
    return len(counts) > 1 and min(counts.values()) > 0.1 * sum(counts.values())


def respell(column: pa.ChunkedArray, spellings: Mapping[str, str]) -> pa.ChunkedArray:
    """Put the kept spelling in the place of each that was found."""
    if not spellings:
        return column
    places = pc.index_in(column, value_set=pa.array(list(spellings), column.type))
    kept = pc.take(pa.array(list(spellings.values()), column.type), places)
    return pc.coalesce(kept, column)
