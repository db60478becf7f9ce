"""The steps under ``[[make]]`` of a template, read from their declaration."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.data.declaration import Section
from engine.domain.template import Blocks, Date, Flag, Join, Keep, Making, Sample, Stack, Table, Unique

_SHA256 = re.compile(r"[0-9a-f]{64}")


def making(step: Section) -> Making:
    """Read one step; what it is called stands under ``kind``.

    Raises
    ------
    ContentError
        Names the file, the key and what is expected.
    """
    found = _KINDS[step.one_of("kind", list(_KINDS))](step)
    step.done()
    return found


def sha256_of(section: Section) -> str:
    """Read a SHA-256."""
    value = section.text("sha256")
    if not _SHA256.fullmatch(value):
        raise section.fault("sha256", "64 hexadecimal digits in lower case")
    return value


def _file(step: Section) -> Table:
    return Table(package=step.text("package"), path=step.text("path"), sha256=sha256_of(step))


def _stack(step: Section) -> Stack:
    names = step.texts("names")
    if len(names) != 2:
        raise step.fault("names", "two texts, for the first and the second file")
    return Stack(table=_file(step), column=step.text("column"), names=names)


def _join(step: Section) -> Join:
    columns = step.section("columns")
    return Join(table=_file(step), on=step.texts("on"), columns=columns.every(columns.text))


def _flag(step: Section) -> Flag:
    above = step.number("above") if step.has("above") else None
    return Flag(
        column=step.text("column"), into=step.text("into"), above=above, yes=step.text("yes"), no=step.text("no")
    )


def _keep(step: Section) -> Keep:
    longest = step.whole("longer_than") if step.has("longer_than") else None
    return Keep(column=step.text("column"), longer_than=longest)


_KINDS: dict[str, Callable[[Section], Making]] = {
    "stack": _stack,
    "join": _join,
    "flag": _flag,
    "date": lambda step: Date(column=step.text("column"), format=step.text("format")),
    "keep": _keep,
    "unique": lambda step: Unique(column=step.text("column")),
    "sample": lambda step: Sample(rows=step.whole("rows", least=1), seed=step.whole("seed")),
    "blocks": lambda step: Blocks(into=step.text("into"), size=step.whole("size", least=1)),
}
