"""What a step may be told: its options, what they may be, and what they are where nothing is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.recipe import Step, StepKind
from engine.errors import InputError

MOST_VALUES = 5_000
"""Most words or replacements in one step."""
MOST_ONE_HOT = 60
"""Levels that become a column of their own; rarer ones share one."""
MOST_GROUPS = 250
"""Values that group_rare keeps at most, the most frequent ones."""
INNER_FOLDS = 5
RARE = "(rare)"
EMPTY = "(empty)"
PARTS = ("year", "month", "day", "weekday", "hour", "elapsed")

Read = Callable[[Any], Any]
"""Returns the value in its settled form; raises ``ValueError`` saying what it should be."""


@dataclass(frozen=True)
class Option:
    """One option of a kind of step."""

    read: Read
    default: Any = None
    needed: bool = False


def _one_of(*choices: str) -> Read:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return read


def _number(low: float = -math.inf, high: float = math.inf) -> Read:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError("a number")
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return read


def _whole(low: int, high: int) -> Read:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise ValueError("a whole number")
        if not low <= value <= high:
            raise ValueError(f"a whole number from {low:,} to {high:,}")
        return int(value)

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(most: int, *, least: int = 0) -> Read:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise ValueError(f"a text of {least} to {most:,} characters")
        return value

    return read


def _scalar(value: Any) -> str | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a text or a number")
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise ValueError("a text or a finite number")
    return float(value)


def _listed(read: Read, *, least: int = 0) -> Read:
    def read_all(value: Any) -> tuple[Any, ...]:
        if isinstance(value, str | bytes) or not isinstance(value, list | tuple):
            raise ValueError("a list")
        if not least <= len(value) <= MOST_VALUES:
            raise ValueError(f"a list of {least} to {MOST_VALUES:,} values")
        return tuple(read(one) for one in value)

    return read_all


def _mapping(value: Any) -> dict[str, str | float | None]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MOST_VALUES:
        raise ValueError(f"1 to {MOST_VALUES:,} pairs of an old and a new value")
    return {str(old): None if new is None else _scalar(new) for old, new in value.items()}


def _spellings(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > MOST_VALUES:
        raise ValueError(f"at most {MOST_VALUES:,} pairs of a spelling and the one that is kept")
    if not all(isinstance(one, str) for pair in value.items() for one in pair):
        raise ValueError("pairs of texts")
    return dict(value)


_NAME = Option(_text(200, least=1), needed=True)
_QUANTILE = _number(0.0, 1.0)

OPTIONS: Mapping[StepKind, Mapping[str, Option]] = {
    StepKind.DROP_COLUMNS: {},
    StepKind.DROP_DUPLICATES: {},
    StepKind.MISSING_WORDS: {"words": Option(_listed(_scalar, least=1), needed=True)},
    StepKind.REPLACE: {"values": Option(_mapping, needed=True)},
    StepKind.TIDY_TEXT: {"spellings": Option(_spellings, {})},
    StepKind.TO_NUMBER: {
        "decimal": Option(_one_of(".", ","), "."),
        "thousands": Option(_text(1), ""),
        "affixes": Option(_listed(_text(40, least=1)), ()),
        "scale": Option(_number(), 1.0),
    },
    StepKind.TO_DATE: {"formats": Option(_listed(_text(60, least=1)), ()), "day_first": Option(_flag, False)},
    StepKind.CONVERT_UNIT: {
        "above": Option(_number()),
        "below": Option(_number()),
        "factor": Option(_number(), 1.0),
        "offset": Option(_number(), 0.0),
    },
    StepKind.LIMIT: {"low": Option(_number()), "high": Option(_number()), "empty": Option(_flag, False)},
    StepKind.EXPRESSION: {"name": _NAME, "formula": Option(_text(1_000, least=1), needed=True)},
    StepKind.DATE_PARTS: {"parts": Option(_listed(_one_of(*PARTS), least=1), ("year", "month", "weekday"))},
    StepKind.RATIO: {"name": _NAME},
    StepKind.PRODUCT: {"name": _NAME},
    StepKind.IMPUTE: {
        "strategy": Option(_one_of("median", "mean", "most_frequent", "constant"), "median"),
        "value": Option(_scalar),
        "indicator": Option(_flag, False),
    },
    StepKind.WINSORISE: {"low": Option(_QUANTILE, 0.01), "high": Option(_QUANTILE, 0.99)},
    StepKind.SCALE: {"method": Option(_one_of("standard", "robust", "min_max", "yeo_johnson"), "standard")},
    StepKind.ENCODE: {
        "method": Option(_one_of("one_hot", "ordinal", "target"), "one_hot"),
        "order": Option(_listed(_text(1_000)), ()),
    },
    StepKind.GROUP_RARE: {"least": Option(_whole(2, 1_000_000), 10)},
    StepKind.TEXT: {"method": Option(_one_of("tf_idf", "hashed"), "tf_idf"), "size": Option(_whole(1, 200), 20)},
    StepKind.BIN: {"bins": Option(_whole(2, 100), 5), "method": Option(_one_of("quantile", "uniform"), "quantile")},
    StepKind.TARGET_TRANSFORM: {"method": Option(_one_of("log1p", "yeo_johnson"), "log1p")},
}


def options_of(step: Step) -> dict[str, Any]:
    """Return every option of a step in its settled form, defaults filled in.

    Raises
    ------
    InputError
        If an option does not exist, is missing, or has a value that it cannot have.
    """
    known = OPTIONS[step.kind]
    unknown = sorted(set(step.options) - set(known))
    if unknown:
        has = f"It has: {', '.join(known)}." if known else "It has none."
        raise InputError(f"The step {named(step)} has no option {unknown[0]!r}.", hint=has)
    found: dict[str, Any] = {}
    for name, option in known.items():
        value = step.options.get(name)
        if value is None:
            if option.needed:
                raise InputError(f"The step {named(step)} needs the option {name!r}.", hint="Say what it should be.")
            found[name] = option.default
            continue
        try:
            found[name] = option.read(value)
        except (ValueError, OverflowError) as error:
            message = f"The option {name!r} of the step {named(step)} should be {error}."
            raise InputError(message, hint="Correct it and try again.") from None
    _together(step, found)
    return found


def _together(step: Step, found: Mapping[str, Any]) -> None:
    """Refuse options that do not fit one another."""
    fault = ""
    low, high = found.get("low"), found.get("high")
    if step.kind in (StepKind.LIMIT, StepKind.WINSORISE):
        if low is None and high is None:
            fault = "needs a low or a high end"
        elif low is not None and high is not None and low >= high:
            fault = "has a low end that is not below its high end"
    elif step.kind is StepKind.CONVERT_UNIT:
        if (found["above"] is None) == (found["below"] is None):
            fault = "needs either 'above' or 'below', which says what values are in the other unit"
        elif found["factor"] == 0:
            fault = "has the factor 0, which makes all values the same"
    elif step.kind is StepKind.IMPUTE and found["strategy"] == "constant" and found["value"] is None:
        fault = "needs the option 'value' for the strategy constant"
    elif step.kind is StepKind.TO_NUMBER:
        if found["decimal"] == found["thousands"]:
            fault = "has the same mark for decimals and for thousands"
        elif found["scale"] == 0:
            fault = "has the scale 0, which makes all values the same"
    if fault:
        raise InputError(f"The step {named(step)} {fault}.", hint="Correct its options and try again.")


def named(step: Step) -> str:
    """Name a step in a sentence, with its first column where it has one."""
    words = str(step.kind).replace("_", " ")
    return f"'{words}' on {step.columns[0]!r}" if step.columns else f"'{words}'"
