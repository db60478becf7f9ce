"""Copies of the database, and whether a database is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.errors import InputError
from engine.settings import Settings
from engine.store.db import connect
from engine.store.migrations import NAMES


def copy_database(settings: Settings, target: Path) -> None:
    """Copy the database consistently, also while others write."""
    with connect(settings) as db, closing(sqlite3.connect(target)) as copy:
        db.conn.backup(copy)


def check_database(path: Path) -> None:
    """Make sure that a file is a sound database of this or an older version.

    Raises
    ------
    InputError
        If it is not.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path.name} is not a readable database.", hint="Choose another backup.") from error
    if not sound:
        raise InputError(f"{path.name} is damaged.", hint="Choose another backup.")
    if version > len(NAMES):
        raise InputError(f"{path.name} was written by a newer version of Proofolio.", hint="Update Proofolio first.")


def integrity(settings: Settings) -> str:
    """Ask SQLite whether the database is sound; ``ok`` if it is."""
    with connect(settings) as db:
        return str(db.conn.execute("PRAGMA integrity_check").fetchone()[0])
