"""The same row, or nearly the same, on both sides of the split."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.checks.alone import severity_of
from engine.data.checks.subject import Check, Coded, Subject, percent
from engine.data.quick import Comparison
from engine.data.split.effect import group_effect, is_material
from engine.data.split.folds import folds
from engine.domain.data import Column, Finding, Problem, SplitKind, SplitSpec
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]

_FEWEST_ROWS = 30
_FEWEST_COLUMNS = 2
_FEWEST_WITH_FREE = 5
_SURE = 0.2
_LEAST = 0.01
_MOST_CANDIDATES = 0.5
_CELL = 0.002
_AGREE = 0.85
_CLOSE = 0.02
_BITS = 8.0
_MANY_NEAR = 0.08

_CHECK = Check(
    code="PF-L04",
    title="The same row on both sides of the split",
    why="A row that a model has been fitted on is remembered, not predicted; each twin on the other side makes the "
    "score better than it will be.",
    advice="Keep one of each, or keep all copies on one side.",
)


@dataclass(frozen=True)
class _Twins:
    clusters: Rows
    """Number of each row's cluster; a row without a twin is alone in its."""
    free: str
    """The one column in which twins may differ; empty if there is none."""
    noisy: bool
    """Whether twins differ by tiny amounts."""


def same_rows(subject: Subject) -> Finding:
    """Look for rows whose twin stands on the other side of the split (PF-L04).

    Twins are equal in all columns but identifiers and the target; or in all but one; numbers may differ by a
    thousandth of their spread. Rows that are equal only because there are so few different values do not count:
    rows that agree in one half of the columns must mostly agree in the other half as well.
    """
    problem = subject.problem
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    columns = _compared(subject)
    if len(columns) < _FEWEST_COLUMNS or len(subject.frame) < _FEWEST_ROWS:
        return _CHECK.not_applicable("There are too few columns or rows to tell twins from chance.")
    twins = _find(subject, columns)
    rows = len(subject.frame)
    if twins is None:
        return _CHECK.passed("No row is the same as another, or nearly, beyond chance.")
    across = _across(subject, problem, twins.clusters)
    how = f"the split is {subject.split.kind.replace('_', ' ')}" if subject.split else "rows are split at random"
    twin_rows = np.bincount(twins.clusters)[twins.clusters] > 1
    what = f"{int(twin_rows.sum()):,} of {rows:,} rows have a twin{_differ(twins)}"
    if not across.any():
        return _CHECK.passed(f"{what}, but all twins stay on one side of the split.")
    effect = group_effect(subject.frame, problem, twins.clusters)
    agree = _agreement(subject.y, twins.clusters, problem)
    few = bool(twins.free) and across.mean() < _MANY_NEAR
    if (agree < _AGREE or few) and not is_material(effect):
        why = "they are few" if few else "their targets differ"
        return _CHECK.passed(f"{what}, but {why}, and it changes little.{_kept_together(subject, effect)}")
    told = f", and in {percent(agree)} of them the twins have the same target" if problem.task.is_classification else ""
    scored = f"{int(across.sum()):,} rows ({percent(float(across.mean()))})"
    message = f"{what}{told}. Where {how}, {scored} are scored by a model that has seen their twin."
    measured = {"rows_with_twin": int(twin_rows.sum()), "rows_across": int(across.sum()), "same_target": agree}
    order = np.argsort(twins.clusters[twin_rows], kind="stable")
    return _CHECK.issue(
        f"{message}{_kept_together(subject, effect)}",
        severity_of(max(effect.difference if effect else 0.0, float(across.mean()) / 10)),
        columns=(twins.free,) if twins.free else (),
        rows=subject.numbers_of(np.flatnonzero(twin_rows)[order]),
        fix=None if twins.noisy else _fix(columns, twins.free),
        measured={**measured, "together": effect.as_dict() if effect else None},
    )


def _kept_together(subject: Subject, effect: Comparison | None) -> str:
    if effect is None:
        return ""
    return (
        f" A small model scores {effect.first:.3f} like this and {effect.second:.3f} with twins kept together "
        f"({effect.metric}, {subject.looked_at(effect.rows)}; difference {effect.difference:+.3f}, 95 % interval "
        f"{effect.low:+.3f} to {effect.high:+.3f})."
    )


def _differ(twins: _Twins) -> str:
    if twins.free:
        return f" that differs in {twins.free!r} alone"
    return " that differs by tiny amounts" if twins.noisy else " that is equal in every column but identifiers"


def _fix(columns: list[Column], free: str) -> Step:
    names = tuple(column.name for column in columns if column.name != free)
    return Step(kind=StepKind.DROP_DUPLICATES, columns=names, reason="One of each is kept.", finding=_CHECK.code)


def _compared(subject: Subject) -> list[Column]:
    left_out = (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)
    columns = [column for column in subject.others if column.kind not in left_out]
    return sorted(columns, key=lambda column: (-column.unique, column.name))


def _find(subject: Subject, columns: list[Column]) -> _Twins | None:
    """Find twins with the same target: equal, then but for noise (on two grids), then but for one column; then any."""
    for answer in (_answer(subject), np.zeros(len(subject.frame), dtype=np.uint64)):
        for grid in (None, 0.0, 0.5):
            halves = [_summed(subject, half, grid) + answer for half in (columns[::2], columns[1::2])]
            together = halves[0] + halves[1]
            found = _pairs(together)
            if found and found >= _SURE * min(_pairs(half) for half in halves):
                clusters = _unexpected(subject, columns, together)
                if clusters is not None:
                    return _Twins(clusters, "", grid is not None)
        twins = _but_for_one(subject, columns, answer) if len(columns) >= _FEWEST_WITH_FREE else None
        if twins is not None:
            return twins
    return None


def _answer(subject: Subject) -> Hashes:
    """Return the hashes of the target; twins that share it as well are seldom there by chance."""
    return _mixed(np.round(subject.y, 9).view(np.uint64) + np.uint64(_seed("the target")))


def _surprise(subject: Subject, columns: list[Column]) -> npt.NDArray[np.float64]:
    """Return, for each row, the bits that its values are worth beyond those that chance twins would need.

    A value that one row in eight has is worth three bits. Columns are taken as if they had nothing to do with
    each other, which overrates them; so a row has to be worth more than one of so many rows by a clear margin.
    """
    rows = len(subject.frame)
    bits = np.full(rows, -np.log2(rows) - _BITS)
    for column in columns:
        codes = subject.codes(column.name)[0]
        counts = np.bincount(codes + 1)
        bits += np.log2(rows / np.maximum(counts, 1))[codes + 1]
        if bits.min() > 0:
            break
    return bits


def _unexpected(subject: Subject, columns: list[Column], keys: Hashes) -> Rows | None:
    """Give a number to each cluster of equal keys; rows whose values are too common to be told apart stand alone.

    ``None`` if too few rows are left in clusters.
    """
    clusters = _numbered(keys)
    common = _surprise(subject, columns) <= 0
    clusters[common] = int(clusters.max()) + 1 + np.arange(int(common.sum()))
    clusters = np.unique(clusters, return_inverse=True)[1].astype(np.intp)
    least = max(2.0, _LEAST * len(subject.frame))
    return clusters if (np.bincount(clusters)[clusters] > 1).sum() >= least else None


def _but_for_one(subject: Subject, columns: list[Column], answer: Hashes) -> _Twins | None:
    """Find the column without which most rows have a twin: rows that share one half of the columns are looked at."""
    best: tuple[int, str, Hashes] | None = None
    parts = (columns[::2], columns[1::2])
    sums = [_summed(subject, part, None) for part in parts]
    for kept, part in ((0, 1), (1, 0)):
        half = sums[kept] + answer
        rows = np.flatnonzero(_repeated(half))
        if not 2 <= len(rows) <= _MOST_CANDIDATES * len(half):
            continue
        together = (sums[0] + sums[1] + answer)[rows]
        expected = _pairs(half[rows])
        for column in parts[part]:
            key = together - _hashed(subject, column, None, rows)
            found = _pairs(key)
            if found >= _SURE * expected and (best is None or found > best[0]):
                whole = sums[0] + sums[1] + answer
                whole[rows] = key
                best = found, column.name, whole
    if best is None:
        return None
    clusters = _unexpected(subject, [column for column in columns if column.name != best[1]], best[2])
    return None if clusters is None else _Twins(clusters, best[1], False)


def _summed(subject: Subject, columns: list[Column], grid: float | None) -> Hashes:
    total = np.zeros(len(subject.frame), dtype=np.uint64)
    for column in columns:
        total += _hashed(subject, column, grid)
    return total


def _hashed(subject: Subject, column: Column, grid: float | None, rows: Rows | None = None) -> Hashes:
    """Turn each cell into 64 well-mixed bits; on a grid, numbers in one cell of it are the same."""
    if column.kind is ColumnKind.NUMERIC:
        values = subject.floats(column.name)
        values = values if rows is None else values[rows]
        if grid is not None:
            spread = float(np.nanstd(subject.floats(column.name)[subject.sample])) or 1.0
            values = np.floor(values / (_CELL * spread) + grid)
        bits = np.where(np.isnan(values), -0.1234, values + 0.0).view(np.uint64)
    elif subject.is_text(column):
        codes = subject.codes(column.name)[0]
        bits = (codes if rows is None else codes[rows]).astype(np.int64).view(np.uint64)
    else:
        values = subject.floats(column.name)
        bits = np.nan_to_num(values if rows is None else values[rows], nan=-0.1234).view(np.uint64)
    return _mixed(bits + np.uint64(_seed(column.name)))


def _seed(name: str) -> int:
    seed = 1469598103934665603
    for byte in name.encode("utf-8", "surrogatepass"):
        seed = ((seed ^ byte) * 1099511628211) % 2**64  # FNV-1a
    return seed


def _mixed(bits: Hashes) -> Hashes:
    """Mix 64 bits so that sums of them are as good as unique (the finaliser of SplitMix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _counts(keys: Hashes) -> npt.NDArray[np.int64]:
    ordered = np.sort(keys)
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return np.diff(np.append(starts, len(ordered)))


def _pairs(keys: Hashes) -> int:
    counts = _counts(keys)
    return int((counts * (counts - 1) // 2).sum())


def _repeated(keys: Hashes) -> npt.NDArray[np.bool_]:
    codes = _numbered(keys)
    return np.asarray(np.bincount(codes)[codes] > 1, dtype=np.bool_)


def _numbered(keys: Hashes) -> Rows:
    return np.unique(keys, return_inverse=True)[1].astype(np.intp)


def _across(subject: Subject, problem: Problem, clusters: Rows) -> npt.NDArray[np.bool_]:
    """Mark the rows that are scored by a model that has been fitted on a twin."""
    random = SplitSpec(kind=SplitKind.STRATIFIED if problem.task.is_classification else SplitKind.RANDOM)
    try:
        pairs = folds(subject.frame, subject.y, subject.split or random, problem)
    except InputError:
        pairs = folds(subject.frame, np.zeros(len(clusters)), random, _number(problem))
    marked = np.zeros(len(clusters), dtype=np.bool_)
    for fit, score in pairs:
        seen = np.zeros(int(clusters.max()) + 1, dtype=np.bool_)
        seen[clusters[fit]] = True
        marked[score] = seen[clusters[score]]
    return marked


def _number(problem: Problem) -> Problem:
    """Return the problem as one without classes, whose folds are always possible."""
    return replace(problem, task=Task.REGRESSION, classes=())


def _agreement(y: npt.NDArray[np.float64], clusters: Rows, problem: Problem) -> float:
    """Return the share of rows with a twin whose target is that of most of their twins (a number: very near it)."""
    counts = np.bincount(clusters)
    inside = counts[clusters] > 1
    if not problem.task.is_classification:
        table = pd.DataFrame({"y": y[inside], "cluster": clusters[inside]})
        off = (table["y"] - table.groupby("cluster")["y"].transform("median")).abs()
        return float((off <= _CLOSE * float(y.std())).mean())
    values = np.unique(y[inside], return_inverse=True)[1]
    key = clusters[inside].astype(np.int64) * (int(values.max(initial=0)) + 1) + values
    owners, sizes = np.unique(key, return_counts=True)
    most = np.zeros(len(counts), dtype=np.int64)
    np.maximum.at(most, owners // (int(values.max(initial=0)) + 1), sizes)
    return float(most.sum() / inside.sum()) if inside.any() else 0.0


CHECKS: tuple[Coded, ...] = ((_CHECK, same_rows),)
