"""The language of formulas: what there is in it, and the tree that a formula is."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.errors import InputError

MOST_CHARACTERS = 1_000
MOST_PARTS = 200
MOST_DEPTH = 100
LARGEST_POWER = 10.0
"""Powers are constants of at most this size."""

Type = Literal["number", "truth", "text", "date"]

NUMERIC_CALLS = ("log", "log1p", "sqrt", "abs", "exp", "floor")
CALLS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(NUMERIC_CALLS, (1, 1)),
    "round": (1, 2),
    "min": (2, 10),
    "max": (2, 10),
    "where": (3, 3),
    "isempty": (1, 1),
    "coalesce": (2, 10),
    "lower": (1, 1),
    "len": (1, 1),
    "contains": (2, 2),
    "col": (1, 1),
}
"""Functions, with the least and the most of their arguments."""

BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


@dataclass(frozen=True)
class Node:
    """One part of a formula: ``op`` is ``column``, ``constant``, an operator, ``not``, ``neg`` or a function."""

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: Any = None
    """Name of the column, or the constant."""


def fault(what: str, place: int | None) -> InputError:
    """Say what is wrong with a formula, and where."""
    where = "" if place is None else f" at character {place + 1}"
    return InputError(
        f"The formula {what}{where}.",
        hint="Use columns, numbers, + - * / // % **, comparisons, and, or, not, and functions such as log(x) or "
        "where(condition, a, b).",
    )
