"""The sentences from which write-ups are drafted, and how to tell a person's own words from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from engine.errors import ContentError

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.\-]{1,120})\s*\}\}")
"""A reference to a fact or a figure: ``{{ best.score }}``."""

FIGURE = "figure."
"""How the references to figures begin; all others name facts."""

TALK = "talk.toml"
"""The outline of a talk, in the same form."""

_FILE = "draft.toml"
_GUARDS = re.compile(r"^((?:[?!][\w.\-]+ )*)(.*)$", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One line of a draft and when it is used."""

    text: str
    wanted: tuple[str, ...]
    """Facts that must be recorded, those that it refers to among them."""
    unwanted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a write-up."""

    key: str
    title: str
    sentences: tuple[Sentence, ...]
    needs: Mapping[str, str]
    """Fact to what the person is asked for while it is missing."""


@cache
def sections(name: str = _FILE) -> tuple[Section, ...]:
    """Load the sections, in the order of the page.

    Parameters
    ----------
    name : str
        File of content: that of the write-up, or :data:`TALK`.

    Raises
    ------
    ContentError
        If the content file is faulty.
    """
    raw = tomllib.loads(files("engine.content").joinpath(name).read_text(encoding="utf-8"))
    return tuple(_section(item, name) for item in raw["section"])


def _section(item: Mapping[str, Any], name: str) -> Section:
    for key in ("key", "title", "text"):
        if not isinstance(item.get(key), str):
            raise ContentError(name, key, "a text in every section")
    return Section(
        key=item["key"],
        title=item["title"],
        sentences=tuple(_sentence(line) for line in item["text"].strip("\n").split("\n")),
        needs=dict(item.get("needs", {})),
    )


def _sentence(line: str) -> Sentence:
    match = _GUARDS.match(line)
    assert match is not None
    guards, text = match[1].split(), match[2]
    named = (name for name in REFERENCE.findall(text) if not name.startswith(FIGURE))
    return Sentence(
        text=text,
        wanted=(*named, *(guard[1:] for guard in guards if guard[0] == "?")),
        unwanted=tuple(guard[1:] for guard in guards if guard[0] == "!"),
    )


def own_words(written: Mapping[str, str]) -> int:
    """Count the distinct words of a write-up that a person wrote: not drafted, not copied from the decision log."""
    own = (line for key, text in written.items() if key != "decisions" for line in own_lines(text))
    return len(set(_words(own)))


def own_lines(text: str) -> list[str]:
    """Return the lines of a text that a person wrote: those that no draft would hold."""
    known = _drafted()
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if not any(pattern.fullmatch(line) for pattern in known)]


def _words(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from _WORD.findall(REFERENCE.sub(" ", line).casefold())


@cache
def _drafted() -> tuple[re.Pattern[str], ...]:
    """Turn every sentence of the draft into a pattern, whichever metric and facts it was filled with."""
    found = [re.compile(r"\|.*\|"), re.compile(r"[-*]? *\{\{[^}]*\}\}\.?")]
    for section in sections():
        for sentence in section.sentences:
            pattern = re.escape(REFERENCE.sub("\0", sentence.text.strip()))
            pattern = pattern.replace("METRIC_TITLE", ".+?").replace(re.escape("\0"), r"\{\{[^}]*\}\}")
            found.append(re.compile(pattern))
    return tuple(found)
