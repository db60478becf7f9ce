"""Which bytes stand for which letters."""

from __future__ import annotations

import codecs

from engine.data.sources.formats import READABLE
from engine.data.sources.origin import Source
from engine.errors import InputError

_BLOCK = 1024**2
# The longer mark first: UTF-32 in little-endian order begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(set(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B})


def find_encoding(source: Source) -> str:
    """Name the encoding: by its byte-order mark, by the zeros of UTF-16, else UTF-8, else Windows-1252.

    Raises
    ------
    InputError
        If the file holds something else than text, or text that none of these can read.
    """
    with source.path.open("rb") as stream:
        head = stream.read(_BLOCK)
    candidates: tuple[str, ...]
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked:
        candidates = (marked,)
    elif wide := _unmarked_utf16(head):
        candidates = (wide,)
    else:
        _refuse_binary(source, head)
        candidates = ("utf-8", "cp1252")
    for encoding in candidates:
        if _decodes(source, encoding):
            return encoding
    raise InputError(
        f"The text of {source.name} is in an encoding that cannot be read.",
        hint="Save the file again as UTF-8, or name its encoding.",
    )


def check_encoding(source: Source, encoding: str) -> None:
    """Make sure that an encoding that a person chose exists and reads the file.

    Raises
    ------
    InputError
        If not.
    """
    try:
        known = codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise InputError(
            f"There is no encoding {encoding!r}.", hint="Known ones are utf-8, utf-16, cp1252, latin-1 and others."
        )
    if not _decodes(source, encoding):
        raise InputError(
            f"{source.name} cannot be read as {encoding}: it holds bytes that have no letter there.",
            hint="Let the encoding be detected, or choose another.",
        )


def _unmarked_utf16(head: bytes) -> str:
    """Tell UTF-16 without a byte-order mark by zeros in every other place."""
    even, odd = head[: len(head) & ~1 : 2], head[1 : len(head) & ~1 : 2]
    if len(even) < 2 or even.count(0) + odd.count(0) == 0:
        return ""
    if odd.count(0) > 0.5 * len(odd) and even.count(0) < 0.02 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.5 * len(even) and odd.count(0) < 0.02 * len(odd):
        return "utf-16-be"
    return ""


def _refuse_binary(source: Source, head: bytes) -> None:
    control = len(head) - len(head.translate(None, _CONTROL))
    if b"\0" in head or control > len(head) / 200:
        raise InputError(
            f"{source.name} is not a text file: it holds bytes that no text has.",
            hint=f"What can be read: {READABLE}.",
        )


def _decodes(source: Source, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with source.path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                if "\0" in decoder.decode(block):
                    return False
            decoder.decode(b"", final=True)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True
