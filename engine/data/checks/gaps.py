"""Whether an empty cell gives the target away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.alone import FEWEST_ROWS, dropped, severity_of, with_and_without
from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.split.effect import column_effect
from engine.domain.data import Finding, Problem
from engine.domain.task import ColumnKind

_FEWEST = 5
_AUC_LIMIT = 0.75
_R2_LIMIT = 0.3
_PURE = 0.98
_FEWEST_PURE = 30
_MOST_COMMON = 0.7

_CHECK = Check(
    code="PF-L02",
    title="A gap gives the target away",
    why="If a cell is filled only once the outcome is known, the gap is the outcome: in use all such cells are empty.",
    advice="Find out when the column is filled. If that is after the outcome, leave it out, gaps and all.",
)


@dataclass(frozen=True)
class _Gap:
    column: str
    score: float
    words: str


def gaps_tell(subject: Subject) -> Finding:
    """Score whether a cell is empty against the target (PF-L02)."""
    problem = subject.problem
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    rows = len(subject.frame)
    columns = [
        c for c in subject.others if _FEWEST <= c.missing <= rows - _FEWEST and c.kind is not ColumnKind.CONSTANT
    ]
    if not columns or rows < FEWEST_ROWS:
        return _CHECK.not_applicable("No column has both gaps and values in enough rows.")
    told = [(c.name, _gap(subject.plain(c.name).isna().to_numpy(), subject.y, problem, c.name)) for c in columns]
    found = sorted((gap for _, gap in told if gap is not None), key=lambda gap: -gap.score)
    if not found:
        return _CHECK.passed(f"Whether a cell is empty says little about {problem.target!r}.")
    names = [gap.column for gap in found]
    effect = column_effect(subject.frame, problem, names)
    them = "it" if len(found) == 1 else "them"
    measure = f" {with_and_without(effect, them, rows)}" if effect else ""
    gain = max(max(gap.score for gap in found) - (0.5 if problem.task.is_classification else 0.0), 0.0)
    marked = subject.plain(names[0]).isna().to_numpy()
    marked = marked if marked.mean() <= 0.5 else ~marked
    return _CHECK.issue(
        f"{listed([gap.words for gap in found], 3)}.{measure}",
        severity_of(effect.difference if effect else gain),
        columns=names,
        rows=subject.row_numbers(marked),
        fix=dropped(names, "The gaps say what the outcome was.", _CHECK.code),
        measured={
            "gap_alone": {gap.column: gap.score for gap in found},
            "with_and_without": effect.as_dict() if effect else None,
        },
    )


def gap_score(empty: npt.NDArray[np.bool_], y: npt.NDArray[np.float64], problem: Problem) -> float:
    """Score a column's gaps alone: the best ROC AUC of a class, or R2 of the ranks."""
    if not problem.task.is_classification:
        ranks = pd.Series(y).rank().to_numpy(dtype=np.float64)
        return float(np.corrcoef(empty, ranks)[0, 1]) ** 2 if ranks.std() > 0 and 0 < empty.mean() < 1 else 0.0
    counts = np.bincount(y.astype(np.intp), minlength=len(problem.classes))
    gaps = np.bincount(y.astype(np.intp), weights=empty, minlength=len(problem.classes))
    others, other_gaps = len(y) - counts, gaps.sum() - gaps
    enough = np.minimum(counts, others) >= _FEWEST
    apart = np.abs(gaps / np.maximum(counts, 1) - other_gaps / np.maximum(others, 1))
    return float(0.5 + (apart * enough).max() / 2)


def _gap(empty: npt.NDArray[np.bool_], y: npt.NDArray[np.float64], problem: Problem, name: str) -> _Gap | None:
    score = gap_score(empty, y, problem)
    if not problem.task.is_classification:
        if score < _R2_LIMIT:
            return None
        means = float(y[empty].mean()), float(y[~empty].mean())
        where = f"where {name!r} is empty, {problem.target!r} is {means[0]:.4g} on average"
        return _Gap(name, score, f"{where}, elsewhere {means[1]:.4g}")
    codes = y.astype(np.intp)
    shares = np.bincount(codes, minlength=len(problem.classes)) / len(codes)
    for part, how in ((empty, "empty"), (~empty, "filled")):
        within = np.bincount(codes[part], minlength=len(problem.classes)) / max(int(part.sum()), 1)
        top = int(within.argmax())
        pure = within[top] >= _PURE and shares[top] <= _MOST_COMMON and part.sum() >= _FEWEST_PURE
        if pure or (score >= _AUC_LIMIT and shares[top] < within[top] and how == "empty"):
            words = (
                f"where {name!r} is {how} ({int(part.sum()):,} rows), {problem.target!r} is {problem.classes[top]!r} "
                f"in {percent(float(within[top]))}, against {percent(float(shares[top]))} of all rows"
            )
            return _Gap(name, score, words)
    return None


CHECKS: tuple[Coded, ...] = ((_CHECK, gaps_tell),)
