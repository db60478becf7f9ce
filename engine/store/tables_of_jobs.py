"""Tables of postings, boards, applications and the resume: one step of the schema, see `engine.store.migrations`."""

from __future__ import annotations

from sqlite_utils import Database


def make(db: Database) -> None:
    """Keep postings, boards, applications with their files, and the resume that was brought in."""
    for statement in _STATEMENTS:
        db.conn.execute(statement)


_STATEMENTS = (
    """CREATE TABLE postings (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, company TEXT NOT NULL, place TEXT NOT NULL, remote INTEGER,
        pay_low REAL, pay_high REAL, currency TEXT NOT NULL, period TEXT NOT NULL, skills TEXT NOT NULL,
        degree TEXT NOT NULL, engagement TEXT NOT NULL, board TEXT NOT NULL, link TEXT NOT NULL,
        saved_at TEXT NOT NULL)""",
    # The text stands apart: lists of thousands of postings never read it.
    """CREATE TABLE posting_texts (
        posting INTEGER PRIMARY KEY REFERENCES postings(id) ON DELETE CASCADE, text TEXT NOT NULL)""",
    """CREATE TABLE boards (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, link TEXT NOT NULL, is_own INTEGER NOT NULL,
        visited_on TEXT, search TEXT NOT NULL, mark TEXT NOT NULL, note TEXT NOT NULL, updated_at TEXT NOT NULL)""",
    """CREATE TABLE applications (
        id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, title TEXT NOT NULL, status TEXT NOT NULL,
        posting INTEGER REFERENCES postings(id) ON DELETE SET NULL, company TEXT NOT NULL, board TEXT NOT NULL,
        link TEXT NOT NULL, applied_on TEXT, closes_on TEXT, next_step TEXT NOT NULL, next_on TEXT, pay_low REAL,
        pay_high REAL, currency TEXT NOT NULL, period TEXT NOT NULL, contacts TEXT NOT NULL,
        interviews TEXT NOT NULL, note TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL)""",
    "CREATE INDEX applications_by_status ON applications (status, updated_at)",
    "CREATE INDEX applications_by_update ON applications (updated_at, id)",
    "CREATE INDEX applications_by_next ON applications (next_on) WHERE next_on IS NOT NULL",
    "CREATE INDEX applications_by_posting ON applications (posting)",
    "CREATE INDEX applications_by_board ON applications (board)",
    """CREATE TABLE application_moves (
        id INTEGER PRIMARY KEY, application INTEGER NOT NULL REFERENCES applications(id) ON DELETE CASCADE,
        status TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX moves_by_application ON application_moves (application, id)",
    """CREATE TABLE attachments (
        id INTEGER PRIMARY KEY, application INTEGER NOT NULL REFERENCES applications(id) ON DELETE CASCADE,
        name TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, added_at TEXT NOT NULL,
        UNIQUE (application, sha256, name))""",
    """CREATE TABLE resume_kept (
        id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL, updated_at TEXT NOT NULL)""",
)
