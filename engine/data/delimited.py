"""Delimited text: encoding, delimiter and header are found first, then pandas reads the rows."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import pandas as pd

from engine.errors import InputError

MISSING = ("", " ", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A", "<NA>")
"""Cells that count as empty. ``None`` is not one of them: tables say it where something *has none*."""

DELIMITERS = (",", ";", "\t", "|")

_BLOCK = 1024**2
_SAMPLE = 256 * 1024
_SAMPLE_ROWS = 200
# The longer mark first: UTF-32 in little-endian order begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (
    (b"PAR1", "a Parquet file", "Give it the ending .parquet."),
    (b"PK\x03\x04", "an Excel or zip file", "Save the sheet as CSV, or unpack the file."),
    (b"\x1f\x8b", "a gzip file", "Unpack it first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "Save the sheet as CSV."),
    (b"%PDF", "a PDF file", "Export the table as CSV."),
)
_CONTROL = bytes(set(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B})

_DECIMAL = r"[+-]?(?:\d+(?:,\d+)?|,\d+)"

_reader = partial(csv.reader, skipinitialspace=True)


def read_delimited(path: Path, check_names: Callable[[Sequence[str]], list[str]], *, max_rows: int) -> pd.DataFrame:
    """Read a delimited text file; at most ``max_rows + 1`` rows, so that the caller sees when there are more.

    Parameters
    ----------
    path : Path
    check_names : callable
        Takes the names as they stand in the file, returns those of the table.
    max_rows : int

    Raises
    ------
    InputError
        If it is not text, the encoding is unknown, or a line does not fit the header.
    """
    encoding = find_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE)
    if not sample.strip():
        raise InputError(f"{path.name} is empty.", hint="Export the table again, with a line of column names.")
    delimiter = find_delimiter(sample)
    raw = _header(path, encoding, delimiter)
    names = check_names(raw)
    frame = _rows(path, encoding, delimiter, names, max_rows)
    # Spreadsheets export empty columns at the right edge: no name, no value.
    empty = [name for name, text in zip(names, raw, strict=True) if not text.strip() and frame[name].isna().all()]
    if 0 < len(empty) < len(names):
        frame = frame.drop(columns=empty)
    return frame if delimiter == "," else _with_decimal_commas(frame)


def find_encoding(path: Path) -> str:
    """Name the encoding: by its byte-order mark, else UTF-8 if all bytes allow it, else Windows-1252.

    Raises
    ------
    InputError
        If the file holds something else than text, or text that none of these can read.
    """
    with path.open("rb") as stream:
        head = stream.read(_BLOCK)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked is None:
        _refuse_binary(path, head)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise InputError(
        f"The text of {path.name} is in an encoding that cannot be read.",
        hint="Save the file again as UTF-8.",
    )


def _refuse_binary(path: Path, head: bytes) -> None:
    for mark, what, hint in _OTHER_FORMATS:
        if head.startswith(mark):
            raise InputError(f"{path.name} is {what} by its content, not a text file.", hint=hint)
    control = len(head) - len(head.translate(None, _CONTROL))
    if b"\0" in head or control > len(head) / 200:
        raise InputError(
            f"{path.name} is not a text file: it holds bytes that no text has.",
            hint="Export the table as CSV in UTF-8; if it is text in UTF-16, save it with a byte-order mark.",
        )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                if "\0" in decoder.decode(block):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(sample: str) -> str:
    """Choose the delimiter that gives the most even rows, then the most columns; a comma if none gives two.

    Parameters
    ----------
    sample : str
        Beginning of the file; an unfinished last line is left out.
    """
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= _SAMPLE:
        lines = lines[:-1]
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        widths: list[int] = []
        try:
            for row in _reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter):
                if not _blank(row):
                    widths.append(len(row))
                if len(widths) == _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        if widths:
            width, count = Counter(widths).most_common(1)[0]
            if width > 1:
                scores[delimiter] = (count / len(widths), width)
    return max(scores, key=lambda one: scores[one], default=",")


def _blank(row: Sequence[str]) -> bool:
    return not row or (len(row) == 1 and not row[0].strip())


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    """Read the column names and make sure that the first row below them is not longer (pandas would cut it)."""
    header: list[str] = []
    with path.open(encoding=encoding, newline="") as stream:
        reader = _reader(stream, delimiter=delimiter)
        try:
            for row in reader:
                if _blank(row):
                    continue
                if header:
                    if len(row) > len(header):
                        _refuse_long(path, reader.line_num, len(row), len(header))
                    break
                header = row
        except csv.Error:
            _refuse_huge_cell(path, reader.line_num)
    return header


def _rows(path: Path, encoding: str, delimiter: str, names: list[str], max_rows: int) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # Whatever pandas would warn of (cut rows, mixed types) is an error here or is settled afterwards.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                path,
                sep=delimiter,
                header=0,
                names=names,
                index_col=False,
                nrows=max_rows + 1,
                encoding=encoding,
                skipinitialspace=True,
                keep_default_na=False,
                na_values=list(MISSING),
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        if "inside string" in str(error):
            raise InputError(
                f"{path.name} has a quotation mark that is never closed.",
                hint='Look for a single " in the text, and double or remove it.',
            ) from None
        _refuse_longest_row(path, encoding, delimiter, len(names))
    except (ValueError, OverflowError, OSError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise InputError(
            f"{path.name} cannot be read as a table ({reason}).", hint="Export it again as CSV in UTF-8."
        ) from None


def _with_decimal_commas(frame: pd.DataFrame) -> pd.DataFrame:
    """Read columns such as ``3,14`` as numbers; possible only where the comma is not the delimiter."""
    changed = {}
    for name in frame.columns:
        series = frame[name]
        if isinstance(series.dtype, pd.StringDtype):
            present = series.dropna()
            if present.iloc[:_SAMPLE_ROWS].str.fullmatch(_DECIMAL).all() and present.str.fullmatch(_DECIMAL).all():
                changed[name] = pd.to_numeric(series.str.replace(",", ".", regex=False))
    return frame.assign(**changed) if changed else frame


def _refuse_longest_row(path: Path, encoding: str, delimiter: str, width: int) -> NoReturn:
    """Find the first row that is longer than the header, by its line in the file, and say so."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = _reader(stream, delimiter=delimiter)
        try:
            for row in reader:
                if len(row) > width:
                    _refuse_long(path, reader.line_num, len(row), width)
        except csv.Error:
            _refuse_huge_cell(path, reader.line_num)
    raise InputError(
        f"{path.name} cannot be read as a table: its rows do not fit its header.",
        hint="Export it again as CSV in UTF-8.",
    )


def _refuse_long(path: Path, line: int, found: int, width: int) -> NoReturn:
    raise InputError(
        f"Line {line:,} of {path.name} has {found:,} fields, but the header names {width:,}.",
        hint="Put text that holds the delimiter in quotation marks, or name every column.",
    )


def _refuse_huge_cell(path: Path, line: int) -> NoReturn:
    raise InputError(
        f"Line {line:,} of {path.name} has a cell of more than {csv.field_size_limit():,} characters.",
        hint="Look for a quotation mark that is never closed.",
    )
