"""What a role asks for, beside what is there: what is missing, and which template would prove most of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.skill import Role, Skill, SkillState

CORE_LEVEL, HELPFUL_LEVEL = 3, 2


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One skill that a role asks for."""

    state: SkillState
    wanted: int
    """Level that the role asks for, never one that cannot be proved here."""
    core: bool
    templates: tuple[str, ...]
    """Short names of the templates in which it can be practised, if it is not yet; the most useful one first."""

    @property
    def is_there(self) -> bool:
        """Whether the level is reached."""
        return self.state.level >= self.wanted

    @property
    def advice(self) -> str:
        """What has to be done for the next level."""
        return self.state.skill.todo[max(2, self.state.level + 1)] if not self.is_there else ""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A role beside what is there."""

    role: Role
    asked: tuple[Asked, ...]
    """Core skills first; within each the order of learning."""

    @property
    def missing(self) -> tuple[Asked, ...]:
        """What is still to be proved, in an order in which it can be learned."""
        return tuple(one for one in self.asked if not one.is_there)

    @property
    def share(self) -> float:
        """Which part of the levels asked for is there, 0 to 1."""
        wanted = sum(one.wanted for one in self.asked)
        return sum(min(one.state.level, one.wanted) for one in self.asked) / wanted if wanted else 1.0


def gap(role: Role, states: Sequence[SkillState], templates: Mapping[str, Sequence[str]]) -> Gap:
    """Hold what a role asks for against what is there.

    Parameters
    ----------
    role : Role
    states : sequence of SkillState
        Of all skills.
    templates : mapping
        Short name of each template to the ids of the skills that it can prove.
    """
    by_id = {one.skill.id: one for one in states}
    wanted = dict.fromkeys(role.core, CORE_LEVEL) | dict.fromkeys(role.helpful, HELPFUL_LEVEL)
    wanted = {name: min(level, by_id[name].skill.top) for name, level in wanted.items()}
    # A template is practice: what is practised already has to be applied in a project of one's own.
    helped = {name for name in wanted if by_id[name].level < HELPFUL_LEVEL}
    ranked = sorted(templates, key=lambda slug: (-len(helped & set(templates[slug])), slug))
    order = {name: place for place, name in enumerate(learning_order([one.skill for one in states]))}
    names = sorted(wanted, key=lambda name: (name not in role.core, order[name]))
    return Gap(
        role=role,
        asked=tuple(
            Asked(
                state=by_id[name],
                wanted=wanted[name],
                core=name in role.core,
                templates=tuple(slug for slug in ranked if name in helped and name in templates[slug]),
            )
            for name in names
        ),
    )


def learning_order(skills: Iterable[Skill]) -> list[str]:
    """Order skills so that each comes after those that are better learned first; else as they stand."""
    left = {skill.id: skill for skill in skills}
    found: list[str] = []
    while left:
        ready = next(name for name, skill in left.items() if not any(need in left for need in skill.needs))
        found.append(ready)
        del left[ready]
    return found
