"""A first look at any file: its columns, what is likely to be predicted, the split that suits it, what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.checks import run_checks
from engine.data.schema import describe, drop_unlabelled, guess_target, make_problem
from engine.data.sources import detect, read_table
from engine.data.split import optimism, propose
from engine.domain.data import Problem, SplitSpec
from engine.domain.reading import Reading
from engine.domain.task import Task
from engine.errors import InputError
from engine.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Tell = Callable[[str, float], None]


def check(
    path: Path,
    settings: Settings,
    *,
    target: str | None = None,
    task: Task | None = None,
    reading: Reading | None = None,
    tell: Tell = lambda *_: None,
) -> dict[str, Any]:
    """Read a file, describe it, propose target, task, metric and split, and run every check.

    Parameters
    ----------
    path : Path
    settings : Settings
    target : str, optional
        Guessed if not given.
    task : Task, optional
        Guessed if not given.
    reading : Reading, optional
        How the file is read; detected if not given.
    tell : callable
        Hears what is going on and how far it is, from 0 to 1.

    Returns
    -------
    dict
        The fields of ``proofolio check``; ``seconds`` is wall clock.

    Raises
    ------
    InputError
        If the file cannot be read, or the target cannot be predicted.
    """
    began = time.perf_counter()
    tell("Reading the file", 0.05)
    reading = reading or detect(path, settings)
    frame = read_table(path, settings, reading=reading)
    tell("Describing its columns", 0.4)
    columns = describe(frame)
    check_target(frame, target)
    wanted = target or guess_target(frame, columns)
    labelled, unlabelled, known, problem, split, proposal = frame, 0, columns, None, None, None
    if wanted is not None:
        labelled, unlabelled = drop_unlabelled(frame, wanted)
        known = describe(labelled) if unlabelled else columns
        problem = make_problem(labelled, known, target=wanted, task=task)
        tell("Looking for the split that suits it", 0.6)
        split = propose(labelled, known, problem)
        proposal = _proposal(problem, split)
        proposal["split"]["optimism"] = optimism(labelled, known, problem, split)
    tell("Looking for what is wrong", 0.75)
    findings = run_checks(labelled, known, problem, split=split)
    return {
        "rows": len(frame),
        "columns": len(columns),
        "seconds": round(time.perf_counter() - began, 3),
        "schema": [{"name": c.name, "kind": str(c.kind), "missing": c.missing, "unique": c.unique} for c in columns],
        "findings": [finding.as_dict() for finding in findings],
        "proposal": proposal,
        "rows_without_target": unlabelled,
        "reading": reading.as_dict(),
    }


def _proposal(problem: Problem, split: SplitSpec) -> dict[str, Any]:
    return {
        "target": problem.target,
        "task": str(problem.task),
        "metric": problem.metric,
        "split": {
            "kind": str(split.kind),
            "column": split.column or None,
            "more_columns": list(split.more_columns),
            "time_column": split.time_column or None,
            "reason": split.reason,
        },
    }


def check_target(frame: pd.DataFrame, target: str | None) -> None:
    """Make sure that a target which was named is there. Raises ``InputError``."""
    if target is not None and target not in frame.columns:
        raise InputError(
            f"There is no column {target!r} in the file.", hint=f"It has: {', '.join(map(str, frame.columns[:20]))}."
        )


def outline(path: Path, settings: Settings, *, reading: Reading | None = None, tell: Tell = lambda *_: None) -> Any:
    """Read a file and say what its columns are and which may be predicted, without looking at what is in its rows.

    This is all that happens to a file before rows of it are sealed.

    Returns
    -------
    tuple of (Reading, dict)
        How it was read; ``rows``, ``columns``, ``schema`` (as of :func:`check`, with ``examples``) and ``target``.
    """
    tell("Finding out how it is written", 0.1)
    reading = reading or detect(path, settings)
    tell("Reading the file", 0.3)
    frame = read_table(path, settings, reading=reading)
    tell("Describing its columns", 0.7)
    columns = describe(frame)
    schema = [
        {"name": c.name, "kind": str(c.kind), "missing": c.missing, "unique": c.unique, "examples": list(c.examples)}
        for c in columns
    ]
    found = {"rows": len(frame), "columns": len(columns), "schema": schema, "target": guess_target(frame, columns)}
    return reading, found
