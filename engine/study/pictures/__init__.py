"""The pictures of the lessons: computed from real data when a lesson is opened, with the numbers of its text.

Each is a function without arguments in a module named after a group of skills. All are deterministic, and quick enough
to be computed by a page; each is computed once and then kept.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from engine.errors import InputError
from engine.study.pictures.picture import Choice, Picture

__all__ = ["MODULES", "Choice", "Picture", "picture"]

MODULES = (
    "coding",
    "maths",
    "chance",
    "framing",
    "data",
    "explore",
    "models",
    "methods",
    "validate",
    "practice",
    "trust",
    "review",
    "deliver",
    "use",
    "people",
    "elsewhere",
    "cases",
)


@cache
def picture(name: str) -> Picture:
    """Compute a picture.

    Parameters
    ----------
    name : str
        ``module.function``; the module is one of :data:`MODULES`.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    module, _, function = name.partition(".")
    found = getattr(import_module(f"{__name__}.{module}"), function, None) if module in MODULES else None
    if found is None or getattr(found, "__module__", "") != f"{__name__}.{module}":
        raise InputError(f"There is no picture {name}.", hint=f"Its module is one of {', '.join(MODULES)}.")
    made: Picture = found()
    return made
