"""Writing predictions and tables as CSV that other programs read and no spreadsheet runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.metrics.scores import decide

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula; plain numbers stay as they are."""
    if not text.startswith(_FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def predictions_frame(
    *, rows: Sequence[int], pred: npt.NDArray[np.float64], problem: Problem, y: npt.NDArray[np.generic] | None = None
) -> pd.DataFrame:
    """Build the table of predictions: ``row``, ``actual`` where known, ``prediction``, a probability for each class.

    The prediction is the class that costs least in expectation under the stated costs, else the likeliest one.

    Parameters
    ----------
    rows : sequence of int, length n_rows
    pred : ndarray of shape (n_rows, n_classes) or (n_rows,)
    problem : Problem
    y : ndarray of shape (n_rows,), optional
        Class codes or values.
    """
    table: dict[str, object] = {"row": list(rows)}
    if problem.task.is_classification:
        labels = np.array([neutral(label) for label in problem.classes], dtype=object)
        if y is not None:
            table["actual"] = labels[y.astype(np.intp)]
        table["prediction"] = labels[decide(pred, problem)]
        for code, label in enumerate(problem.classes):
            table[f"probability_{label}"] = pred[:, code]
    else:
        if y is not None:
            table["actual"] = y
        table["prediction"] = pred
    return pd.DataFrame(table)


def write_predictions(
    path: Path,
    *,
    rows: Sequence[int],
    pred: npt.NDArray[np.float64],
    problem: Problem,
    y: npt.NDArray[np.generic] | None = None,
) -> None:
    """Write the table of :func:`predictions_frame` as CSV; floats keep every digit, so metrics can be recomputed."""
    # Before Python 3.13 the csv module leaves a lone carriage return unquoted; readers take it for the end of a line.
    # 2 is csv.QUOTE_NONNUMERIC, 0 csv.QUOTE_MINIMAL: the type stubs of pandas know the numbers only.
    quoting: Literal[0, 2] = 2 if any("\r" in label for label in problem.classes) else 0
    frame = predictions_frame(rows=rows, pred=pred, problem=problem, y=y)
    frame.to_csv(path, index=False, lineterminator="\n", quoting=quoting)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with formulas neutralised in its text cells and headings."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and not pd.api.types.is_datetime64_any_dtype(safe[name]):
            safe[name] = safe[name].map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
    safe.columns = pd.Index([neutral(str(name)) for name in safe.columns])
    safe.to_csv(path, index=False, lineterminator="\n")
