"""Cells of a CSV file that a spreadsheet could take for a formula: harmless on the way out, restored on the way in.

A single quote before the text is what spreadsheets themselves use for "this is text" (OWASP, *CSV Injection*).
"""

from __future__ import annotations

_QUOTE = "'"

# The full-width signs count too: some spreadsheets fold them. The quotes are in the list so that a text that begins
# with one comes back as it was.
_BEGINS = tuple("=+-@\t\r\n\"'＝＋－＠")


def neutralise(text: str) -> str:
    """Put a single quote before a text that a spreadsheet could take for a formula, or that begins with a quote.

    >>> neutralise("=1+1"), neutralise("plain")
    ("'=1+1", 'plain')
    """
    return _QUOTE + text if text.startswith(_BEGINS) else text


def restore(text: str) -> str:
    """Undo :func:`neutralise`: takes exactly one quote away, and only where one was put.

    >>> restore("'=1+1"), restore("'twas")
    ('=1+1', "'twas")
    """
    return text[1:] if text.startswith(_QUOTE) and text[1:].startswith(_BEGINS) else text
