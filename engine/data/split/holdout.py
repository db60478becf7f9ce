"""The hold-out: rows that no one looks at until the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import as_text, words_of
from engine.data.split.ordering import Rows, group_codes, later_than, split_column, time_order
from engine.data.target import encode_target
from engine.domain.data import Problem, SplitKind, SplitSpec
from engine.errors import InputError

LARGEST_FRACTION = 0.5

_DRAWS = 20
_KEPT_PER_CLASS = 2
_HOLDOUT_WORDS = frozenset(["test", "holdout", "hold-out", "hold_out", "valid", "validation", "true", "1", "yes"])

Mask = npt.NDArray[np.bool_]


def holdout_rows(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> tuple[Rows, Rows]:
    """Choose the rows of the hold-out.

    Stratified: each class keeps its share, at least one row of it is held out and two stay. Group: whole
    groups, of twenty seeded draws the one whose size and target come closest to the table's. Time: the
    latest rows; rows of the same time stay together, and rows without one stay in the training part.
    Group and time: the groups that appear last, with all their rows. Given: the column has two values; the
    one that is called like a test part is held out (in a column called "train": the one that says no), else the
    rarer one.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    spec : SplitSpec
    problem : Problem

    Returns
    -------
    tuple of (ndarray, ndarray)
        Positions of the training rows and of the hold-out, each ascending; together every row once.

    Raises
    ------
    InputError
        If the table cannot be split like that, or a class would be missing from the training part.
    """
    if not 0 <= spec.fraction <= LARGEST_FRACTION:
        raise InputError(
            f"A hold-out of {spec.fraction:g} is not between 0 and {LARGEST_FRACTION:g}.",
            hint="0.2 is a fifth of the rows; 0 keeps all rows for training.",
        )
    everything = np.arange(len(frame), dtype=np.intp)
    if spec.fraction == 0:
        return everything, everything[:0]
    y = encode_target(frame[problem.target], problem)
    held = _mask(frame, y, spec, problem)
    if not held.any() or held.sum() > len(frame) - 2:
        raise InputError(
            f"This split would put {int(held.sum()):,} of {len(frame):,} rows into the hold-out.",
            hint="Choose another share, point in time or kind of split.",
        )
    _check_classes(y[~held], spec, problem)
    return everything[~held], everything[held]


def rows_sha256(rows: Iterable[int]) -> str:
    """Name a split: SHA-256 of the sorted row numbers, in decimal, each followed by a line feed."""
    return hashlib.sha256("".join(f"{row}\n" for row in sorted(int(row) for row in rows)).encode()).hexdigest()


def _mask(frame: pd.DataFrame, y: npt.NDArray[np.generic], spec: SplitSpec, problem: Problem) -> Mask:
    match spec.kind:
        case SplitKind.TIME | SplitKind.GROUP_TIME:
            return _latest(frame, spec)
        case SplitKind.GROUP:
            return _whole_groups(group_codes(frame, spec), _indicators(y, problem), spec)
        case SplitKind.GIVEN:
            return _given(frame, spec)
        case SplitKind.STRATIFIED if problem.task.is_classification:
            return _stratified(y.astype(np.intp), spec)
        case _:
            held = np.zeros(len(frame), dtype=np.bool_)
            count = min(max(1, round(len(frame) * spec.fraction)), max(len(frame) - 2, 0))
            held[np.random.default_rng(spec.seed).permutation(len(frame))[:count]] = True
            return held


def _stratified(y: Rows, spec: SplitSpec) -> Mask:
    counts = np.bincount(y)
    ideal = counts * spec.fraction
    taken = np.floor(ideal).astype(np.intp)
    short = max(0, round(float(ideal.sum())) - int(taken.sum()))
    taken[np.argsort(taken - ideal, kind="stable")[:short]] += 1
    most = np.maximum(counts - _KEPT_PER_CLASS, 0)
    taken = np.clip(taken, np.minimum(1, most), most)
    shuffled = np.random.default_rng(spec.seed).permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    place = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    held = np.zeros(len(y), dtype=np.bool_)
    held[by_class[place < np.repeat(taken, counts)]] = True
    return held


def _indicators(y: npt.NDArray[np.generic], problem: Problem) -> npt.NDArray[np.float64]:
    """Return what a fair draw keeps the mean of: the share of each class, or the target in standard units."""
    if problem.task.is_classification:
        return np.asarray(np.eye(len(problem.classes))[y.astype(np.intp)], dtype=np.float64)
    values = y.astype(np.float64)
    spread = float(values.std()) or 1.0
    return np.asarray((values - values.mean()) / spread, dtype=np.float64)[:, None]


def _whole_groups(groups: Rows, indicators: npt.NDArray[np.float64], spec: SplitSpec) -> Mask:
    sizes = np.bincount(groups)
    if len(sizes) < 3:
        raise InputError(
            f"The column {spec.column!r} forms {len(sizes)} groups; a hold-out of whole groups needs at least three.",
            hint="Split by another column, or at random.",
        )
    sums = np.stack([np.bincount(groups, weights=column) for column in indicators.T], axis=1)
    rng = np.random.default_rng(spec.seed)
    best, chosen = np.inf, np.empty(0, dtype=np.intp)
    for _ in range(_DRAWS):
        drawn = rng.permutation(len(sizes))
        shares = np.cumsum(sizes[drawn]) / len(groups)
        count = int(np.argmin(np.abs(shares[:-2] - spec.fraction))) + 1
        part = drawn[:count]
        off_target = np.abs(sums[part].sum(axis=0) / sizes[part].sum() - indicators.mean(axis=0)).sum()
        off = abs(shares[count - 1] - spec.fraction) + float(off_target)
        if off < best:
            best, chosen = off, part
    return np.isin(groups, chosen)


def _latest(frame: pd.DataFrame, spec: SplitSpec) -> Mask:
    ordering = time_order(frame, spec)
    name = spec.time_column or spec.column
    if len(ordering.values) < 2:
        raise InputError(f"The column {name!r} holds just one point in time.", hint="Split in another way.")
    if spec.after is not None:
        return later_than(ordering, spec.after, name)
    times, counts = np.unique(ordering.codes, return_counts=True)
    if len(times) < 2:
        raise InputError("All groups begin at the same point in time.", hint="Split by the groups alone.")
    later = 1 - np.cumsum(counts) / len(frame)
    cut = times[int(np.argmin(np.abs(later[:-1] - spec.fraction)))]
    return np.asarray(ordering.codes > cut, dtype=np.bool_)


def _given(frame: pd.DataFrame, spec: SplitSpec) -> Mask:
    series = split_column(frame, spec.column, "split")
    counts = series.value_counts(dropna=False)
    if len(counts) != 2 or series.isna().any():
        raise InputError(
            f"The column {spec.column!r} has {len(counts)} values (gaps counted); a given split needs two.",
            hint="Mark every row as one of two values, such as 'train' and 'test'.",
        )
    texts = series.map(as_text).astype("str")
    if {"train", "training"} & set(words_of(spec.column)) and not {"test", "testing"} & set(words_of(spec.column)):
        yes = [text for text in texts.unique() if text.strip().lower() in ("true", "1", "yes")]
        if len(yes) == 1:
            return np.asarray(texts != yes[0], dtype=np.bool_)
    called = sorted(text for text in texts.unique() if text.strip().lower() in _HOLDOUT_WORDS)
    rarest = min(sorted(texts.unique()), key=lambda text: int((texts == text).sum()))
    return np.asarray(texts == (called[0] if len(called) == 1 else rarest), dtype=np.bool_)


def _check_classes(y: npt.NDArray[np.generic], spec: SplitSpec, problem: Problem) -> None:
    if not problem.task.is_classification:
        return
    counts = np.bincount(y.astype(np.intp), minlength=len(problem.classes))
    if counts.min() < _KEPT_PER_CLASS:
        label = problem.classes[int(np.argmin(counts))]
        raise InputError(
            f"This split would leave {int(counts.min())} rows of the class {label!r} in the training part; "
            f"{_KEPT_PER_CLASS} are needed.",
            hint="Choose another point in time or column." if spec.column else "Use a stratified split.",
        )
