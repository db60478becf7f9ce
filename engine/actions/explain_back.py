"""Explain-back: own decisions come back after a week; what the person says then is kept as an interview note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import Clock, utc_now
from engine.domain.practice import Answer, Note
from engine.domain.project import Decision
from engine.errors import InputError
from engine.settings import Settings
from engine.store import practice, projects
from engine.store.db import connect, writing
from engine.study.scheduling import Behaviour, Memory, review

AFTER_DAYS = 7
SECONDS = 120.0
"""What an explanation takes, about."""
FEWEST_WORDS, LONGEST_TEXT = 5, 4_000
PREFIX = "why-"
POINTS = {
    "choice": "I named what was chosen.",
    "reason": "My reason is the one I gave then, or I said what has changed.",
    "other": "I named at least one other way and why not that one.",
    "fact": "I gave a fact or a number for it.",
}
"""The checklist. Recall means: choice and reason, and one of the other two."""


def waiting(db: Database, now: datetime) -> list[str]:
    """List the cards of all decisions with a reason that are at least seven days old, oldest first."""
    ripe = now - timedelta(days=AFTER_DAYS)
    found = [one for one in projects.all_decisions(db) if one.created_at <= ripe and one.reason.strip()]
    return [f"{PREFIX}{one.id}" for one in found]


def decision(settings: Settings, item: str) -> tuple[Decision, str]:
    """Fetch the decision of a card, and the title of its project.

    Raises
    ------
    InputError
        If there is none.
    """
    with connect(settings) as db:
        return _decision(db, item)


def _decision(db: Database, item: str) -> tuple[Decision, str]:
    for one in projects.all_decisions(db):
        if item == f"{PREFIX}{one.id}":
            return one, projects.get(db, one.project).title
    raise InputError(f"There is no decision {item}.", hint="Its project may have been deleted.")


def explain(settings: Settings, item: str, words: str, *, clock: Clock = utc_now) -> Note:
    """Keep what the person says about a decision; the reason given then is shown only after this.

    Raises
    ------
    InputError
        If it is empty, too short or too long, or the decision is not yet a week old.
    """
    text, now = words.strip(), clock()
    if len(set(text.lower().split())) < FEWEST_WORDS:
        raise InputError("This is too short to be an explanation.", hint="Say in a sentence what you chose and why.")
    if len(text) > LONGEST_TEXT:
        raise InputError(f"The text has {len(text):,} characters.", hint=f"Shorten it to {LONGEST_TEXT:,}.")
    day = now.date().isoformat()
    with connect(settings) as db:
        if item not in waiting(db, now):
            raise InputError("This decision does not come back yet.", hint=f"It does after {AFTER_DAYS} days.")
        if any(one["item"] == item and one["due"] > now for one in practice.cards(db)):
            raise InputError("This decision was explained not long ago.", hint="It comes back when it is due.")
        found, _ = _decision(db, item)
        practice.add_note(db, found.id, found.project, day, text, now)
        stored = practice.note(db, found.id, day)
    assert stored is not None
    return stored


def said(settings: Settings, item: str, *, clock: Clock = utc_now) -> Note | None:
    """Fetch what was said about a decision today, or nothing."""
    found, _ = decision(settings, item)
    with connect(settings) as db:
        return practice.note(db, found.id, clock().date().isoformat())


def compare(settings: Settings, item: str, points: Sequence[str], *, clock: Clock = utc_now) -> bool:
    """Store which points the explanation met, schedule the card, and say whether it counts as recalled.

    Only the first comparison of a day counts.

    Raises
    ------
    InputError
        If a point is not on the checklist, or nothing was explained today.
    """
    if not set(points) <= set(POINTS):
        raise InputError("This point is not on the checklist.")
    now, found = clock(), decision(settings, item)[0]
    day = now.date().isoformat()
    right = recalled(points)
    with connect(settings) as db:
        note = practice.note(db, found.id, day)
        if note is None:
            raise InputError("Nothing was explained today.", hint="Say it in your own words first.")
        memory = next((Memory(**row) for row in practice.cards(db) if row["item"] == item), None)
        # The transaction begins by writing, so that a second tab waits for it and then finds nothing left to do.
        with writing(db):
            if practice.tick_note(db, found.id, day, points):
                done = _answer(item, right, memory, now)
                if practice.add_answer(db, done):
                    did = Behaviour(right=right, seconds=SECONDS, fast=0)
                    practice.put_card(db, **asdict(review(item, memory, did, now)))
        kept = practice.note(db, found.id, day)
    return recalled((kept.points if kept else None) or ())


def _answer(item: str, right: bool, memory: Memory | None, now: datetime) -> Answer:
    return Answer(
        day=now.date().isoformat(),
        item=item,
        turn=1,
        quiz=0,
        skill="",
        given="null",
        is_right=right,
        said="",
        hints=0,
        seconds=SECONDS,
        is_new=memory is None,
        days_apart=(memory.due - memory.last_review).days if memory else None,
        created_at=now,
    )


def recalled(points: Sequence[str]) -> bool:
    """Say whether the ticked points make an explanation that counts."""
    return {"choice", "reason"} <= set(points) and bool({"other", "fact"} & set(points))


def notes(settings: Settings) -> list[dict[str, Any]]:
    """List all interview notes, oldest first: ``project title step choice reason decided_at words points at``."""
    with connect(settings) as db:
        known = {one.id: one for one in projects.all_decisions(db)}
        titles = {one.slug: one.title for one in projects.all_of(db)}
        kept = [one for one in practice.notes(db) if one.decision_id in known]
    return [
        {
            "project": one.project,
            "title": titles.get(one.project, one.project),
            "step": known[one.decision_id].step,
            "choice": known[one.decision_id].choice,
            "reason": known[one.decision_id].reason,
            "decided_at": known[one.decision_id].created_at,
            "words": one.words,
            "points": one.points,
            "at": one.created_at,
        }
        for one in kept
    ]


def defended(settings: Settings) -> dict[str, tuple[datetime, ...]]:
    """Say for each project when its decisions were explained again so that it counts."""
    found: dict[str, tuple[datetime, ...]] = {}
    for one in notes(settings):
        if one["points"] is not None and recalled(one["points"]):
            found[one["project"]] = (*found.get(one["project"], ()), one["at"])
    return found


def as_markdown(settings: Settings) -> str:
    """Write the interview notes as Markdown; the person's own words stand as quotations without marks of their own."""
    lines = ["# Interview notes", ""]
    for one in notes(settings):
        lines += [f"## {_line(one['title'])}: {_line(one['step'])}", ""]
        lines += [f"Chosen: {_line(one['choice'])}", ""] if one["choice"] else []
        lines += [f"Reason given on {one['decided_at']:%Y-%m-%d}: {_line(one['reason'])}", ""]
        lines += [f"Explained again on {one['at']:%Y-%m-%d}:", ""]
        lines += [f"> {_line(part)}" for part in one["words"].splitlines() if part.strip()] + [""]
    return "\n".join(lines)


def _line(text: str) -> str:
    plain = " ".join(text.split())
    for mark in "\\`*_[]<>#|":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
