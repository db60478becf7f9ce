"""Looking at a stored pipeline before it is used: only calls that a recipe itself can make are let through."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter, itemgetter, methodcaller
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import BSpline
from sklearn.preprocessing import FunctionTransformer

from engine.errors import InputError

_MOST_LINES = 5_000
_REGISTER = re.compile(r"[ct]\d{1,5}|r")
_FUNCTIONS = frozenset({"log", "log1p", "sqrt", "abs", "exp", "floor"})
_METHODS: Mapping[str, int] = {
    "where": 2,
    "mask": 2,
    "isna": 0,
    "notna": 0,
    "round": 1,
    "astype": 1,
    "fillna": 1,
}
"""Methods of a column, with the most of their arguments."""
_TEXT_METHODS: Mapping[str, int] = {
    "lower": 0,
    "len": 0,
    "contains": 1,
    "strip": 0,
    "split": 0,
    "join": 1,
    "replace": 2,
    "removeprefix": 1,
}
_DATE_PARTS = frozenset({"year", "month", "day", "day_of_week", "hour"})
_TYPES = frozenset({"float64", "int64", "str", "object", "bool"})
_KEYWORDS = frozenset({"regex", "na"})
_BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr)
_COMPARED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)

SPLINE_CALL: Any = BSpline(np.arange(4.0), np.zeros(2), 1)._asarray
"""The one function that a fitted spline of SciPy holds: NumPy's ``asarray``, wrapped."""

KNOWN_FUNCTIONS: tuple[Any, ...] = (
    SPLINE_CALL,
    np.log1p,
    np.expm1,
    np.max,
    np.min,
    pd.to_numeric,
    pd.to_datetime,
    pd.from_dummies,
)
"""The functions of libraries that a model may refer to."""


def verify_safe(pipeline: Any) -> None:
    """Refuse a pipeline, or a part of one, that would call anything a recipe does not.

    Every function, method call and formula anywhere inside is looked at; nothing is called.

    Raises
    ------
    InputError
        Names what was found.
    """
    seen: set[int] = set()
    waiting = [pipeline]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or one is None or isinstance(one, str | bytes | int | float | bool):
            continue
        seen.add(id(one))
        if any(one is known for known in KNOWN_FUNCTIONS):
            continue
        if isinstance(one, FunctionTransformer):
            _check_transformer(one)
            continue
        _check_callable(one)
        waiting += _inside(one)


def verify_formula(text: str) -> None:
    """Refuse a formula that is not a list of single operations over registers, as :mod:`.lowering` writes them.

    Raises
    ------
    InputError
    """
    lines = text.split("\n") if isinstance(text, str) else []
    # pandas gives these characters a meaning of its own before it parses; no line that we write has one.
    if not 0 < len(lines) <= _MOST_LINES or re.search(r"[@`#;\r]", text):
        raise _refused("a formula that cannot be read")
    for line in lines:
        try:
            body = ast.parse(line).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise _refused("a formula that cannot be read") from None
        if len(body) != 1 or not isinstance(body[0], ast.Assign) or len(body[0].targets) != 1:
            raise _refused("a formula that does more than assign")
        if not _is_register(body[0].targets[0]) or not _is_operation(body[0].value):
            raise _refused("a formula with an operation that no recipe has")


def _inside(one: Any) -> list[Any]:
    if isinstance(one, Mapping):
        return [*one.keys(), *one.values()]
    if isinstance(one, list | tuple | set | frozenset):
        return list(one)
    if isinstance(one, np.ndarray):
        return one.ravel().tolist() if one.dtype == object else []
    found = list(vars(one).values()) if hasattr(one, "__dict__") and not isinstance(one, type) else []
    return found


def _check_callable(one: Any) -> None:
    loose = (
        FunctionType,
        BuiltinFunctionType,
        MethodType,
        partial,
        methodcaller,
        attrgetter,
        itemgetter,
        np.ufunc,
        type(np.max),
    )
    if isinstance(one, loose):
        raise _refused("a function that no recipe calls")


def _check_transformer(one: FunctionTransformer) -> None:
    if one.func is np.log1p and one.inverse_func is np.expm1 and not one.kw_args and not one.inv_kw_args:
        # The scale of a target.
        return
    if one.inverse_func is not None or one.inv_kw_args or one.feature_names_out not in (None, "one-to-one"):
        raise _refused("a step with a second function")
    if one.func is pd.from_dummies:
        given = one.kw_args or {}
        if set(given) != {"default_category"} or not isinstance(given["default_category"], str):
            raise _refused("a step with unexpected arguments")
        return
    if one.func is None and not one.kw_args:
        return
    if one.kw_args or not isinstance(one.func, methodcaller):
        raise _refused("a function that no recipe calls")
    # It is taken apart the way it would be copied; nothing is called.
    parts = tuple(one.func.__reduce__()[1])
    name, args = parts[0], parts[1:]
    check = _CALLS.get(name)
    if check is None or not check(args):
        raise _refused(f"a call of {name!r} that no recipe makes")


def _plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_plain(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple):
        return all(_plain(one) for one in value)
    return value is None or type(value) in (str, int, float, bool)


def _is_apply(args: tuple[Any, ...]) -> bool:
    functions = (pd.to_numeric, pd.to_datetime)
    return (
        len(args) == 5
        and any(args[0] is one for one in functions)
        and args[1:4] == (0, False, None)
        and isinstance(args[4], tuple | list)
        and _plain(args[4])
    )


def _is_eval(args: tuple[Any, ...]) -> bool:
    if len(args) != 1:
        return False
    verify_formula(args[0])
    return True


def _is_types(args: tuple[Any, ...]) -> bool:
    kinds = {"float64", "object", "datetime64[us]"}
    return len(args) == 1 and (
        args[0] in kinds if isinstance(args[0], str) else isinstance(args[0], dict) and set(args[0].values()) <= kinds
    )


_CALLS: Mapping[str, Callable[[tuple[Any, ...]], bool]] = {
    "eval": _is_eval,
    "apply": _is_apply,
    "astype": _is_types,
    "replace": lambda args: len(args) == 1 and isinstance(args[0], dict) and _plain(args[0]),
    "fillna": lambda args: len(args) == 1 and isinstance(args[0], dict) and _plain(args[0]),
    "clip": lambda args: len(args) == 2 and _plain(args),
    "mul": lambda args: len(args) == 1 and isinstance(args[0], float),
    "isna": lambda args: not args,
}


def _is_register(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and bool(_REGISTER.fullmatch(node.id))


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
        return isinstance(node, ast.Constant) and type(node.value) in (int, float)
    # Whole numbers are small (digits, flags): a power of large ones could take for ever.
    return isinstance(node, ast.Constant) and (
        type(node.value) in (str, float) or (type(node.value) is int and abs(node.value) < 1_000)
    )


def _is_operand(node: ast.expr) -> bool:
    return _is_register(node) or _is_constant(node)


def _is_operation(node: ast.expr) -> bool:
    if _is_operand(node):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub | ast.Invert) and _is_register(node.operand)
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return isinstance(node.op, _BINARY) and all(map(_is_operand, sides)) and any(map(_is_register, sides))
    if isinstance(node, ast.Compare):
        compared = [node.left, *node.comparators]
        return len(compared) == 2 and isinstance(node.ops[0], _COMPARED) and all(map(_is_operand, compared))
    if isinstance(node, ast.Attribute):
        return node.attr in _DATE_PARTS and _is_accessor(node.value, "dt")
    return isinstance(node, ast.Call) and _is_call(node)


def _is_accessor(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and _is_register(node.value)


def _is_call(node: ast.Call) -> bool:
    if not all(map(_is_operand, node.args)):
        return False
    if not all(
        one.arg in _KEYWORDS and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in node.keywords
    ):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _FUNCTIONS and len(node.args) == 1 and not node.keywords
    if not isinstance(node.func, ast.Attribute):
        return False
    name, on = node.func.attr, node.func.value
    if _is_register(on):
        if name == "astype":
            first = node.args[0] if len(node.args) == 1 else None
            return isinstance(first, ast.Constant) and first.value in _TYPES
        return len(node.args) <= _METHODS.get(name, -1) and not node.keywords
    return _is_accessor(on, "str") and len(node.args) <= _TEXT_METHODS.get(name, -1)


def _refused(what: str) -> InputError:
    return InputError(f"The stored model holds {what}.", hint="Do not use it; start a new run.")
