"""Whether the number of a row, or its place in the file, predicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.checks.alone import FEWEST_ROWS, dropped, measure_of, sampled_truth, score_alone, severity_of
from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.split.timeline import time_columns
from engine.domain.data import Column, Finding, Problem
from engine.domain.task import ColumnKind

_AUC_LIMIT = 0.62
_R2_LIMIT = 0.1
_CHANCE = 4.0
_FOLLOWS = 0.95

_CHECK = Check(
    code="PF-L03",
    title="Row numbers that predict",
    why="A number that is given in turn, or the order of the file, knows nothing about a new row; if it predicts here, "
    "the file was sorted or collected by the outcome, or time hides in it.",
    advice="Find out how the file was put together. Leave such numbers out, and split by time if it is time.",
)


def order_tells(subject: Subject) -> Finding:
    """Score identifiers and the order of the rows against the target (PF-L03)."""
    problem = subject.problem
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    if len(subject.frame) < FEWEST_ROWS:
        return _CHECK.not_applicable(f"{len(subject.frame)} rows are too few to score their order.")
    truth = sampled_truth(subject)
    order = pd.Series(subject.sample.astype(np.float64))
    scores = {"": score_alone(order, truth, problem)}
    for column in _row_identifiers(subject):
        scores[column.name] = score_alone(_numbered(subject, column), truth, problem)
    limit = _limit(problem, truth)
    found = {name: score for name, score in scores.items() if score >= limit}
    measure = measure_of(problem)
    if not found:
        return _CHECK.passed(
            f"Neither the order of the rows nor an identifier predicts {problem.target!r} "
            f"({measure} of the order {scores['']:.3f}, {subject.looked_at(len(subject.sample))}).",
            measured={"order": scores[""]},
        )
    names = [name for name in found if name]
    told = [f"{name!r} ({measure} {found[name]:.3f})" for name in names]
    if "" in found:
        told.insert(0, f"the place of a row in the file ({measure} {found['']:.3f})")
    base = 0.5 if problem.task.is_classification else 0.0
    what = f"{listed(told)} alone {'predicts' if len(told) == 1 else 'predict'} {problem.target!r}"
    return _CHECK.issue(
        f"{what[0].upper()}{what[1:]}, {subject.looked_at(len(subject.sample))}.{_follows_time(subject)}",
        severity_of((max(found.values()) - base) / 3),
        columns=names,
        fix=dropped(names, "They only number the rows.", _CHECK.code) if names else None,
        measured={"order": scores[""], "identifiers": {name: found[name] for name in names}},
    )


def _row_identifiers(subject: Subject) -> list[Column]:
    rows = len(subject.frame)
    return [c for c in subject.others if c.kind is ColumnKind.IDENTIFIER and c.unique >= 0.9 * (rows - c.missing)]


def _numbered(subject: Subject, column: Column) -> pd.Series:
    """Return an identifier as a number: the last digits in a text, or its place in the alphabet."""
    series = subject.plain(column.name).iloc[subject.sample]
    if not subject.is_text(column):
        return series
    digits = pd.to_numeric(series.str.extract(r"(\d{1,15})\D*$", expand=False), errors="coerce")
    return digits if digits.notna().mean() > 0.9 else series.rank()


def _limit(problem: Problem, truth: np.ndarray) -> float:
    """Return the score that is neither small nor chance: four standard errors of a score that says nothing."""
    rows = len(truth)
    if not problem.task.is_classification:
        return max(_R2_LIMIT, _CHANCE**2 / rows)
    counts = np.clip(truth.sum(axis=0), 1, None)
    error = float(np.sqrt((1 / counts + 1 / np.clip(rows - counts, 1, None)) / 12).mean())
    return max(_AUC_LIMIT, 0.5 + _CHANCE * error)


def _follows_time(subject: Subject) -> str:
    for column in time_columns(subject.others, len(subject.frame))[:3]:
        values = pd.Series(subject.floats(column.name)[subject.sample]).rank()
        if values.std() > 0 and abs(float(values.corr(pd.Series(np.arange(len(values)))))) > _FOLLOWS:
            return f" The rows are in the order of {column.name!r}, so this can be time."
    return ""


CHECKS: tuple[Coded, ...] = ((_CHECK, order_tells),)
