import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.domain.data import Finding, Outcome, Severity
from engine.errors import StorageError
from engine.settings import Settings
from engine.store import projects
from engine.store.db import _translated, connect, dump, insert, writing
from engine.store.migrations import MIGRATIONS, NAMES
from tests.conftest import MOMENT, make_project


def test_a_fresh_home_folder_gets_the_newest_schema(settings: Settings) -> None:
    with connect(settings) as db:
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == len(NAMES)
        assert db.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.conn.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert [one.name for one in MIGRATIONS.applied(db)] == list(NAMES)


def test_opening_again_changes_nothing(settings: Settings) -> None:
    make_project(settings)
    with connect(settings) as db:
        before = db.schema
    with connect(settings) as db:
        assert db.schema == before
        assert [one.slug for one in projects.all_of(db)] == ["demo"]


@pytest.mark.parametrize("known", range(len(NAMES)))
def test_a_database_of_every_older_version_is_brought_up_to_date(settings: Settings, known: int) -> None:
    settings.home.mkdir(parents=True)
    with sqlite3.connect(settings.database) as connection:
        from sqlite_utils import Database

        old = Database(connection, execute_plugins=False)
        MIGRATIONS.apply(old, stop_before=NAMES[known])
        connection.execute(f"PRAGMA user_version = {known}")
    connection.close()
    make_project(settings)
    with connect(settings) as db:
        assert projects.get(db, "demo").title == "Demo"
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == len(NAMES)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(settings: Settings) -> None:
    make_project(settings)
    with sqlite3.connect(settings.database) as connection:
        connection.execute(f"PRAGMA user_version = {len(NAMES) + 1}")
    connection.close()
    before = settings.database.read_bytes()
    with pytest.raises(StorageError, match="newer version") as caught, connect(settings):
        pass
    assert "Update" in caught.value.hint
    assert settings.database.read_bytes() == before


def test_a_file_that_is_no_database_is_one_sentence(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    settings.database.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError, match="not a readable database"), connect(settings):
        pass


def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError), connect(Settings(home=tmp_path / "home")):
        pass


def test_a_full_disk_is_one_sentence(settings: Settings) -> None:
    """SQLite's own page limit stands in for the full disk: the error is the same one."""
    make_project(settings)

    def fill() -> None:
        with connect(settings) as db:
            pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
            db.conn.execute(f"PRAGMA max_page_count = {pages}")
            for number in range(10_000):
                projects.decide(db, "demo", "step", "choice", f"{number} " * 500, MOMENT)

    with pytest.raises(StorageError, match="full"):
        fill()
    with connect(settings) as db:
        assert projects.get(db, "demo").title == "Demo"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("database or disk is full", "is full"),
        ("No space left on device", "is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("Read-only file system", "cannot be written"),
        ("unable to open database file", "cannot be written"),
        ("database is locked", "busy"),
        ("file is not a database", "not a readable database"),
        ("something else", "could not be used"),
    ],
)
def test_every_fault_of_the_disk_has_a_sentence_and_a_next_step(reason: str, expected: str) -> None:
    error = _translated(reason, Path("/somewhere"))
    assert expected in error.message
    assert error.hint
    assert error.exit_code == 2


def test_a_broken_rule_of_the_schema_is_not_hidden(settings: Settings) -> None:
    with pytest.raises(sqlite3.IntegrityError), connect(settings) as db:
        insert(
            db,
            "briefs",
            {"project": "nobody", "version": 1, "payload": "{}", "created_at": "2026-01-01T00:00:00+00:00"},
        )


def test_nan_is_refused_before_it_reaches_the_file() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump({"score": float("nan")})


def test_two_processes_may_meet_on_the_first_start(settings: Settings) -> None:
    code = (
        "from engine.settings import from_environment\n"
        "from engine.store.db import connect\n"
        "with connect(from_environment()): pass\n"
    )
    environment = {**os.environ, "PROOFOLIO_HOME": str(settings.home)}
    started = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(4)]
    assert [process.wait(timeout=60) for process in started] == [0] * 4


def test_findings_and_profile_come_back_as_they_were(settings: Settings) -> None:
    make_project(settings)
    finding = Finding(
        code="PF-Q01",
        title="Missing",
        severity=Severity.HIGH,
        outcome=Outcome.ISSUE,
        message="Column a is empty in 3 rows.",
        columns=("a",),
        rows=(1, 2, 3),
    )
    with connect(settings) as db:
        projects.set_profile(db, "demo", [finding], {"columns": [1]}, MOMENT)
        projects.set_profile(db, "demo", [finding], {"columns": [2]}, MOMENT)
        assert projects.get_findings(db, "demo") == [finding]
        assert projects.get_profile(db, "demo") == {"columns": [2]}


def empty_and_fail(db: Database) -> None:
    with writing(db):
        db.execute("DELETE FROM t")
        raise ZeroDivisionError


def test_a_change_that_begins_by_reading_waits_for_another_one(settings: Settings) -> None:
    began, done = threading.Event(), threading.Event()

    def other() -> None:
        with connect(settings) as db, writing(db):
            db.execute("CREATE TABLE t (n)")
            began.set()
            done.wait(5)

    thread = threading.Thread(target=other)
    thread.start()
    began.wait(5)
    threading.Timer(0.3, done.set).start()
    with connect(settings) as db, writing(db):
        before = db.execute("SELECT count(*) FROM t").fetchone()[0]
        db.execute("INSERT INTO t VALUES (?)", [before + 1])
        with writing(db):
            db.execute("INSERT INTO t VALUES (2)")
    thread.join()
    with connect(settings) as db:
        assert [n for (n,) in db.execute("SELECT n FROM t ORDER BY n")] == [1, 2]
        with pytest.raises(ZeroDivisionError):
            empty_and_fail(db)
        assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 2
