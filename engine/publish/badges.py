"""Badges as local pictures (SVG), each written from a stored result; what was not recorded has no badge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from engine.domain.fact import Fact
from engine.evidence.document import Claim
from engine.publish.cleaning import one_line

_GOOD, _PLAIN, _WARN = "#17663a", "#1c5fa8", "#8a4b00"
_LABEL = "#34414e"
_LETTER = 6.9
"""Pixels that a letter takes at most, on average, at this size of type."""


@dataclass(frozen=True, kw_only=True)
class Badge:
    """One label with its message."""

    name: str
    label: str
    message: str
    colour: str

    @property
    def words(self) -> str:
        """What it says, for those who do not see it."""
        return f"{self.label}: {self.message}"

    @property
    def svg(self) -> str:
        """The picture; it asks nobody for anything."""
        left, right = (round(len(text) * _LETTER) + 16 for text in (self.label, self.message))
        width = left + right
        words = escape(self.words, quote=True)

        def text(said: str, start: int, room: int) -> str:
            # The length is fixed, so that it fits with whichever face the reader has.
            place = f'x="{start + 8}" y="15" textLength="{room - 16}" lengthAdjust="spacingAndGlyphs"'
            return f"<text {place}>{escape(said)}</text>"

        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="22" role="img" aria-label="{words}">'
            f"<title>{words}</title>"
            f'<rect width="{width}" height="22" rx="4" fill="{_LABEL}"/>'
            f'<path d="M {left} 0 h {right - 4} a 4 4 0 0 1 4 4 v 14 a 4 4 0 0 1 -4 4 h -{right - 4} z" '
            f'fill="{self.colour}"/>'
            '<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
            f"{text(self.label, 0, left)}{text(self.message, left, right)}</g></svg>\n"
        )


def badges(
    facts: Mapping[str, Fact], claims: tuple[Claim, ...], rebuilt: Mapping[str, Any] | None, python: str
) -> list[Badge]:
    """Write the badges of a project.

    Parameters
    ----------
    facts : mapping of id to Fact
    claims : tuple of Claim
        The headline comes first.
    rebuilt : mapping, optional
        The newest stored rebuild: ``ok``, ``faults`` and ``day``.
    python : str
        Version of Python that the published scores were made with, empty if it is not recorded.
    """
    found = []
    if claims:
        value = claims[0].text
        found.append(Badge(name="score", label=claims[0].metric, message=value, colour=_PLAIN))
    if rebuilt is not None:
        held = bool(rebuilt["ok"])
        message = f"on {rebuilt['day']}" if held else f"not on {rebuilt['day']}"
        found.append(Badge(name="reproduced", label="reproduced", message=message, colour=_GOOD if held else _WARN))
        count = len(rebuilt["faults"])
        message = "complete" if not count else f"{count} {'fault' if count == 1 else 'faults'}"
        found.append(Badge(name="repository", label="repository", message=message, colour=_WARN if count else _GOOD))
    if "data.licence" in facts:
        message = one_line(facts["data.licence"].text, 40)
        found.append(Badge(name="licence", label="data licence", message=message, colour=_PLAIN))
    if python:
        found.append(Badge(name="python", label="python", message=python, colour=_PLAIN))
    return found
