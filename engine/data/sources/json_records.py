"""JSON and JSON lines: records become rows, objects inside them columns with a dot, lists text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from engine.data.sources.columns import from_objects, joined
from engine.data.sources.encodings import check_encoding, find_encoding
from engine.data.sources.origin import LONGEST_CELL, Loaded, Source, check_names, check_rows, refuse_huge_cell
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError

MOST_BYTES = 200 * 1024**2
"""A JSON file is one value and must be read whole, at about ten times its size in memory."""

_BLOCK_ROWS = 20_000
_DEEPEST = 5
_FAULTS = (ValueError, RecursionError, MemoryError, OverflowError)

Record = Mapping[str, Any]


def read_json(source: Source, wish: Reading) -> Loaded:
    """Read a list of records, lists by column, or one record a line.

    Parameters
    ----------
    source : Source
    wish : Reading
        Its ``path`` says where the records stand, such as ``data.items``; empty: they are looked for.

    Raises
    ------
    InputError
        If it is not JSON, there is nothing at that path, or a limit is passed.
    """
    if wish.encoding:
        check_encoding(source, wish.encoding)
    encoding = wish.encoding or find_encoding(source)
    if wish.format is FileFormat.JSON_LINES:
        return _columns(source, _lines(source, encoding), replace(wish, encoding=encoding))
    if source.path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{source.name} has more than {MOST_BYTES // 1024**2} MiB of JSON, the limit.",
            hint="Write one record a line (JSON lines), or Parquet.",
        )
    try:
        with source.path.open(encoding=encoding) as stream:
            whole = json.load(stream)
    except _FAULTS as error:
        line = f" in line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{source.name} is not JSON that can be read{line}.", hint="Export it again.") from None
    path, records = _at(source, whole, wish.path) if wish.path else _search(source, whole)
    notes = list(wish.notes)
    if path and not wish.path:
        notes.append(f"The records stand at {path!r} in the file.")
    return _columns(source, records, replace(wish, encoding=encoding, path=path, notes=tuple(notes)))


def _lines(source: Source, encoding: str) -> Iterator[Record]:
    with source.path.open(encoding=encoding) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except _FAULTS:
                record = None
            if not isinstance(record, dict):
                raise InputError(
                    f"Line {number:,} of {source.name} is not a record in JSON.",
                    hint="Write one object in braces on every line.",
                )
            yield record


def _at(source: Source, whole: Any, path: str) -> tuple[str, Iterable[Record]]:
    found = whole
    for key in path.split("."):
        if isinstance(found, dict) and key in found:
            found = found[key]
        else:
            raise InputError(f"{source.name} has nothing at {path!r}.", hint="Check the path, or let it be detected.")
    records = _as_records(found)
    if records is None:
        raise InputError(f"{source.name} has no list of records at {path!r}.", hint="Let the path be detected.")
    return path, records


def _search(source: Source, whole: Any) -> tuple[str, Iterable[Record]]:
    """Find the list of records, the longest one; breadth first, so that the outer of two equals is taken."""
    records = _as_records(whole)
    if records is not None:
        return "", records
    best: tuple[int, str, Iterable[Record]] | None = None
    level: list[tuple[str, Any]] = [("", whole)]
    for _ in range(_DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, value in level:
            if not isinstance(value, dict):
                continue
            for key, inner in list(value.items())[:1_000]:
                # A dot in a key could not be found again.
                here = f"{path}.{key}" if path else key
                if "." in key or not isinstance(inner, dict | list):
                    continue
                records = _as_records(inner)
                if records is not None and (best is None or len(inner) > best[0]):
                    best = (len(inner), here, records)
                below.append((here, inner))
        level = below
    if best is None:
        raise InputError(
            f"{source.name} is JSON, but holds no list of records.", hint="Bring a list of objects, one for each row."
        )
    return best[1], best[2]


def _as_records(value: Any) -> Iterable[Record] | None:
    """Return the records that a value holds in one of the usual ways; ``None`` if it holds none."""
    if isinstance(value, list) and value:
        if all(isinstance(one, dict) for one in value):
            return value
        if len(value) > 1 and all(isinstance(one, list) for one in value):
            return _from_rows(value[0], value[1:]) if all(isinstance(n, str) for n in value[0]) else None
        return None
    if not isinstance(value, dict) or not value:
        return None
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
        return _from_rows([str(name) for name in names], rows)
    columns = list(value.values())
    if all(isinstance(one, dict) for one in columns):
        return _from_tables(value)
    if all(isinstance(one, list) for one in columns) and len({len(one) for one in columns}) == 1 and columns[0]:
        if len(columns) == 1 and isinstance(columns[0][0], dict):
            return None
        return [dict(zip(value, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return None


def _from_tables(value: Mapping[str, Mapping[str, Any]]) -> list[Record] | None:
    """Read objects of objects with the same keys, as pandas writes them: by column and row number, or by row."""
    inner = list(value.values())
    keys = list(inner[0])
    if len(inner) < 2 or not keys or any(one.keys() != inner[0].keys() for one in inner):
        return None
    if all(key.isdigit() for key in keys):
        return [{name: cells[key] for name, cells in value.items()} for key in keys]
    return list(inner)


def _from_rows(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[Record] | None:
    if len(set(names)) != len(names) or any(len(row) > len(names) for row in rows):
        return None
    return [dict(zip(names, row, strict=False)) for row in rows]


def _columns(source: Source, records: Iterable[Record], reading: Reading) -> Loaded:
    """Build the columns block by block; a name that comes late is empty in the rows before."""
    parts: dict[str, list[pa.Array]] = {}
    block: list[dict[str, Any]] = []
    count = 0

    def flush() -> None:
        before = count - len(block)
        for record in block:
            for name in record:
                parts.setdefault(name, [pa.nulls(before, pa.large_string())] if before else [])
        if len(parts) > source.settings.max_columns:
            check_names(source, list(parts))
        for name, part in parts.items():
            part.append(from_objects([record.get(name) for record in block]))
        block.clear()

    for record in records:
        block.append(_flat(source, record, count))
        count += 1
        if len(block) == _BLOCK_ROWS:
            flush()
        if count > source.settings.max_rows:
            break
    if block:
        flush()
    names = check_names(source, list(parts)) if parts else []
    check_rows(source, count if parts else 0)
    return Loaded(names=tuple(names), columns=tuple(joined(part) for part in parts.values()), reading=reading)


def _flat(source: Source, record: Record, place: int) -> dict[str, Any]:
    """Turn the objects of a record into columns with a dot, and all that lies deeper into text."""
    out: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            out |= {f"{key}.{inner}": _cell(cell) for inner, cell in value.items()}
        else:
            out[key] = _cell(value)
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in out.values()):
        refuse_huge_cell(source.name, f"Record {place + 1:,}")
    return out


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    # Half of a letter (a lone surrogate) cannot be stored.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
