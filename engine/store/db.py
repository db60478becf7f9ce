"""Opening the database: once per use, migrated, with faults turned into one sentence."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from engine.errors import StorageError
from engine.settings import Settings
from engine.store.migrations import MIGRATIONS, NAMES

BUSY_TIMEOUT_SECONDS = 20.0
_RETRY_SECONDS = 0.05

Row = Mapping[str, Any]


@contextmanager
def connect(settings: Settings) -> Iterator[Database]:
    """Open the database of a home folder, bring its schema up to date, close it at the end.

    Raises
    ------
    StorageError
        If the folder or file cannot be read or written, the disk is full, the file is not a database,
        or a newer version of Proofolio made it.
    """
    with storage_faults(settings.home):
        settings.home.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(settings.database, timeout=BUSY_TIMEOUT_SECONDS, check_same_thread=False)
        try:
            db = Database(connection, execute_plugins=False)
            # Each setting holds for one connection only, except WAL, which the file remembers.
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            _prepare(db, settings.database)
            yield db
        finally:
            connection.close()


@contextmanager
def writing(db: Database) -> Iterator[Database]:
    """Change several rows as one; within another such block, as a part of it.

    It takes its turn at once and waits for it. A transaction that begins by reading could not become a writing one
    while another process writes, and would fail instead of waiting.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield db
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def _prepare(db: Database, path: Path) -> None:
    """Check the schema's version and migrate if it is older."""
    version = _version(db)
    if version == len(NAMES):
        return
    if version > len(NAMES):
        raise StorageError(
            f"{path.name} was written by a newer version of Proofolio.",
            hint="Update Proofolio, or set PROOFOLIO_HOME to another folder; nothing was changed.",
        )
    _write_ahead(db)
    # A table that is built anew is dropped on the way: with foreign keys on, that would take the rows that point at it.
    db.conn.execute("PRAGMA foreign_keys = OFF")
    # Two processes may meet here on a first start: the second waits and finds nothing left to do.
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        MIGRATIONS.apply(db)
        broken = db.conn.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.DatabaseError(f"{len(broken)} rows point at rows that do not exist")
        db.conn.execute(f"PRAGMA user_version = {len(NAMES)}")
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise
    finally:
        db.conn.execute("PRAGMA foreign_keys = ON")


def _write_ahead(db: Database) -> None:
    """Turn write-ahead logging on; another process may be doing the same, and SQLite does not wait for that."""
    until = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            db.enable_wal()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(_RETRY_SECONDS)


def _version(db: Database) -> int:
    return int(db.conn.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def storage_faults(home: Path) -> Iterator[None]:
    """Turn what the disk and SQLite raise into one sentence with a next step."""
    try:
        yield
    except sqlite3.IntegrityError:
        # A broken rule of the schema is a fault of ours, not of the disk: it must be seen as such.
        raise
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        raise _translated(str(error), home) from error
    except PermissionError as error:
        raise StorageError(
            f"The folder {home} cannot be written.",
            hint="Check its permissions or set PROOFOLIO_HOME to another folder.",
        ) from error
    except OSError as error:
        raise _translated(error.strerror or str(error), home) from error


def _translated(reason: str, home: Path) -> StorageError:
    text = reason.lower()
    if "full" in text or "no space" in text or "quota" in text:
        return StorageError(
            f"The disk that holds {home} is full.",
            hint="Free some space and try again; nothing that was stored is lost.",
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return StorageError(
            f"The folder {home} cannot be written.",
            hint="Check its permissions or set PROOFOLIO_HOME to another folder.",
        )
    if "locked" in text or "busy" in text:
        return StorageError("The database is busy.", hint="Close other programs that use it and try again.")
    if "not a database" in text or "malformed" in text:
        return StorageError(
            f"{home / 'proofolio.db'} is not a readable database.",
            hint="Restore a backup with 'proofolio restore', or move the file away to start anew.",
        )
    return StorageError(f"The store could not be used: {reason}.", hint="Run 'proofolio doctor' to see what is wrong.")


def rows(db: Database, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """Run a query and return its rows as dictionaries."""
    return list(db.query(sql, values))


def first(db: Database, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> dict[str, Any] | None:
    """Run a query and return its first row, or nothing."""
    return next(iter(db.query(sql, values)), None)


def change(db: Database, sql: str, values: Sequence[Any] | dict[str, Any]) -> int:
    """Run one writing statement in a transaction and return how many rows it changed."""
    with db.atomic():
        return int(db.conn.execute(sql, values).rowcount)


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert a row in a transaction and return its rowid. Raises ``sqlite3.IntegrityError`` if it breaks a rule."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    with db.atomic():
        cursor = db.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return int(cursor.lastrowid or 0)


def dump(value: Any) -> str:
    """Write plain values as compact JSON; refuses NaN, which JSON does not know."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def load(text: str | None) -> Any:
    """Read JSON; nothing gives an empty mapping."""
    return json.loads(text) if text else {}
