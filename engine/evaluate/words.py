"""Plain sentences about an evaluation, made from its stored numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.data import Problem
from engine.domain.metric import Metric, find_metric
from engine.domain.task import Task
from engine.domain.words import number, with_interval
from engine.evaluate.criteria import MET, MET_WITHIN_CHANCE, NOT_MET_WITHIN_CHANCE
from engine.metrics.compare import BETTER, WITHIN_CHANCE

_NAMED_AFTER_PEOPLE = ("brier_score", "matthews_corrcoef")

_CALLED = {"dummy": "a dummy that looks at no column", "simple": "a simple model"}


def evaluation_words(report: Mapping[str, Any], problem: Problem) -> list[str]:
    """Say what an evaluation shows.

    Parameters
    ----------
    report : mapping
        The payload of :func:`engine.evaluate.report.evaluate`.
    problem : Problem

    Returns
    -------
    list of str
        Sentences: the score, the baselines, the criteria, the folds, and what else the task allows.
    """
    metric = find_metric(problem.metric)
    model = _entry(report["metrics"], metric.id)
    if model is None:
        return [f"{metric.title} is not defined on the {_rows(report['rows'])} scored."]
    direction = "" if metric.higher_is_better else ", where lower is better"
    return [
        f"The model scores {_called(metric)} {_written(model)}{direction}, on {_rows(report['rows'])} "
        "that it was not fitted on.",
        *_baselines(report["baselines"], report["differences"], metric),
        *(_criterion(one) for one in report["criteria"]),
        *_folds(report["folds"], metric),
        *_details(report, problem, metric),
    ]


def holdout_words(result: Mapping[str, Any], metric: Metric, expected: float) -> str:
    """Say how the hold-out compares with what was expected, with the baselines and with the criteria.

    Parameters
    ----------
    result : mapping
        The payload of :func:`engine.evaluate.holdout.score_holdout` but for its verdict.
    metric : Metric
        The one whose value was expected.
    expected : float
    """
    model = _entry(result["metrics"], metric.id)
    rows = f"the hold-out of {_rows(result['n'])}"
    if model is None:
        return f"{metric.title} is not defined on {rows}, so the expected {number(float(expected))} cannot be compared."
    sentences = [
        f"Expected was {_called(metric)} {number(float(expected))}; {rows} gives {_written(model)}: "
        f"{_against_expectation(model, metric, expected)}.",
        *_baselines({"dummy": result["baseline"], "simple": result["simple"]}, result["differences"], metric),
        *(_criterion(one) for one in result["criteria"]),
    ]
    return " ".join(sentences)


def _against_expectation(model: Mapping[str, Any], metric: Metric, expected: float) -> str:
    value, low, high = model["value"], model["low"], model["high"]
    if value == expected:
        return "exactly as expected"
    direction = "better" if metric.better(value, expected) else "worse"
    if low is None or high is None:
        return f"{direction} than expected, on too few rows to tell whether beyond chance"
    if low <= expected <= high:
        return "the expectation lies within the interval"
    return f"{direction} than expected, and the expectation lies outside the interval"


def _baselines(
    values: Mapping[str, Sequence[Mapping[str, Any]]], differences: Sequence[Mapping[str, Any]], metric: Metric
) -> list[str]:
    sentences = []
    for name, called in _CALLED.items():
        baseline = _entry(values.get(name, ()), metric.id)
        found = next((d for d in differences if d["against"] == name and d["metric"] == metric.id), None)
        if baseline is None or found is None:
            continue
        sentences.append(f"{called[0].upper()}{called[1:]} scores {_written(baseline)}; {_difference(found)}.")
    return sentences


def _difference(found: Mapping[str, Any]) -> str:
    if found["low"] is None:
        return f"on so few rows the difference of {number(found['value'])} is not shown to be beyond chance"
    if found["verdict"] == WITHIN_CHANCE:
        return f"the difference of {_written(found)} is within chance"
    direction = "better" if found["verdict"] == BETTER else "worse"
    sign = 1 if found["verdict"] == BETTER else -1
    low, high = sorted((sign * found["low"], sign * found["high"]))
    return f"the model is {direction} by {with_interval(sign * found['value'], low, high)}, beyond chance"


def _criterion(judged: Mapping[str, Any]) -> str:
    text = f"The criterion {judged['text']}"
    if judged["value"] is None:
        return f"{text} is not met: {_called(find_metric(judged['metric']))} is not defined here."
    score = f"with {_written(judged)}"
    if judged["verdict"] == MET:
        return f"{text} is met {score}, by the whole interval."
    if judged["low"] is None:
        met = "met" if judged["verdict"] == MET_WITHIN_CHANCE else "not met"
        return f"{text} is {met} {score}, on too few rows for an interval."
    if judged["verdict"] == MET_WITHIN_CHANCE:
        return f"{text} is met {score}, but not beyond chance: part of the interval misses it."
    if judged["verdict"] == NOT_MET_WITHIN_CHANCE:
        return f"{text} is not met {score}, though part of the interval would meet it."
    return f"{text} is not met {score}, nor by any part of the interval."


def _folds(folds: Sequence[Mapping[str, Any]], metric: Metric) -> list[str]:
    values = [fold["value"] for fold in folds if fold["value"] is not None]
    if len(values) < 2:
        return []
    return [f"Over {len(values)} folds {_called(metric)} goes from {number(min(values))} to {number(max(values))}."]


def _details(report: Mapping[str, Any], problem: Problem, metric: Metric) -> list[str]:
    if problem.task is Task.BINARY and report["calibration"]:
        points = f"{100 * report['calibration'][0]['ece']:.1f}"
        return [
            f"Its probability of {problem.positive!r} differs from the observed share by {points} "
            "percentage points on average."
        ]
    half = _entry(report["metrics"], "median_absolute_error")
    if half is not None and metric.id != half["name"]:
        return [f"Half of its errors are smaller than {_written(half)}."]
    return []


def _entry(values: Sequence[Mapping[str, Any]], metric_id: str) -> Mapping[str, Any] | None:
    return next((one for one in values if one["name"] == metric_id), None)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _written(one: Mapping[str, Any]) -> str:
    if one["low"] == one["high"]:
        # No interval, or one without width (a dummy's), which would only repeat the number.
        return number(one["value"])
    return with_interval(one["value"], one["low"], one["high"])


def _called(metric: Metric) -> str:
    """Write the title of a metric within a sentence: small, unless it is an abbreviation or a name."""
    title = metric.title
    return title if metric.id in _NAMED_AFTER_PEOPLE or not title[1].islower() else title[0].lower() + title[1:]
