"""Formulas over columns: a small language of its own, read with :mod:`ast` and never run as Python."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.domain.task import ColumnKind
from engine.errors import InputError

MOST_CHARACTERS = 1_000
MOST_PARTS = 200
MOST_DEPTH = 30
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
_TYPES: Mapping[ColumnKind, Type] = {
    ColumnKind.NUMERIC: "number",
    ColumnKind.INTEGER: "number",
    ColumnKind.DATETIME: "date",
}
_QUOTED = re.compile(r"`([^`]*)`|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_PLACE = 0x4E00
"""Characters from here on stand for quoted column names while a formula is read: letters, one each."""


@dataclass(frozen=True)
class Node:
    """One part of a formula: ``op`` is ``column``, ``constant``, an operator, ``not``, ``neg`` or a function."""

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: Any = None
    """Name of the column, or the constant."""


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
        raise _fault(f"is longer than {MOST_CHARACTERS:,} characters", None)
    plain, names = _without_backticks(text)
    try:
        tree = ast.parse(plain, mode="eval")
        parts = sum(1 for _ in ast.walk(tree))
    except SyntaxError as error:
        raise _fault("cannot be read", (error.offset or 1) - 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise _fault("cannot be read", 0) from None
    if parts > 3 * MOST_PARTS:
        raise _fault(f"has more than {MOST_PARTS} parts", None)
    node = _Reader(plain, kinds, names).read(tree.body, 0)
    if not columns_of(node):
        raise _fault("uses no column", 0)
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


def _fault(what: str, place: int | None) -> InputError:
    where = "" if place is None else f" at character {place + 1}"
    return InputError(
        f"The formula {what}{where}.",
        hint="Use columns, numbers, + - * / // % **, comparisons, and, or, not, and functions such as log(x) or "
        "where(condition, a, b).",
    )


class _Reader:
    """Turns the parts of a parsed formula into nodes, and refuses all that the language does not have."""

    def __init__(self, text: str, kinds: Mapping[str, ColumnKind], names: Mapping[int, str]) -> None:
        self._text, self._kinds, self._names = text, kinds, names

    def read(self, part: ast.expr, depth: int) -> Node:
        """Read one part."""
        if depth > MOST_DEPTH:
            raise self._wrong("is nested too deeply", part)
        if isinstance(part, ast.Constant):
            return self._constant(part)
        if isinstance(part, ast.Name):
            return self._column(self._names.get(self._place(part), part.id), part)
        if isinstance(part, ast.UnaryOp):
            return self._unary(part, depth)
        if isinstance(part, ast.BinOp):
            return self._binary(part, depth)
        if isinstance(part, ast.BoolOp):
            args = tuple(self._truth(self.read(one, depth + 1), one) for one in part.values)
            return Node("and" if isinstance(part.op, ast.And) else "or", "truth", args)
        if isinstance(part, ast.Compare):
            return self._compare(part, depth)
        if isinstance(part, ast.Call):
            return self._call(part, depth)
        raise self._wrong("has something that is not part of the language", part)

    def _constant(self, part: ast.Constant) -> Node:
        value = part.value
        if isinstance(value, str):
            return Node("constant", "text", value=value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong("has a constant that is neither a number nor a text", part)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        return self._finite(number, part)

    def _finite(self, number: float, part: ast.expr) -> Node:
        if not math.isfinite(number):
            raise self._wrong("has a number that is too large or not defined", part)
        return Node("constant", "number", value=number)

    def _column(self, name: str, part: ast.expr) -> Node:
        if name not in self._kinds:
            raise self._wrong(f"names {name!r}, which is no column here,", part)
        return Node("column", _TYPES.get(self._kinds[name], "text"), value=name)

    def _unary(self, part: ast.UnaryOp, depth: int) -> Node:
        inner = self.read(part.operand, depth + 1)
        if isinstance(part.op, ast.Not):
            return Node("not", "truth", (self._truth(inner, part.operand),))
        if not isinstance(part.op, ast.USub | ast.UAdd):
            raise self._wrong("has something that is not part of the language", part)
        inner = self._number(inner, part.operand)
        if isinstance(part.op, ast.UAdd):
            return inner
        if inner.op == "constant":
            return self._finite(-inner.value, part)
        return Node("neg", "number", (inner,))

    def _binary(self, part: ast.BinOp, depth: int) -> Node:
        sign = BINARY.get(type(part.op))
        if sign is None:
            raise self._wrong("has something that is not part of the language", part)
        args = tuple(self._number(self.read(one, depth + 1), one) for one in (part.left, part.right))
        if sign == "**" and (args[1].op != "constant" or abs(args[1].value) > LARGEST_POWER):
            raise self._wrong(f"needs a constant power between -{LARGEST_POWER:g} and {LARGEST_POWER:g}", part.right)
        if all(one.op == "constant" for one in args):
            return self._finite(_fold(sign, args[0].value, args[1].value), part)
        return Node(sign, "number", args)

    def _compare(self, part: ast.Compare, depth: int) -> Node:
        parts = [part.left, *part.comparators]
        nodes = [self.read(one, depth + 1) for one in parts]
        found = []
        for place, op in enumerate(part.ops):
            sign = COMPARED.get(type(op))
            left, right = nodes[place], nodes[place + 1]
            if sign is None:
                raise self._wrong("has something that is not part of the language", part)
            if "text" not in (left.type, right.type):
                left, right = self._number(left, parts[place]), self._number(right, parts[place + 1])
            elif left.type != right.type:
                raise self._wrong("compares a text with something else", parts[place + 1])
            elif sign not in ("==", "!="):
                raise self._wrong("asks which of two texts is larger", parts[place + 1])
            if left.op == right.op == "constant":
                raise self._wrong("compares two constants", part)
            found.append(Node(sign, "truth", (left, right)))
        return found[0] if len(found) == 1 else Node("and", "truth", tuple(found))

    def _call(self, part: ast.Call, depth: int) -> Node:
        name = part.func.id if isinstance(part.func, ast.Name) else ""
        if name not in CALLS:
            raise self._wrong("calls something that is no function of the language", part)
        least, most = CALLS[name]
        if part.keywords or not least <= len(part.args) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            raise self._wrong(f"should give {name} {count} values", part)
        if name == "col":
            first = part.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                raise self._wrong("should give col the name of a column in quotes", part)
            return self._column(first.value, first)
        args = [self.read(one, depth + 1) for one in part.args]
        node = self._typed(name, args, part)
        if node.op not in ("isempty",) and all(one.op == "constant" for one in node.args):
            raise self._wrong(f"gives {name} nothing but constants", part)
        return node

    def _typed(self, name: str, args: list[Node], part: ast.Call) -> Node:
        """Check the types of the arguments of a function."""
        if name == "isempty":
            if args[0].op != "column":
                return Node(name, "truth", (self._number(args[0], part.args[0]),))
            return Node(name, "truth", tuple(args))
        if name in ("lower", "len", "contains"):
            if any(one.type != "text" for one in args):
                raise self._wrong(f"should give {name} a text", part)
            if name == "contains" and args[1].op != "constant":
                raise self._wrong("should give contains a text in quotes to look for", part.args[1])
            return Node(name, {"lower": "text", "len": "number", "contains": "truth"}[name], tuple(args))  # type: ignore[arg-type]
        if name in ("where", "coalesce"):
            first = (self._truth(args[0], part.args[0]),) if name == "where" else ()
            rest, places = args[len(first) :], part.args[len(first) :]
            if all(one.type == "text" for one in rest):
                return Node(name, "text", (*first, *rest))
            numbers = tuple(self._number(one, place) for one, place in zip(rest, places, strict=True))
            return Node(name, "number", (*first, *numbers))
        numbers = tuple(self._number(one, place) for one, place in zip(args, part.args, strict=True))
        if name == "round" and len(numbers) == 2:
            digits = numbers[1]
            if digits.op != "constant" or digits.value not in range(-10, 11):
                raise self._wrong("should give round a whole number of digits from -10 to 10", part.args[1])
        return Node(name, "number", numbers)

    def _number(self, node: Node, part: ast.expr) -> Node:
        if node.type == "number":
            return node
        if node.type == "truth" or self._is_boolean(node):
            return Node("number", "number", (self._truth(node, part),))
        what = "a date (take its parts first)" if node.type == "date" else "a text"
        raise self._wrong(f"has {what} where a number is needed", part)

    def _truth(self, node: Node, part: ast.expr) -> Node:
        if node.type == "truth":
            return node
        if self._is_boolean(node):
            return Node("==", "truth", (node, Node("constant", "text", value="True")))
        raise self._wrong("needs a comparison, or something else that is true or false,", part)

    def _is_boolean(self, node: Node) -> bool:
        return node.op == "column" and self._kinds.get(node.value) is ColumnKind.BOOLEAN

    def _place(self, part: ast.expr) -> int:
        # ast counts bytes of UTF-8.
        return len(self._text.encode()[: part.col_offset].decode(errors="ignore"))

    def _wrong(self, what: str, part: ast.expr) -> InputError:
        return _fault(what, self._place(part))


def _fold(sign: str, left: float, right: float) -> float:
    """Compute with two constants; what is not defined is not finite."""
    try:
        value = {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
            "//": lambda: left // right,
            "%": lambda: left % right,
            "**": lambda: left**right,
        }[sign]()
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return float(value) if not isinstance(value, complex) else math.nan
