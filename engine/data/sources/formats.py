"""What kind of file it is: the content decides, the ending of its name only where the content leaves it open."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import PurePath

from engine.data.sources.origin import Source, refuse_empty
from engine.domain.reading import FileFormat
from engine.errors import InputError

ENDINGS: dict[str, FileFormat] = {
    ".csv": FileFormat.DELIMITED,
    ".tsv": FileFormat.DELIMITED,
    ".tab": FileFormat.DELIMITED,
    ".txt": FileFormat.DELIMITED,
    ".dat": FileFormat.DELIMITED,
    ".psv": FileFormat.DELIMITED,
    ".data": FileFormat.DELIMITED,
    ".xlsx": FileFormat.EXCEL,
    ".xlsm": FileFormat.EXCEL,
    ".xlsb": FileFormat.EXCEL,
    ".xls": FileFormat.EXCEL,
    ".ods": FileFormat.EXCEL,
    ".parquet": FileFormat.PARQUET,
    ".pq": FileFormat.PARQUET,
    ".json": FileFormat.JSON,
    ".geojson": FileFormat.JSON,
    ".jsonl": FileFormat.JSON_LINES,
    ".ndjson": FileFormat.JSON_LINES,
    ".db": FileFormat.SQLITE,
    ".sqlite": FileFormat.SQLITE,
    ".sqlite3": FileFormat.SQLITE,
}
PACKED = (".zip", ".gz", ".gzip")
READABLE = "CSV and other delimited text, Excel, Parquet, JSON, JSON lines, SQLite, or one of these in a zip or gzip"

ZIP = "zip"
GZIP = "gzip"

_WORDS = {
    FileFormat.DELIMITED: "delimited text",
    FileFormat.EXCEL: "an Excel workbook",
    FileFormat.PARQUET: "a Parquet file",
    FileFormat.JSON: "JSON",
    FileFormat.JSON_LINES: "JSON lines",
    FileFormat.SQLITE: "an SQLite file",
}
_OTHERS = (
    (b"%PDF", 0, "a PDF file", "Export the table as CSV."),
    (b"Rar!", 0, "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", "Unpack it first."),
    (b"BZh", 0, "a bzip2 file", "Unpack it first."),
    (b"\xfd7zXZ\0", 0, "an xz file", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", 0, "a zstd file", "Unpack it first."),
    (b"ustar", 257, "a tar archive", "Unpack it, and bring the table inside."),
    (b"ARROW1", 0, "an Arrow file", "Save the table as Parquet or CSV."),
    (b"\x93NUMPY", 0, "a NumPy file", "Save the table as Parquet or CSV."),
    (b"\x89HDF", 0, "an HDF5 file", "Save the table as Parquet or CSV."),
    (b"$FL2", 0, "an SPSS file", "Save the table as CSV."),
    (b"<stata_dta>", 0, "a Stata file", "Save the table as CSV."),
    (b"\x80\x04\x95", 0, "a pickle, which could run a program when it is opened", "Save the table as Parquet or CSV."),
)


def words_of(form: FileFormat) -> str:
    """Name a format inside a sentence."""
    return _WORDS[form]


def head_of(source: Source, size: int = 64 * 1024) -> bytes:
    """Read the first bytes.

    Raises
    ------
    InputError
        If there is nothing, or it cannot be read.
    """
    try:
        with source.path.open("rb") as stream:
            head = stream.read(size)
    except OSError as error:
        reason = error.strerror or "the disk gives an error"
        raise InputError(f"{source.name} cannot be read: {reason}.", hint="Check its permissions.") from None
    if not head:
        refuse_empty(source.name)
    return head


def find_packing(source: Source) -> str:
    """Return ``zip``, ``gzip`` or nothing; a workbook is a zip file by its bytes only and counts as nothing."""
    head = head_of(source, 4)
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "" if holds_workbook(source) else ZIP
    return ""


def holds_workbook(source: Source) -> bool:
    """Whether a zip file is a spreadsheet.

    Raises
    ------
    InputError
        If it is the document of another office program.
    """
    names = set(member_names(source))
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or ("[Content_Types].xml" in names and _starts(names, "xl/")):
        return True
    if "content.xml" in names and "mimetype" in names:
        return True
    if "[Content_Types].xml" in names and (_starts(names, "word/") or _starts(names, "ppt/")):
        raise InputError(f"{source.name} is a text document or slides, not a table.", hint="Save its table as CSV.")
    return False


def _starts(names: set[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def member_names(source: Source) -> list[str]:
    """List the names inside a zip file.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error, RuntimeError):
        raise damaged_zip(source) from None


def damaged_zip(source: Source) -> InputError:
    """Return the sentence about a zip file that cannot be opened."""
    return InputError(
        f"{source.name} is an Excel or zip file by its content, but it is damaged.",
        hint="Save the sheet as CSV, or export the file again.",
    )


def find_format(source: Source) -> FileFormat:
    """Find the format by the first bytes.

    Raises
    ------
    InputError
        If it is the file of another program.
    """
    head = head_of(source)
    if head.startswith(b"PAR1"):
        return FileFormat.PARQUET
    if head.startswith(b"SQLite format 3\0"):
        return FileFormat.SQLITE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08\x10\0")):
        return FileFormat.EXCEL
    for mark, at, what, hint in _OTHERS:
        if head[at:].startswith(mark):
            raise InputError(f"{source.name} is {what} by its content, which cannot be read.", hint=hint)
    ending = ENDINGS.get(PurePath(source.name).suffix.lower())
    if ending in (FileFormat.PARQUET, FileFormat.SQLITE) or (ending is FileFormat.EXCEL and b"\0" in head):
        # No text: the reader of that format says what is wrong.
        return ending
    return _text_format(source, head, ending)


def _text_format(source: Source, head: bytes, ending: FileFormat | None) -> FileFormat:
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    text = text.lstrip()
    markup = text[:256].lower()
    if markup.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise InputError(
            f"{source.name} is a web page or XML by its content, not a table.",
            hint="Download the table itself, or save it as CSV.",
        )
    if re.match(rb'\{\s*("|\})', text):
        if ending is FileFormat.JSON_LINES or re.match(rb"\{[^\n]*\}[ \t]*\r?\n\s*\{", text):
            return FileFormat.JSON_LINES
        return FileFormat.JSON
    if re.match(rb'\[\s*[\[\{"\]0-9tfn-]', text) and (ending is FileFormat.JSON or re.match(rb"\[\s*[\[\{]", text)):
        return FileFormat.JSON
    return ending if ending in (FileFormat.JSON, FileFormat.JSON_LINES) else FileFormat.DELIMITED


def ending_note(source: Source, form: FileFormat) -> str:
    """Say so where the ending of the name promises something else than the content is."""
    ending = PurePath(source.name).suffix.lower()
    said = ENDINGS.get(ending)
    if said is None or said is form:
        return ""
    if {said, form} <= {FileFormat.JSON, FileFormat.JSON_LINES}:
        return ""
    return f"The name ends in {ending}, but the content is {words_of(form)}, and is read as that."
