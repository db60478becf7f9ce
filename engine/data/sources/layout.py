"""Where the table begins and ends among the rows of a file: titles above it, names of columns, totals and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.data.sources.columns import text_of

MOST_TITLES = 20
MOST_FOOTERS = 20

NO_HEADER = "The first line holds values, not names: the columns are named by their positions."

Row = Sequence[str]

_TOTAL = re.compile(
    r"(?:grand |sub)?-?total(?:e|es|s)?(?: .{0,20})?|sum|summe(?: .{0,20})?|gesamt(?:summe|ergebnis)?|insgesamt"
    r"|zwischensumme|somme|suma|overall|average|mittelwert|durchschnitt|moyenne|media|promedio|count|anzahl",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:data )?source|quellen?\b|note|hinweis|anmerkung|fußnote|footnote|fuente|remark|legend|created|exported|printed"
    r"|generated|erstellt|gedruckt|stand\b|copyright|©|\*|†|\[\d+\]|\(\d+\)\s|\d\)\s|end of|ende d|disclaimer"
    r"|licen[cs]e|lizenz"
    r"|\(?[\d.,]+ (?:rows?|records?|zeilen|datensätze)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[^\w]*(?:[A-Z]{3} )?[-+(]?[$€£¥]? ?\d[\d.,'’\s]*(?:e[-+]?\d+)?\)? ?[%€$£°]?[a-zA-Z]{0,3}", re.ASCII
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?(?:[ T]\d{1,2}:\d{2}.*)?")
_RULE = re.compile(r"[-=_*.~\s]*[-=_]{2}[-=_*.~\s]*")


def is_value(cell: str) -> bool:
    """Whether a cell looks like a number or a date, so hardly like the name of a column."""
    text = cell.strip()
    return bool(text) and bool(_NUMBER.fullmatch(text) or _DATE.fullmatch(text))


def filled(row: Row) -> int:
    """Count the cells that hold something."""
    return sum(1 for cell in row if cell.strip())


def count_titles(rows: Sequence[Row]) -> int:
    """Count the rows above the names of the columns.

    A row is a title if it fills at most half of the columns that the rows below use, beginning with the first.
    """
    body = rows[len(rows) // 3 :][:100]
    used = _used(body)
    if used < 2 or len(rows) < 3:
        return 0
    for place, row in enumerate(rows[: MOST_TITLES + 1]):
        if not _is_title(row, used, rows[place + 1 : place + 3]):
            return place if filled(row) >= 2 else 0
    return 0


def _used(rows: Sequence[Row]) -> int:
    """Count the columns that most rows fill, as the larger half of the rows has it."""
    counts = sorted(filled(row) for row in rows)
    return counts[(3 * len(counts)) // 4] if counts else 0


def _is_title(row: Row, used: int, below: Sequence[Row]) -> bool:
    count = filled(row)
    if count == 0:
        return True
    if not row or not row[0].strip():
        # A row that begins with a gap is a header with an unnamed first column, unless it is all but empty.
        return count == 1 and used >= 4 and len(below) > 0 and filled(below[0]) > used // 2
    if used == 2:
        text = row[0].strip()
        wordy = text.endswith(":") or len(text.split()) >= 3 or ":" in text or not below or len(row) < len(below[0])
        return count == 1 and wordy and not is_value(text)
    return count <= used // 2 or (count == 2 and used == 3 and row[0].strip().endswith(":"))


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns.

    It does not if some column of numbers or dates begins with one of them, and none begins with text; years
    and counted positions (0, 1, 2) may be names.
    """
    first, body = rows[0], rows[1:101]
    cells = [cell.strip() for cell in first]
    if len(body) < 2 or not any(is_value(cell) for cell in cells) or len(set(cells)) < len(cells) == 2:
        return True
    against = 0
    for place, cell in enumerate(cells):
        below = [row[place] for row in body if place < len(row) and row[place].strip()]
        if not below or sum(map(is_value, below)) < 0.9 * len(below):
            if cell and below and not is_value(cell) and cell not in {text.strip() for text in below} and against == 0:
                continue
            continue
        if not is_value(cell):
            return True
        against += not _may_name(cell, place)
    return against == 0


def _may_name(cell: str, place: int) -> bool:
    return bool(re.fullmatch(r"(?:18|19|20)\d\d", cell)) or cell in (str(place), str(place + 1))


def count_footers(tail: Sequence[Row], width: int, repeated: Callable[[int, str], int]) -> int:
    """Count the rows at the end that are totals, notes or rules, not cases.

    Parameters
    ----------
    tail : sequence of rows
        The last rows that are not blank, all of them if there are few.
    width : int
        Count of columns.
    repeated : callable
        Takes the position of a column and a cell, returns how often it stands there in the whole table: a word
        that stands there again and again is a category.
    """
    if width < 2:
        return 0
    count = 0
    for row in reversed(tail[2:][-MOST_FOOTERS:]):
        if not _is_footer(row, width, repeated):
            break
        count += 1
    # Rows of dots or a lone comment are a footer only if they are few.
    return count if count < max(3, len(tail) - count + 1) else 0


def _is_footer(row: Row, width: int, repeated: Callable[[int, str], int]) -> bool:
    texts = [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]
    if not texts:
        return True
    place, first = texts[0]
    if all(_RULE.fullmatch(text) for _, text in texts):
        return len(texts) > width // 2 or len(first) > 2
    word = first.rstrip(":").strip()
    if _TOTAL.fullmatch(word) and place < width and repeated(place, row[place]) <= 2:
        # Of the other cells, some are empty or all are numbers.
        others = [text for _, text in texts[1:]]
        return len(texts) < width or all(map(is_value, others))
    if len(texts) > 1 and len(row) <= width:
        return False
    if is_value(first) or place > 0:
        return False
    return bool(_NOTE.match(first)) or (len(first.split()) >= 5 and repeated(0, row[0]) <= 1 and width > 2)


def texts_of(row: Sequence[Any]) -> list[str]:
    """Write the cells of a row as text."""
    return [text_of(cell) or "" for cell in row]


def shown(row: Row) -> str:
    """Show a row inside a sentence."""
    text = " ".join(" ".join(cell for cell in row if cell.strip()).split())
    return f"'{text[:57]}…'" if len(text) > 60 else f"'{text}'"


def titles_note(skip: int, first: Row) -> str:
    """Say which lines at the top are left out."""
    what = "the first line is a title" if skip == 1 else f"the first {skip} lines are titles"
    return f"The table begins in line {skip + 1}: {what} ({shown(first)}) and left out."


def footer_note(rows: Sequence[Row]) -> str:
    """Say which lines at the end are left out."""
    what = "The last line is a total or a note" if len(rows) == 1 else f"The last {len(rows)} lines are totals or notes"
    return f"{what} ({shown(rows[0])}) and left out."
