"""The fitted model: a weighted soft vote of pipelines of library objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl import stored, table
from engine.automl.limits import quiet
from engine.automl.pipeline import vote
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.errors import InputError

Floats = npt.NDArray[np.float64]

align = table.align

_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Member:
    """One pipeline of a model and its share of the vote."""

    weight: float
    family: str
    pipeline: Any


@dataclass(frozen=True)
class Model:
    """What answers: one pipeline, or several that vote by weight."""

    problem: Problem
    members: tuple[Member, ...]
    sample: pd.DataFrame | None = None
    """A few rows, aligned, whose predictions are stored with the model and compared when it is loaded."""
    recipe: Recipe = field(default_factory=Recipe)
    """What was done to the columns before; its fitted steps are part of each pipeline."""

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Predict for a table with the features of the problem.

        Parameters
        ----------
        frame : DataFrame of shape (n_rows, any)

        Returns
        -------
        ndarray of shape (n_rows, n_classes) or (n_rows,)
            Probabilities in the order of the classes, or values.

        Raises
        ------
        InputError
            If a column is missing or holds what cannot be read.
        """
        tidy, _ = align(frame, self.problem)
        if len(tidy) == 0:
            return np.empty((0, len(self.problem.classes)) if self.problem.task.is_classification else (0,))
        pipelines = {place: member.pipeline for place, member in enumerate(self.members)}
        weights = {place: member.weight for place, member in enumerate(self.members)}
        with quiet():
            return vote(pipelines, weights, tidy, self.problem)

    def save(self, folder: Path) -> None:
        """Write the model: its parts, and last a manifest with their hashes and a self-test of a few rows."""
        test = None
        if self.sample is not None and len(self.sample):
            test = {"rows": stored.rows_as_json(self.sample), "predictions": self.predict(self.sample).tolist()}
        votes = [(member.weight, member.family, member.pipeline) for member in self.members]
        stored.write(folder, votes, self.problem, test, self.recipe)

    @classmethod
    def load(cls, folder: Path, problem: Problem) -> Model:
        """Read a stored model after checking its hashes, its types and its self-test.

        Raises
        ------
        InputError
            If a file is missing or was changed, holds an unexpected type, was made for other columns or
            classes, or the self-test fails.
        """
        votes, test, recipe = stored.read(folder, problem)
        members = tuple(Member(weight=weight, family=family, pipeline=one) for weight, family, one in votes)
        sample = stored.rows_from_json(test["rows"], problem) if test else None
        model = cls(problem, members, sample, recipe)
        if sample is not None and test is not None:
            wanted = np.asarray(test["predictions"], dtype=np.float64)
            found = model.predict(sample)
            if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
                raise InputError(
                    "The stored model predicts other values than when it was made.",
                    hint="Use the library versions of its run, or start a new run.",
                )
        return model
