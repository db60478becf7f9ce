"""The target: whether it can be predicted, its classes in a fixed order, its codes, what each error costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import as_text, plain
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError

FEWEST_ROWS = 20
"""Rows with a target that a project needs; with fewer no fold can be scored."""
FEWEST_PER_CLASS = 3
"""Rows that each class needs: one for the hold-out, and two so that every fold is fitted on one and scored."""
MOST_CLASSES = 100

# fmt: off
_POSITIVE = frozenset([
    "1", "yes", "y", "true", "t", "positive", "pos", "bad", "churn", "churned", "default", "defaulted", "fraud",
    "fraudulent", "spam", "dead", "died", "deceased", "failed", "fail", "failure", "late", "delayed", "sick", "ill",
    "malignant", "denied", "refused", "event", "case", "abnormal", "attack", "survived",
])
_NEGATIVE = frozenset([
    "0", "-1", "no", "n", "false", "f", "negative", "neg", "good", "ok", "okay", "none", "never", "alive", "healthy",
    "benign", "normal", "legit", "legitimate", "ham", "stayed", "control",
])
# fmt: on
_REGRESSION_COSTS = ("too high", "too low")


def check_target(present: pd.Series, column: Column) -> None:
    """Make sure that there is something to predict, whatever the task.

    Parameters
    ----------
    present : Series of shape (n_labelled,)
        The target without its gaps.
    column : Column

    Raises
    ------
    InputError
        If it is empty, constant, too short, or of a kind that cannot be predicted.
    """
    name = column.name
    if present.empty:
        raise InputError(f"The target {name!r} is empty in every row.", hint="Choose another target.")
    if column.unique == 1:
        raise InputError(
            f"The target {name!r} is {as_text(present.iloc[0])[:60]!r} in every row: there is nothing to predict.",
            hint="Choose another target, or bring rows with other values.",
        )
    if len(present) < FEWEST_ROWS:
        raise InputError(
            f"Only {len(present)} rows have a value of the target {name!r}; at least {FEWEST_ROWS} are needed.",
            hint="Bring more rows.",
        )
    what = {
        ColumnKind.TEXT: f"holds free text ({column.unique:,} different ones in {len(present):,} rows)",
        ColumnKind.IDENTIFIER: f"is an identifier ({column.unique:,} different values in {len(present):,} rows)",
        ColumnKind.DATETIME: "holds dates",
    }.get(column.kind)
    if what:
        raise InputError(
            f"The target {name!r} {what}, which cannot be predicted here.",
            hint="Choose a column of classes or numbers.",
        )


def classes_of(present: pd.Series, name: str) -> dict[str, int]:
    """Count the classes of a target without gaps, in a stable order: numbers by size, text by alphabet.

    Raises
    ------
    InputError
        If there are too many classes, or one of them has too few rows.
    """
    series = plain(present)
    counted = series.value_counts()
    if len(counted) > MOST_CLASSES:
        numbers = pd.api.types.is_numeric_dtype(series.dtype)
        raise InputError(
            f"The target {name!r} has {len(counted):,} classes; at most {MOST_CLASSES} are possible.",
            hint="Predict it as a number (regression)." if numbers else "Join rare classes, or choose another target.",
        )
    counted = counted.sort_index()
    rarest = counted.idxmin()
    if counted.min() < FEWEST_PER_CLASS:
        times = "once" if counted.min() == 1 else "twice"
        raise InputError(
            f"The class {as_text(rarest)[:60]!r} of the target {name!r} is seen only {times}; every class needs at "
            f"least {FEWEST_PER_CLASS} rows, one for the hold-out and two for the folds.",
            hint="Join it with another class, leave its rows out, or bring more rows.",
        )
    return {as_text(value): int(count) for value, count in counted.items()}


def order_binary(counts: Mapping[str, int], positive: str | None, name: str) -> tuple[str, str]:
    """Put the positive one of two classes last: the one asked for, else the one that sounds like it, else the rarer.

    Raises
    ------
    InputError
        If the class asked for does not exist.
    """
    first, second = counts
    if positive is not None:
        if positive not in counts:
            raise InputError(
                f"The target {name!r} has no class {positive!r}.", hint=f"Choose {first!r} or {second!r} as positive."
            )
        return (second, first) if positive == first else (first, second)
    for hit in ([_sounds_positive(label) for label in counts], [not _sounds_negative(label) for label in counts]):
        if sum(hit) == 1:
            return (second, first) if hit[0] else (first, second)
    return (second, first) if counts[first] < counts[second] else (first, second)


def _sounds_positive(label: str) -> bool:
    return label.strip().lower() in _POSITIVE


def _sounds_negative(label: str) -> bool:
    text = label.strip().lower()
    return text in _NEGATIVE or text.startswith(("not ", "no ", "non-", "non ", "not_", "no_"))


def check_numbers(present: pd.Series, name: str, *, metric: str, log_target: bool) -> None:
    """Make sure that a regression target holds numbers that the metric and the log scale can take.

    Raises
    ------
    InputError
        If it does not.
    """
    series = plain(present)
    if not pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype):
        raise InputError(
            f"The target {name!r} holds {as_text(series.iloc[0])[:60]!r}, which is no number.",
            hint="Choose classification, or correct the column.",
        )
    low = float(series.min())
    if log_target and low <= -1:
        raise InputError(
            f"The target {name!r} goes down to {low:g}; the log scale needs values above -1.",
            hint="Fit it without the log scale.",
        )
    if metric == "rmsle" and low < 0:
        raise InputError(f"RMSLE is not defined for {name!r}: it goes down to {low:g}.", hint="Choose rmse or mae.")
    if metric == "d2_poisson" and low < 0:
        raise InputError(
            f"The Poisson deviance is not defined for {name!r}: it goes down to {low:g}.", hint="Choose rmse or mae."
        )
    if metric == "mape" and bool((series == 0).any()):
        raise InputError(f"MAPE is not defined for {name!r}: some values are 0.", hint="Choose mae or rmse.")


def cost_matrix(costs: Mapping[str, float] | None, classes: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Turn ``"<actual> -> <said>"`` into a matrix; what is not named costs nothing.

    Parameters
    ----------
    costs : mapping or None
        For regression (no classes) its keys are ``too high`` and ``too low``, and there is no matrix.
    classes : sequence of str

    Returns
    -------
    tuple of tuple of float, shape (n_classes, n_classes)
        ``[i][j]``: the cost of saying class j when it is class i; empty without costs.

    Raises
    ------
    InputError
        If a key names no pair of classes, or a cost is no finite number.
    """
    if not costs:
        return ()
    place = {label: code for code, label in enumerate(classes)}
    matrix = [[0.0] * len(classes) for _ in classes]
    for key, cost in costs.items():
        if isinstance(cost, bool) or not isinstance(cost, int | float) or not math.isfinite(cost):
            raise InputError(f"The cost of {key!r} is {cost!r}, not a number.", hint="Write it like 5 or 0.5.")
        if not classes:
            if key not in _REGRESSION_COSTS:
                raise InputError(
                    f"There is no error {key!r} of a predicted number.", hint="Use 'too high' and 'too low'."
                )
            continue
        actual, said = _pair(key, place)
        matrix[place[actual]][place[said]] = float(cost)
    return tuple(tuple(row) for row in matrix)


def _pair(key: str, place: Mapping[str, int]) -> tuple[str, str]:
    # A class may itself hold an arrow, so every way to cut the key is tried.
    parts = key.split("->")
    for cut in range(1, len(parts)):
        actual, said = "->".join(parts[:cut]).strip(), "->".join(parts[cut:]).strip()
        if actual in place and said in place:
            return actual, said
    first, *_, last = place
    raise InputError(
        f"The cost of {key!r} names no pair of classes.",
        hint=f"Write it like '{last} -> {first}'; the classes are: {', '.join(place)}.",
    )


def encode_target(series: pd.Series, problem: Problem) -> npt.NDArray[np.generic]:
    """Turn the target into numbers.

    Returns
    -------
    ndarray of shape (n_rows,)
        Codes in the order of ``problem.classes`` (intp), or the values themselves (float64).

    Raises
    ------
    InputError
        If a row has no target, a class that the problem does not know, or no number.
    """
    series = plain(series)
    gaps = int(series.isna().sum())
    if gaps:
        raise InputError(f"{gaps:,} rows have no value of the target {problem.target!r}.", hint="Leave them out.")
    if problem.task is Task.REGRESSION:
        check_numbers(series, problem.target, metric="", log_target=False)
        return series.to_numpy(dtype=np.float64)
    codes, values = pd.factorize(series)
    place = {label: code for code, label in enumerate(problem.classes)}
    texts = [as_text(value) for value in values]
    unknown = [text for text in texts if text not in place]
    if unknown:
        raise InputError(
            f"The target {problem.target!r} has the unknown class {unknown[0][:60]!r}.",
            hint=f"The classes are: {', '.join(problem.classes)}.",
        )
    return np.array([place[text] for text in texts], dtype=np.intp)[codes]
