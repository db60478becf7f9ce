"""Checks of the result: baselines, metric, uncertainty, errors, and whether others can build it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.metric import find_metric
from engine.domain.task import Task
from engine.evidence.rubric.material import Material
from engine.evidence.rubric.verdict import Result

Judged = tuple[Result, str]

ROWS_TO_REVIEW = 20
"""Worst rows that are looked at and tagged."""
RARE = 0.2
"""Share of the rarer class below which accuracy says little."""

_NO_RUN = "There is no finished run yet."


def baselines(material: Material) -> Judged:
    """Check 7: the difference to the guess and to the simple model is beyond chance, or the text says it is not."""
    facts = material.facts
    prefix = "holdout.difference" if material.stand.opening else "difference"
    dummy, simple = facts.get(f"{prefix}.dummy"), facts.get(f"{prefix}.simple")
    if dummy is None:
        return Result.FAIL, "No guess without features stands beside the model: finish a run, it makes one."
    if dummy.low is None or dummy.low <= 0:
        return Result.FAIL, "It is not shown that the model is better than a guess without features."
    if "best.is_simple" in facts:
        return Result.PASS, f"The model is the simple one itself, and better than a guess by {dummy.text}."
    if simple is None:
        return Result.FAIL, "No simple model stands beside it."
    if simple.low is not None and simple.low > 0:
        return Result.PASS, f"Better than a guess by {dummy.text} and than the simple model by {simple.text}."
    said = any(f"{prefix}.simple" in text for text in material.texts.values())
    if said:
        return Result.PASS, "It is not shown to be better than the simple model, and the text says so."
    return Result.WARN, "It is not shown to be better than the simple model, and the text does not say so."


def metric(material: Material) -> Judged:
    """Check 8: a reason for the metric, not accuracy alone on rare classes, costs where a threshold decides."""
    problem, reasons = material.stand.project.problem, material.reasons("metric")
    title = find_metric(problem.metric).title
    if problem.metric == "accuracy" and _rarest(material.stand.evaluation) < RARE:
        return (
            Result.FAIL,
            "Accuracy says little where one class is rare: whoever always names the other one scores well.",
        )
    if not reasons:
        return Result.WARN, f"No reason is recorded for {title}."
    decided = problem.task.is_classification and bool(material.stand.evaluation.get("decision"))
    if decided and not material.stand.brief.costs:
        return Result.WARN, "A threshold decides, and the brief does not say what each error costs."
    return Result.PASS, f"{title} was chosen with a reason."


def uncertainty(material: Material) -> Judged:
    """Check 9: an interval at the headline; for probabilities a reliability curve and the Brier score."""
    entries = (material.stand.opening.result if material.stand.opening else material.stand.evaluation).get("metrics")
    if not entries:
        return Result.FAIL, _NO_RUN
    wanted = material.stand.project.problem.metric
    headline = next((one for one in entries if one["name"] == wanted), entries[0])
    if headline.get("low") is None:
        return Result.FAIL, "The headline number has no interval: there are too few rows for one."
    if material.stand.project.problem.task is Task.REGRESSION:
        return Result.PASS, "The headline number has an interval."
    curve = material.stand.evaluation.get("calibration")
    if not curve or not any(one["name"] == "brier_score" for one in entries):
        return Result.WARN, "The probabilities were not compared with what happened."
    return Result.PASS, "The headline has an interval, and the probabilities were compared with what happened."


def errors(material: Material) -> Judged:
    """Check 10: worst rows reviewed and tagged, a slice with an interval, one consequence drawn."""
    diagnosis = material.diagnosis
    if not diagnosis:
        return Result.FAIL, "Nobody has looked where the model fails: ask for it on the Evaluate page."
    if material.tagged_rows < ROWS_TO_REVIEW:
        return Result.FAIL, f"{material.tagged_rows} of the {ROWS_TO_REVIEW} worst rows are tagged."
    if not diagnosis.get("slices"):
        return Result.WARN, "No slice of the rows has a score with an interval."
    if not material.reasons("errors", "evaluate", "data", "clean", "threshold", "close", "promote"):
        return Result.WARN, "No decision was drawn from the errors: record one."
    return Result.PASS, f"{material.tagged_rows} of the worst rows are tagged, and slices have scores with intervals."


def reproducible(material: Material) -> Judged:
    """Check 13: the last rebuild of the exported repository gave the published scores."""
    rebuilt = material.rebuilt
    if rebuilt is None:
        return Result.WARN, "The repository was not built again yet: export it, then run 'proofolio rebuild'."
    if not rebuilt.get("ok"):
        return Result.FAIL, f"The last rebuild did not give the published scores: {rebuilt.get('reason', '')}"
    return Result.PASS, f"Built again from the raw data on {rebuilt['day']}: every published score is the same."


def repository(material: Material) -> Judged:
    """Check 14: what the last rebuild saw of the repository."""
    rebuilt = material.rebuilt
    if rebuilt is None:
        return Result.WARN, "There is no repository yet: export one."
    faults = list(rebuilt["faults"])
    return (
        (Result.FAIL, str(faults[0]))
        if faults
        else (Result.PASS, "README, licence, pinned versions and tests are there.")
    )


def _rarest(evaluation: Mapping[str, Any]) -> float:
    """Return the share of the rarest class among the scored rows, one where it is not known."""
    counts = [sum(row) for row in evaluation.get("confusion", {}).get("counts", ())]
    return min(counts) / sum(counts) if counts and sum(counts) else 1.0
