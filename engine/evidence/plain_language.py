"""Advice on how plain a text is: long sentences, words of the trade, causal wording. It advises and blocks nothing.

It looks at the person's own lines only; what was drafted from facts is not theirs to mend. The reading grade is the
Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers and Chissom 1975): 0.39 words per sentence + 11.8 syllables per
word - 15.59, with syllables counted by groups of vowels, which is right for most English words and not for all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engine.errors import ContentError
from engine.evidence.wording import REFERENCE, own_lines

HIGHEST_GRADE = 12.0
"""Grade that a school-leaver reads."""

LONGEST_SENTENCE = 30
"""Words."""

LEAST_WORDS = 30
"""Words from which on a reading grade says something."""

CAUSAL = re.compile(
    r"\b(causes?|caused by|because of (?:the|its) (?:column|feature)|leads? to|results? in|is responsible for|"
    r"the (?:effect|impact) of|influences?|makes? (?:customers|people|prices|them)|due to)\b",
    re.IGNORECASE,
)
"""Wording that says that one thing brings about another."""

_DISCLAIMED = re.compile(r"\b(not|no|never|nor)\b[^.]{0,60}$", re.IGNORECASE)
_FILE = "plain.toml"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“(]?[A-Z0-9])")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_MARKS = re.compile(r"`[^`]*`|https?://\S+|[*_#>|]+|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One place that could be plainer."""

    kind: str
    """``grade``, ``sentence``, ``jargon`` or ``causal``."""
    quote: str
    """The words in question, empty where the whole text is meant."""
    advice: str
    """One sentence."""


def advise(text: str) -> list[Advice]:
    """Look at one section of a write-up.

    Parameters
    ----------
    text : str
        Markdown with references to facts.
    """
    prose = "\n".join(own_lines(text))
    said = _MARKS.sub(" ", REFERENCE.sub("0", prose))
    return [*_grade(said), *_long_sentences(said), *_jargon(said), *_causal(said)]


def causal(text: str) -> str | None:
    """Find the first wording that claims a cause and is not denied in its own sentence; nothing if there is none."""
    plain = REFERENCE.sub(" ", text)
    found = (match for match in CAUSAL.finditer(plain) if not _DISCLAIMED.search(plain[: match.start()]))
    return next((match[0] for match in found), None)


def reading_grade(text: str) -> float | None:
    """Return the Flesch-Kincaid grade of a text; nothing below 30 words, where it says nothing."""
    words = _WORD.findall(text)
    if len(words) < LEAST_WORDS:
        return None
    sentences = max(len(_sentences(text)), 1)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels; a silent e at the end is none."""
    lower = word.lower()
    count = len(_VOWELS.findall(lower))
    if lower.endswith("e") and not lower.endswith(("le", "ee", "ie", "ye")) and count > 1:
        count -= 1
    if lower.endswith("ed") and not lower.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def _sentences(text: str) -> list[str]:
    lines = (line.strip() for line in text.split("\n"))
    return [sentence for line in lines for sentence in _SENTENCE.split(line) if _WORD.search(sentence)]


def _grade(text: str) -> Iterator[Advice]:
    grade = reading_grade(text)
    if grade is not None and grade > HIGHEST_GRADE:
        told = (
            f"It reads like grade {grade:.0f}; {HIGHEST_GRADE:.0f} is what somebody who has left school reads easily. "
        )
        yield Advice(kind="grade", quote="", advice=f"{told}Shorter sentences and shorter words lower it.")


def _long_sentences(text: str) -> Iterator[Advice]:
    for sentence in _sentences(text):
        count = len(_WORD.findall(sentence))
        if count > LONGEST_SENTENCE:
            first = " ".join(sentence.split()[:8])
            yield Advice(kind="sentence", quote=f"{first} …", advice=f"This sentence has {count} words: say it in two.")


def _jargon(text: str) -> Iterator[Advice]:
    for term, plain in jargon().items():
        match = re.search(rf"\b{re.escape(term)}\b(?!\s*[(,:]|\s+means|\s+is\s)", text, re.IGNORECASE)
        if match:
            yield Advice(kind="jargon", quote=match[0], advice=f"Say it plainly, or explain it once: {plain}.")


def _causal(text: str) -> Iterator[Advice]:
    for sentence in _sentences(text):
        found = causal(sentence)
        if found:
            advice = (
                "This sounds like a cause. The model shows what goes together: “goes with”, “is more common among”."
            )
            yield Advice(kind="causal", quote=found, advice=advice)


@cache
def jargon() -> Mapping[str, str]:
    """Load the words of the trade, each with a plain way to say it.

    Raises
    ------
    ContentError
        If the content file is faulty.
    """
    raw = tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8"))
    terms: dict[str, str] = raw.get("terms", {})
    for term, plain in terms.items():
        if not isinstance(plain, str) or not plain.strip():
            raise ContentError(_FILE, term, "a plain way to say it")
    return terms
