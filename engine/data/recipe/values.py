"""Values of options in the type of the column that they are for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.recipe.shape import NUMBERS, Shape


def words_for(words: Sequence[str | float], shape: Shape, name: str) -> list[str | float]:
    """Choose the words that can stand in a column, in its type."""
    if shape.kinds[name] in NUMBERS:
        return [number for word in words if (number := _number(word)) is not None]
    return [_text(word) for word in words]


def pairs_for(values: Mapping[str, str | float | None], shape: Shape, name: str) -> dict[Any, Any]:
    """Choose the replacements that can be made in a column, in its type; an empty cell is NaN."""
    if shape.kinds[name] not in NUMBERS:
        return {old: math.nan if new is None else _text(new) for old, new in values.items()}
    found: dict[Any, Any] = {}
    for old, new in values.items():
        number, becomes = _number(old), math.nan if new is None else _number(new)
        if number is not None and becomes is not None:
            found[number] = becomes
    return found


def unit_bound(options: Mapping[str, Any]) -> tuple[str, float]:
    """Say which values are in the other unit: the sign of a comparison, and with what."""
    return (">", options["above"]) if options["above"] is not None else ("<", options["below"])


def _number(value: str | float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() else repr(value)
