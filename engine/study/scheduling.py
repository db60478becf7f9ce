"""When a question comes back: spaced repetition by FSRS, graded by what the person did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from engine.errors import InputError

if TYPE_CHECKING:
    import fsrs

RETENTION = 0.9
# A job search lasts months, so nothing is put off for longer than half a year.
MAXIMUM_DAYS = 180
DAILY_CAP, DAILY_NEW = 15, 4
BREAK_DAYS = 7
# What is asked on the first and on the second day of practice after a break.
GENTLE = (5, 10)
# Over how many days, from the first one on, what fell due during a break is spread.
SPREAD_DAYS = 14


@dataclass(frozen=True)
class Behaviour:
    """What the person did with one question.

    Attributes
    ----------
    right : bool
        Whether the last answer was right.
    seconds : float
        Time from showing the question to the answer.
    fast : float
        Up to how many seconds an answer to this question counts as fast.
    hints, tries : int
        Hints that were opened; answers that were given, at least one.
    """

    right: bool
    seconds: float
    fast: float
    hints: int = 0
    tries: int = 1


@dataclass(frozen=True)
class Memory:
    """What is kept of one question between two answers.

    Attributes
    ----------
    item : str
        Stable id of the question.
    stability : float
        Days after which it is still recalled with a chance of 90 %.
    difficulty : float
        From 1 (easy) to 10.
    due, last_review : datetime
        With a time zone.
    """

    item: str
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime


def grade(did: Behaviour) -> int:
    """Turn behaviour into the rating of FSRS: 1 again, 2 hard, 3 good, 4 easy.

    Raises
    ------
    InputError
        When no answer was given or the time is negative.
    """
    if did.tries < 1 or did.hints < 0 or not did.seconds >= 0:
        raise InputError("An answer needs at least one try and a time that is not negative.")
    if not did.right:
        return 1
    if did.hints or did.tries > 1:
        return 2
    return 4 if did.seconds <= did.fast else 3


def review(item: str, before: Memory | None, did: Behaviour, now: datetime) -> Memory:
    """Schedule a question after an answer.

    Parameters
    ----------
    before : Memory or None
        None when the question is answered for the first time.
    now : datetime
        With a time zone.

    Raises
    ------
    InputError
        When `now` has no time zone or `before` belongs to another question.
    """
    import fsrs

    when = _utc(now)
    if before is not None and before.item != item:
        raise InputError(f"The memory of {before.item} cannot be used for {item}.")
    card = _card(before) if before else fsrs.Card(card_id=1, due=when)
    card, _ = _scheduler().review_card(card, fsrs.Rating(grade(did)), when)
    if card.stability is None or card.difficulty is None:
        raise InputError(f"The scheduler gave no date for {item}.")
    return Memory(item, card.stability, card.difficulty, card.due, when)


def chance(memory: Memory, now: datetime) -> float:
    """Estimate the chance, 0 to 1, that the question is still recalled at `now`."""
    return float(_scheduler().get_card_retrievability(_card(memory), _utc(now)))


def daily_cap(practised: Collection[date], today: date) -> int:
    """Say how many questions a day may hold; fewer on the first two days after a break.

    Parameters
    ----------
    practised : collection of date
        The days with at least one answer, in any order, repeats allowed.
    """
    back = _back(practised, today)
    if back is None:
        return DAILY_CAP
    place = len({day for day in practised if back <= day < today})
    return GENTLE[place] if place < len(GENTLE) else DAILY_CAP


def _back(practised: Iterable[date], today: date) -> date | None:
    """Find the first day after the newest break; today if the break ends with it."""
    days = sorted({day for day in practised if day < today} | {today})
    return max((later for earlier, later in pairwise(days) if (later - earlier).days >= BREAK_DAYS), default=None)


def due_today(
    memories: Iterable[Memory],
    unseen: Sequence[str],
    now: datetime,
    practised: Collection[date] = (),
    answered: int = 0,
    begun: int = 0,
    ranks: Mapping[str, int] | None = None,
) -> list[str]:
    """Choose today's questions: those most likely forgotten first, then new ones.

    After a week away, what fell due in the meantime is spread over two weeks.

    Parameters
    ----------
    unseen : sequence of str
        Ids of new questions, the most useful first.
    practised : collection of date
        Earlier days with at least one answer.
    answered, begun : int
        Questions answered today, and how many of them were new.
    ranks : mapping of id to int, optional
        How much a question matters, the most important lowest; decides between those about as likely forgotten.

    Returns
    -------
    list of str
        Ids, never more than what is left of the day's cap.
    """
    when = _utc(now)
    left = max(0, daily_cap(practised, when.date()) - answered)
    waiting = [memory for memory in memories if memory.due <= when]
    ranked = ranks or {}
    waiting.sort(key=lambda one: (round(chance(one, when), 1), ranked.get(one.item, 0), chance(one, when), one.item))
    old = [one.item for one in _spread(waiting, _back(practised, when.date()), when.date(), answered - begun)[:left]]
    return old + list(unseen[: max(0, min(left - len(old), DAILY_NEW - begun))])


def _spread(waiting: Sequence[Memory], back: date | None, today: date, done: int) -> list[Memory]:
    """Leave of what fell due during a break only today's part."""
    if back is None or (days := SPREAD_DAYS - (today - back).days) < 1:
        return list(waiting)
    piled = [one.item for one in waiting if one.due.date() < back]
    part = set(piled[: max(0, ceil((len(piled) + done) / days) - done)])
    return [one for one in waiting if one.due.date() >= back or one.item in part]


def _utc(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise InputError("A time without a time zone cannot be scheduled.", hint="Give it in UTC.")
    return now.astimezone(UTC)


def _scheduler() -> "fsrs.Scheduler":
    import fsrs

    # No steps of minutes (the page is opened once a day) and no chance: the same answers give the same dates.
    return fsrs.Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAXIMUM_DAYS,
        enable_fuzzing=False,
    )


def _card(memory: Memory) -> "fsrs.Card":
    import fsrs

    return fsrs.Card(
        card_id=1,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due.astimezone(UTC),
        last_review=memory.last_review.astimezone(UTC),
    )
