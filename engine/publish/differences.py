"""What changed from one version of a write-up to the next, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.writeup import WriteUp
from engine.publish import compose
from engine.publish.cleaning import clean

CONTEXT = 1
"""Unchanged lines that are shown beside a change."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What changed in one section."""

    section: str
    title: str
    lines: tuple[str, ...]
    """As a unified difference: ``-`` before what went, ``+`` before what came, a space before what stayed."""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def differences(old: WriteUp | None, new: WriteUp) -> list[Change]:
    """Compare a version with an earlier one (with nothing, if there is none); unchanged sections are left out."""
    before: Mapping[str, str] = old.sections if old else {}
    titles = compose.titles()
    found = []
    for key in dict.fromkeys([*titles, *new.sections, *before]):
        lines = _lines(before.get(key, ""), new.sections.get(key, ""))
        if lines:
            found.append(Change(section=key, title=titles.get(key, key), lines=lines))
    return found


def _lines(before: str, after: str) -> tuple[str, ...]:
    old, new = (clean(text).strip().split("\n") if text.strip() else [] for text in (before, after))
    found = list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT))
    # The first two lines name files; what begins with @@ counts lines.
    return tuple(line for line in found[2:] if not line.startswith("@@ "))
