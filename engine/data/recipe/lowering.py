"""From the tree of a formula to lines of one operation each, which :meth:`pandas.DataFrame.eval` computes.

Nothing of the person's text is handed on: every line is written anew from the checked tree, columns are registers
(``c0``), and texts are escaped. Empty cells: arithmetic with one is empty, a comparison with one is false.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.recipe.blocks import RESULT, quoted
from engine.data.recipe.expression import columns_of
from engine.data.recipe.language import NUMERIC_CALLS, Node

_DOMAINS = {"log": "> 0.0", "log1p": "> -1.0", "sqrt": ">= 0.0", "exp": "< 709.0"}
"""Where functions are defined (or, for exp, finite); elsewhere the result is empty."""


def lower(node: Node, empty_texts: frozenset[str] = frozenset()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write a formula as assignments.

    Parameters
    ----------
    node : Node
    empty_texts : frozenset of str
        Columns whose empty cells are texts without a character.

    Returns
    -------
    tuple of (tuple of str, tuple of str)
        The columns, in the order of their registers, and the lines; the last one assigns the result.
    """
    writer = _Writer(columns_of(node), empty_texts)
    found = writer.write(node)
    if node.type == "number":
        # What has no bounds is no measurement.
        size = writer.line(f"abs({found})")
        within = writer.line(f"{size} < 1e+300")
        writer.lines.append(f"{RESULT} = {found}.where({within})")
    elif node.type == "truth":
        writer.lines.append(f"{RESULT} = {found}.astype('float64')")
    else:
        writer.lines.append(f"{RESULT} = {found}.astype('object')")
    return writer.columns, tuple(writer.lines)


class _Writer:
    """Writes the lines of one formula."""

    def __init__(self, columns: tuple[str, ...], empty_texts: frozenset[str]) -> None:
        self.columns = columns
        self.lines: list[str] = []
        self._empty_texts = empty_texts

    def line(self, text: str) -> str:
        """Assign something to a new register and name it."""
        register = f"t{len(self.lines)}"
        self.lines.append(f"{register} = {text}")
        return register

    def write(self, node: Node) -> str:
        """Write a part and name the register (or the constant) that holds it."""
        if node.op == "constant":
            return quoted(node.value) if node.type == "text" else repr(float(node.value))
        if node.op == "column":
            return f"c{self.columns.index(node.value)}"
        if node.op in ("==", "!=", "<", "<=", ">", ">="):
            return self._compared(node)
        args = [self.write(one) for one in node.args]
        if node.op in ("+", "-", "*", "/", "//", "%", "**"):
            return self.line(f"{args[0]} {node.op} {args[1]}")
        if node.op in ("and", "or"):
            found = args[0]
            for one in args[1:]:
                found = self.line(f"{found} {'&' if node.op == 'and' else '|'} {one}")
            return found
        if node.op in ("min", "max"):
            return self._extreme(node.op, args)
        if node.op == "coalesce":
            return self._coalesced(node, args)
        if node.op == "where":
            return self._where(node, args)
        return self._simple(node, args)

    def _simple(self, node: Node, args: Sequence[str]) -> str:
        first = args[0]
        if node.op in NUMERIC_CALLS:
            if node.op in _DOMAINS:
                defined = self.line(f"{first} {_DOMAINS[node.op]}")
                first = self.line(f"{first}.where({defined})")
            return self.line(f"{node.op}({first})")
        if node.op == "isempty":
            return self._empty(node.args[0], first)
        if node.op == "round":
            return self.line(f"{first}.round({int(node.args[1].value) if len(node.args) == 2 else 0})")
        typed = {"len": "float64", "contains": "bool"}.get(node.op)
        texts = {
            "neg": f"-{first}",
            "not": f"~{first}",
            "number": f"{first}.astype('float64')",
            "lower": f"{first}.str.lower()",
            "len": f"{first}.str.len()",
            "contains": f"{first}.str.contains({args[-1]}, regex=False, na=False)",
        }
        found = self.line(texts[node.op])
        # Of rows that are all empty, pandas makes objects.
        return self.line(f"{found}.astype('{typed}')") if typed else found

    def _compared(self, node: Node) -> str:
        left, right = (self.write(one) for one in node.args)
        found = self.line(f"{left} {node.op} {right}")
        if node.op != "!=":
            return found
        for one, register in zip(node.args, (left, right), strict=True):
            if one.op != "constant":
                present = self.line(f"{register}.notna()")
                found = self.line(f"{found} & {present}")
        return found

    def _empty(self, node: Node, register: str) -> str:
        if node.op == "column" and node.value in self._empty_texts:
            return self.line(f"{register} == ''")
        return self.line(f"{register}.isna()")

    def _extreme(self, op: str, args: Sequence[str]) -> str:
        """Take the smaller or larger of two at a time; empty where one of them is."""
        found = args[0]
        for one in args[1:]:
            if not found[0].isalpha():
                found, one = one, found
            taken = self.line(f"{found} {'<=' if op == 'min' else '>='} {one}")
            chosen = self.line(f"{found}.where({taken}, {one})")
            both = self.line(f"{found} + {one}")
            present = self.line(f"{both}.notna()")
            found = self.line(f"{chosen}.where({present})")
        return found

    def _coalesced(self, node: Node, args: Sequence[str]) -> str:
        found, part = args[0], node.args[0]
        for one in args[1:]:
            if part.op == "constant":
                return found
            empty = self._empty(part, found)
            present = self.line(f"~{empty}")
            found, part = self.line(f"{found}.where({present}, {one})"), Node("made", part.type)
        return found

    def _where(self, node: Node, args: Sequence[str]) -> str:
        truth, yes, no = args
        if node.args[1].op != "constant":
            return self.line(f"{yes}.where({truth}, {no})")
        if node.args[2].op != "constant":
            return self.line(f"{no}.mask({truth}, {yes})")
        # Both are constants: the condition itself lends its rows.
        rows = self.line(f"{truth}.astype('object')")
        part = self.line(f"{rows}.where({truth}, {no})")
        found = self.line(f"{part}.mask({truth}, {yes})")
        return self.line(f"{found}.astype('float64')") if node.type == "number" else found
