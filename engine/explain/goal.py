"""Another answer than the present one: a class, or a value that a regression is to pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number
from engine.errors import InputError
from engine.explain.output import Floats
from engine.explain.whatif import decide, probabilities
from engine.metrics.decision import expected_costs, stated_costs


@dataclass(frozen=True)
class Goal:
    """Another answer than the present one."""

    problem: Problem
    wanted: str | float | None
    """A class (``None``: any other than the present one), or a value of a regression that is to be passed."""
    present: Floats
    """The outputs now, shape (n_outputs,)."""

    def margin(self, outputs: Floats) -> Floats:
        """Measure how far beyond the goal answers are, shape (n_rows,): it is reached where this is above 0."""
        if self.problem.task is Task.REGRESSION:
            aim = float(self.wanted or 0.0)
            sign = 1.0 if aim >= self.present[0] else -1.0
            return np.asarray(sign * (outputs[:, 0] - aim))
        # What each class is expected to cost; without stated costs, the probability of being wrong.
        costs = expected_costs(probabilities(outputs, self.problem), stated_costs(self.problem))
        classes = list(self.problem.classes)
        if self.wanted is not None:
            place = classes.index(str(self.wanted))
            return np.asarray(np.delete(costs, place, axis=1).min(axis=1) - costs[:, place])
        place = classes.index(str(decide(self.present, self.problem)))
        return np.asarray(costs[:, place] - np.delete(costs, place, axis=1).min(axis=1))

    @property
    def text(self) -> str:
        """The goal in words."""
        if self.problem.task is Task.REGRESSION:
            aim = float(self.wanted or 0.0)
            return f"moves the answer {'above' if aim >= self.present[0] else 'below'} {number(aim)}"
        if self.wanted is not None:
            return f"makes '{self.wanted}' the answer"
        return "gives another class"


def check_wanted(wanted: str | float | None, problem: Problem) -> str | float | None:
    """Read what another answer means: a class of several, or a value to pass.

    Raises
    ------
    InputError
        If it is no class or no number, or a regression has none.
    """
    if problem.task is Task.REGRESSION:
        try:
            value = float(wanted if wanted is not None else np.nan)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise InputError(
                f"A change is searched that moves {problem.target} past a value, and none was given.",
                hint="Say the value, such as --target 200000.",
            )
        return value
    if wanted is not None and str(wanted) not in problem.classes:
        raise InputError(f"{wanted!r} is not a class.", hint=f"Choose from: {', '.join(problem.classes)}.")
    return None if wanted is None else str(wanted)
