"""Columns that were worked out from all rows before the split."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.data.checks.alone import dropped, severity_of, with_and_without
from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.kinds import words_of
from engine.data.split.effect import column_effect
from engine.data.split.timeline import time_columns
from engine.domain.data import Column, Finding, Problem, Severity
from engine.domain.task import ColumnKind

Floats = npt.NDArray[np.float64]

_FEWEST_ROWS = 30
_FEWEST_VALUES = 20
_FEWEST_SPREAD = 100
_NEAR = 0.002
_EVEN = 0.2
_SPIKE = 5
_LEAST_FILLED = 0.01
_MOST_CATEGORIES = 30
_COUNTS = frozenset(["index", "rank", "order", "day", "days", "number", "nr", "year", "month", "time", "date", "id"])

_CHECK = Check(
    code="PF-L08",
    title="Fitted on all rows before the split",
    why="A mean, a scale or an encoding that was worked out from all rows has seen the rows that the model is tested "
    "on; where it was worked out from the target, it carries the answers over.",
    advice="Bring the raw values, and let the recipe do this inside the folds, where only the fit rows are seen.",
)


@dataclass(frozen=True)
class _Trace:
    columns: tuple[str, ...]
    words: str
    target: bool = False
    """Whether the target went into it."""


def fitted_before(subject: Subject) -> Finding:
    """Look for scaled, ranked, target-encoded and mean-filled columns (PF-L08)."""
    rows = len(subject.frame)
    columns = [c for c in subject.numbers if c.unique >= 3]
    if rows < _FEWEST_ROWS or not columns:
        return _CHECK.not_applicable("There are too few rows, or no column of numbers.")
    times = {column.name for column in time_columns(subject.others, rows)}
    wide = [c for c in columns if c.unique >= _FEWEST_VALUES and c.kind is ColumnKind.NUMERIC and c.name not in times]
    traces = [*_scaled(subject, wide), *_spread_out(subject, wide), *_filled(subject, columns)]
    encoded = _encoded(subject, columns) if subject.problem else []
    if not traces and not encoded:
        return _CHECK.passed("No column looks scaled, ranked, encoded by the target or filled with its own mean.")
    told = f"{listed([trace.words for trace in (*encoded, *traces)], 4)}."
    names = list(dict.fromkeys(name for trace in (*encoded, *traces) for name in trace.columns))
    if not encoded:
        return _CHECK.issue(told, Severity.LOW, columns=names, measured={"scale": [list(t.columns) for t in traces]})
    leaks = [name for trace in encoded for name in trace.columns]
    problem = subject.problem
    effect = column_effect(subject.frame, problem, leaks) if problem else None
    sentence = f" {with_and_without(effect, 'it' if len(leaks) == 1 else 'them', rows)}" if effect else ""
    return _CHECK.issue(
        f"{told}{sentence}",
        max(severity_of(effect.difference) if effect else Severity.MEDIUM, Severity.MEDIUM, key=_rank),
        columns=names,
        fix=dropped(leaks, "It was worked out from the target of all rows.", _CHECK.code),
        measured={"with_and_without": effect.as_dict() if effect else None, "scale": [list(t.columns) for t in traces]},
    )


def _rank(severity: Severity) -> int:
    return (Severity.LOW, Severity.MEDIUM, Severity.HIGH).index(severity)


def _scaled(subject: Subject, columns: list[Column]) -> list[_Trace]:
    """Find columns with mean 0 and spread 1, or from exactly 0 (or -1) to exactly 1."""
    standard, near, limits = [], [], []
    for column in columns:
        values = subject.floats(column.name)
        mean, spread = float(np.nanmean(values)), float(np.nanstd(values))
        size = int((~np.isnan(values)).sum())
        # Far nearer than the mean of as many numbers drawn at random would come; 0.6/n: spread with n or with n - 1.
        near_enough = min(_NEAR, 0.1 / np.sqrt(size))
        if abs(mean) < near_enough and abs(spread - 1) < near_enough + 0.6 / size:
            standard.append(column.name)
        elif (
            abs(mean) < 4 / np.sqrt(size)
            and abs(spread - 1) < 0.15
            and column.low is not None
            and float(column.low) < 0
        ):
            near.append(column.name)
        elif column.low in (0.0, -1.0) and column.high == 1.0 and int((values == 1).sum()) < max(3, 0.02 * size):
            limits.append(column.name)
    found = []
    if standard:
        found.append(_Trace(tuple(standard), f"{_names(standard)} {_have(standard)} mean 0 and spread 1 over all rows"))
    elif subject.split is not None and len(near) >= max(3, len(columns) // 2):
        # A part of rows that were scaled together has a mean near 0, not at it.
        found.append(_Trace(tuple(near), f"{_names(near)} have a mean near 0 and a spread near 1, as if scaled before"))
    if len(limits) >= max(2, len(columns) // 3):
        found.append(_Trace(tuple(limits), f"{_names(limits)} run exactly up to 1 and down to 0 or -1, as if scaled"))
    return found


def _spread_out(subject: Subject, columns: list[Column]) -> list[_Trace]:
    """Find columns that are more evenly (or more normally) distributed than chance allows: ranks of all rows."""
    found = []
    for column in columns:
        if column.unique < _FEWEST_SPREAD or set(words_of(column.name)) & _COUNTS:
            continue
        values = np.sort(subject.floats(column.name)[subject.sample])
        values = values[~np.isnan(values)]
        share = (np.arange(len(values)) + 0.5) / len(values)
        span = float(values[-1] - values[0]) if len(values) >= _FEWEST_SPREAD else 0.0
        if span <= 0 or abs(float(values.mean() - (values[0] + values[-1]) / 2)) > 0.05 * span:
            continue
        even = np.abs((values - values[0]) / span - share).max()
        off = min(float(even), _normal_distance(values, share))
        if off * np.sqrt(len(values)) < _limit(len(values), len(subject.frame)):
            found.append(column.name)
    return (
        [_Trace(tuple(found), f"{_names(found)} {_have(found)} the even spread of ranks over all rows")]
        if found
        else []
    )


def _limit(sampled: int, rows: int) -> float:
    """Return the bound of Kolmogorov's distance times the root of the rows; a sample adds its own chance to it."""
    return _EVEN if sampled >= 0.9 * rows else 0.0


def _normal_distance(values: Floats, share: Floats) -> float:
    from scipy.stats import norm

    inner = values[(share > 0.01) & (share < 0.99)]
    spread = float(inner.std()) / float(norm.ppf(share[(share > 0.01) & (share < 0.99)]).std())
    return float(np.abs(norm.cdf((values - np.median(values)) / spread) - share).max()) if spread > 0 else 1.0


def _filled(subject: Subject, columns: list[Column]) -> list[_Trace]:
    """Find a frequent value that is just the mean of all others, or far more frequent and just their median."""
    found = []
    for column in columns:
        if column.unique < _FEWEST_VALUES or column.missing:
            continue
        values = subject.floats(column.name)
        for top, stands_out in _frequent(values):
            others = values[values != top]
            spread = float(others.std())
            mean = abs(float(others.mean()) - top) < 1e-6 * spread
            middle = abs(float(np.median(others)) - top) < 1e-9 * spread and stands_out
            if mean or (middle and column.kind is ColumnKind.NUMERIC):
                count, what = int((values == top).sum()), "mean" if mean else "median"
                words = f"{column.name!r} is {top:.6g}, the {what} of all others, in {count:,} rows"
                found.append(_Trace((column.name,), words))
                break
    return found


def _frequent(values: Floats) -> list[tuple[float, bool]]:
    """Return the most frequent values, and whether each is far more frequent than the next."""
    unique, counts = np.unique(values[:: len(values) // 200_000 + 1], return_counts=True)
    order = np.argsort(-counts, kind="stable")[:4]
    least = max(5, _LEAST_FILLED * int(counts.sum()))
    found = [(int(n), int(after)) for n, after in pairwise(order) if counts[n] >= least]
    return [(float(unique[n]), bool(counts[n] >= _SPIKE * counts[after])) for n, after in found]


def _encoded(subject: Subject, columns: list[Column]) -> list[_Trace]:
    """Find columns that hold the mean of the target over the rows with that value, or drawn to the overall mean."""
    problem, found = subject.problem, []
    if problem is None:
        return []
    truths = _truths(subject, problem)
    categories = [c for c in subject.others if c.kind is ColumnKind.CATEGORICAL and 3 <= c.unique <= 10_000]
    for column in columns:
        if column.unique > len(subject.frame) / 2 or (
            column.kind is ColumnKind.INTEGER and problem.task.is_classification
        ):
            continue
        values = subject.floats(column.name)
        known = ~np.isnan(values)
        codes = np.unique(values[known], return_inverse=True)[1]
        counts = np.bincount(codes)
        if (counts > 1).sum() < 3 or counts[counts > 1].sum() < 0.8 * len(codes):
            continue
        level = np.bincount(codes, weights=values[known]) / counts
        if any(_is_mean(level, codes, counts, truth[known]) for truth in truths):
            found.append(
                _Trace(
                    (column.name,),
                    f"{column.name!r} is the mean of {problem.target!r} over all rows with its value",
                    True,
                )
            )
            continue
        for other in categories[:_MOST_CATEGORIES]:
            if other.unique >= len(counts) and _is_smoothed(subject, other, values, truths):
                words = f"{column.name!r} is {other.name!r} encoded by the mean of {problem.target!r} over all rows"
                found.append(_Trace((column.name,), words, True))
                break
    return found


def _truths(subject: Subject, problem: Problem) -> list[Floats]:
    if not problem.task.is_classification:
        return [subject.y, np.log1p(subject.y)] if subject.y.min() > -1 else [subject.y]
    codes = subject.y.astype(np.intp)
    return [np.asarray(codes == n, dtype=np.float64) for n in range(min(len(problem.classes), 10))]


def _is_mean(level: Floats, codes: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], truth: Floats) -> bool:
    means = np.bincount(codes, weights=truth) / counts
    spread = float(means.std())
    repeated = counts > 1
    if spread <= 0 or level[repeated].std() <= 0:
        return False
    right = np.abs(means - level) < 1e-3 * spread
    return bool(counts[right & repeated].sum() >= 0.98 * counts[repeated].sum() and len(np.unique(means[repeated])) > 2)


def _is_smoothed(subject: Subject, other: Column, values: Floats, truths: list[Floats]) -> bool:
    """Whether a column is (sum of the target + m × overall mean) / (count + m) of each category, for some m."""
    codes = subject.codes(other.name)[0].astype(np.intp)
    known = (codes >= 0) & ~np.isnan(values)
    codes, values = codes[known], values[known]
    counts = np.bincount(codes)
    present = counts > 0
    level = np.bincount(codes, weights=values)[present] / counts[present]
    first = np.zeros(len(counts))
    first[codes] = values
    if (
        np.abs(first[codes] - values).max(initial=0.0) > 1e-9 * (np.abs(values).max(initial=0.0) + 1)
        or level.std() <= 0
    ):
        return False
    for truth in truths:
        overall = float(truth[known].mean())
        means = np.bincount(codes, weights=truth[known])[present] / counts[present]
        pull = counts[present] * (means - level)
        away = level - overall
        used = np.abs(away) > 1e-3 * float(level.std())
        if used.sum() < 4:
            continue
        m = float(np.median(pull[used] / away[used]))
        said = (counts[present] * means + m * overall) / (counts[present] + m)
        if m > -0.5 and (np.abs(said - level) < 1e-3 * float(level.std())).mean() > 0.95:
            return True
    return False


def _names(names: list[str]) -> str:
    return listed([repr(name) for name in names])


def _have(names: list[str]) -> str:
    return "has" if len(names) == 1 else "have"


CHECKS: tuple[Coded, ...] = ((_CHECK, fitted_before),)
