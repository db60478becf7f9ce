"""Loading the skills and the roles from their content files, and checking that they hold together."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from engine.domain.skill import Role, Skill
from engine.errors import ContentError
from engine.evidence.predicates import PERSON_PREDICATES, PREDICATES

PROVABLE = (2, 3, 4)
"""The levels that facts can prove; level 1 follows the log of practice."""

LONGEST_SHORT = 14

_SKILLS, _ROLES = "skills.toml", "roles.toml"


@cache
def _raw(file: str) -> dict[str, Any]:
    return tomllib.loads(files("engine.content").joinpath(file).read_text(encoding="utf-8"))


@cache
def skills() -> tuple[Skill, ...]:
    """Load the skills, in the order of the content file.

    Raises
    ------
    ContentError
        If the file is faulty: an id twice, an unknown group, skill or check, or needs in a circle.
    """
    return read_skills(_raw(_SKILLS))


@cache
def groups() -> dict[str, str]:
    """Load the groups of skills: id to name, in the order in which they are shown."""
    return dict(_raw(_SKILLS)["groups"])


@cache
def renamed() -> dict[str, str]:
    """Load which old id of a skill is which one now."""
    return read_renamed(_raw(_SKILLS))


@cache
def roles() -> tuple[Role, ...]:
    """Load the roles, in the order of the content file. Raises ``ContentError`` if it is faulty."""
    return read_roles(_raw(_ROLES), {skill.id for skill in skills()})


@cache
def first_skills() -> tuple[str, ...]:
    """Load the skills of a first project."""
    return tuple(_raw(_ROLES)["first"])


def read_skills(raw: Mapping[str, Any]) -> tuple[Skill, ...]:
    """Read and check the content of the file of skills. Raises ``ContentError`` if it is faulty."""
    found = tuple(_skill(item, raw.get("groups", {})) for item in raw.get("skill", ()))
    ids = [skill.id for skill in found]
    for skill in found:
        if ids.count(skill.id) > 1:
            raise ContentError(_SKILLS, skill.id, "an id that is used once")
        for need in skill.needs:
            if need not in ids:
                raise ContentError(_SKILLS, f"{skill.id}.needs", f"the id of a skill instead of {need!r}")
    _refuse_circles({skill.id: skill.needs for skill in found})
    read_renamed(raw)
    return found


def read_renamed(raw: Mapping[str, Any]) -> dict[str, str]:
    """Read which old id is which one now, over several renamings. Raises ``ContentError`` if one leads nowhere."""
    ids = {item.get("id") for item in raw.get("skill", ())}
    table: Mapping[str, str] = raw.get("renamed", {})
    found = {}
    for old in table:
        new, seen = table[old], {old}
        while new in table and new not in seen:
            seen.add(new)
            new = table[new]
        if new not in ids or old in ids:
            raise ContentError(_SKILLS, f"renamed.{old}", "an id that is no longer used, and the one that is used now")
        found[old] = new
    return found


def read_roles(raw: Mapping[str, Any], known: Collection[str]) -> tuple[Role, ...]:
    """Read and check the content of the file of roles. Raises ``ContentError`` if it is faulty."""
    found = []
    every = raw.get("every", ())
    for item in raw.get("role", ()):
        name = str(item.get("id", "?"))
        for key in ("id", "name", "gist", "project"):
            if not isinstance(item.get(key), str) or not item[key]:
                raise ContentError(_ROLES, f"{name}.{key}", "a text")
        core = tuple(item.get("core", ()))
        helpful = tuple(dict.fromkeys(one for one in (*item.get("helpful", ()), *every) if one not in core))
        for one in (*core, *helpful):
            if one not in known:
                raise ContentError(_ROLES, f"{name}.core", f"the id of a skill instead of {one!r}")
        texts = {key: item[key] for key in ("id", "name", "gist", "project")}
        found.append(Role(**texts, core=core, helpful=helpful))
    if len({role.id for role in found}) < len(found):
        raise ContentError(_ROLES, "id", "an id that is used once")
    return tuple(found)


def _skill(item: Mapping[str, Any], known_groups: Collection[str]) -> Skill:
    name = str(item.get("id", "?"))
    for key in ("id", "name", "short", "group"):
        if not isinstance(item.get(key), str) or not item[key]:
            raise ContentError(_SKILLS, f"{name}.{key}", "a text")
    if item["group"] not in known_groups:
        raise ContentError(_SKILLS, f"{name}.group", f"one of {', '.join(known_groups)}")
    if len(item["short"]) > LONGEST_SHORT:
        raise ContentError(_SKILLS, f"{name}.short", f"at most {LONGEST_SHORT} characters")
    todo, checks, closed = {}, {}, {}
    for level in PROVABLE:
        entry = item.get(str(level))
        if isinstance(entry, dict) and isinstance(entry.get("closed"), str) and set(entry) == {"closed"}:
            closed[level] = entry["closed"]
            continue
        if not isinstance(entry, dict) or not entry.get("todo"):
            raise ContentError(_SKILLS, f"{name}.{level}", "a todo and a check, or why it is closed")
        todo[level], checks[level] = str(entry["todo"]), _checks(entry, f"{name}.{level}.check")
    if 2 not in checks or list(checks) != list(range(2, 2 + len(checks))):
        raise ContentError(_SKILLS, f"{name}.2", "levels that are open from the second on")
    return Skill(
        id=item["id"],
        name=item["name"],
        short=item["short"],
        group=item["group"],
        needs=tuple(item.get("needs", ())),
        todo=todo,
        checks=checks,
        closed=closed,
    )


def _checks(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    named = entry.get("check")
    found = (named,) if isinstance(named, str) else tuple(named or ())
    if not found or any(one not in PREDICATES and one not in PERSON_PREDICATES for one in found):
        raise ContentError(_SKILLS, key, "names of checks in engine/evidence/predicates")
    return found


def _refuse_circles(needs: Mapping[str, Iterable[str]]) -> None:
    settled: set[str] = set()
    while True:
        ready = {name for name, wanted in needs.items() if name not in settled and set(wanted) <= settled}
        if not ready:
            break
        settled |= ready
    left = sorted(set(needs) - settled)
    if left:
        raise ContentError(_SKILLS, f"{left[0]}.needs", "skills that do not need each other in a circle")
