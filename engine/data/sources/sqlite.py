"""A person's SQLite file: read-only, without extensions, triggers or other files, within a time limit.

The one module outside the store that speaks SQL, and only to files that are brought (see ``pyproject.toml``).
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import pyarrow as pa

from engine.data.sources.columns import from_objects, joined
from engine.data.sources.origin import LONGEST_CELL, Loaded, Source, check_names, check_rows, refuse_huge_cell
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError

MOST_SECONDS = 20.0
"""Longest time for one query."""

_BLOCK_ROWS = 20_000
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN_FUNCTIONS = frozenset(
    ["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob", "randomblob"]
)
_QUERY = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)


def list_tables(source: Source) -> list[str]:
    """Name the tables and views.

    Raises
    ------
    InputError
        If it is no SQLite file.
    """
    with _opened(source) as db:
        return _tables(db)


def read_sqlite(source: Source, wish: Reading) -> Loaded:
    """Read a table, a view or the answer to a query.

    Parameters
    ----------
    source : Source
    wish : Reading
        Its ``table`` names what is read; empty: the table with the most rows.

    Raises
    ------
    InputError
        If there is no such table, the query fails, writes or takes too long, or a limit is passed.
    """
    notes = list(wish.notes)
    with _opened(source) as db:
        known = _tables(db)
        table = wish.table or _largest(db, known)
        if not table:
            raise InputError(f"{source.name} has no table.", hint="Bring a file with a table, or export it as CSV.")
        if len(known) > 1 and not wish.table:
            notes.append(f"The file has {len(known)} tables and views; {table!r} has the most rows and is read.")
        if table in known:
            quoted = table.replace('"', '""')
            query = f'SELECT * FROM "{quoted}"'
        elif _QUERY.match(table):
            query = table
        else:
            raise InputError(f"{source.name} has no table {table!r}.", hint=f"It has: {', '.join(known[:10])}.")
        reading = replace(wish, format=FileFormat.SQLITE, table=table, notes=tuple(notes))
        return _answer(source, db, query, reading)


@contextmanager
def _opened(source: Source) -> Iterator[sqlite3.Connection]:
    """Open the file so that nothing but reading is possible, and every fault of SQLite is one sentence."""
    deadline = time.monotonic() + MOST_SECONDS
    try:
        # Immutable: no lock, no journal beside the file.
        db = sqlite3.connect(f"{source.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            for pragma in (
                "trusted_schema=OFF",
                "query_only=ON",
                "cell_size_check=ON",
                "mmap_size=0",
                "temp_store=MEMORY",
            ):
                db.execute(f"PRAGMA {pragma}")
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 * 1024**2)
            db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
            db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            db.text_factory = lambda raw: raw.decode("utf-8", "replace")
            db.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            db.set_authorizer(_authorize)
            yield db
        finally:
            db.close()
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError, UnicodeError) as error:
        _refuse(source, str(error), late=time.monotonic() > deadline)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action not in _ALLOWED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _refuse(source: Source, said: str, *, late: bool) -> NoReturn:
    if late or said == "interrupted":
        raise InputError(
            f"The query of {source.name} takes longer than {MOST_SECONDS:.0f} seconds.",
            hint="Choose a table, or a simpler query.",
        )
    if "not authorized" in said or "prohibited" in said:
        raise InputError("A query may only read.", hint="Begin it with SELECT, and name tables of this file only.")
    if "malformed" in said or "not a database" in said or "disk" in said or "corrupt" in said:
        raise InputError(
            f"{source.name} is not an SQLite file that can be read, or it is damaged.",
            hint="Copy it again while no program writes to it, or export the table as CSV.",
        )
    raise InputError(
        f"SQLite cannot read this from {source.name}: {said[:200].rstrip('.')}.", hint="Check the table or the query."
    )


def _tables(db: sqlite3.Connection) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type, name").fetchall()
    return [str(name) for (name,) in found if not str(name).startswith("sqlite_")]


def _largest(db: sqlite3.Connection, tables: list[str]) -> str:
    """Name the table with the most rows, the first of equals."""
    if len(tables) < 2:
        return tables[0] if tables else ""
    counts: dict[str, int] = {}
    for table in tables[:100]:
        quoted = table.replace('"', '""')
        try:
            counts[table] = db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]
        except sqlite3.OperationalError:  # a view of a table that is gone
            counts[table] = -1
    return max(counts, key=lambda table: counts[table])


def _answer(source: Source, db: sqlite3.Connection, query: str, reading: Reading) -> Loaded:
    cursor = db.execute(query)
    names = check_names(source, [str(one[0]) for one in cursor.description or ()])
    parts: list[list[pa.Array]] = [[] for _ in names]
    count = 0
    while block := cursor.fetchmany(_BLOCK_ROWS):
        for name, part, cells in zip(names, parts, zip(*block, strict=True), strict=True):
            part.append(_column(source, name, cells))
        count += len(block)
        if count > source.settings.max_rows:
            break
    check_rows(source, count)
    return Loaded(names=tuple(names), columns=tuple(joined(part) for part in parts), reading=reading)


def _column(source: Source, name: str, cells: tuple[Any, ...]) -> pa.Array:
    if any(isinstance(cell, bytes) for cell in cells):
        raise InputError(
            f"The column {name!r} of {source.name} holds bytes, which no model here can use.",
            hint="Name the other columns in a query: SELECT a, b FROM t.",
        )
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
        refuse_huge_cell(source.name, f"Column {name!r}")
    return from_objects(cells)
