"""What helps at each station of a project, and whether a person has found a pitfall on their own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from engine.errors import ContentError

_FILE = "guidance.toml"
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAMED = 2
"""Words in common, beside a column's name, from which on a text speaks of a pitfall."""
_UNNAMED = 4
"""Words in common without any column's name."""
_COMMON = frozenset(
    [
        "about",
        "after",
        "also",
        "because",
        "been",
        "before",
        "between",
        "both",
        "cannot",
        "column",
        "columns",
        "could",
        "data",
        "does",
        "each",
        "every",
        "from",
        "have",
        "here",
        "into",
        "many",
        "mean",
        "means",
        "model",
        "models",
        "more",
        "most",
        "much",
        "only",
        "other",
        "rows",
        "same",
        "score",
        "should",
        "some",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "very",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "without",
        "would",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Station:
    """What stands at one station."""

    task: str
    """What is done there, and why."""
    suggestion: str
    """One thing to do now."""
    hints: tuple[str, ...]
    """Given one at a time, from a nudge to nearly the answer."""


@cache
def stations() -> dict[str, Station]:
    """Load what helps at each station.

    Raises
    ------
    ContentError
        If the content file is faulty.
    """
    return read(tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8")))


def read(raw: Mapping[str, Any]) -> dict[str, Station]:
    """Read and check the content of the file. Raises ``ContentError`` if it is faulty."""
    found = {}
    for name, entry in raw.items():
        if not isinstance(entry, dict):
            raise ContentError(_FILE, name, "a table")
        for key in ("task", "suggestion"):
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                raise ContentError(_FILE, f"{name}.{key}", "a text")
        hints = entry.get("hints")
        if not isinstance(hints, list) or not hints or not all(isinstance(one, str) and one.strip() for one in hints):
            raise ContentError(_FILE, f"{name}.hints", "a list of texts")
        found[name] = Station(task=entry["task"], suggestion=entry["suggestion"], hints=tuple(hints))
    return found


def spoken_of(text: str, pitfalls: Sequence[str], columns: Sequence[str]) -> list[int]:
    """Find the pitfalls that a person's own words speak of.

    A text speaks of a pitfall if both name the same column and share two more words, or share four words without one.
    Endings are cut, so that *repeated* and *repeats* are one word. This is a plain comparison of words: it can miss a
    pitfall that is put quite differently, and never claims to understand one.

    Parameters
    ----------
    text : str
        What the person says that they found.
    pitfalls : sequence of str
        Texts of the template, hidden so far.
    columns : sequence of str
        Names of the columns of the data.

    Returns
    -------
    list of int
        Places of the pitfalls, from 0.
    """
    said, found = stems(text), []
    for place, pitfall in enumerate(pitfalls):
        shared = len(said & stems(pitfall))
        named = any(_names(name, text) and _names(name, pitfall) for name in columns)
        if shared >= (_NAMED if named else _UNNAMED):
            found.append(place)
    return found


def stems(text: str) -> set[str]:
    """Return the words that mean something, without their endings and in lower case."""
    return {word[:6] for word in _WORD.findall(text.casefold()) if word not in _COMMON}


def _names(column: str, text: str) -> bool:
    return len(column) > 1 and re.search(rf"(?<!\w){re.escape(column.casefold())}(?!\w)", text.casefold()) is not None
