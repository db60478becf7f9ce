"""Published predictions: ``row,actual,prediction,probability_<label>…``, no features, every digit kept.

Where intervals resample whole groups, a last column ``group`` numbers the group of each row.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

GROUP = "group"

_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What a predictions file holds, ready for the metrics."""

    y: npt.NDArray[np.generic]
    """Class codes or values, shape (n_rows,)."""
    pred: npt.NDArray[np.float64]
    """Probabilities, shape (n_rows, n_classes), or values, shape (n_rows,)."""
    groups: npt.NDArray[np.intp] | None = None
    """Number of the group of each row, shape (n_rows,), where whole groups are resampled."""


def scoring_problem(problem: Problem) -> dict[str, Any]:
    """Keep of a problem what is needed to score predictions; names of features are not."""
    wanted = ("target", "task", "metric", "classes", "costs")
    return {key: value for key, value in problem.as_dict().items() if key in wanted}


def read_problem(raw: Mapping[str, Any]) -> Problem:
    """Read what :func:`scoring_problem` wrote, wherever it came from.

    Raises
    ------
    InputError
        If it is not of that form.
    """
    try:
        problem = Problem.from_dict({"features": (), "kinds": {}, **raw})
        k = len(problem.classes)
        costs = tuple(tuple(float(cell) for cell in row) for row in problem.costs)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError("The stated problem is not readable.", hint="Ask the author for an intact copy.") from None
    square = not costs or (len(costs) == k and all(len(row) == k for row in costs))
    labels = all(isinstance(label, str) for label in problem.classes) and len(set(problem.classes)) == k
    enough = {Task.BINARY: k == 2, Task.MULTICLASS: k >= 2, Task.REGRESSION: k == 0}[problem.task]
    if not (square and labels and enough):
        raise InputError("The stated problem contradicts itself.", hint="Ask the author for an intact copy.")
    return replace(problem, costs=costs)


def heading(problem: Problem) -> list[str]:
    """Name the columns of a predictions file."""
    return ["row", "actual", "prediction", *(f"probability_{label}" for label in problem.classes)]


def read(text: str, problem: Problem) -> Predictions:
    """Read a predictions file.

    Raises
    ------
    InputError
        If it lacks a column, has one too many, or holds a cell that does not belong there; says in which line.
    """
    import numpy as np

    from engine.data.export import neutral

    head, body = _lines(text)
    grouped = head == [*heading(problem), GROUP]
    if head != heading(problem) and not grouped:
        raise InputError("The predictions file has other columns than it should.", hint=_expected(problem))
    codes = {neutral(label): code for code, label in enumerate(problem.classes)}
    truth: list[float] = []
    said: list[list[float]] = []
    for place, cells in enumerate(body, start=2):
        if len(cells) != len(head):
            raise InputError(f"Line {place} of the predictions has {len(cells)} cells.", hint=_expected(problem))
        actual, values = _row(cells, codes, problem, place)
        truth.append(actual)
        said.append(values)
    if not truth:
        raise InputError("The predictions file has no rows.", hint=_expected(problem))
    pred = np.array(said, dtype=np.float64)
    numbers = [int(_finite(cells[-1], place)) for place, cells in enumerate(body, start=2)] if grouped else []
    groups = np.array(numbers, dtype=np.intp) if grouped else None
    if problem.task is Task.REGRESSION:
        return Predictions(y=np.array(truth, dtype=np.float64), pred=pred[:, 0], groups=groups)
    return Predictions(y=np.array(truth, dtype=np.intp), pred=pred, groups=groups)


def _lines(text: str) -> tuple[list[str], list[list[str]]]:
    """Split a CSV into its heading and the cells of its lines."""
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        head, *body = csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise InputError(f"The predictions file is no CSV: {error}.", hint="Ask the author for another copy.") from None
    except ValueError:
        return [], []
    return head, body


def _row(cells: list[str], codes: Mapping[str, int], problem: Problem, place: int) -> tuple[float, list[float]]:
    """Read the truth and the prediction of one line."""
    if problem.task is Task.REGRESSION:
        return _finite(cells[1], place), [_finite(cells[2], place)]
    if cells[1] not in codes or cells[2] not in codes:
        raise InputError(f"Line {place} of the predictions names an unknown class.", hint=_expected(problem))
    return float(codes[cells[1]]), [_finite(cell, place) for cell in cells[3 : 3 + len(problem.classes)]]


def _finite(cell: str, place: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"Line {place} of the predictions holds {cell[:40]!r}.", hint="A number was expected.")
    return value


def _expected(problem: Problem) -> str:
    return f"Expected: {', '.join(heading(problem))[:200]}."


def with_groups(text: str, groups: Sequence[int]) -> str:
    """Add the group of each row to a predictions file.

    Raises
    ------
    InputError
        If there are not as many groups as rows.
    """
    head, body = _lines(text)
    if len(body) != len(groups):
        raise InputError(f"There are {len(groups)} groups for {len(body)} predictions.", hint="Train again.")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[*head, GROUP], *([*cells, group] for cells, group in zip(body, groups, strict=True))])
    return out.getvalue()
