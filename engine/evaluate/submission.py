"""Predictions made elsewhere: checked row by row, and scored together with ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.export import neutral
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.errors import InputError
from engine.metrics.compare import difference_of, tie_groups_of
from engine.metrics.intervals import RESAMPLES, resampled
from engine.metrics.scores import reported
from engine.metrics.weighted import Floats, Truth

ROW, PREDICTION, PROBABILITY = "row", "prediction", "probability_"

SUM_TOLERANCE = 1e-3
"""By how much the probabilities of a row may miss 1: three printed decimals are enough."""

_FORM_HINT = "The rows to predict stand in test_features.csv of 'proofolio data export'; keep its column 'row'."


@dataclass(frozen=True)
class Checked:
    """Predictions in the order of the sealed rows."""

    pred: Floats
    """Shape (n_rows, n_classes) or (n_rows,)."""
    labels_only: bool
    """Whether only labels were given; each is then taken as certain."""


def check_submission(table: pd.DataFrame, rows: Sequence[int], problem: Problem) -> Checked:
    """Check a file of predictions and put it into the order of the sealed rows.

    Parameters
    ----------
    table : DataFrame of str
        As it stands in the file, every cell as text, empty cells empty text. It has ``row`` and for a number
        ``prediction``; for classes ``probability_<label>`` for every class, or ``prediction`` with labels alone.
    rows : sequence of int
        Row numbers that have to be predicted, in the order of the sealed rows.
    problem : Problem

    Raises
    ------
    InputError
        One sentence that names the first row (or column) at fault.
    """
    classes = problem.task.is_classification
    probabilities = _columns(table, problem)
    place = _order(table, rows)
    ordered = table.iloc[place]
    if not classes:
        return Checked(_numbers(ordered, PREDICTION), labels_only=False)
    if not probabilities:
        return Checked(_certain(ordered, problem), labels_only=True)
    pred = np.column_stack([_numbers(ordered, name) for name in probabilities])
    numbers = ordered[ROW].tolist()
    outside = (pred < 0) | (pred > 1)
    if outside.any():
        at, column = np.argwhere(outside)[0]
        raise InputError(
            f"Row {numbers[at]} has a probability of {pred[at, column]:g} in {probabilities[column]!r}.",
            hint="Write probabilities between 0 and 1, not scores, odds or percentages.",
        )
    sums = pred.sum(axis=1)
    wrong = np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE)
    if len(wrong):
        raise InputError(
            f"The probabilities of row {numbers[wrong[0]]} add up to {sums[wrong[0]]:.4g}, not to 1.",
            hint=f"{len(wrong):,} of {len(sums):,} rows are so. Divide each row by its sum.",
        )
    return Checked(pred / sums[:, None], labels_only=False)


def _columns(table: pd.DataFrame, problem: Problem) -> list[str]:
    """Find the probability columns in the order of the classes; none where there are labels alone."""
    names = [str(name) for name in table.columns]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise InputError(f"The column {double!r} stands there twice.", hint="Keep one of the two.")
    if ROW not in names:
        raise InputError(f"The column 'row' is missing; the file has {_named(names)}.", hint=_FORM_HINT)
    if not problem.task.is_classification:
        if PREDICTION not in names:
            raise InputError(
                f"The column 'prediction' is missing; the file has {_named(names)}.",
                hint="Name the column of predicted values 'prediction'.",
            )
        return []
    given = [name for name in names if name.startswith(PROBABILITY)]
    if not given and PREDICTION in names:
        return []
    wanted = [f"{PROBABILITY}{label}" for label in problem.classes]
    unknown = next((name for name in given if name not in wanted), None)
    if unknown is not None:
        raise InputError(
            f"The column {unknown!r} belongs to no class.", hint=f"The classes are {_named(problem.classes)}."
        )
    missing = next((name for name in wanted if name not in given), None)
    if missing is not None:
        raise InputError(
            f"The column {missing!r} is missing; the file has {_named(names)}.",
            hint="Give one probability column for every class, or 'prediction' with labels alone.",
        )
    return wanted


def _order(table: pd.DataFrame, rows: Sequence[int]) -> npt.NDArray[np.intp]:
    """Find for each sealed row the line of the file that predicts it."""
    wanted = {int(row): place for place, row in enumerate(rows)}
    place_of = np.full(len(wanted), -1, dtype=np.intp)
    for line, cell in enumerate(table[ROW].tolist()):
        number = _whole(cell)
        if number is None:
            raise InputError(
                f"Line {line + 2} names no row: {str(cell)[:40]!r} is not a whole number.", hint=_FORM_HINT
            )
        if number not in wanted:
            raise InputError(f"Row {number} (line {line + 2}) is not one of the rows to predict.", hint=_FORM_HINT)
        if place_of[wanted[number]] >= 0:
            raise InputError(
                f"Row {number} is predicted twice, in line {place_of[wanted[number]] + 2} and in line {line + 2}.",
                hint="Keep one prediction for each row.",
            )
        place_of[wanted[number]] = line
    absent = np.flatnonzero(place_of < 0)
    if len(absent):
        raise InputError(
            f"Row {rows[absent[0]]} has no prediction; {len(absent):,} of {len(rows):,} rows are missing.",
            hint="Predict every row of test_features.csv.",
        )
    return place_of


def _whole(cell: object) -> int | None:
    text = str(cell).strip().removesuffix(".0")
    # Python takes Arabic-Indic digits and underscores for numbers too; no such row was given out.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    values = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        cell = str(table[name].iloc[bad[0]]).strip()[:40]
        what = f"{cell!r}, which is not a finite number" if cell else "an empty cell"
        raise InputError(
            f"Row {table[ROW].iloc[bad[0]]} has {what} in {name!r}.",
            hint=f"{len(bad):,} of {len(values):,} rows are so. Write every value as a number with a decimal point.",
        )
    return values


def _certain(table: pd.DataFrame, problem: Problem) -> Floats:
    """Turn labels into probabilities of 1."""
    # A label that a spreadsheet would take for a formula was given out with an apostrophe before it.
    code_of = {neutral(label): code for code, label in enumerate(problem.classes)}
    code_of |= {label: code for code, label in enumerate(problem.classes)}
    pred = np.zeros((len(table), len(problem.classes)))
    for place, cell in enumerate(table[PREDICTION].tolist()):
        code = code_of.get(str(cell), code_of.get(str(cell).strip()))
        if code is None:
            what = f"the unknown label {str(cell)[:40]!r}" if str(cell).strip() else "no label"
            raise InputError(
                f"Row {table[ROW].iloc[place]} has {what} in 'prediction'.",
                hint=f"The labels are {_named(problem.classes)}.",
            )
        pred[place, code] = 1.0
    return pred


def _named(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(repr(str(name)[:40]) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def score_together(
    y: Truth,
    ours: Floats,
    theirs: Mapping[int, Floats],
    problem: Problem,
    *,
    metric: str,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> dict[int, dict[str, Any]]:
    """Score predictions made elsewhere beside ours, on the same resamples of the same rows.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    ours : ndarray of shape (n_rows, n_classes) or (n_rows,)
    theirs : mapping of a submission's number to an array like ``ours``
    problem : Problem
    metric : str
        The metric of the comparison.
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    dict of the submission's number to dict
        ``metrics`` (a list of ``name value low high``) and ``difference`` (``value low high verdict``,
        positive where theirs is better than ours; null where the metric is not defined).
    """
    ids = tuple(dict.fromkeys((metric, *reported(problem))))
    found = resampled(ids, y, [ours, *theirs.values()], problem, resamples=resamples, seed=seed, groups=groups)
    scored: dict[int, dict[str, Any]] = {}
    for place, number in enumerate(theirs, start=1):
        gap = difference_of(found, metric, place, 0)
        scored[number] = {
            "metrics": [one.as_dict() for one in found.all_values(place)],
            "difference": None if gap is None else asdict(gap),
        }
    return scored


def ranked(
    y: Truth,
    candidates: Mapping[str, Floats],
    problem: Problem,
    *,
    metric: str,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> list[dict[str, Any]]:
    """Rank all candidates of an opening, ours and those made elsewhere, on the same resamples of the same rows.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    candidates : mapping of a name to ndarray of shape (n_rows, n_classes) or (n_rows,)
        ``best`` is ours.
    problem : Problem
    metric : str
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.

    Returns
    -------
    list of dict
        Best first: ``candidate value low high tie_group`` and ``difference`` to ours (``value low high verdict``,
        positive where it is better than ours; null for ours). Empty where the metric is not defined on these rows.
    """
    name = find_metric(metric, problem.task).id
    preds = list(candidates.values())
    first = resampled([name], y, preds, problem, resamples=0, groups=groups).points[:, 0]
    if np.isnan(first).any():
        return []
    sign = -1.0 if find_metric(name).higher_is_better else 1.0
    order = np.argsort(sign * first, kind="stable")
    found = resampled(
        [name], y, [preds[place] for place in order], problem, resamples=resamples, seed=seed, groups=groups
    )
    names = [list(candidates)[place] for place in order]
    ours, ties = names.index("best"), tie_groups_of(found, name)
    board = []
    for place, one in enumerate(names):
        value = found.value(place, name)
        gap = None if place == ours else difference_of(found, name, place, ours)
        assert value is not None
        board.append(
            {"candidate": one, "value": value.value, "low": value.low, "high": value.high}
            | {"tie_group": ties[place], "difference": None if gap is None else asdict(gap)}
        )
    return board
