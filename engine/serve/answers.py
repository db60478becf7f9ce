"""Asking the model about a table, and saying what was unusual about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.explain.local import explain_row
from engine.explain.output import Floats, Predictor
from engine.metrics.decision import decide
from engine.serve.faults import UnusableError
from engine.serve.inputs import Table

MOST_EXPLAINED = 10
"""Rows of one request that are explained at most: each takes as long as thousands of predictions."""
_CONTRIBUTIONS = 5
_MOST_NOTED = 5


@dataclass(frozen=True, kw_only=True)
class Served:
    """A model with what is needed to answer for it."""

    name: str
    """Short name of the project, and of the model in every protocol."""
    version: int
    """Number of the trial: a positive whole number, as TensorFlow Serving has it."""
    title: str
    problem: Problem
    model: Predictor
    background: pd.DataFrame
    """Rows of the training part, aligned: examples, behaviour tests, and what "unknown" means in an explanation."""
    levels: Mapping[str, frozenset[str]]
    """Categories of the training part by column."""
    explain: bool = False
    """Whether a reply may hold contributions."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What is told about the model: metric, score, interval, family."""


@dataclass(frozen=True)
class Answer:
    """What the model says."""

    outputs: Floats
    """Probabilities in the order of the classes, or values; shape (n_rows, n_classes) or (n_rows,)."""
    decided: list[Any]
    """Label or value of each row."""
    notes: tuple[str, ...]
    unseen: int
    """Count of cells with a category that the training data did not have."""
    reasons: tuple[dict[str, Any], ...] = ()
    """Where it was asked for: base and the largest contributions of each row."""


def answer(served: Served, table: Table, *, explain: bool = False) -> Answer:
    """Predict every row.

    Raises
    ------
    UnusableError
        If an explanation is asked for that this service does not give.
    """
    problem = served.problem
    if explain:
        _check_explaining(served, len(table.frame))
    outputs = np.asarray(served.model.predict(table.frame), dtype=np.float64)
    if problem.task.is_classification:
        decided: list[Any] = [problem.classes[code] for code in decide(outputs, problem)]
    else:
        decided = outputs.tolist()
    noted, unseen = _unseen(served, table.frame)
    notes = [*_left_out(table), *noted]
    reasons = tuple(_reason(served, table.frame, row) for row in range(len(table.frame))) if explain else ()
    return Answer(outputs, decided, tuple(notes), unseen, reasons)


def entries(served: Served, found: Answer) -> list[dict[str, Any]]:
    """Write one object a row: ``prediction``, ``probabilities`` by label, and ``explanation`` where asked for."""
    classes = served.problem.classes
    rows: list[dict[str, Any]] = [{"prediction": one} for one in found.decided]
    if classes:
        for entry, line in zip(rows, found.outputs.tolist(), strict=True):
            entry["probabilities"] = dict(zip(classes, line, strict=True))
    for entry, reason in zip(rows, found.reasons, strict=False):
        entry["explanation"] = reason
    return rows


def _check_explaining(served: Served, rows: int) -> None:
    if not served.explain:
        raise UnusableError("This service gives no explanations.", hint="Start it with --explain, or ask without.")
    if rows > MOST_EXPLAINED:
        raise UnusableError(
            f"At most {MOST_EXPLAINED} rows of one request are explained, not {rows:,}.", hint="Ask in smaller parts."
        )


def _reason(served: Served, frame: pd.DataFrame, row: int) -> dict[str, Any]:
    one = frame.iloc[[row]]
    # No row of the background has this number, so none is taken for the one that is asked about.
    one.index = pd.Index([-1])
    found = explain_row(served.model, served.background, one, served.problem)
    keep = ("column", "value", "text")
    return {
        "label": found["label"],
        "base": found["base"],
        "contributions": [{key: part[key] for key in keep} for part in found["contributions"][:_CONTRIBUTIONS]],
    }


def _left_out(table: Table) -> list[str]:
    if not table.extra:
        return []
    if len(table.extra) == 1:
        return [f"The column {table.extra[0]!r}, which the model does not know, was left out."]
    return [f"{len(table.extra)} columns that the model does not know were left out, such as {table.extra[0]!r}."]


def _unseen(served: Served, frame: pd.DataFrame) -> tuple[list[str], int]:
    """Find categories that the training data did not have; the model treats them as it treats rare ones."""
    notes, count = [], 0
    for name, known in served.levels.items():
        new = [cell for cell in frame[name].tolist() if isinstance(cell, str) and cell not in known]
        if new:
            count += len(new)
            notes.append(f"The column {name!r} holds {new[0][:60]!r}, which the training data did not have.")
    more = len(notes) - _MOST_NOTED
    return (notes if more <= 0 else [*notes[:_MOST_NOTED], f"{more} more columns hold unseen values."]), count


def levels_of(frame: pd.DataFrame, problem: Problem) -> dict[str, frozenset[str]]:
    """List the categories of aligned rows by column."""
    kinds = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
    return {
        name: frozenset(str(value) for value in frame[name].dropna().unique())
        for name in problem.features
        if problem.kinds[name] in kinds
    }
