"""In which order questions are asked for the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from engine.domain.skill import Role
from engine.study.generated import run_of
from engine.study.questions import Question


def ranks(role: Role | None, asked: Mapping[str, Question]) -> dict[str, int]:
    """Rank questions by what a role asks for: core skills 0, helpful ones 1, others 2; no ranks without a role."""
    if role is None:
        return {}
    of_skill = dict.fromkeys(role.helpful, 1) | dict.fromkeys(role.core, 0)
    return {item: of_skill.get(one.skills[0], 2) for item, one in asked.items()}


def mixed(defended: Sequence[str], asked: Mapping[str, Question], ranked: Mapping[str, int]) -> list[str]:
    """Order new cards: one own decision, then own runs and the bank in turn, skill by skill, as the role asks.

    Parameters
    ----------
    defended : sequence of str
        Own decisions that are to be explained again.
    asked : mapping of id to Question
        Own runs' and the bank's.
    ranked : mapping of id to int
        As given by ``ranks``.
    """
    own = [item for item in asked if run_of(item) is not None]
    by_skill: dict[str, list[str]] = {}
    for item, one in asked.items():
        if run_of(item) is None:
            by_skill.setdefault(one.skills[0], []).append(item)
    by_importance = sorted(by_skill.values(), key=lambda items: ranked.get(items[0], 0))
    bank = [item for item in chain.from_iterable(zip_longest(*by_importance)) if item]
    turns = chain.from_iterable(zip_longest(own, bank))
    return [*defended[:1], *(item for item in turns if item), *defended[1:]]
