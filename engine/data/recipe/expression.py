"""Formulas over columns: a small language of its own, read with :mod:`ast` and never run as Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from engine.data.recipe.language import MOST_CHARACTERS, MOST_PARTS, Node, fault
from engine.data.recipe.reader import Reader
from engine.domain.task import ColumnKind

_QUOTED = re.compile(r"`([^`]*)`|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_PLACE = 0x4E00
"""Characters from here on stand for quoted column names while a formula is read: letters, one each."""


def parse(text: str, kinds: Mapping[str, ColumnKind]) -> Node:
    """Read a formula.

    Names are columns; others than plain ones stand in backticks or in ``col("…")``.

    Parameters
    ----------
    text : str
    kinds : mapping of column to kind
        The columns that it may use.

    Returns
    -------
    Node
        A tree whose types fit and which uses at least one column.

    Raises
    ------
    InputError
        One sentence with the place of the fault.
    """
    if len(text) > MOST_CHARACTERS:
        raise fault(f"is longer than {MOST_CHARACTERS:,} characters", None)
    plain, names = _without_backticks(text)
    try:
        tree = ast.parse(plain, mode="eval")
        parts = sum(1 for _ in ast.walk(tree))
    except SyntaxError as error:
        raise fault("cannot be read", (error.offset or 1) - 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise fault("cannot be read", 0) from None
    if parts > 3 * MOST_PARTS:
        raise fault(f"has more than {MOST_PARTS} parts", None)
    node = Reader(plain, kinds, names).read(tree.body, 0)
    if not columns_of(node):
        raise fault("uses no column", 0)
    return node


def columns_of(node: Node) -> tuple[str, ...]:
    """List the columns of a formula in the order in which they first stand there."""
    if node.op == "column":
        return (str(node.value),)
    return tuple(dict.fromkeys(name for one in node.args for name in columns_of(one)))


def kind_of(node: Node) -> ColumnKind:
    """Say what kind of column a formula makes."""
    return {"number": ColumnKind.NUMERIC, "truth": ColumnKind.INTEGER}.get(node.type, ColumnKind.CATEGORICAL)


def _without_backticks(text: str) -> tuple[str, dict[int, str]]:
    """Put one letter in the place of each quoted name; returns the text, as long as before, and names by place."""
    names: dict[int, str] = {}

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        names[match.start()] = match[1]
        return chr(_PLACE) + " " * (len(match[0]) - 1)

    plain = _QUOTED.sub(one, text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    # Blanks before the first part would count as indentation.
    lead = len(plain) - len(plain.lstrip())
    return (plain if lead == 0 else "(" + plain[1:] + ")"), names
