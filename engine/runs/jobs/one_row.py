"""One row among the others: what is fetched to look at it, and what a run computes beside its contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from engine.automl.table import align
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError
from engine.explain import flip, similar
from engine.explain.output import Predictor
from engine.explain.ranges import Range, ranges
from engine.runs.jobs.material import training
from engine.settings import Settings
from engine.store import results, tries
from engine.store.db import connect


@dataclass(frozen=True)
class Room:
    """The training part of a project, ready for looking at one row; what costs time is made when it is asked for."""

    problem: Problem
    frame: pd.DataFrame
    """Aligned features, shape (n_rows, n_features); the index holds the row numbers of the file."""
    outcomes: Sequence[Any]
    """Labels or values, length n_rows."""
    importance: dict[str, float]

    @cached_property
    def known(self) -> dict[str, Range]:
        """What each column holds."""
        return ranges(self.frame, self.problem)

    @cached_property
    def space(self) -> similar.Space:
        """Distances between rows."""
        return similar.make_space(self.frame, self.problem, self.importance)

    def place(self, row: int) -> int:
        """Find where a row stands.

        Raises
        ------
        InputError
            If the training part has no row of this number.
        """
        places = np.flatnonzero(self.frame.index.to_numpy() == row)
        if not len(places):
            raise InputError(
                f"Row {row} is not in the training part: the file has no such row, or it lies in the sealed hold-out.",
                hint=f"Choose one of its {len(self.frame):,} row numbers, for example {self.frame.index[0]}.",
            )
        return int(places[0])


def room(settings: Settings, slug: str, trial_id: int) -> Room:
    """Fetch the training part and what is stored of the importance of its columns."""
    material, _ = training(settings, slug)
    with connect(settings) as db:
        stored = results.explanation(db, trial_id) or {}
    problem = material.problem
    frame, _ = align(material.X, problem)
    outcomes: Sequence[Any]
    if problem.task is Task.REGRESSION:
        outcomes = material.y.astype(np.float64).tolist()
    else:
        outcomes = [problem.classes[int(code)] for code in material.y]
    importance = {one["column"]: float(one["value"]) for one in stored.get("importance", ())}
    return Room(problem, frame, outcomes, importance)


def beside(settings: Settings, slug: str, trial_id: int, model: Predictor, row: int, wanted: Any) -> dict[str, Any]:
    """Compute the nearest row that turned out otherwise and the smallest change that gives another answer.

    Returns
    -------
    dict
        ``flip`` (:func:`engine.explain.flip.search`) and ``other`` (:func:`engine.explain.flip.nearest_other`). For
        a regression without a value to pass both are empty.
    """
    here = room(settings, slug, trial_id)
    problem = here.problem
    if problem.task is Task.REGRESSION and wanted is None:
        return {"flip": None, "other": None}
    with connect(settings) as db:
        fixed = tries.fixed(db, slug)
    place = here.place(row)
    one = here.frame.iloc[[place]]
    found = flip.search(model, here.frame, one, problem, here.space, wanted=wanted, fixed=fixed)
    other = flip.nearest_other(
        here.frame,
        one,
        here.outcomes,
        here.space,
        actual=here.outcomes[place],
        beyond=float(found["wanted"]) if problem.task is Task.REGRESSION else None,
        present=found["before"],
    )
    return {"flip": found, "other": other}
