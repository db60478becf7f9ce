"""Questions made from a person's own runs, with answers computed from the stored values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engine.errors import InputError
from engine.study.generators import counts, intervals, scores
from engine.study.generators.values import RunValues
from engine.study.questions import Question

_OWN = re.compile(r".+-own-[a-z0-9-]+-([0-9]{1,9})")

GENERATORS: dict[str, Callable[[RunValues], Question | None]] = {
    "recall": counts.recall,
    "difference": intervals.shown_better,
    "luck": scores.luck,
    "missing": counts.missing,
    "folds": scores.fold_mean,
    "baseline": scores.against_baseline,
    "gain": scores.gain,
    "cost": counts.cost,
    "threshold": counts.cheapest_threshold,
    "precision": counts.precision,
    "calibration": intervals.calibration_bin,
    "holdout": intervals.holdout,
    "majority": counts.majority,
    "gap": scores.gap,
    "worst-fold": scores.worst_fold,
    "contributions": scores.explained_row,
    "f1": counts.f1,
    "fits": scores.fits,
}
"""Every kind, the most useful first."""


def run_of(item: str) -> int | None:
    """Read from the id of a question which run it is about; nothing for one of the bank."""
    own = _OWN.fullmatch(item)
    return int(own[1]) if own else None


def of_run(values: RunValues) -> tuple[Question, ...]:
    """Make all questions that the stored values of a run allow, the most useful first.

    The same values make the same questions with the same ids, so that a question can be asked again.
    """
    made = (generate(values) for generate in GENERATORS.values())
    return tuple(question for question in made if question is not None)


def of_runs(several: Iterable[RunValues]) -> tuple[Question, ...]:
    """Make the questions of several runs, one kind after the other, so that the first ones differ in kind."""
    runs = list(several)
    made = (generate(values) for generate in GENERATORS.values() for values in runs)
    return tuple(question for question in made if question is not None)


def again(question: str, values: RunValues) -> Question:
    """Make a question anew by its id, for instance when it comes back after weeks.

    Raises
    ------
    InputError
        If the run does not make this question, or does not any more.
    """
    for made in of_run(values):
        if made.id == question:
            return made
    raise InputError(f"Run {values.run} makes no question {question}.", hint="Its stored values may have changed.")
