"""What the two sides of the split hold."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.subject import Check, Coded, Subject, listed, percent
from engine.data.compare import score
from engine.data.quick import QuickTable, coded, draw_rows, out_of_fold, shuffled_folds, strongest
from engine.data.split.folds import folds
from engine.data.split.holdout import holdout_rows
from engine.domain.data import Finding, Problem, Severity, SplitKind, SplitSpec
from engine.domain.task import ColumnKind
from engine.errors import InputError

_WANTED = 0.05
_MUCH_TOO_WIDE = 0.1
_FEW = 10
_FRACTION = 0.2
_OTHER = 0.7
_VERY_OTHER = 0.85
_FEWEST = 40

_SMALL = Check(
    code="PF-S03",
    title="A hold-out too small for a narrow interval",
    why="The score on the hold-out is a sample of its own: with few rows it can lie far from what it will be in use.",
    advice="Bring more rows, hold out a larger share, or report the interval and claim no more than it allows.",
)
_ABSENT = Check(
    code="PF-S04",
    title="A class that is all but absent on one side",
    why="What is not there cannot be learned on one side, nor scored on the other.",
    advice="Use a stratified split, join the class with another, or choose another point in time or column.",
)
_DIFFERENT = Check(
    code="PF-S05",
    title="The two sides differ",
    why="If a model can tell which side a row is on, it is tested on rows unlike those that it was fitted on. After a "
    "split by time this is what will happen in use; else it can be a fault.",
    advice="Look at the columns that differ. Where a column only names the time, leave it out; where the world "
    "changed, say so.",
)


def small_holdout(subject: Subject) -> Finding:
    """Work out how wide the interval of a share on the hold-out is (PF-S03)."""
    problem, split = subject.problem, subject.split
    if problem is None:
        return _SMALL.not_applicable("No target is chosen.")
    fraction = split.fraction if split else _FRACTION
    if fraction <= 0:
        return _SMALL.not_applicable("No hold-out is set apart.")
    rows = len(subject.frame)
    # With a split the rows at hand are its training part.
    held = round(rows * fraction / (1 - fraction)) if split else round(rows * fraction)
    half = 1.96 * float(np.sqrt(0.2 * 0.8 / max(held, 1)))
    needed = int(np.ceil(0.16 * (1.96 / _WANTED) ** 2))
    points = f"± {half * 100:.1f} points"
    told = f"A hold-out of {percent(fraction)} has about {held:,} rows: a share of 80 % is known to {points}"
    rare = ""
    if problem.task.is_classification:
        counts = np.bincount(subject.y.astype(np.intp), minlength=len(problem.classes))
        label, fewest = problem.classes[int(counts.argmin())], round(held * float(counts.min()) / rows)
        rare = f"; of {label!r} it holds about {fewest:,} rows"
    measured = {"rows": held, "half_width": half, "rows_for_five_points": needed}
    if half <= _WANTED:
        return _SMALL.passed(f"{told}{rare}.", measured=measured)
    return _SMALL.issue(
        f"{told}{rare}. For ± {_WANTED * 100:.0f} points it would take {needed:,} rows.",
        Severity.MEDIUM if half > _MUCH_TOO_WIDE else Severity.LOW,
        measured=measured,
    )


def absent_class(subject: Subject) -> Finding:
    """Count the classes on both sides of the split (PF-S04): of the hold-out, or of the folds of its training part."""
    problem = subject.problem
    if problem is None:
        return _ABSENT.not_applicable("No target is chosen.")
    if not problem.task.is_classification:
        return _ABSENT.not_applicable(f"{problem.target!r} is a number.")
    sides = _sides(subject, problem)
    if isinstance(sides, str):
        return _ABSENT.issue(sides, Severity.HIGH, columns=[problem.target])
    codes = subject.y.astype(np.intp)
    count = partial(np.bincount, minlength=len(problem.classes))
    total = count(codes)
    fewest = [np.stack([count(codes[part]) for part in parts]).min(axis=0) for parts in zip(*sides, strict=True)]
    faults, names = [], []
    for label, fit, held, rows in zip(problem.classes, *fewest, total, strict=True):
        if min(fit, held) < min(_FEW, rows * 0.1) or held == 0:
            names.append(label)
            faults.append(f"{label!r} ({rows:,} rows) has {fit:,} rows to fit on and {held:,} to score")
    where = "on the two sides" if len(sides) == 1 else "in the folds"
    measured = {"fit": [int(n) for n in fewest[0]], "score": [int(n) for n in fewest[1]]}
    if not faults:
        return _ABSENT.passed(f"Every class of {problem.target!r} stands {where}.", measured=measured)
    severity = Severity.HIGH if min(int(side.min()) for side in fewest) == 0 else Severity.MEDIUM
    return _ABSENT.issue(
        f"Counted {where}: {listed(faults, 3)}.", severity, columns=[problem.target], measured=measured
    )


def _sides(subject: Subject, problem: Problem) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] | str:
    """Split the rows as asked (or at random): folds of a training part, else its hold-out; why not, if impossible."""
    spec = subject.split or SplitSpec(kind=SplitKind.STRATIFIED)
    try:
        if subject.split is not None and spec.kind is not SplitKind.GIVEN:
            return folds(subject.frame, subject.y, spec, problem)
        return [holdout_rows(subject.frame, spec, problem)]
    except InputError as error:
        if spec.kind is SplitKind.GIVEN:
            return _random_sides(len(subject.frame))
        return error.message


def _random_sides(rows: int) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Return every fifth row against the others: what a project sees of a given split is one side of it only."""
    held = np.arange(rows) % 5 == 0
    return [(np.flatnonzero(~held), np.flatnonzero(held))]


def different_sides(subject: Subject) -> Finding:
    """Score how well the quick model tells the side of a row (PF-S05)."""
    problem, split = subject.problem, subject.split
    if problem is None:
        return _DIFFERENT.not_applicable("No target is chosen.")
    if split is None or split.kind in (SplitKind.RANDOM, SplitKind.STRATIFIED):
        return _DIFFERENT.not_applicable("The rows are split at random.")
    try:
        sides = [holdout_rows(subject.frame, split, problem)]
    except InputError:
        return _DIFFERENT.not_applicable("The rows at hand are one side of the split.")
    held = np.zeros(len(subject.frame), dtype=np.float64)
    held[sides[-1][1]] = 1.0
    rows = draw_rows(len(held))
    if min(held[rows].sum(), (1 - held[rows]).sum()) < _FEWEST:
        return _DIFFERENT.not_applicable("One side has too few rows to compare.")
    told = _telling(subject, problem, split, rows, held[rows])
    if told is None:
        return _DIFFERENT.not_applicable("No column is left beside those that split the rows.")
    auc, by = told
    looked = f"(ROC AUC {auc:.3f}, {subject.looked_at(len(rows))})"
    measured = {"auc": auc, "columns": by}
    if auc < _OTHER:
        return _DIFFERENT.passed(f"A small model can hardly tell on which side a row is {looked}.", measured=measured)
    message = f"A small model tells on which side a row is {looked}, above all by {listed([repr(n) for n in by])}."
    if split.kind is SplitKind.GIVEN:
        severity = Severity.HIGH if auc >= _VERY_OTHER else Severity.MEDIUM
        return _DIFFERENT.issue(message, severity, columns=by, measured=measured)
    return _DIFFERENT.tip(message, columns=by, measured=measured)


def _telling(
    subject: Subject, problem: Problem, split: SplitSpec, rows: npt.NDArray[np.intp], held: npt.NDArray[np.float64]
) -> tuple[float, list[str]] | None:
    """Score all columns together, out of fold, and name the three that tell the side best alone."""
    used = {split.column, split.time_column, *split.more_columns}
    names = [n for n in problem.features if n not in used and problem.kinds[n] is not ColumnKind.DATETIME]
    if not names:
        return None
    columns = [coded(subject.plain(name).iloc[rows], problem.kinds[name]) for name in names]
    X = np.column_stack([column for column, _ in columns])
    kept = strongest(X, held[:, None])
    names = [names[n] for n in kept]
    table = QuickTable(
        X=X[:, kept],
        categorical=tuple(columns[n][1] for n in kept),
        truth=held[:, None],
        rows=rows,
        classes=True,
    )
    mixed = shuffled_folds(table)
    auc = float(score(table, out_of_fold(table, mixed), mixed)[0])
    ranks = pd.DataFrame(table.X).rank().fillna(0.0).to_numpy()
    alone = [abs(float(np.corrcoef(column, held)[0, 1])) if column.std() > 0 else 0.0 for column in ranks.T]
    best = sorted(range(len(names)), key=lambda n: -alone[n])[:3]
    return auc, [names[n] for n in best]


CHECKS: tuple[Coded, ...] = ((_SMALL, small_holdout), (_ABSENT, absent_class), (_DIFFERENT, different_sides))
