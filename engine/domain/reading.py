"""How a file becomes a table: what was detected, what a person changed, what was done to the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class FileFormat(StrEnum):
    """Kinds of files that can be read."""

    DELIMITED = "delimited"
    EXCEL = "excel"
    PARQUET = "parquet"
    JSON = "json"
    JSON_LINES = "json_lines"
    SQLITE = "sqlite"


class ConversionKind(StrEnum):
    """What the text of a column is turned into."""

    NUMBER = "number"
    """Digits with decimal and thousands marks, a currency, a percent sign or a unit around them."""
    DATE = "date"
    CATEGORY = "category"
    """Spellings that differ only in case or blanks become one."""
    BOOLEAN = "boolean"
    TEXT = "text"
    """Left as it is: how a person refuses a conversion that was detected."""


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """How the text of one column is read."""

    column: str
    to: ConversionKind
    options: Mapping[str, Any] = field(default_factory=dict)
    """For numbers ``decimal``, ``thousands``, ``affix`` (such as ``€`` or ``kg``), ``scale`` (0.01 for percent); for
    dates ``formats`` and ``day_first``; for categories ``spellings`` (found to kept)."""
    cells: int = 0
    """How many cells it changes."""
    unread: int = 0
    """How many cells do not fit and become empty."""
    message: str = ""
    """One sentence that says what was seen and what is done."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"to": str(self.to), "options": dict(self.options)}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Conversion:
        """Read what :meth:`as_dict` wrote."""
        return cls(**{**raw, "to": ConversionKind(raw["to"])})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is turned into a table. Every field is detected, is shown, and may be changed before loading."""

    format: FileFormat
    member: str = ""
    """File inside a zip archive."""
    compression: str = ""
    """``zip``, ``gzip`` or none."""
    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    """Whether the first line that is kept names the columns."""
    skip_lines: int = 0
    """Title lines above the header."""
    skip_footer: int = 0
    """Lines at the end that are totals or notes."""
    missing: tuple[str, ...] = ()
    """Words that stand for an empty cell, beside those that always do."""
    sheet: str = ""
    """Sheet of a workbook."""
    table: str = ""
    """Table or view of an SQLite file; a query instead of it where it begins with SELECT or WITH."""
    path: str = ""
    """Where the records stand in a JSON file, such as ``data.items``."""
    conversions: tuple[Conversion, ...] = ()
    notes: tuple[str, ...] = ()
    """One sentence for each thing that was detected and is out of the ordinary."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {
            "format": str(self.format),
            "missing": list(self.missing),
            "conversions": [one.as_dict() for one in self.conversions],
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Reading:
        """Read what :meth:`as_dict` wrote."""
        return cls(
            **{
                **raw,
                "format": FileFormat(raw["format"]),
                "missing": tuple(raw.get("missing", ())),
                "conversions": tuple(Conversion.from_dict(one) for one in raw.get("conversions", ())),
                "notes": tuple(raw.get("notes", ())),
            }
        )
