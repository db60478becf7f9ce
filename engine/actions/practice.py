"""Practice: today's cards, quizzes, what the log says. State is in the store, the clock is an argument."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from engine.actions import explain_back, own_questions
from engine.domain.clock import Clock, utc_now
from engine.domain.practice import Answer, Quiz
from engine.domain.skill import Recall, Role
from engine.errors import InputError
from engine.evidence import skill_content, skills
from engine.settings import Settings
from engine.store import practice, writeups
from engine.store.db import connect, writing
from engine.study import anki, ordering, questions, standing
from engine.study.marking import mark
from engine.study.presenting import as_note
from engine.study.questions import Question
from engine.study.quiz import LENGTH, compose, passed
from engine.study.scheduling import Behaviour, Memory, due_today, review

Given = str | float | Collection[int]
_LONGEST_PAUSE = 3600.0
"""Seconds; whoever takes longer was away, which says nothing of the answer."""


def today(settings: Settings, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Say what there is to practise today.

    Returns
    -------
    dict
        ``cards`` (ids still to come, repetitions last), ``turns`` (for each its turn, 1 or 2), ``minutes``,
        ``answered`` today. Nothing is stored: two tabs see the same.
    """
    now = clock()
    with connect(settings) as db:
        return _today(db, now)


def _today(db: Database, now: datetime) -> dict[str, Any]:
    day = now.date().isoformat()
    log = [one for one in practice.answers(db) if not one.quiz]
    given = [one for one in log if one.day == day]
    first = {one.item: one for one in given if one.turn == 1}
    asked = {one.id: one for one in (*own_questions.current(db), *questions.bank())}
    defended = explain_back.waiting(db, now)
    # A card of a run that was replaced, or of a question that left the bank, is not asked any more.
    deck = [memory for memory in _deck(db) if memory.item in asked or memory.item in defended]
    known = {memory.item for memory in deck} | set(first)
    ranks = ordering.ranks(_role(db), asked)
    new = [item for item in ordering.mixed(defended, asked, ranks) if item not in known]
    due = due_today(
        [memory for memory in deck if memory.item not in first],
        new,
        now,
        {date.fromisoformat(one.day) for one in log},
        answered=len(first),
        begun=sum(one.is_new for one in first.values()),
        ranks=ranks,
    )
    again = {one.item for one in given if one.turn == 2}
    # What a person explains in free text is not repeated on the same day.
    repeats = [item for item, one in first.items() if not one.is_right and item not in again and item in asked]
    seconds = sum(asked[item].seconds if item in asked else explain_back.SECONDS for item in (*due, *repeats))
    return {
        "cards": [*due, *repeats],
        "turns": [1] * len(due) + [2] * len(repeats),
        "minutes": max(1, round(2 * seconds / 60)) if due or repeats else 0,
        "answered": len(given),
    }


def answered(settings: Settings, item: str, turn: int, *, quiz: int = 0, clock: Clock = utc_now) -> Answer | None:
    """Fetch the answer that was given to a card today, or in a quiz; nothing if it is still open."""
    with connect(settings) as db:
        return _answered(db, item, turn, quiz, clock())


def _answered(db: Database, item: str, turn: int, quiz: int, now: datetime) -> Answer | None:
    log = practice.answers(db, quiz=quiz) if quiz else practice.answers(db, now.date().isoformat(), 0)
    return next((one for one in log if (one.item, one.turn) == (item, turn)), None)


def answer(
    settings: Settings,
    item: str,
    given: Given,
    *,
    turn: int = 1,
    quiz: int = 0,
    hints: int = 0,
    seconds: float = _LONGEST_PAUSE,
    clock: Clock = utc_now,
) -> Answer:
    """Mark an answer and store it once; asked again, by a second click or tab, the first answer is returned.

    A daily card is scheduled by its first turn. A missed question of a quiz joins the deck.

    Raises
    ------
    InputError
        If it is no answer, or the card is not among today's or the quiz's.
    """
    if (before := answered(settings, item, turn, quiz=quiz, clock=clock)) is not None:
        return before
    question = own_questions.find(settings, item)
    marked = mark(question, given)
    now = clock()
    with connect(settings) as db:
        if (before := _meanwhile(db, item, turn, quiz, now)) is not None:
            return before
        memory = next((one for one in _deck(db) if one.item == item), None)
        stored = Answer(
            day=now.date().isoformat(),
            item=item,
            turn=turn,
            quiz=quiz,
            skill=question.skills[0],
            given=json.dumps(list(given) if isinstance(given, Collection) and not isinstance(given, str) else given),
            is_right=marked.right,
            said=marked.said,
            hints=hints,
            seconds=min(max(seconds, 0.0), _LONGEST_PAUSE),
            is_new=memory is None,
            days_apart=(memory.due - memory.last_review).days if memory else None,
            created_at=now,
        )
        # Whoever comes second stores nothing; a transaction that began by reading could not wait for the first.
        with writing(db):
            if practice.add_answer(db, stored) and turn == 1 and (not quiz or not marked.right):
                keep(db, stored, memory, question.seconds)
    return answered(settings, item, turn, quiz=quiz, clock=lambda: now) or stored


def keep(db: Database, done: Answer, memory: Memory | None, fast: float) -> None:
    """Schedule a card after an answer."""
    did = Behaviour(right=done.is_right, seconds=done.seconds, fast=fast, hints=done.hints)
    practice.put_card(db, **asdict(review(done.item, memory, did, done.created_at)))


def _meanwhile(db: Database, item: str, turn: int, quiz: int, now: datetime) -> Answer | None:
    """Refuse a card that is not open, unless another tab has answered it since it was looked up."""
    try:
        _check_open(db, item, turn, quiz, now)
    except InputError:
        if (before := _answered(db, item, turn, quiz, now)) is None:
            raise
        return before
    return None


def _check_open(db: Database, item: str, turn: int, quiz: int, now: datetime) -> None:
    if quiz:
        found = _quiz(db, quiz)
        if turn == 1 and item in found.items and found.day == now.date().isoformat():
            return
        raise InputError("This question is not part of an open quiz.", hint="A quiz is answered on the day it began.")
    due = _today(db, now)
    if (item, turn) not in zip(due["cards"], due["turns"], strict=True):
        raise InputError("This card is not among today's.", hint="Go on with the next one.")


def start_quiz(settings: Settings, skill: str = "", *, clock: Clock = utc_now) -> Quiz:
    """Begin a quiz of eight, at least two from own runs where there are any; an unfinished one of today goes on.

    Raises
    ------
    InputError
        If no question practises the skill, or every possible set was asked today.
    """
    now = clock()
    with connect(settings) as db:
        day = now.date().isoformat()
        earlier = [one for one in practice.quizzes(db) if one.day == day]
        for one in earlier:
            if one.skill == skill and len(practice.answers(db, quiz=one.id)) < LENGTH:
                return one
        mine = sorted(own_questions.current(db), key=lambda one: skill not in one.skills)
        of_skill = questions.of_skill(skill) if skill else questions.bank()
        if not of_skill:
            raise InputError(f"No question practises the skill {skill!r}.")
        rest = [one for one in questions.bank() if one not in of_skill]
        log = practice.answers(db)
        seen = [one.item for one in log]
        bank = [*_spread(of_skill, seen), *(_spread(rest, seen) if len(of_skill) < LENGTH else ())]
        items = compose([one.id for one in mine], bank, [one.items for one in earlier])
        return _quiz(db, practice.add_quiz(db, day, skill, items, now))


def quiz(settings: Settings, number: int) -> dict[str, Any]:
    """Say how a quiz stands: ``quiz``, ``answers``, ``open`` (ids) and ``passed`` (nothing until it is over).

    Raises
    ------
    InputError
        If there is no such quiz.
    """
    with connect(settings) as db:
        found, given = _quiz(db, number), practice.answers(db, quiz=number)
    done = {one.item for one in given}
    over = len(given) == LENGTH
    return {
        "quiz": found,
        "answers": given,
        "open": [item for item in found.items if item not in done],
        "passed": passed([one.is_right for one in given]) if over else None,
    }


def recall(settings: Settings, *, clock: Clock = utc_now) -> dict[str, Recall]:
    """Say of each practised skill how well it is recalled now, from the log."""
    with connect(settings) as db:
        return standing.recalled(_deck(db), practice.answers(db), practice.quizzes(db), clock())


def statistics(settings: Settings, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Compute true retention, answers a week, and recall by skill (``skills``)."""
    now = clock()
    with connect(settings) as db:
        log = practice.answers(db)
    known = [{"skill": name, **asdict(one)} for name, one in recall(settings, clock=lambda: now).items()]
    for one in known:
        one["solved"] = len(one["solved"])
        one["quiz_passed_at"] = one["quiz_passed_at"].isoformat() if one["quiz_passed_at"] else None
    return {**standing.statistics(log, now.date()), "skills": known}


def skill_names() -> dict[str, str]:
    """Name the skills that the bank practises, by id, in the order of their names."""
    known = {one.id: one.name for one in skills.skills()}
    found = {one.skills[0] for one in questions.bank()}
    names = {one: known.get(one, one.replace("-", " ").capitalize()) for one in found}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def as_anki(settings: Settings) -> str:
    """Write the bank and the questions of own runs as text that Anki imports."""
    with connect(settings) as db:
        return anki.as_text(as_note(one) for one in (*own_questions.current(db), *questions.bank()))


def as_csv(settings: Settings) -> str:
    """Write every answer of the log as the text of a CSV file; no cell is free text."""
    names = ("created_at", "item", "skill", "turn", "quiz", "is_right", "hints", "seconds")
    with connect(settings) as db:
        log = practice.answers(db)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(one, name) for name in names] for one in log)
    return text.getvalue()


def _deck(db: Database) -> list[Memory]:
    return [Memory(**row) for row in practice.cards(db)]


def _quiz(db: Database, number: int) -> Quiz:
    for one in practice.quizzes(db):
        if one.id == number:
            return one
    raise InputError(f"There is no quiz {number}.", hint="Start a new one.")


def _role(db: Database) -> Role | None:
    aim = writeups.profile(db).target_role
    return next((one for one in skill_content.roles() if one.id == aim), None)


def _spread(several: Sequence[Question], seen: Sequence[str]) -> list[str]:
    """Order questions so that those never or longest ago answered come first."""
    last = {item: place for place, item in enumerate(seen)}
    return [one.id for one in sorted(several, key=lambda one: last.get(one.id, -1))]
