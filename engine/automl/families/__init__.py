"""Model families, one file each; adding a family is adding a file that declares ``FAMILY``."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module

from engine.automl.families.family import Family, Shape
from engine.automl.families.targets import with_starts
from engine.domain.task import Task
from engine.errors import InputError


@cache
def registry() -> dict[str, Family]:
    """Load every family of this folder, by id, in their order of trial."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    found: list[Family] = [module.FAMILY for module in modules if hasattr(module, "FAMILY")]
    return {one.id: one for one in sorted(found, key=lambda one: one.order)}


def about(family_id: str) -> str:
    """Say in one line what a family is: the first line of its file, without the name that it begins with."""
    for module in pkgutil.iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        if getattr(loaded, "FAMILY", None) is registry().get(family_id) is not None:
            line = str(loaded.__doc__ or "").strip().splitlines()[0]
            said = line.partition(": ")[2] or line
            return said[0].upper() + said[1:]
    return ""


def find(family_id: str) -> Family:
    """Look a family up.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    found = registry().get(family_id)
    if found is None:
        raise InputError(f"There is no model family {family_id!r}.", hint=f"Choose from: {', '.join(registry())}.")
    return found


def for_task(task: Task, chosen: Sequence[str] = ()) -> list[Family]:
    """List the families that can do a task, in their order; with some chosen, the dummy is still among them.

    Raises
    ------
    InputError
        If a chosen family does not exist.
    """
    wanted = {find(one).id for one in chosen} or set(registry())
    return [one for one in registry().values() if task in one.tasks and (one.id in wanted or one.id == "dummy")]


def fitting(task: Task, chosen: Sequence[str], shape: Shape) -> tuple[list[Family], tuple[str, ...]]:
    """List the families that are tried on such data, with their starts, and one sentence for each that is not.

    Raises
    ------
    InputError
        If a chosen family does not exist.
    """
    able = for_task(task, chosen)
    reasons = {one.id: one.why_not(shape) for one in able}
    tried = [with_starts(one, shape.objectives) for one in able if not reasons[one.id]]
    return tried, tuple(filter(None, reasons.values()))
