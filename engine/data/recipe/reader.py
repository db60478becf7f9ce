"""From the parts of a parsed formula to nodes whose types fit; all that the language does not have is refused."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from engine.data.recipe.language import BINARY, CALLS, COMPARED, LARGEST_POWER, MOST_DEPTH, Node, Type, fault
from engine.domain.task import ColumnKind
from engine.errors import InputError

_TYPES: Mapping[ColumnKind, Type] = {
    ColumnKind.NUMERIC: "number",
    ColumnKind.INTEGER: "number",
    ColumnKind.DATETIME: "date",
}

_TEXT_CALLS: Mapping[str, Type] = {"lower": "text", "len": "number", "contains": "truth"}


class Reader:
    """Turns the parts of a parsed formula into nodes, and refuses all that the language does not have."""

    def __init__(self, text: str, kinds: Mapping[str, ColumnKind], names: Mapping[int, str]) -> None:
        self._text, self._kinds, self._names = text, kinds, names

    def read(self, part: ast.expr, depth: int) -> Node:
        """Read one part."""
        if depth > MOST_DEPTH:
            raise self.wrong("is nested too deeply", part)
        if isinstance(part, ast.Constant):
            return self._constant(part)
        if isinstance(part, ast.Name):
            return self._column(self._names.get(self._place(part), part.id), part)
        if isinstance(part, ast.UnaryOp):
            return self._unary(part, depth)
        if isinstance(part, ast.BinOp):
            return self._binary(part, depth)
        if isinstance(part, ast.BoolOp):
            args = tuple(self.truth(self.read(one, depth + 1), one) for one in part.values)
            return Node("and" if isinstance(part.op, ast.And) else "or", "truth", args)
        if isinstance(part, ast.Compare):
            return self._compare(part, depth)
        if isinstance(part, ast.Call):
            return self._call(part, depth)
        raise self.wrong("has something that is not part of the language", part)

    def _constant(self, part: ast.Constant) -> Node:
        value = part.value
        if isinstance(value, str):
            return Node("constant", "text", value=value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong("has a constant that is neither a number nor a text", part)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        return self._finite(number, part)

    def _finite(self, number: float, part: ast.expr) -> Node:
        if not math.isfinite(number):
            raise self.wrong("has a number that is too large or not defined", part)
        return Node("constant", "number", value=number)

    def _column(self, name: str, part: ast.expr) -> Node:
        if name not in self._kinds:
            raise self.wrong(f"names {name!r}, which is no column here,", part)
        return Node("column", _TYPES.get(self._kinds[name], "text"), value=name)

    def _unary(self, part: ast.UnaryOp, depth: int) -> Node:
        inner = self.read(part.operand, depth + 1)
        if isinstance(part.op, ast.Not):
            return Node("not", "truth", (self.truth(inner, part.operand),))
        if not isinstance(part.op, ast.USub | ast.UAdd):
            raise self.wrong("has something that is not part of the language", part)
        inner = self.number(inner, part.operand)
        if isinstance(part.op, ast.UAdd):
            return inner
        if inner.op == "constant":
            return self._finite(-inner.value, part)
        return Node("neg", "number", (inner,))

    def _binary(self, part: ast.BinOp, depth: int) -> Node:
        sign = BINARY.get(type(part.op))
        if sign is None:
            raise self.wrong("has something that is not part of the language", part)
        args = tuple(self.number(self.read(one, depth + 1), one) for one in (part.left, part.right))
        if sign == "**" and (args[1].op != "constant" or abs(args[1].value) > LARGEST_POWER):
            raise self.wrong(f"needs a constant power between -{LARGEST_POWER:g} and {LARGEST_POWER:g}", part.right)
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
                raise self.wrong("has something that is not part of the language", part)
            if "text" not in (left.type, right.type):
                left, right = self.number(left, parts[place]), self.number(right, parts[place + 1])
            elif left.type != right.type:
                raise self.wrong("compares a text with something else", parts[place + 1])
            elif sign not in ("==", "!="):
                raise self.wrong("asks which of two texts is larger", parts[place + 1])
            if left.op == right.op == "constant":
                raise self.wrong("compares two constants", part)
            found.append(Node(sign, "truth", (left, right)))
        return found[0] if len(found) == 1 else Node("and", "truth", tuple(found))

    def _call(self, part: ast.Call, depth: int) -> Node:
        name = part.func.id if isinstance(part.func, ast.Name) else ""
        if name not in CALLS:
            raise self.wrong("calls something that is no function of the language", part)
        least, most = CALLS[name]
        if part.keywords or not least <= len(part.args) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            raise self.wrong(f"should give {name} {count} values", part)
        if name == "col":
            first = part.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                raise self.wrong("should give col the name of a column in quotes", part)
            return self._column(first.value, first)
        args = [self.read(one, depth + 1) for one in part.args]
        node = _typed(self, name, args, part)
        if node.op not in ("isempty",) and all(one.op == "constant" for one in node.args):
            raise self.wrong(f"gives {name} nothing but constants", part)
        return node

    def number(self, node: Node, part: ast.expr) -> Node:
        """See to it that a part is a number."""
        if node.type == "number":
            return node
        if node.type == "truth" or self._is_boolean(node):
            return Node("number", "number", (self.truth(node, part),))
        what = "a date (take its parts first)" if node.type == "date" else "a text"
        raise self.wrong(f"has {what} where a number is needed", part)

    def truth(self, node: Node, part: ast.expr) -> Node:
        """See to it that a part is true or false."""
        if node.type == "truth":
            return node
        if self._is_boolean(node):
            return Node("==", "truth", (node, Node("constant", "text", value="True")))
        raise self.wrong("needs a comparison, or something else that is true or false,", part)

    def _is_boolean(self, node: Node) -> bool:
        return node.op == "column" and self._kinds.get(node.value) is ColumnKind.BOOLEAN

    def _place(self, part: ast.expr) -> int:
        # ast counts bytes of UTF-8.
        return len(self._text.encode()[: part.col_offset].decode(errors="ignore"))

    def wrong(self, what: str, part: ast.expr) -> InputError:
        """Say what is wrong, and where."""
        return fault(what, self._place(part))


def _typed(reader: Reader, name: str, args: list[Node], part: ast.Call) -> Node:
    """Check the types of the arguments of a function."""
    if name == "isempty":
        if args[0].op != "column":
            return Node(name, "truth", (reader.number(args[0], part.args[0]),))
        return Node(name, "truth", tuple(args))
    if name in ("lower", "len", "contains"):
        if any(one.type != "text" for one in args):
            raise reader.wrong(f"should give {name} a text", part)
        if name == "contains" and args[1].op != "constant":
            raise reader.wrong("should give contains a text in quotes to look for", part.args[1])
        return Node(name, {"lower": "text", "len": "number", "contains": "truth"}[name], tuple(args))  # type: ignore[arg-type]
    if name in ("where", "coalesce"):
        first = (reader.truth(args[0], part.args[0]),) if name == "where" else ()
        rest, places = args[len(first) :], part.args[len(first) :]
        if all(one.type == "text" for one in rest):
            return Node(name, "text", (*first, *rest))
        numbers = tuple(reader.number(one, place) for one, place in zip(rest, places, strict=True))
        return Node(name, "number", (*first, *numbers))
    numbers = tuple(reader.number(one, place) for one, place in zip(args, part.args, strict=True))
    if name == "round" and len(numbers) == 2:
        digits = numbers[1]
        if digits.op != "constant" or digits.value not in range(-10, 11):
            raise reader.wrong("should give round a whole number of digits from -10 to 10", part.args[1])
    return Node(name, "number", numbers)


def _fold(sign: str, left: float, right: float) -> float:
    """Compute with two constants; what is not defined is not finite."""
    does: Mapping[str, Callable[[float, float], Any]] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "//": operator.floordiv,
        "%": operator.mod,
        "**": operator.pow,
    }
    try:
        value = does[sign](left, right)
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return math.nan if isinstance(value, complex) else float(value)
