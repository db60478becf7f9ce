"""Rows of delimited text, read one by one: slow, exact about lines, and the measure of the fast reader."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from engine.data.sources.origin import LONGEST_CELL, Source, refuse_huge_cell
from engine.errors import InputError

DELIMITERS = (",", ";", "\t", "|")
RARE_DELIMITERS = ("~", "^", "\x1f", "  ", " ")
"""Taken only where none of the usual ones fits; two blanks stand for any wider gap, one for any gap."""

SAMPLE = 256 * 1024
_SAMPLE_ROWS = 200
_GAP = re.compile(r" {2,}|\t+")


class Rows:
    """The rows of a text that hold something, with the number of the line in which each ends.

    Attributes
    ----------
    line : int
        Line in which the row that was last returned ends, from 1.
    begins : int
        Lines before that row.
    unclosed : bool
        Whether the text ended inside quotation marks.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, *, skip: int = 0, name: str = "") -> None:
        self.name = name
        self.line = self.begins = skip
        self.unclosed = False
        self._ended = False
        self._delimiter = delimiter
        self._skip = skip
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[list[str]]:
        for _ in range(self._skip):
            next(self._lines, None)
        gap = self._delimiter == "  "
        reader = csv.reader(self._feed(), delimiter="\t" if gap else self._delimiter[:1], skipinitialspace=True)
        try:
            for row in reader:
                self.begins, self.line = self.line, self._skip + reader.line_num
                self.unclosed = self._ended
                if len(row) > 1 or (row and row[0].strip()):
                    yield row
        except csv.Error as error:
            line = self._skip + reader.line_num
            if "limit" in str(error):
                refuse_huge_cell(self.name, f"Line {line:,}")
            raise InputError(
                f"Line {line:,} of {self.name} cannot be read ({error}).", hint="Export it again as CSV in UTF-8."
            ) from None

    def _feed(self) -> Iterator[str]:
        # A line alone may be no longer than a few cells: a file without line ends is not read whole.
        for line in self._lines:
            if self._delimiter == "  ":
                yield _GAP.sub("\t", line.strip()) + "\n"
            elif self._delimiter == " ":
                yield line.strip() + "\n"
            else:
                yield line
        self._ended = True


def read_sample(source: Source, encoding: str, skip: int = 0) -> list[str]:
    """Read the first lines, an unfinished last one left out.

    Raises
    ------
    InputError
        If there is only blank.
    """
    with source.path.open(encoding=encoding, newline="") as stream:
        for _ in range(skip):
            stream.readline(LONGEST_CELL)
        text = stream.read(SAMPLE)
    if not text.strip():
        raise InputError(
            f"{source.name} is empty." if not skip else f"{source.name} has no line below the {skip} that are skipped.",
            hint="Export the table again, with a line of column names.",
        )
    lines = io.StringIO(text, newline="").readlines()
    return lines[:-1] if len(lines) > 1 and len(text) >= SAMPLE else lines


def first_rows(lines: Sequence[str], delimiter: str, count: int = _SAMPLE_ROWS) -> tuple[list[list[str]], list[int]]:
    """Split lines into at most ``count`` rows; with them the lines before each."""
    rows, begins = [], []
    reader = Rows(lines, delimiter, name="the file")
    for row in reader:
        rows.append(row)
        begins.append(reader.begins)
        if len(rows) == count:
            break
    return rows, begins


def find_delimiter(lines: Sequence[str]) -> str:
    """Choose the delimiter that gives the most even rows, then the most columns; a comma if none gives two.

    Parameters
    ----------
    lines : sequence of str
        Beginning of the file.
    """
    scores = {mark: score for mark in DELIMITERS if (score := _evenness(lines, mark))}
    if scores:
        best = max(scores, key=lambda mark: scores[mark])
        if best == "," and len(scores) > 1 and _commas_are_decimal(lines):
            rest = {mark: score for mark, score in scores.items() if mark != "," and score[0] > 0.8}
            best = max(rest, key=lambda mark: rest[mark], default=best)
        if scores[best][0] > 0.6:
            return best
    rare = {
        mark: score
        for mark in RARE_DELIMITERS
        if (score := _evenness(lines, mark)) and score[0] > 0.95 and _is_clear(lines, mark)
    }
    if rare:
        return max(rare, key=lambda mark: (rare[mark][0], mark != " ", rare[mark][1]))
    return max(scores, key=lambda mark: scores[mark], default=",")


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[float, int] | None:
    """Return the share of rows that have the most frequent width, and that width; ``None`` if it is one."""
    try:
        rows, _ = first_rows(lines, delimiter)
    except InputError:
        return None
    if not rows:
        return None
    width, count = Counter(map(len, rows)).most_common(1)[0]
    return (count / len(rows), width) if width > 1 else None


def _commas_are_decimal(lines: Sequence[str]) -> bool:
    text = "".join(lines[:_SAMPLE_ROWS])
    return len(re.findall(r"(?<=\d),(?=\d)", text)) >= 0.8 * text.count(",")


def _is_clear(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a rare delimiter is meant: there are rows enough, and with gaps some column is of numbers."""
    rows, _ = first_rows(lines, delimiter)
    if not delimiter.isspace():
        return len(rows) > 1
    width = len(rows[0])
    numbers = [
        sum(bool(re.fullmatch(r"[-+]?[\d.,]+", row[place].strip())) for row in rows[1:] if place < len(row))
        for place in range(width)
    ]
    return len(rows) >= 3 and max(numbers) >= 0.9 * (len(rows) - 1)
