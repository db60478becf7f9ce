"""One column, two units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.kinds import words_of
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind

Floats = npt.NDArray[np.float64]

_FEWEST_ROWS = 50
_FEWEST_IN_OTHER = 5
_FEWEST_VALUES = 30
_LEAST_SHARE = 0.02
_APART = 4.2  # two halves of an even spread are 3.5 apart
_OFF = 0.12
_MOST_TOLD = 0.2
_LOOKED_AT = 5_000
_FACTORS = (
    (1000.0, "a factor of 1,000 (thousands and ones, kg and g, km and m)"),
    (100.0, "a factor of 100 (m and cm, percent and shares)"),
    (39.3701, "the factor from metres to inches, 39.37"),
    (30.48, "the factor from feet to centimetres, 30.48"),
    (10.0, "a factor of 10 (cm and mm)"),
    (12.0, "a factor of 12 (feet and inches, years and months)"),
    (3.28084, "the factor from metres to feet, 3.28"),
    (2.54, "the factor from inches to centimetres, 2.54"),
    (2.20462, "the factor from kilograms to pounds, 2.2"),
    (1.609344, "the factor from miles to kilometres, 1.61"),
)

_CHECK = Check(
    code="PF-Q17",
    title="Two units in one column",
    why="The same thing measured in two units looks like two things; no model can know which is meant.",
    advice="Find out which source writes which unit, and turn all values into one.",
)


@dataclass(frozen=True)
class _Mixture:
    column: str
    cut: float
    above: bool
    """Whether the rarer unit is the one with the larger values."""
    factor: float
    """The values of the rarer unit times this, plus the offset, are in the other unit."""
    offset: float
    words: str
    marked: npt.NDArray[np.bool_]


def units(subject: Subject) -> Finding:
    """Look for two clusters of values that a known conversion puts on top of each other (PF-Q17)."""
    columns = [
        c for c in subject.numbers if c.unique >= _FEWEST_VALUES and len(subject.frame) - c.missing >= _FEWEST_ROWS
    ]
    if not columns:
        return _CHECK.not_applicable("No column of numbers has enough values.")
    found = [one for column in columns if (one := _mixture(subject, column)) is not None]
    if not found:
        return _CHECK.passed("No column of numbers falls into two parts that a known conversion makes one.")
    told = [
        f"{one.column!r} falls into two parts at {one.cut:.4g}; {int(one.marked.sum()):,} rows "
        f"({percent(float(one.marked.mean()))}) lie {'above' if one.above else 'below'}, and {one.words} turns them "
        "into values like the others"
        for one in found
    ]
    first = found[0]
    fix = Step(
        kind=StepKind.CONVERT_UNIT,
        columns=(first.column,),
        options={"above" if first.above else "below": first.cut, "factor": first.factor, "offset": first.offset},
        reason=f"Values {'above' if first.above else 'below'} {first.cut:.4g} are in another unit.",
        finding=_CHECK.code,
    )
    return _CHECK.issue(
        f"{listed(told)}.",
        Severity.MEDIUM,
        columns=[one.column for one in found],
        rows=subject.row_numbers(first.marked),
        fix=fix,
        measured={one.column: {"cut": one.cut, "factor": one.factor, "rows": int(one.marked.sum())} for one in found},
    )


def _mixture(subject: Subject, column: Column) -> _Mixture | None:
    values = subject.floats(column.name)
    places = subject.sample[:: len(subject.sample) // _LOOKED_AT + 1]
    few = values[places]
    present = few[~np.isnan(few)]
    warm = {"temp", "temperature", "celsius", "fahrenheit"} & set(words_of(column.name))
    if len(present) < _FEWEST_ROWS or (present.min() <= 0 and not warm):
        return None
    found = _degrees(present) if warm else _scaled(present)
    if found is None:
        return None
    cut, high_to_low, offset, words = found
    above = bool((present > cut).mean() <= 0.5)
    if _told_by_others(subject, column, places, few > cut, ~np.isnan(few)):
        return None
    marked = values > cut if above else values < cut
    factor, offset = (high_to_low, offset) if above else (1 / high_to_low, -offset / high_to_low)
    return _Mixture(column.name, cut, above, factor, offset, words, marked)


def _scaled(present: Floats) -> tuple[float, float, float, str] | None:
    """Find a cut between two parts whose middles differ by a known factor and whose spreads are alike."""
    logs = np.sort(np.log(present))
    split = _best_cut(logs)
    if split is None:
        return None
    low, high = logs[:split], logs[split:]
    apart = float(np.median(high) - np.median(low))
    for factor, words in _FACTORS:
        moved = high - np.log(factor)
        close = abs(apart - np.log(factor)) < min(_OFF, 0.6 * float(low.std() + high.std()) + 0.01)
        if close and _alike(low, moved):
            return float(np.exp((low[-1] + high[0]) / 2)), 1 / factor, 0.0, words
    return None


def _degrees(present: Floats) -> tuple[float, float, float, str] | None:
    values = np.sort(present)
    split = _best_cut(values)
    if split is None or not _alike(values[:split], (values[split:] - 32) / 1.8):
        return None
    cut = float((values[split - 1] + values[split]) / 2)
    return cut, 1 / 1.8, -32 / 1.8, "the conversion from degrees Fahrenheit to Celsius"


def _best_cut(ordered: Floats) -> int | None:
    """Cut sorted values in two so that the spread within is least (Otsu); ``None`` if the parts are not well apart."""
    n = len(ordered)
    least = max(_FEWEST_IN_OTHER, int(_LEAST_SHARE * n))
    if n < 2 * least:
        return None
    sums = np.cumsum(ordered)
    left = np.arange(1, n)
    means = sums[:-1] / left, (sums[-1] - sums[:-1]) / (n - left)
    between = left * (n - left) * (means[1] - means[0]) ** 2
    inside = slice(least - 1, n - least)
    split = int(np.argmax(between[inside])) + least
    low, high = ordered[:split], ordered[split:]
    spread = float(np.sqrt((low.var() + high.var()) / 2))
    return split if spread > 0 and (high.mean() - low.mean()) / spread > _APART else None


def _alike(first: Floats, second: Floats) -> bool:
    """Whether two sorted samples have about the same middle and the same spread."""
    spread = float(first.std()), float(second.std())
    if min(spread) <= 0 or not 0.5 < spread[0] / spread[1] < 2:
        return False
    pooled = (spread[0] + spread[1]) / 2
    chance = 3 * pooled * float(np.sqrt(1 / len(first) + 1 / len(second)))
    return abs(float(np.median(first) - np.median(second))) < 0.25 * pooled + chance


def _told_by_others(
    subject: Subject,
    column: Column,
    places: npt.NDArray[np.intp],
    part: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
) -> bool:
    """Whether another number tells the two parts apart, so that they are two kinds of things, not two units."""
    few = int(min(part[known].sum(), (~part[known]).sum()))
    limit = _MOST_TOLD + 1.5 / np.sqrt(max(few, 1))
    for other in subject.numbers[:50]:
        if other.name == column.name or other.unique < 5:
            continue
        values = subject.floats(other.name)[places]
        both = known & ~np.isnan(values)
        first, second = values[both & part], values[both & ~part]
        if min(len(first), len(second)) < _FEWEST_IN_OTHER:
            continue
        ranks = pd.Series(np.concatenate([first, second])).rank().to_numpy(dtype=np.float64)
        auc = (ranks[: len(first)].sum() - len(first) * (len(first) + 1) / 2) / (len(first) * len(second))
        if abs(auc - 0.5) > limit:
            return True
    return False


CHECKS: tuple[Coded, ...] = ((_CHECK, units),)
