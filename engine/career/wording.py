"""The word lists by which a posting is understood, and how a text is held against them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from engine.errors import ContentError

REQUIREMENTS, DEGREES = "requirement_words.toml", "degrees.toml"
# A word of a spaced script ends where one of an unspaced script begins: "和Python经验" holds "Python".
_TOKEN = re.compile(r"[^\W_\u0590-\U0010ffff]+|[^\W_\x00-\u058f]+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[^a-z])|(?<=[。；！？])|[•·|]|\s[–—]\s")

_UNSHOWN = ("Cf", "Cc", "Cs", "Co")
_KEPT = "\n\t\u200c\u200d"

# From Hebrew on: scripts that write words together or glue particles to them.
_UNSPACED_FROM = "\u0590"


@cache
def content(file: str) -> dict[str, Any]:
    """Read a content file of the career rooms."""
    return tomllib.loads(files("engine.content").joinpath("career").joinpath(file).read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One word or phrase of a list, found in a text."""

    key: str
    start: int
    end: int
    phrase: str
    """As it stands in the text."""


def fold(text: str) -> str:
    """Take case and accents away; scripts are otherwise left as they are."""
    taken = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return unicodedata.normalize("NFC", taken).casefold()


def visible(text: str) -> str:
    """Compose letters with their marks, and take out characters that are not shown, such as a soft hyphen.

    The two joiners stay: Persian and the scripts of India are written with them.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(one for one in composed if one in _KEPT or unicodedata.category(one) not in _UNSHOWN)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into sentences and points; says of each whether it is a whole line."""
    for line in text.splitlines():
        found = [one.strip() for one in _SENTENCE.split(line) if one and one.strip()]
        for piece in found:
            yield piece, len(found) == 1


class Words:
    """Phrases that can be looked up in a text, each under a key.

    Parameters
    ----------
    phrases : mapping of str to sequence of str
        Key to phrases; compared without case, accents and plural endings.
    exact : mapping of str to sequence of str
        Key to words that count only as they are written.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], exact: Mapping[str, Sequence[str]] | None = None) -> None:
        self._spaced: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._unspaced: list[tuple[str, str]] = []
        for key, each in phrases.items():
            for phrase in each:
                self._add(key, phrase)
        self._exact = {word: key for key, each in (exact or {}).items() for word in each}

    def _add(self, key: str, phrase: str) -> None:
        if max(phrase) >= _UNSPACED_FROM:
            self._unspaced.append((fold(phrase), key))
            return
        words = tuple(_stem(one.group()) for one in _TOKEN.finditer(phrase))
        if not words:
            raise ContentError(REQUIREMENTS, key, f"a word instead of {phrase!r}")
        self._spaced.setdefault(words[0], []).append((words, key))

    def find(self, piece: str) -> list[Hit]:
        """Find every phrase in a piece of text, in the order in which they stand there."""
        tokens = list(_TOKEN.finditer(piece))
        stems = [_stem(one.group()) for one in tokens]
        found = []
        for place, stem in enumerate(stems):
            for words, key in self._spaced.get(stem, ()):
                last = place + len(words) - 1
                if tuple(stems[place : last + 1]) == words:
                    found.append(_hit(key, piece, tokens[place].start(), tokens[last].end()))
            if (named := self._exact.get(tokens[place].group())) and _stands_alone(piece, tokens[place]):
                found.append(_hit(named, piece, tokens[place].start(), tokens[place].end()))
        if self._unspaced and max(piece, default="") >= _UNSPACED_FROM:
            found += self._glued(piece)
        return sorted(found, key=lambda one: (one.start, -one.end))

    def _glued(self, piece: str) -> Iterator[Hit]:
        folded = fold(piece)
        for phrase, key in self._unspaced:
            place = folded.find(phrase)
            if place >= 0:
                # Folding can change the length; the place is then only about right, which is enough for the order.
                yield Hit(key=key, start=place, end=place + len(phrase), phrase=phrase)

    def holds(self, piece: str) -> bool:
        """Whether any of the phrases is in a piece of text."""
        return bool(self.find(piece))


def _stands_alone(piece: str, token: re.Match[str]) -> bool:
    """Whether a single word is no part of a name such as R&D or of a list of letters."""
    around = piece[max(token.start() - 1, 0) : token.start()] + piece[token.end() : token.end() + 1]
    return not set(around) & set("&'’-@#") and not piece[token.end() :].lstrip().startswith("&")


def _hit(key: str, piece: str, start: int, end: int) -> Hit:
    return Hit(key=key, start=start, end=end, phrase=piece[start:end])


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    folded = fold(word)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


@cache
def words(section: str) -> Words:
    """Load one of the lists: ``skills``, ``helpful``, ``remote``, ``engagement``, ``labels`` or ``degrees``."""
    if section == "degrees":
        return Words(content(DEGREES))
    raw = content(REQUIREMENTS)
    return Words(raw[section], raw["exact"] if section == "skills" else None)


def first(hits: Iterable[Hit]) -> str:
    """Return the key of the first hit, empty for none."""
    return next((one.key for one in hits), "")
