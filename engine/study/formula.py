"""A small calculator for the formulas of the question bank: numbers, names, four operations and three functions.

The text is read with ``ast`` and only the nodes named here are followed, so a content file can hold sums but no code.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping

from engine.errors import InputError

MAX_LENGTH = 300
"""Longest formula that is read, in characters; it also bounds how deep the parts can be nested."""

_FUNCTIONS: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp}
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_HINT = "A formula holds numbers, named inputs, + - * / **, brackets, sqrt, log and exp."


def evaluate(formula: str, inputs: Mapping[str, float]) -> float:
    """Compute a formula.

    Parameters
    ----------
    formula : str
        For example ``tp / (tp + fn)``; ``log`` is the natural logarithm.
    inputs : mapping of str to float
        The numbers that names in the formula stand for.

    Returns
    -------
    float
        A finite number. All arithmetic is done in floating point, so that no power can grow without bound.

    Raises
    ------
    InputError
        If the formula is too long, cannot be read, holds anything but sums over the inputs, or has no finite value.

    Examples
    --------
    >>> evaluate("tp / (tp + fn)", {"tp": 30, "fn": 10})
    0.75
    """
    if len(formula) > MAX_LENGTH:
        raise InputError(f"A formula has at most {MAX_LENGTH} characters; this one has {len(formula)}.", hint=_HINT)
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise InputError(f"The formula “{formula}” cannot be read.", hint=_HINT) from error
    try:
        value = _value(tree.body, inputs)
    except (ArithmeticError, ValueError) as error:
        raise InputError(f"The formula “{formula}” has no value for these inputs.", hint=_HINT) from error
    if not math.isfinite(value):
        raise InputError(f"The formula “{formula}” has no finite value for these inputs.", hint=_HINT)
    return value


def names(formula: str) -> frozenset[str]:
    """List the inputs that a formula uses; the names of its functions are none. Raises ``InputError`` if unreadable."""
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise InputError(f"The formula “{formula}” cannot be read.", hint=_HINT) from error
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - set(_FUNCTIONS)


def _value(node: ast.expr, inputs: Mapping[str, float]) -> float:
    match node:
        # A truth value is an int to Python, but no number here.
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in inputs:
            return float(inputs[name])
        case ast.Name(id=name):
            raise InputError(f"The formula names “{name}”, which is not among the inputs.", hint=_HINT)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, inputs)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner, inputs)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
            return _OPERATIONS[type(sign)](_value(left, inputs), _value(right, inputs))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_value(inner, inputs))
    raise InputError("The formula holds something that is no sum.", hint=_HINT)
