"""What the log of practice says: recall by skill, true retention, answers a week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.practice import MATURE_DAYS, Answer, Quiz
from engine.domain.skill import Recall
from engine.study.quiz import LENGTH, passed
from engine.study.scheduling import RETENTION, Memory, chance


def skill_of(item: str, skills: Iterable[str]) -> str:
    """Name the main skill of a question by its id, which begins with it; empty where none fits."""
    return max((skill for skill in skills if item.startswith(f"{skill}-")), key=len, default="")


def recalled(
    memories: Sequence[Memory],
    answers: Sequence[Answer],
    quizzes: Sequence[Quiz],
    now: datetime,
) -> dict[str, Recall]:
    """Say of each practised skill how well it is recalled at `now`.

    Parameters
    ----------
    memories : sequence of Memory
        The deck. A card counts for the skill that its answers name.
    answers, quizzes
        The whole log, oldest first.

    Returns
    -------
    dict of str to Recall
        By skill. ``chance`` falls as time goes by without practice, and a card answered wrong is no longer mature.
    """
    skill = {one.item: one.skill for one in answers}
    decks: dict[str, list[Memory]] = defaultdict(list)
    for memory in memories:
        decks[skill.get(memory.item, "")].append(memory)
    solved: dict[str, dict[str, datetime]] = defaultdict(dict)
    for one in answers:
        if one.is_right and one.turn == 1 and not one.hints:
            solved[one.skill].setdefault(one.item, one.created_at)
    done = _passed_at(answers, quizzes)
    return {
        name: Recall(
            cards=len(decks[name]),
            mature=sum((one.due - one.last_review).days >= MATURE_DAYS for one in decks[name]),
            chance=sum(chance(one, now) for one in decks[name]) / len(decks[name]) if decks[name] else 0.0,
            quiz_passed_at=done.get(name),
            solved=tuple(sorted(solved[name].values())),
        )
        for name in sorted({*decks, *solved, *done} - {""})
    }


def _passed_at(answers: Sequence[Answer], quizzes: Sequence[Quiz]) -> dict[str, datetime]:
    given: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        given[one.quiz].append(one)
    found: dict[str, datetime] = {}
    for quiz in quizzes:
        marks = given[quiz.id]
        if quiz.skill and len(marks) == LENGTH and passed([one.is_right for one in marks]):
            found.setdefault(quiz.skill, marks[-1].created_at)
    return found


def statistics(answers: Sequence[Answer], today: date, weeks: int = 8) -> dict[str, Any]:
    """Compute true retention and answers a week.

    Parameters
    ----------
    answers : sequence of Answer
        The whole log.
    weeks : int
        How many weeks, this one included.

    Returns
    -------
    dict
        ``retention`` (share of right answers at mature cards, nothing where there are none), ``mature_answers``,
        ``aim`` and ``weeks``: a list of ``week`` (its Monday) and ``answers``, oldest first.
    """
    mature = [one for one in answers if not one.quiz and one.turn == 1 and (one.days_apart or 0) >= MATURE_DAYS]
    monday = today - timedelta(days=today.weekday())
    counts = Counter(_monday(one.day) for one in answers)
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    return {
        "retention": sum(one.is_right for one in mature) / len(mature) if mature else None,
        "mature_answers": len(mature),
        "aim": RETENTION,
        "weeks": [{"week": one.isoformat(), "answers": counts[one]} for one in mondays],
    }


def _monday(day: str) -> date:
    found = date.fromisoformat(day)
    return found - timedelta(days=found.weekday())
