"""The bricks of a compiled recipe: library objects only, no function or class of ours.

Calls of DataFrame methods are ``operator.methodcaller`` objects inside a ``FunctionTransformer``: they hold plain
values, can be stored without a pickle, and can be read by a person and by :mod:`engine.data.recipe.safety`.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import methodcaller
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

RESULT = "r"
"""Register of a formula that holds what it comes to."""


def call(name: str, *args: Any) -> FunctionTransformer:
    """Call a DataFrame method that leaves the columns and their names as they are."""
    return FunctionTransformer(methodcaller(name, *args), feature_names_out="one-to-one")


def chain(*steps: Any) -> Any:
    """Do one after the other."""
    return steps[0] if len(steps) == 1 else Pipeline([(f"part_{place}", step) for place, step in enumerate(steps)])


def over(columns: Sequence[str], step: Any) -> ColumnTransformer:
    """Put what a step makes of some columns into their place."""
    return _beside_rest([("changed", step, list(columns))])


def each(steps: Sequence[tuple[str, Any]]) -> ColumnTransformer:
    """Change several columns, each with a step of its own."""
    return _beside_rest([(f"changed_{place}", step, [name]) for place, (name, step) in enumerate(steps)])


def beside(columns: Sequence[str], step: Any) -> ColumnTransformer:
    """Add what a step makes of some columns, which stay."""
    return _beside_rest([("kept", "passthrough", list(columns)), ("made", step, list(columns))])


def add_all(columns: Sequence[str], steps: Sequence[tuple[Sequence[str], Any]]) -> ColumnTransformer:
    """Add what several steps make of some columns, which stay."""
    made = [(f"made_{place}", step, list(names)) for place, (names, step) in enumerate(steps)]
    return _beside_rest([("kept", "passthrough", list(columns)), *made])


def dropped(columns: Sequence[str]) -> ColumnTransformer:
    """Leave columns out."""
    return _beside_rest([("dropped", "drop", list(columns))])


def _beside_rest(blocks: list[tuple[str, Any, Any]]) -> ColumnTransformer:
    return ColumnTransformer(blocks, remainder="passthrough", verbose_feature_names_out=False)


def renamed(columns: Any, step: Any, pattern: str) -> ColumnTransformer:
    """Do a step and name its columns by a pattern of :meth:`str.format` (see :func:`literal`)."""
    return ColumnTransformer([("on", step, columns)], verbose_feature_names_out=pattern)


def literal(name: str) -> str:
    """Write a name so that a pattern stands for just it."""
    return name.replace("{", "{{").replace("}", "}}")


def registers(names: Sequence[tuple[str, str]]) -> ColumnTransformer:
    """Copy columns into registers with names that every formula can hold; pairs of a register and a column."""
    return ColumnTransformer(
        [(register, "passthrough", [column]) for register, column in names],
        verbose_feature_names_out="{transformer_name}",
    )


def formula(columns: Sequence[str], lines: Sequence[str], name: str) -> Pipeline:
    """Compute one column from others: ``c0``, ``c1`` … stand for the columns, :data:`RESULT` for what comes out.

    Parameters
    ----------
    columns : sequence of str
        At least one.
    lines : sequence of str
        Assignments of one operation each (see :mod:`engine.data.recipe.safety`).
    name : str
        Name of the result.
    """
    inputs = [(f"c{place}", column) for place, column in enumerate(columns)]
    # Every register exists before, as a copy of something, so that the formula changes none of the columns' names.
    made = dict.fromkeys(line.partition(" = ")[0] for line in lines)
    spare = [(register, columns[0]) for register in made if register not in dict(inputs)]
    result = renamed([RESULT], "passthrough", literal(name))
    return Pipeline(
        [("names", registers([*inputs, *spare])), ("formula", call("eval", "\n".join(lines))), ("result", result)]
    )


def quoted(text: str) -> str:
    """Write a text as a constant of a formula in which nothing but letters and digits stands for itself."""
    return "'" + "".join(one if one.isascii() and one.isalnum() else f"\\U{ord(one):08x}" for one in text) + "'"
