"""Text that a person typed, or that stood in a file, made harmless to show."""

from __future__ import annotations

import re

# Control characters (line feed and tab stay), lone surrogates, and the marks that reorder text around
# them: with these "evil.txt" can be made to read as something else.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Take out characters that are not shown and only mislead; carriage returns become line feeds."""
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, most: int = 200) -> str:
    """Put a text on one line of at most ``most`` characters, cut at a word with an ellipsis."""
    line = " ".join(clean(text).split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$:{}])")
_LINE_START = re.compile(r"^(\s*)([#+\-=]|\d+(?=[.)](?:\s|$)))")


def markdown_text(text: str) -> str:
    r"""Escape a text so that Markdown shows it as it is: ``*`` becomes ``\*``."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))
    match = _LINE_START.match(escaped)
    if match is None:
        return escaped
    start, rest = match[2], escaped[match.end() :]
    return f"{match[1]}{start}\\{rest}" if start.isdigit() else f"{match[1]}\\{start}{rest}"
