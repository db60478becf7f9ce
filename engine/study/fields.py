"""Reading the fields of a content file: each fault names the file, the key and what is expected."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from engine.errors import ContentError

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""An id: small letters and digits, joined by hyphens."""


def is_number(value: object) -> bool:
    """Whether a value is a finite number; a truth value is none."""
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


class Fields:
    """One table of a content file.

    Parameters
    ----------
    raw : mapping
        The table as it was read.
    file, place : str
        The name of the file and of the part in it, for the messages.

    Raises
    ------
    ContentError
        If it is no table; so do all methods, at a field that is missing or is not what it should be.
    """

    def __init__(self, raw: Any, file: str, place: str) -> None:
        if not isinstance(raw, Mapping):
            raise ContentError(file, place, "a table of keys and values")
        self.raw, self.file, self.place = raw, file, place

    def fault(self, key: str, expected: str) -> ContentError:
        """Make the error for a key."""
        return ContentError(self.file, f"{self.place}.{key}", expected)

    def only(self, keys: Collection[str]) -> None:
        """Refuse a key that is not known: it would be a slip that nobody sees."""
        for key in self.raw:
            if key not in keys:
                raise self.fault(key, f"one of the keys {', '.join(sorted(keys))}")

    def none_of(self, keys: Collection[str], expected: str) -> None:
        """Refuse keys that have no meaning here."""
        for key in keys:
            if key in self.raw:
                raise self.fault(key, expected)

    def text(self, key: str) -> str:
        """Read a text that is not blank."""
        value = self.raw.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "a text")
        return value.strip()

    def texts(self, key: str, *, at_least: int) -> tuple[str, ...]:
        """Read a list of different texts."""
        value = self.raw.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.fault(key, "a list of texts")
        if len(value) < at_least or len(set(value)) != len(value):
            raise self.fault(key, f"at least {at_least} texts, none twice")
        return tuple(item.strip() for item in value)

    def number(self, key: str, *, above: float = -math.inf) -> float:
        """Read a finite number, larger than `above`."""
        value = self.raw.get(key)
        if not is_number(value) or not value > above:  # type: ignore[operator]
            raise self.fault(key, "a number" if above == -math.inf else f"a number above {above:g}")
        return float(value)  # type: ignore[arg-type]

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """Read a word from a list."""
        value = self.raw.get(key)
        if value not in allowed:
            raise self.fault(key, f"one of {', '.join(allowed)}")
        return str(value)

    def rows(self, key: str, *, at_least: int) -> tuple[tuple[Any, ...], ...]:
        """Read a list of lists."""
        value = self.raw.get(key)
        if not isinstance(value, list) or not all(isinstance(row, list) and row for row in value):
            raise self.fault(key, "a list of rows, none empty")
        if len(value) < at_least:
            raise self.fault(key, f"at least {at_least} rows")
        return tuple(tuple(row) for row in value)
