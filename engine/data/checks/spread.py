"""How numbers are spread: values far away from all others, and long tails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

Floats = npt.NDArray[np.float64]

_FEWEST_ROWS = 30
_FEWEST_VALUES = 10
_FAR = 6.0
_MOST_FAR = 0.01
_SKEWED = 2.0
_TARGET_SKEWED = 1.0
_LOOKED_AT = 200_000

_OUTLIERS = Check(
    code="PF-Q14",
    title="Values far away from all others",
    why="A few extreme values can pull a mean, a scale or a linear model away from all the other rows.",
    advice="Find out whether they are real. Slips belong corrected; real ones can be drawn in to the edge of the rest, "
    "or left to a model of trees, which minds them little.",
)
_SKEW = Check(
    code="PF-Q15",
    title="Long tails",
    why="Where most values are small and a few very large, errors and scales are ruled by the few.",
    advice="A power or log scale often helps linear models and nearest neighbours; trees do not need it.",
)


@dataclass(frozen=True)
class _Far:
    column: str
    low: float
    high: float
    marked: npt.NDArray[np.bool_]
    extreme: float


def outliers(subject: Subject) -> Finding:
    """Look for a few values that lie far outside of the middle half (PF-Q14)."""
    looked = _measured(subject)
    if not looked:
        return _OUTLIERS.not_applicable("No column of numbers has enough values.")
    found = [one for column in looked if (one := _far(subject, column)) is not None]
    if not found:
        return _OUTLIERS.passed(f"No value lies more than {_FAR:g} times the middle half away from it.")
    told = [
        f"{one.column!r} reaches {one.extreme:g} ({int(one.marked.sum()):,} rows lie outside of "
        f"{one.low:g} to {one.high:g})"
        for one in found
    ]
    marked = np.logical_or.reduce([one.marked for one in found])
    names = [one.column for one in found]
    features = tuple(name for name in names if subject.problem is None or name != subject.problem.target)
    share = max(float(one.marked.mean()) for one in found)
    edge = float(np.clip(np.ceil(share * 1000) / 1000, 0.001, _MOST_FAR))
    fix = Step(
        kind=StepKind.WINSORISE,
        columns=features,
        options={"low": edge, "high": 1 - edge},
        reason="Extreme values are drawn in to the edge of the rest.",
        finding=_OUTLIERS.code,
    )
    in_target = len(features) < len(names)
    return _OUTLIERS.issue(
        f"{listed(told)}.",
        Severity.MEDIUM if in_target else Severity.LOW,
        columns=names,
        rows=subject.row_numbers(marked),
        fix=fix if features else None,
        measured={one.column: {"rows": int(one.marked.sum()), "low": one.low, "high": one.high} for one in found},
    )


def _measured(subject: Subject) -> list[Column]:
    kinds = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
    columns = [c for c in subject.columns if c.kind in kinds and c.unique >= _FEWEST_VALUES]
    return [c for c in columns if len(subject.frame) - c.missing >= _FEWEST_ROWS]


def _few(values: Floats) -> Floats:
    present = values[:: len(values) // _LOOKED_AT + 1]
    return present[~np.isnan(present)]


def _far(subject: Subject, column: Column) -> _Far | None:
    """Mark values beyond the fences, also on the log scale where all are positive, so that long tails pass."""
    values = subject.floats(column.name)
    fences = [_fences(_few(values))]
    if np.nanmin(values) > 0:
        low, high = _fences(np.log(_few(values)))
        fences.append((float(np.exp(low)), float(np.exp(min(high, 700.0)))))
    elif np.nanmin(values) == 0:
        fences.append((0.0, float(np.expm1(min(_fences(np.log1p(_few(values)))[1], 700.0)))))
    low, high = min(one[0] for one in fences), max(one[1] for one in fences)
    marked = (values < low) | (values > high)
    if not marked.any() or marked.sum() > max(3, _MOST_FAR * len(marked)):
        return None
    middle = float(np.nanmedian(values))
    extreme = max(values[marked], key=lambda value: abs(value - middle))
    return _Far(column.name, low, high, marked, float(extreme))


def _fences(values: Floats) -> tuple[float, float]:
    lower, upper = np.quantile(values, [0.25, 0.75])
    if upper == lower:
        return -np.inf, np.inf
    return float(lower - _FAR * (upper - lower)), float(upper + _FAR * (upper - lower))


def skew(subject: Subject) -> Finding:
    """Look for numbers with a long tail (PF-Q15); a target with one is an issue, a column a tip."""
    looked = _measured(subject)
    if not looked:
        return _SKEW.not_applicable("No column of numbers has enough values.")
    skews = {column.name: _skewness(_few(subject.floats(column.name))) for column in looked}
    target = subject.problem.target if subject.problem and not subject.problem.task.is_classification else ""
    found = {name: value for name, value in skews.items() if abs(value) > _SKEWED and name != target}
    plain_scale = subject.problem is not None and not subject.problem.log_target
    tailed = plain_scale and skews.get(target, 0.0) > _TARGET_SKEWED and bool(subject.y.min() >= 0)
    if tailed and _skewness(np.log1p(_few(subject.y))) < skews[target] / 2:
        return _skewed_target(subject, target, skews)
    if not found:
        return _SKEW.passed(f"No column of numbers has a skewness beyond {_SKEWED:g}.")
    told = listed([f"{name!r} ({value:.1f})" for name, value in sorted(found.items(), key=lambda one: -abs(one[1]))])
    fix = Step(
        kind=StepKind.SCALE,
        columns=tuple(found),
        options={"method": "yeo_johnson"},
        reason="A power scale shortens long tails.",
        finding=_SKEW.code,
    )
    return _SKEW.tip(f"Skewness beyond {_SKEWED:g}: {told}.", columns=found, fix=fix, measured={"skewness": found})


def _skewed_target(subject: Subject, target: str, skews: dict[str, float]) -> Finding:
    top = np.sort(subject.y)[-max(1, len(subject.y) // 100) :]
    share = float(top.sum() / subject.y.sum())
    fix = Step(
        kind=StepKind.TARGET_TRANSFORM,
        columns=(target,),
        options={"method": "log1p"},
        reason="On the log scale an error of 10 % counts the same for small and large values.",
        finding=_SKEW.code,
    )
    return _SKEW.issue(
        f"The target {target!r} has a long tail (skewness {skews[target]:.1f}): the highest 1 % of the rows hold "
        f"{percent(share)} of its sum.",
        Severity.LOW,
        columns=[target],
        rows=subject.numbers_of(np.argsort(-subject.y, kind="stable")[:5]),
        fix=fix,
        measured={"skewness": {target: skews[target]}, "share_of_highest_percent": share},
    )


def _skewness(values: Floats) -> float:
    spread = float(values.std())
    return float((((values - values.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0


CHECKS: tuple[Coded, ...] = ((_OUTLIERS, outliers), (_SKEW, skew))
