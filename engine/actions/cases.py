"""Finding the flaw of a finished project: one guess a day, with a reason; what was given away proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.case import Guess, Outcome
from engine.domain.clock import Clock, utc_now
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import cases as stored
from engine.store.db import connect
from engine.study import cases as content
from engine.study.cases import Case

LONGEST_WHY = 1_000
GUESSES_BEFORE_HELP = 2
"""After so many guesses elsewhere the flaw can be given away."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a person stands with one case."""

    case: Case
    guesses: tuple[Guess, ...]
    found_at: datetime | None
    given: bool
    today: Guess | None

    @property
    def is_over(self) -> bool:
        """Whether the solution is shown."""
        return self.found_at is not None or self.given

    @property
    def may_guess(self) -> bool:
        """Whether a step can be named today."""
        return not self.is_over and (self.today is None or self.today.outcome is Outcome.UNEXPLAINED)

    @property
    def may_ask(self) -> bool:
        """Whether the flaw can be given away."""
        return not self.is_over and len(self.guesses) >= GUESSES_BEFORE_HELP


def every(settings: Settings, *, clock: Clock = utc_now) -> list[Standing]:
    """Return all cases in their order with where the person stands."""
    with connect(settings) as db:
        log = stored.guesses(db)
    day = clock().date().isoformat()
    return [_standing(one, [guess for guess in log if guess.name == one.id], day) for one in content.cases().values()]


def standing(settings: Settings, name: str, *, clock: Clock = utc_now) -> Standing:
    """Return one case with where the person stands. Raises ``InputError`` if there is none of this name."""
    one = content.case(name)
    with connect(settings) as db:
        return _standing(one, stored.guesses(db, name), clock().date().isoformat())


def guess(settings: Settings, name: str, step: int, why: str, *, clock: Clock = utc_now) -> Standing:
    """Name the step with the flaw and say why.

    Parameters
    ----------
    settings : Settings
    name : str
        Id of the case.
    step : int
        Place of the step, from 0.
    why : str
        In the person's own words.
    clock : callable

    Raises
    ------
    InputError
        If there is no such case or step, or the reason is empty or too long.
    StateError
        If the case is over, or another step was named today.
    """
    one = content.case(name)
    why = " ".join(why.split())
    if not 0 <= step < len(one.steps):
        raise InputError(f"There is no step {step + 1}.", hint=f"The steps are numbered from 1 to {len(one.steps)}.")
    if not why:
        raise InputError("The reason is missing.", hint="Say in a sentence what is wrong with that step.")
    if len(why) > LONGEST_WHY:
        raise InputError(f"The reason is longer than {LONGEST_WHY:,} characters.", hint="Say it in a few sentences.")
    now = clock()
    before = standing(settings, name, clock=lambda: now)
    if before.is_over:
        raise StateError("The solution of this case is open already.", hint="Choose another case.")
    outcome = Outcome.ELSEWHERE
    if step == one.flaw:
        outcome = Outcome.FOUND if one.explained(why) else Outcome.UNEXPLAINED
    with connect(settings) as db:
        counted = stored.put(db, name, now.date().isoformat(), step, why, outcome, now)
    if not counted:
        raise StateError("A step was named today already.", hint="Read the case again and come back tomorrow.")
    return standing(settings, name, clock=lambda: now)


def give_away(settings: Settings, name: str, *, clock: Clock = utc_now) -> Standing:
    """Show the flaw without its being found; the case then proves nothing.

    Raises
    ------
    InputError
        If there is no such case.
    StateError
        If the person has not tried often enough.
    """
    before = standing(settings, name, clock=clock)
    if before.is_over:
        return before
    if not before.may_ask:
        raise StateError(
            "The flaw is given away after two guesses on different days.", hint="Name the step that you doubt most."
        )
    with connect(settings) as db:
        stored.give_away(db, name, clock().date().isoformat(), clock())
    return standing(settings, name, clock=clock)


def found(settings: Settings) -> dict[str, datetime]:
    """Return for each skill when a planted flaw of its kind was first found."""
    first: dict[str, datetime] = {}
    for one in every(settings):
        if one.found_at is not None:
            first[one.case.skill] = min(first.get(one.case.skill, one.found_at), one.found_at)
    return first


def _standing(one: Case, log: Sequence[Guess], day: str) -> Standing:
    closing = next((guess for guess in log if guess.outcome in (Outcome.FOUND, Outcome.GIVEN)), None)
    return Standing(
        case=one,
        guesses=tuple(log),
        found_at=closing.at if closing is not None and closing.outcome is Outcome.FOUND else None,
        given=closing is not None and closing.outcome is Outcome.GIVEN,
        today=next((guess for guess in log if guess.day == day), None),
    )
