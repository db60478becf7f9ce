"""Cases: finished projects with one hidden flaw, which the reader finds and explains."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from engine.data.declaration import Section
from engine.errors import InputError
from engine.study.guidance import stems
from engine.study.lessons import fill

FEWEST_WORDS = 6
"""Different words that a reason has at least."""
FEWEST_SHARED = 3
"""Words of the case's own points that a reason names, beside those that stand in the step."""

_FILE = "cases.toml"
_ID = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One finished project with one flaw. Numbers of its texts are blanks until they are filled."""

    id: str
    skill: str
    """The skill that finding the flaw shows."""
    title: str
    reader: str
    picture: str
    """Name of the picture that computes the numbers, as ``module.function`` of ``engine.study.pictures``."""
    steps: tuple[str, ...]
    flaw: int
    """Place of the flaw among the steps, from 0."""
    result: str
    holds: tuple[str, ...]
    """For each step why it is sound; empty for the flaw."""
    points: tuple[str, ...]
    solution: str
    mend: str

    def filled(self, facts: Mapping[str, str]) -> Case:
        """Return the case with its numbers written out."""

        def told(texts: Sequence[str]) -> tuple[str, ...]:
            return tuple(fill(one, facts) for one in texts)

        return replace(
            self,
            steps=told(self.steps),
            holds=told(self.holds),
            points=told(self.points),
            result=fill(self.result, facts),
            solution=fill(self.solution, facts),
            mend=fill(self.mend, facts),
        )

    def explained(self, reason: str) -> bool:
        """Whether a reason says what is wrong, as far as its words tell.

        Its words are compared with those of the points; words that stand in the step itself do not count, so that
        copying it explains nothing. A reason that is put quite differently can be missed.
        """
        own = stems(reason) - stems(self.steps[self.flaw])
        return len(stems(reason)) >= FEWEST_WORDS and len(own & stems(" ".join(self.points))) >= FEWEST_SHARED


@cache
def cases() -> dict[str, Case]:
    """Read all cases, in their order; raises ``ContentError`` for the first fault."""
    return read(tomllib.loads(files("engine.content").joinpath(_FILE).read_text(encoding="utf-8")))


def read(raw: Mapping[str, Any]) -> dict[str, Case]:
    """Read cases from the contents of a file; returns them by id. Raises ``ContentError`` for the first fault."""
    top = Section(_FILE, raw)
    found: dict[str, Case] = {}
    for place, entry in enumerate(top.value("case", list, "a list of tables") or (), start=1):
        section = Section(_FILE, entry, f"case {place}.")
        one = _case(section)
        if one.id in found:
            raise section.fault("id", "an id of its own")
        found[one.id] = one
    top.done()
    return found


def case(name: str) -> Case:
    """Return one case; raises ``InputError`` if there is none of this name."""
    if name not in cases():
        raise InputError(f"There is no case {name!r}.", hint=f"Choose one of: {', '.join(cases())}.")
    return cases()[name]


def _case(section: Section) -> Case:
    steps = tuple(section.texts("steps"))
    holds = tuple(str(one).strip() for one in section.value("holds", list, "a list of texts") or ())
    place = section.whole("flaw", least=1)
    made = Case(
        id=section.text("id"),
        skill=section.text("skill"),
        title=section.text("title"),
        reader=section.text("reader"),
        picture=section.text("picture"),
        steps=steps,
        flaw=place - 1,
        result=section.text("result"),
        holds=holds,
        points=tuple(section.texts("points")),
        solution=section.text("solution"),
        mend=section.text("mend"),
    )
    if not _ID.fullmatch(made.id):
        raise section.fault("id", "lower-case words with hyphens")
    if place > len(steps):
        raise section.fault("flaw", f"a number from 1 to {len(steps)}")
    if len(holds) != len(steps) or [bool(one) for one in holds] != [place != made.flaw for place in range(len(steps))]:
        raise section.fault("holds", "a text for every step but the flaw, which has an empty one")
    section.done()
    return made
