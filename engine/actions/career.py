"""Roles to aim at: each with its gap, two side by side, and the two projects that close most of what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.actions import projects, skills
from engine.domain.clock import Clock, utc_now
from engine.errors import InputError
from engine.settings import Settings


def role(settings: Settings, name: str, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Say what a role asks for and where the person stands with each skill of it.

    Returns
    -------
    dict
        As ``skills.role_gap``, with ``proved`` (the level asked for is reached), ``practised`` (something is recorded,
        but less than asked for), ``missing`` (nothing is recorded), each a list of ids, and ``closing``.

    Raises
    ------
    NotFoundError
        If there is no such role.
    """
    templates = {slug: one.skills for slug, one in projects.templates().items()}
    held = skills.role_gap(settings, name, templates, clock=clock)
    open_ = [one for one in held["asked"] if not one["is_there"]]
    return held | {
        "proved": [one["id"] for one in held["asked"] if one["is_there"]],
        "practised": [one["id"] for one in open_ if one["level"] > 0],
        "missing": [one["id"] for one in open_ if one["level"] == 0],
        "closing": closing({one["id"]: one["templates"] for one in open_}),
    }


def closing(open_skills: Mapping[str, Sequence[str]]) -> list[str]:
    """Find the two projects that together touch the most open skills; fewer if one alone does as much.

    Parameters
    ----------
    open_skills : mapping
        Id of each open skill to the short names of the templates in which it can be practised.

    Returns
    -------
    list of str
        Short names, the one that touches more first; of equals the first by name.
    """
    touched: dict[str, set[str]] = {}
    for skill, slugs in open_skills.items():
        for slug in slugs:
            touched.setdefault(slug, set()).add(skill)
    order = sorted(touched, key=lambda slug: (-len(touched[slug]), slug))
    if len(order) < 2:
        return order
    best = max(combinations(order, 2), key=lambda pair: len(touched[pair[0]] | touched[pair[1]]))
    return list(best) if touched[best[1]] - touched[best[0]] else [best[0]]


def compare(settings: Settings, left: str, right: str, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Hold two roles side by side.

    Returns
    -------
    dict
        ``left`` and ``right`` (as ``role``), ``shared``, ``only_left`` and ``only_right`` (ids of skills).

    Raises
    ------
    InputError
        If it is the same role twice.
    NotFoundError
        If there is no such role.
    """
    if left == right:
        raise InputError("Both are the same role.", hint="Choose two different ones.")
    one, other = role(settings, left, clock=clock), role(settings, right, clock=clock)
    of_left, of_right = ([asked["id"] for asked in held["asked"]] for held in (one, other))
    return {
        "left": one,
        "right": other,
        "shared": [name for name in of_left if name in of_right],
        "only_left": [name for name in of_left if name not in of_right],
        "only_right": [name for name in of_right if name not in of_left],
    }
