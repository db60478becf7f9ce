"""Numbers that were typed into a text instead of being referred to: those that contradict a stored fact stand out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.domain.fact import Fact
from engine.evidence.wording import REFERENCE

NEAR = 0.10
"""Relative distance up to which a number is taken for a fact that was written down wrongly."""

_SMALLEST_COUNT = 20
"""Below this a whole number may count anything."""

_NUMBER = re.compile(r"(?<![\w.,{])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(\s?%)?(?![\w,]*\d)(?![\w])")
_SKIPPED = re.compile(
    # References, code, addresses, numbers of a list, dates and years.
    r"`[^`]*`|```.*?```|https?://\S+|^\s*\d+[.)]\s|\b\d{4}-\d{2}-\d{2}\b|"
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b(?: \d{4})?|"
    r"\b(?:19|20)\d{2}\b(?!\s?%)|\b95 ?%",
    re.MULTILINE | re.DOTALL,
)
_ENDS = ("low", "value", "high")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A typed number beside the fact that it seems to mean."""

    number: str
    """As it stands in the text."""
    fact: Fact
    agrees: bool
    """Whether it is the fact's value as far as it is written; else it contradicts it."""

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        told = f"{self.number} is typed; {self.fact.title} is {self.fact.text}."
        if self.agrees:
            return f"{told} Refer to it as {{{{ {self.fact.id} }}}}, so that it follows when the fact changes."
        return f"{told} Refer to it as {{{{ {self.fact.id} }}}} if that is what you mean."


def typed_numbers(text: str, facts: Mapping[str, Fact]) -> list[Typed]:
    """List the typed numbers of a Markdown text that are, or nearly are, the value of a stored fact.

    A number agrees with a fact if it is its value, or an end of its interval, rounded as the text writes it, also as
    a percentage. One that agrees with none and lies within 10 % of a measured value contradicts it.
    """
    known = [
        fact for fact in facts.values() if isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    ]
    found: dict[str, Typed] = {}
    for match in _NUMBER.finditer(_SKIPPED.sub(" ", REFERENCE.sub(" ", text))):
        written = match[0].strip()
        if written not in found:
            one = _meant(match[1], bool(match[2]), written, known)
            if one is not None:
                found[written] = one
    return sorted(found.values(), key=lambda one: one.agrees)


def _meant(digits: str, is_percent: bool, written: str, known: list[Fact]) -> Typed | None:
    plain = digits.replace(",", "")
    value, decimals = float(plain), len(plain.partition(".")[2])
    is_count = not decimals and not is_percent
    if is_count and value < _SMALLEST_COUNT:
        return None
    scale = 100.0 if is_percent else 1.0
    step = 0.500001 * 10.0**-decimals
    candidates = [fact for fact in known if isinstance(fact.value, int) == is_count]
    near: list[tuple[float, Fact]] = []
    for fact in candidates:
        for end in _values(fact):
            distance = abs(scale * end - value)
            if distance <= step:
                return Typed(number=written, fact=fact, agrees=True)
            if end == fact.value and end and distance <= NEAR * abs(scale * end):
                near.append((distance, fact))
    if not near:
        return None
    return Typed(number=written, fact=min(near, key=lambda pair: pair[0])[1], agrees=False)


def _values(fact: Fact) -> Iterator[float]:
    for name in _ENDS:
        end = getattr(fact, name)
        if end is not None:
            yield float(end)
