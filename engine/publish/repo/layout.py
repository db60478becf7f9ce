"""Expressions laid out as formatters lay them out: on one line where they fit, else one item on each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 120
"""Longest line of the code."""


@dataclass(frozen=True)
class Group:
    """Something in brackets: a call, a list, a tuple, a mapping."""

    opening: str
    items: Sequence[Node]
    closing: str


Node = str | Group


def flat(node: Node) -> str:
    """Write an expression on one line."""
    if isinstance(node, str):
        return node
    inner = ", ".join(flat(item) for item in node.items)
    # A tuple of one item is one by its comma.
    alone = "," if node.opening == "(" and len(node.items) == 1 else ""
    return f"{node.opening}{inner}{alone}{node.closing}"


def render(node: Node, indent: int = 0, *, before: int = 0, after: int = 1) -> str:
    """Lay an expression out.

    Parameters
    ----------
    node : str or Group
    indent : int
        Spaces before the line on which it begins.
    before, after : int
        Characters that stand before it on that line, and after it.
    """
    text = flat(node)
    if isinstance(node, str) or not node.items or indent + before + len(text) + after <= WIDTH:
        return text
    inner = " " * (indent + 4)
    lines = [f"{inner}{render(item, indent + 4)}," for item in node.items]
    return "\n".join([node.opening, *lines, f"{' ' * indent}{node.closing}"])


def prefixed(prefix: str, node: Node) -> Node:
    """Put text such as ``name=`` before an expression."""
    return prefix + node if isinstance(node, str) else Group(prefix + node.opening, node.items, node.closing)
