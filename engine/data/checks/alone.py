"""Columns that alone give the target away."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.kinds import plain
from engine.data.quick import Comparison
from engine.data.split.effect import column_effect
from engine.data.target import encode_target
from engine.domain.data import Finding, Problem, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 50
"""Rows that scoring a column alone needs."""

_FOLDS = 5
_MOST_BINS = 50
_ROWS_PER_BIN = 20
_DRAWN = 0.1
"""Rows of the overall mean that each bin is given: next to nothing, only a bin without other rows needs it."""
_AUC_LIMIT = 0.99
_R2_LIMIT = 0.98
_REDUNDANT = 0.003

_GIVEN_AWAY = Check(
    code="PF-L01",
    title="One column all but gives the target away",
    why="A single column that predicts nearly without error is often the answer under another name, or written down "
    "after the outcome; in use it would not be there.",
    advice="Find out when and from what the column is filled. If it is not known before the outcome, leave it out.",
)


def given_away(subject: Subject) -> Finding:
    """Score every column alone, out of fold, and the quick model with and without those that stand out (PF-L01)."""
    problem = subject.problem
    if problem is None:
        return _GIVEN_AWAY.not_applicable("No target is chosen.")
    if len(subject.frame) < FEWEST_ROWS:
        return _GIVEN_AWAY.not_applicable(f"{len(subject.frame)} rows are too few to score a column alone.")
    scores = scores_alone(subject)
    limit = _AUC_LIMIT if problem.task.is_classification else _R2_LIMIT
    found = sorted((name for name, score in scores.items() if score >= limit), key=lambda name: -scores[name])
    of = f"out of fold, {subject.looked_at(len(subject.sample))}"
    if not found:
        if not scores:
            return _GIVEN_AWAY.not_applicable("All columns are free text.")
        best = max(scores, key=lambda name: scores[name])
        return _GIVEN_AWAY.passed(
            f"No column alone predicts {problem.target!r} nearly without error; the strongest is {best!r} "
            f"({measure_of(problem)} {scores[best]:.3f}, {of}).",
            measured={"strongest": {best: scores[best]}},
        )
    told = listed([f"{name!r} ({measure_of(problem)} {scores[name]:.3f})" for name in found])
    message = (
        f"{told} alone {'predicts' if len(found) == 1 else 'predict'} {problem.target!r} nearly without error ({of})."
    )
    effect = column_effect(subject.frame, problem, found)
    them = "it" if len(found) == 1 else "them"
    fix = dropped(found, f"{problem.target!r} can be read off {them}.", _GIVEN_AWAY.code)
    facts = {
        "columns": found,
        "fix": fix,
        "measured": {"alone": {name: scores[name] for name in found}, "with_and_without": effect and effect.as_dict()},
    }
    if effect is None:
        return _GIVEN_AWAY.issue(message, Severity.HIGH, **facts)
    message = f"{message} {with_and_without(effect, them, len(subject.frame))}"
    if effect.difference < _REDUNDANT:
        return _GIVEN_AWAY.tip(f"{message} The other columns say the same: is the task really this easy?", **facts)
    return _GIVEN_AWAY.issue(message, severity_of(effect.difference), **facts)


def scores_alone(subject: Subject) -> dict[str, float]:
    """Score every feature but free text alone, out of fold, on the sample; worked out once."""
    problem = subject.problem
    if problem is None or len(subject.frame) < FEWEST_ROWS:
        return {}

    def work() -> dict[str, float]:
        few = subject.sample
        truth = sampled_truth(subject)
        names = [name for name in problem.features if problem.kinds[name] is not ColumnKind.TEXT]
        return {name: score_alone(subject.plain(name).iloc[few], truth, problem) for name in names}

    return subject.once("scores alone", work)


def sampled_truth(subject: Subject) -> Floats:
    """Return, for the sampled rows, one 0/1 column for each class (the positive one alone for two), or ranks."""
    problem = subject.problem
    if problem is None:
        return np.empty((len(subject.sample), 0))
    return subject.once("truth", lambda: _truth(subject.frame[problem.target].iloc[subject.sample], problem))


def measure_of(problem: Problem) -> str:
    """Name the score of a column alone."""
    return "ROC AUC" if problem.task.is_classification else "R2 of the ranks"


def severity_of(gain: float) -> Severity:
    """Say how much a leak matters by what it adds to the score."""
    return Severity.HIGH if gain >= 0.05 else Severity.MEDIUM if gain >= 0.015 else Severity.LOW


def with_and_without(effect: Comparison, them: str, rows: int) -> str:
    """Say what a column adds, in one sentence."""
    looked = f", {effect.rows:,} of {rows:,} rows" if effect.rows < rows else ""
    return (
        f"On the same folds a small model scores {effect.first:.3f} with {them} and {effect.second:.3f} without "
        f"({effect.metric}{looked}; difference {effect.difference:+.3f}, 95 % interval {effect.low:+.3f} to "
        f"{effect.high:+.3f})."
    )


def dropped(names: Iterable[str], reason: str, code: str) -> Step:
    """Build the step that leaves columns out."""
    return Step(kind=StepKind.DROP_COLUMNS, columns=tuple(names), reason=reason, finding=code)


def _truth(series: pd.Series, problem: Problem) -> Floats:
    """Return one 0/1 column for each class (the positive one alone for two), or the ranks of a number from 0 to 1."""
    y = encode_target(series, problem)
    if not problem.task.is_classification:
        return np.asarray(pd.Series(y).rank(pct=True), dtype=np.float64)[:, None]
    indicators: Floats = np.asarray(np.eye(len(problem.classes))[y.astype(np.intp)], dtype=np.float64)
    return indicators[:, 1:] if len(problem.classes) == 2 else indicators


def score_alone(series: pd.Series, truth: Floats, problem: Problem) -> float:
    """Score a column alone: by the mean truth of rows with a similar value, out of fold, and by its order.

    Parameters
    ----------
    series : Series of shape (n_rows,)
    truth : ndarray of shape (n_rows, n_targets)
    problem : Problem

    Returns
    -------
    float
        Mean ROC AUC over the classes, or R2 of the ranks of a number; the better of the two ways.
    """
    series = plain(series)
    predicted = _out_of_fold(_bins(series), truth)
    judge = _auc if problem.task.is_classification else _r2
    scores = [_mean([judge(truth[:, n], predicted[:, n]) for n in range(truth.shape[1])])]
    if truth.shape[1] == 1 and pd.api.types.is_numeric_dtype(series.dtype):
        order: Floats = np.asarray(series.astype(np.float64).rank(pct=True).fillna(0.5), dtype=np.float64)
        if problem.task.is_classification:
            auc = _auc(truth[:, 0], order)
            scores.append(max(auc, 1 - auc))
        else:
            scores.append(float(np.corrcoef(order, truth[:, 0])[0, 1]) ** 2 if order.std() else 0.0)
    return max(scores)


def _bins(series: pd.Series) -> npt.NDArray[np.intp]:
    """Give every row the number of its group of similar values; missing values form group 0."""
    many = min(_MOST_BINS, max(5, len(series) // _ROWS_PER_BIN))
    ordered = pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype)
    if ordered and not pd.api.types.is_bool_dtype(series.dtype) and series.nunique() > many:
        ranks = series.rank(method="average", pct=True).to_numpy(dtype=np.float64)
        return np.where(np.isnan(ranks), 0, 1 + np.minimum(many - 1, np.nan_to_num(ranks) * many)).astype(np.intp)
    return (pd.factorize(series)[0] + 1).astype(np.intp)


def _out_of_fold(bins: npt.NDArray[np.intp], truth: Floats) -> Floats:
    """Predict each row by the mean truth of its bin in the other folds, drawn a little to the overall mean."""
    fold = np.random.default_rng(0).permutation(len(bins)) % _FOLDS
    cell = bins * _FOLDS + fold
    size = (int(bins.max()) + 1) * _FOLDS
    counts = np.bincount(cell, minlength=size).reshape(-1, _FOLDS)
    predicted = np.empty_like(truth)
    for n in range(truth.shape[1]):
        sums = np.bincount(cell, weights=truth[:, n], minlength=size).reshape(-1, _FOLDS)
        others_sum = sums.sum(axis=1, keepdims=True) - sums
        others = counts.sum(axis=1, keepdims=True) - counts
        predicted[:, n] = ((others_sum + _DRAWN * truth[:, n].mean()) / (others + _DRAWN))[bins, fold]
    return predicted


def _auc(truth: Floats, score: Floats) -> float:
    """Return the ROC AUC by rank sums (Mann-Whitney); 0.5 where only one class is there."""
    positives = float(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return 0.5
    ranks = pd.Series(score).rank().to_numpy(dtype=np.float64)
    return float((ranks[truth > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _r2(truth: Floats, predicted: Floats) -> float:
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - predicted) ** 2).sum()) / spread if spread else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


CHECKS: tuple[Coded, ...] = ((_GIVEN_AWAY, given_away),)
