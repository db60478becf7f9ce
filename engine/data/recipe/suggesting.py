"""Steps worth trying, found from the table and from findings: proposals whose effect is still to be measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import words_of
from engine.data.recipe.checking import check
from engine.data.recipe.shape import NUMBERS
from engine.domain.data import Column, Finding, Outcome, Problem, Severity
from engine.domain.recipe import Recipe, Step, StepKind
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError

MOST = 12
_MOST_ROWS = 20_000
_SKEWED = 1.5
_FEW_LEVELS, _MANY_LEVELS = 20, 40
_RARE = 10
_UNITS = frozenset(
    ["cm", "mm", "m", "km", "kg", "g", "mg", "eur", "usd", "gbp", "minutes", "hours", "days", "sf", "sqft", "charges"]
)
_FIXED = {Severity.HIGH: 1.0, Severity.MEDIUM: 0.8, Severity.LOW: 0.5}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A step that is worth trying."""

    step: Step
    meaning: str
    """One sentence: why it may help."""
    strength: float
    """From 0 to 1; what was found in the data, not a measured effect."""


def suggest(
    columns: Sequence[Column],
    frame: pd.DataFrame,
    problem: Problem,
    findings: Sequence[Finding] = (),
    recipe: Recipe | None = None,
) -> list[Suggestion]:
    """Propose steps, strongest first.

    Parameters
    ----------
    columns : sequence of Column
    frame : DataFrame of shape (n_rows, n_columns)
        Rows of the training part; the first 20,000 are looked at.
    problem : Problem
    findings : sequence of Finding
        Their fixes come first.
    recipe : Recipe, optional
        What is there already is not proposed again.

    Returns
    -------
    list of Suggestion
        At most twelve, the same for the same input; each can be added to the recipe.
    """
    given = recipe or Recipe()
    known = {column.name: column for column in columns}
    features = [known[name] for name in problem.features if name in known]
    sample = frame.iloc[:_MOST_ROWS]
    found = [
        *_from_findings(findings),
        *_missing(features, len(frame)),
        *_skewed(features, sample, problem),
        *_dates(features),
        *_categories(features, sample),
        *_texts(features),
        *_ratios(features, sample),
        *_target(sample, problem),
    ]
    ordered = sorted(found, key=lambda one: (-one.strength, str(one.step.kind), one.step.columns))
    taken = {_key(step) for step in given.steps}
    kept: list[Suggestion] = []
    for one in ordered:
        if _key(one.step) not in taken and _possible(given, one.step, columns, problem):
            taken.add(_key(one.step))
            kept.append(one)
    return kept[:MOST]


def _key(step: Step) -> tuple[str, tuple[str, ...]]:
    return str(step.kind), step.columns


def _possible(recipe: Recipe, step: Step, columns: Sequence[Column], problem: Problem) -> bool:
    first = step.kind is StepKind.DROP_DUPLICATES
    steps = (step, *recipe.steps) if first else (*recipe.steps, step)
    try:
        check(Recipe(steps=steps), columns, problem)
    except InputError:
        return False
    return True


def _step(kind: StepKind, names: Sequence[str], reason: str, **options: object) -> Step:
    return Step(kind=kind, columns=tuple(names), options=options, reason=reason)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _from_findings(findings: Sequence[Finding]) -> Iterator[Suggestion]:
    for one in findings:
        if one.fix is not None and one.outcome in (Outcome.ISSUE, Outcome.TIP):
            yield Suggestion(step=one.fix, meaning=one.message, strength=_FIXED[one.severity])


def _missing(features: Sequence[Column], rows: int) -> Iterator[Suggestion]:
    gaps = {one.name: one.missing / max(rows, 1) for one in features if one.missing and one.kind in NUMBERS}
    if gaps:
        names, most = list(gaps), max(gaps.values())
        reason = f"Some cells of {_named(names)} are empty; that they are may say something by itself."
        step = _step(StepKind.IMPUTE, names, reason, strategy="median", indicator=True)
        yield Suggestion(step=step, meaning=reason, strength=round(min(0.75, 0.45 + most), 3))


def _skewed(features: Sequence[Column], sample: pd.DataFrame, problem: Problem) -> Iterator[Suggestion]:
    del problem
    skews = {}
    for one in features:
        if one.kind in NUMBERS and one.unique > 10:
            skew = _skew(pd.to_numeric(sample[one.name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))
            if abs(skew) >= _SKEWED:
                skews[one.name] = abs(skew)
    if skews:
        names = sorted(skews, key=lambda name: (-skews[name], name))[:20]
        reason = f"A few values of {_named(names)} lie far from all others, which linear models and networks overrate."
        step = _step(StepKind.SCALE, names, reason, method="yeo_johnson")
        yield Suggestion(step=step, meaning=reason, strength=round(min(0.65, 0.35 + max(skews.values()) / 20), 3))


def _skew(values: npt.NDArray[np.float64]) -> float:
    """Third standardised moment; 0 where there is no spread."""
    present = values[np.isfinite(values)]
    spread = float(present.std()) if len(present) else 0.0
    return float((((present - present.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0


def _dates(features: Sequence[Column]) -> Iterator[Suggestion]:
    for one in features:
        if one.kind is ColumnKind.DATETIME:
            reason = f"The month and the weekday of {one.name} may matter as categories of their own."
            step = _step(StepKind.DATE_PARTS, [one.name], reason, parts=["month", "weekday", "elapsed"])
            yield Suggestion(step=step, meaning=reason, strength=0.55)


def _categories(features: Sequence[Column], sample: pd.DataFrame) -> Iterator[Suggestion]:
    for one in features:
        if one.kind is not ColumnKind.CATEGORICAL or one.unique < _FEW_LEVELS:
            continue
        if one.unique >= _MANY_LEVELS:
            reason = (
                f"{one.name} has {one.unique:,} values, too many for a column each; their mean target is one number."
            )
            step = _step(StepKind.ENCODE, [one.name], reason, method="target")
            yield Suggestion(step=step, meaning=reason, strength=0.6)
        counts = sample[one.name].value_counts()
        rare = int((counts < _RARE).sum())
        if 2 <= rare < len(counts):
            reason = f"{rare:,} values of {one.name} have fewer than {_RARE} rows, too few to learn from each."
            step = _step(StepKind.GROUP_RARE, [one.name], reason, least=_RARE)
            yield Suggestion(step=step, meaning=reason, strength=round(0.4 + 0.2 * rare / len(counts), 3))


def _texts(features: Sequence[Column]) -> Iterator[Suggestion]:
    for one in features:
        if one.kind is ColumnKind.TEXT:
            reason = f"The words of {one.name} can be read as a few numbers that every model can use."
            step = _step(StepKind.TEXT, [one.name], reason, method="tf_idf", size=20)
            yield Suggestion(step=step, meaning=reason, strength=0.5)


def _ratios(features: Sequence[Column], sample: pd.DataFrame) -> Iterator[Suggestion]:
    """Propose ratios of columns whose names share a unit or a beginning, and that are never 0 or below."""
    groups: dict[str, list[str]] = {}
    for one in features:
        words = words_of(one.name)
        if one.kind not in NUMBERS or len(words) < 2 or not isinstance(one.low, int | float) or one.low <= 0:
            continue
        for word in {words[0], words[-1]}:
            groups.setdefault(word, []).append(one.name)
    ranked: Mapping[tuple[str, str], float] = {
        pair: _together(sample, pair) + (0.1 if word in _UNITS else 0.0)
        for word, names in sorted(groups.items())
        if 2 <= len(names) <= 8
        for pair in combinations(names, 2)
    }
    for first, second in sorted(ranked, key=lambda pair: (-ranked[pair], pair))[:3]:
        reason = f"{first} and {second} look like measures of one thing; their ratio may say more than each alone."
        name = re.sub(r"\s+", "_", f"{first}_per_{second}")
        step = _step(StepKind.RATIO, [first, second], reason, name=name)
        yield Suggestion(step=step, meaning=reason, strength=round(0.3 + 0.1 * ranked[first, second], 3))


def _together(sample: pd.DataFrame, pair: tuple[str, str]) -> float:
    table = sample[list(pair)].apply(pd.to_numeric, errors="coerce").dropna().to_numpy(dtype=np.float64)
    if len(table) < 10 or (table.std(axis=0) == 0).any():
        return 0.0
    return abs(float(np.corrcoef(table, rowvar=False)[0, 1]))


def _target(sample: pd.DataFrame, problem: Problem) -> Iterator[Suggestion]:
    if problem.task is not Task.REGRESSION or problem.log_target or problem.target not in sample:
        return
    values = pd.to_numeric(sample[problem.target], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    skew = _skew(values)
    if abs(skew) >= _SKEWED:
        method = "log1p" if float(np.nanmin(values)) >= 0 and skew > 0 else "yeo_johnson"
        reason = f"A few values of the target {problem.target} are far larger or smaller than most."
        step = _step(StepKind.TARGET_TRANSFORM, [problem.target], reason, method=method)
        yield Suggestion(step=step, meaning=reason, strength=0.7)
