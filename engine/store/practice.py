"""The log of practice: the deck, each answer, quizzes, and notes on own decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.practice import Answer, Note, Quiz
from engine.store.db import change, dump, first, insert, load, rows


def cards(db: Database) -> list[dict[str, Any]]:
    """Fetch the deck: ``item stability difficulty due last_review``, the times with their zone."""
    found = rows(db, "SELECT * FROM cards ORDER BY item")
    return [{**row, "due": from_text(row["due"]), "last_review": from_text(row["last_review"])} for row in found]


def put_card(
    db: Database, *, item: str, stability: float, difficulty: float, due: datetime, last_review: datetime
) -> None:
    """Store a card in place of what was known of it."""
    change(
        db,
        """INSERT INTO cards (item, stability, difficulty, due, last_review) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (item) DO UPDATE SET stability = excluded.stability, difficulty = excluded.difficulty,
           due = excluded.due, last_review = excluded.last_review""",
        [item, stability, difficulty, to_text(due), to_text(last_review)],
    )


def add_answer(db: Database, answer: Answer) -> bool:
    """Store an answer; returns whether it is the first one for this card, day, turn and quiz. Only that one counts."""
    row = {**asdict(answer), "created_at": to_text(answer.created_at)}
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    return change(db, f"INSERT OR IGNORE INTO answers ({names}) VALUES ({marks})", row) == 1


def answers(db: Database, day: str | None = None, quiz: int | None = None) -> list[Answer]:
    """Fetch answers in the order in which they were given: all, those of a day, or those of a quiz."""
    found = rows(
        db,
        """SELECT * FROM answers WHERE (:day IS NULL OR day = :day) AND (:quiz IS NULL OR quiz = :quiz) ORDER BY id""",
        {"day": day, "quiz": quiz},
    )
    return [_answer(row) for row in found]


def add_quiz(db: Database, day: str, skill: str, items: Sequence[str], at: datetime) -> int:
    """Store a quiz and return its number."""
    row = {"day": day, "skill": skill, "items": dump(list(items)), "created_at": to_text(at)}
    return insert(db, "quizzes", row)


def quizzes(db: Database) -> list[Quiz]:
    """Fetch all quizzes, oldest first."""
    return [
        Quiz(**{**row, "items": tuple(load(row["items"])), "created_at": from_text(row["created_at"])})
        for row in rows(db, "SELECT * FROM quizzes ORDER BY id")
    ]


def add_note(db: Database, decision_id: int, project: str, day: str, words: str, at: datetime) -> None:
    """Store what was said about a decision; what was said first on a day stays."""
    change(
        db,
        "INSERT OR IGNORE INTO interview_notes (decision_id, project, day, words, created_at) VALUES (?, ?, ?, ?, ?)",
        [decision_id, project, day, words, to_text(at)],
    )


def tick_note(db: Database, decision_id: int, day: str, points: Sequence[str]) -> bool:
    """Store which points of the checklist were met; returns whether that was still open."""
    done = change(
        db,
        "UPDATE interview_notes SET points = ? WHERE decision_id = ? AND day = ? AND points = ''",
        [dump(list(points)), decision_id, day],
    )
    return done == 1


def note(db: Database, decision_id: int, day: str) -> Note | None:
    """Fetch what was said about a decision on a day, or nothing."""
    row = first(db, "SELECT * FROM interview_notes WHERE decision_id = ? AND day = ?", [decision_id, day])
    return _note(row) if row else None


def notes(db: Database) -> list[Note]:
    """Fetch all notes, oldest first."""
    return [_note(row) for row in rows(db, "SELECT * FROM interview_notes ORDER BY id")]


def _note(row: dict[str, Any]) -> Note:
    points = tuple(load(row["points"])) if row["points"] else None
    return Note(**{**row, "points": points, "created_at": from_text(row["created_at"])})


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(
        **{
            **{key: value for key, value in row.items() if key != "id"},
            "is_right": bool(row["is_right"]),
            "is_new": bool(row["is_new"]),
            "created_at": from_text(row["created_at"]),
        }
    )
