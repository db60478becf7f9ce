"""Reading claims back from a page: ``<data class="claim" data-fact="…" value="…">text</data>``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from engine.evidence.checks import Check
from engine.evidence.document import Claim

# Drawings are most of a page, and hold no claims that a browser would show.
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Shown:
    """A claim as a page shows it."""

    project: str
    """Slug, empty on a project's own page."""
    fact: str
    value: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Shown] = []
        self._open: dict[str, str | None] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "data" and "claim" in (names.get("class") or "").split():
            self._open, self._text = names, []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._open is not None:
            values = {key: value or "" for key, value in self._open.items()}
            text = " ".join("".join(self._text).split())
            fact, value = values.get("data-fact", ""), values.get("value", "")
            self.found.append(Shown(values.get("data-project", ""), fact, value, text))
            self._open = None


def shown_claims(html: str) -> list[Shown]:
    """Find the claims that a page shows, in their order."""
    reader = _Reader()
    reader.feed(_DRAWING.sub("", html))
    reader.close()
    return reader.found


def check_page(shown: Sequence[Shown], claims: Sequence[Claim]) -> Iterator[Check]:
    """Compare a project's page with its evidence: every claim is shown, and nothing else is called one."""
    by_id = {claim.id: claim for claim in claims}
    on_page = {one.fact for one in shown}
    for claim in claims:
        if claim.id not in on_page:
            yield Check(name=f"page shows {claim.id}", ok=False, expected=claim.text, actual="not on the page")
    yield from check_shown(shown, by_id)
    if claims and all(claim.id in on_page for claim in claims):
        count = len(claims)
        yield Check(name="page shows every claim", ok=True, expected=count, actual=count)


def check_shown(shown: Sequence[Shown], claims: Mapping[str, Claim]) -> Iterator[Check]:
    """Report what a page shows as a claim and the evidence does not state like that."""
    for one in shown:
        claim = claims.get(one.fact)
        if claim is None:
            yield Check(
                name=f"page claims {one.fact[:80]}", ok=False, expected="a claim of the evidence", actual=one.text
            )
        elif (one.value, one.text) != (repr(claim.value), claim.text):
            actual = f"{one.text} (value {one.value})"
            expected = f"{claim.text} (value {claim.value!r})"
            yield Check(name=f"page shows {claim.id}", ok=False, expected=expected, actual=actual)


def check_texts(claims: Sequence[Claim]) -> Iterator[Check]:
    """Report claims whose text is not a rounding of their own numbers."""
    for claim in claims:
        numbers = [value for value in (claim.value, claim.low, claim.high) if value is not None]
        written = _NUMBER.findall(claim.text)
        place = _place(written, claim)
        close = all(_is_rounding(text, value, place) for text, value in zip(written, numbers, strict=False))
        if len(written) != len(numbers) or not close:
            yield Check(name=f"text of {claim.id}", ok=False, expected=repr(claim.value), actual=claim.text)


def _is_rounding(text: str, value: float, place: int) -> bool:
    plain = text.replace(",", "")
    mantissa, _, exponent = plain.partition("e")
    if exponent:
        place = int(exponent) - len(mantissa.partition(".")[2])
    # A hair more than half a step, since the half itself is not exact in binary.
    return abs(float(plain) - value) <= 0.500001 * 10.0**place


def _place(written: Sequence[str], claim: Claim) -> int:
    """Return the power of ten to which the numbers of a claim were rounded, all of them alike."""
    width = 0.0 if claim.low is None or claim.high is None else claim.high - claim.low
    largest = max(abs(claim.value), width)
    # Three significant digits are measurement; only the zeros behind them, before the point, are rounding.
    place = max(math.floor(math.log10(largest)) - 2, 0) if largest >= 1 else 0
    for text in written:
        whole, _, decimals = text.replace(",", "").lstrip("-").partition(".")
        if decimals:
            place = min(place, -len(decimals))
        elif whole.strip("0"):
            place = min(place, len(whole) - len(whole.rstrip("0")))
    return place
