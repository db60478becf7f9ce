"""What is known of a run, and how a question is put together from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.domain.metric import Metric, find_metric
from engine.study.formula import evaluate
from engine.study.questions import Question

_DIGITS = 4
"""Significant digits of the numbers in a question; the answer is computed from what is shown."""

DUMMY, SIMPLE = "a baseline that looks at no column", "the simple model"
"""How a question names the baselines."""

_NOISE = 1e-6
"""Scores that differ by no larger a share are alike to a person."""


@dataclass(frozen=True, kw_only=True)
class RunValues:
    """Stored values of one run; what a run has not is left out, and no question is made of it.

    Attributes
    ----------
    run : int
        Its id.
    project : str
        Title of the project, as the person wrote it.
    metric : str
        Id of the metric that the run was judged by.
    report : mapping
        The payload of :func:`engine.evaluate.report.evaluate`.
    best, corrected : float or None
        Score of the best trial on the inner folds, and the same corrected for having been chosen.
    train, validation : float or None
        Score on the rows of the fit, and on rows held back from the same fits.
    trials, folds : int
        How many configurations were tried, and in how many folds each.
    costs : sequence of sequences of float
        Entry ``[i][j]``: what it costs to say class j when it is class i; empty where none are stated.
    columns : mapping of str to (int, int)
        For each column how many values are missing, and of how many rows.
    thresholds : sequence of (float, int, int)
        Threshold, missed positives and false alarms there.
    holdout : mapping
        ``value``, ``expected``, and ``low`` and ``high`` of the value's 95 % interval.
    explained : mapping
        ``base``, ``prediction`` and ``contributions`` (each with ``column`` and ``value``) of one row.
    """

    run: int
    project: str
    metric: str
    report: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    best: float | None = None
    corrected: float | None = None
    train: float | None = None
    validation: float | None = None
    trials: int = 0
    folds: int = 0
    costs: Sequence[Sequence[float]] = ()
    columns: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    thresholds: Sequence[tuple[float, int, int]] = ()
    holdout: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    explained: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def scored_by(self) -> Metric:
        """The metric of the run."""
        return find_metric(self.metric)

    @property
    def where(self) -> str:
        """How a question names the run."""
        return f"In run {self.run} of “{self.project}”"

    def score(self, name: str = "") -> float | None:
        """Look up the score of the model, or of a baseline (``dummy``, ``simple``); ``None`` where there is none."""
        entries = self.report.get("baselines", {}).get(name, ()) if name else self.report.get("metrics", ())
        return next((float(one["value"]) for one in entries if one["name"] == self.scored_by.id), None)


def finite(value: float | None) -> float | None:
    """Return a number that can be asked about, rounded as it is shown; ``None`` for what is not defined."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}")


def apart(a: float | None, b: float | None) -> tuple[float, float] | None:
    """Round two numbers alike, the larger first, so that they keep three digits and their difference two.

    Returns ``None`` where they cannot be told apart.
    """
    if a is None or b is None or not math.isfinite(a) or not math.isfinite(b):
        return None
    high, low = max(a, b), min(a, b)
    if high - low <= _NOISE * max(abs(high), abs(low)):
        return None
    size = math.floor(math.log10(max(abs(high), abs(low))))
    decimals = max(2 - size, 1 - math.floor(math.log10(high - low)))
    return round(high, decimals) + 0.0, round(low, decimals) + 0.0


def shown(value: float) -> str:
    """Write a number with all the digits that a question computes with."""
    return f"{value:,.10g}"


def number(
    values: RunValues,
    kind: str,
    skill: str,
    text: str,
    *,
    formula: str,
    inputs: Mapping[str, float],
    explanation: str,
    tolerance: float | None = None,
    unit: str = "",
    table: Sequence[Sequence[str]] = (),
) -> Question:
    """Put a question for a number together; its answer follows from the inputs.

    Parameters
    ----------
    explanation : str
        Holds ``{answer}`` where the answer stands.
    tolerance : float, optional
        By default a hundredth of the answer.
    """
    answer = float(f"{evaluate(formula, inputs):.4g}") + 0.0
    return Question(
        id=f"{skill}-own-{kind}-{values.run}",
        skills=(skill,),
        lesson=skill,
        kind="number",
        text=f"{values.where} {text}",
        # Not by format(): names of columns and classes may hold braces.
        explanation=explanation.replace("{answer}", shown(answer)),
        seconds=60,
        answer=answer,
        tolerance=tolerance if tolerance is not None else max(abs(answer) / 100, 1e-6),
        unit=unit,
        inputs=MappingProxyType(dict(inputs)),
        formula=formula,
        table=tuple(map(tuple, table)),
    )


def choice(
    values: RunValues,
    kind: str,
    skill: str,
    text: str,
    *,
    choices: Sequence[str],
    answer: int,
    explanation: str,
    table: Sequence[Sequence[str]] = (),
) -> Question:
    """Put a question with one right choice together."""
    return Question(
        id=f"{skill}-own-{kind}-{values.run}",
        skills=(skill,),
        lesson=skill,
        kind="output",
        text=f"{values.where} {text}",
        explanation=explanation,
        seconds=40,
        choices=tuple(choices),
        answer=answer,
        table=tuple(map(tuple, table)),
    )
