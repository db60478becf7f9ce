"""What a person said of finished projects with a planted flaw."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from engine.domain.case import Guess, Outcome
from engine.domain.clock import from_text, to_text
from engine.store.db import change, rows


def put(db: Database, name: str, day: str, step: int, why: str, outcome: Outcome, at: datetime) -> bool:
    """Store a guess, one a day and case; a step that was right may be explained again. Returns whether it counted."""
    done = change(
        db,
        """INSERT INTO case_answers (name, day, step, why, outcome, created_at) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (name, day) DO UPDATE SET why = excluded.why, outcome = excluded.outcome,
           created_at = excluded.created_at WHERE outcome = 'unexplained' AND step = excluded.step""",
        [name, day, step, why, str(outcome), to_text(at)],
    )
    return done == 1


def give_away(db: Database, name: str, day: str, at: datetime) -> None:
    """Store that the flaw was given away; what was said on that day stays behind it."""
    change(
        db,
        """INSERT INTO case_answers (name, day, step, why, outcome, created_at) VALUES (?, ?, -1, '', 'given', ?)
           ON CONFLICT (name, day) DO UPDATE SET outcome = 'given', created_at = excluded.created_at
           WHERE outcome != 'found'""",
        [name, day, to_text(at)],
    )


def guesses(db: Database, name: str | None = None) -> list[Guess]:
    """Fetch all guesses, oldest first; those of one case with its name."""
    found = rows(
        db, "SELECT * FROM case_answers WHERE :name IS NULL OR name = :name ORDER BY created_at, id", {"name": name}
    )
    return [
        Guess(
            name=row["name"],
            day=row["day"],
            step=row["step"],
            why=row["why"],
            outcome=Outcome(row["outcome"]),
            at=from_text(row["created_at"]),
        )
        for row in found
    ]
