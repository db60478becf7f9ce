"""Steps that look at one row at a time, as bricks of a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from engine.data.recipe.blocks import (
    RESULT,
    add_all,
    call,
    chain,
    dropped,
    each,
    formula,
    over,
    quoted,
    registers,
    renamed,
)
from engine.data.recipe.expression import parse
from engine.data.recipe.lowering import lower
from engine.data.recipe.shape import NUMBERS, Shape, part_name
from engine.data.recipe.values import pairs_for, unit_bound, words_for
from engine.domain.recipe import Step, StepKind

_SECONDS_OF_A_DAY = 86_400.0
_NO_TIME = -9.0e18
"""Below this stands what pandas makes of an empty date when it counts."""

Made = Any


def _drop(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del options, shape
    return dropped(step.columns)


def _replaced(pairs: Mapping[str, Mapping[Any, Any]]) -> Made:
    given = {name: dict(one) for name, one in pairs.items() if one}
    return call("replace", given) if given else None


def _missing_words(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    return _replaced({name: dict.fromkeys(words_for(options["words"], shape, name), np.nan) for name in step.columns})


def _replace(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    return _replaced({name: pairs_for(options["values"], shape, name) for name in step.columns})


def _tidy_text(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    lines = ["t0 = c0.str.split()", "t1 = t0.str.join(' ')", "t2 = t1 != ''", f"{RESULT} = t1.where(t2)"]
    tidied = each([(name, formula([name], lines, name)) for name in step.columns])
    if not options["spellings"]:
        return tidied
    return chain(tidied, call("replace", {name: dict(options["spellings"]) for name in step.columns}))


def _to_number(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    made = []
    for name in step.columns:
        parts = []
        if shape.kinds[name] not in NUMBERS:
            parts = [formula([name], _number_lines(options), name)]
            parts.append(call("apply", pd.to_numeric, 0, False, None, ("coerce",)))
        if options["scale"] != 1.0:
            parts.append(call("mul", options["scale"]))
        if parts:
            made.append((name, chain(*parts, call("astype", "float64"))))
    return each(made) if made else None


def _number_lines(options: Mapping[str, Any]) -> list[str]:
    gone = [*options["affixes"], *([options["thousands"]] if options["thousands"] else [])]
    changes = [(one, "") for one in gone] + ([(",", ".")] if options["decimal"] == "," else [])
    found, lines = "c0", list[str]()
    for old, new in changes:
        lines.append(f"t{len(lines)} = {found}.str.replace({quoted(old)}, {quoted(new)}, regex=False)")
        found = f"t{len(lines) - 1}"
    return [*lines, f"{RESULT} = {found}.str.strip()"]


def _to_date(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    formats = options["formats"] or ("mixed",)
    return each([(name, _one_date(name, formats, options["day_first"])) for name in step.columns])


def _one_date(name: str, formats: tuple[str, ...], day_first: bool) -> Made:
    readings = [
        call("apply", pd.to_datetime, 0, False, None, ("coerce", day_first, False, False, one)) for one in formats
    ]
    names = [f"c{place}" for place in range(len(formats))]
    read = chain(
        registers([(one, name) for one in names]),
        each(
            [
                (one, chain(reading, call("astype", "datetime64[us]")))
                for one, reading in zip(names, readings, strict=True)
            ]
        ),
    )
    found, lines = "c0", list[str]()
    for one in names[1:]:
        lines += [f"t{len(lines)} = {found}.notna()"]
        lines += [f"t{len(lines)} = {found}.where(t{len(lines) - 1}, {one})"]
        found = f"t{len(lines) - 1}"
    return chain(read, formula(names, [*lines, f"{RESULT} = {found}"], name))


def _convert_unit(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    sign, bound = unit_bound(options)
    lines = [
        f"t0 = c0 {sign} {bound!r}",
        f"t1 = c0 * {options['factor']!r}",
        f"t2 = t1 + {options['offset']!r}",
        f"{RESULT} = c0.mask(t0, t2)",
    ]
    return each([(name, formula([name], lines, name)) for name in step.columns])


def _limit(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    low, high = options["low"], options["high"]
    if not options["empty"]:
        return over(step.columns, call("clip", low, high))
    found, lines = "c0", list[str]()
    for sign, bound in ((">=", low), ("<=", high)):
        if bound is not None:
            lines += [f"t{len(lines)} = {found} {sign} {bound!r}"]
            lines += [f"t{len(lines)} = {found}.where(t{len(lines) - 1})"]
            found = f"t{len(lines) - 1}"
    lines.append(f"{RESULT} = {found}")
    return each([(name, formula([name], lines, name)) for name in step.columns])


def _expression(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del step
    columns, lines = lower(parse(options["formula"], shape.kinds), shape.empty_texts)
    return add_all(columns, [(columns, formula(columns, lines, options["name"]))])


def _ratio(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    lines = ["t0 = c1 != 0.0", "t1 = c0 / c1", f"{RESULT} = t1.where(t0)"]
    return add_all(step.columns, [(step.columns, formula(step.columns, lines, options["name"]))])


def _product(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    lines = ["t0 = c0 * c1", *(f"t{place - 1} = t{place - 2} * c{place}" for place in range(2, len(step.columns)))]
    lines.append(f"{RESULT} = t{len(step.columns) - 2}")
    return add_all(step.columns, [(step.columns, formula(step.columns, lines, options["name"]))])


def _date_parts(step: Step, options: Mapping[str, Any], shape: Shape) -> Made:
    del shape
    made = []
    for name in step.columns:
        for part in options["parts"]:
            new = part_name(name, part)
            made.append(([name], _elapsed(name, new) if part == "elapsed" else _part(name, part, new)))
    return add_all(step.columns, made)


def _part(name: str, part: str, new: str) -> Made:
    accessor = {"weekday": "day_of_week"}.get(part, part)
    return formula([name], [f"t0 = c0.dt.{accessor}", f"{RESULT} = t0.astype('float64')"], new)


def _elapsed(name: str, new: str) -> Made:
    """Count days, and parts of days, since 1970."""
    counted = chain(
        call("astype", "datetime64[us]"),
        call("apply", pd.to_numeric, 0, False, None, ("coerce",)),
        call("astype", "float64"),
    )
    days = _SECONDS_OF_A_DAY * 1e6
    lines = [f"t0 = c0 > {_NO_TIME!r}", f"t1 = c0 / {days!r}", f"{RESULT} = t1.where(t0)"]
    return chain(renamed([name], counted, "c0"), formula(["c0"], lines, new))


ROWWISE: Mapping[StepKind, Callable[[Step, Mapping[str, Any], Shape], Made]] = {
    StepKind.DROP_COLUMNS: _drop,
    StepKind.MISSING_WORDS: _missing_words,
    StepKind.REPLACE: _replace,
    StepKind.TIDY_TEXT: _tidy_text,
    StepKind.TO_NUMBER: _to_number,
    StepKind.TO_DATE: _to_date,
    StepKind.CONVERT_UNIT: _convert_unit,
    StepKind.LIMIT: _limit,
    StepKind.EXPRESSION: _expression,
    StepKind.RATIO: _ratio,
    StepKind.PRODUCT: _product,
    StepKind.DATE_PARTS: _date_parts,
}
"""What makes the brick of each kind; ``None`` is nothing to do."""
