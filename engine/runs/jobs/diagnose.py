"""Looking for over- and underfit, weak segments and unequal treatment in one trial; all of it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Finding
from engine.domain.metric import Metric, find_metric
from engine.domain.run import Run, Trial, TrialKind
from engine.domain.words import family_name
from engine.errors import StateError
from engine.evaluate import diagnose, slices
from engine.evaluate.errors import worst
from engine.evaluate.fairness import fairness
from engine.evaluate.learning import SECONDS, extrapolated, learning_curve
from engine.evaluate.remedies import remedies
from engine.evaluate.segments import weak_segments
from engine.evaluate.validation import validation_curves
from engine.metrics.intervals import resampled
from engine.metrics.scores import scored
from engine.runs.jobs.material import Floats, Material, load_predictions, parts_of, recipe_of, training
from engine.runs.progress import Progress
from engine.store import results, reviews, runs, trials
from engine.store.db import connect

TAGS = "tags"
"""What a run names that scores the tags alone, after a person gave some."""

_TABLE_COLUMNS = 30
_TABLE_ROWS = 50_000
_FOLD_RESAMPLES = 200
_SHOWN_VALUES = 12
_TO_REVIEW = 60
"""Worst rows that are listed: enough that a tag can stand on the ten that an interval needs."""


def do(progress: Progress) -> bool:
    """Diagnose the trial that the run names; returns whether it was cancelled before its end."""
    settings = progress.settings
    progress.tell("Reading the training part", 0.02)
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
        trial = trials.get(db, int(run.params["trial"]))
        evaluation = results.evaluation(db, trial.id)
    if evaluation is None:
        raise StateError("This model has no evaluation yet.", hint="Wait until its run is done, or explain it first.")
    material, frame = training(settings, run.project)
    oof = load_predictions(settings, trial)
    if run.params.get("only") == TAGS:
        return _tags_alone(progress, run, trial, material, oof)
    case = _Case(run, trial, evaluation, material, material.folds(frame), oof)
    fit = _fit(progress, case)
    if progress.stopping():
        return True
    progress.tell("Searching for weak segments", 0.7)
    payload = fit | _failing(progress, material, frame, case.oof, run.project, case.seed)
    with connect(settings) as db:
        reviews.save_diagnosis(db, run.id, trial.id, payload, progress.clock())
        issues = sum(one["outcome"] == "issue" for one in payload["findings"])
        runs.set_result(db, run.id, {"trial": trial.id, "findings": issues})
    return False


def _tags_alone(progress: Progress, run: Run, trial: Trial, material: Material, oof: Floats) -> bool:
    """Score the tags anew in the newest diagnosis of the trial; all else of it stays."""
    progress.tell("Scoring the tags", 0.5)
    with connect(progress.settings) as db:
        known, tags = reviews.diagnosis(db, trial.id), reviews.tags(db, run.project)
    if known is None:
        raise StateError("This model has no diagnosis yet.", hint="Diagnose the model first.")
    payload = known | {"tags": _tagged(material, oof, tags, int(run.params.get("seed", 0)))}
    with connect(progress.settings) as db:
        reviews.save_diagnosis(db, run.id, trial.id, payload, progress.clock())
        issues = sum(one["outcome"] == "issue" for one in payload["findings"])
        runs.set_result(db, run.id, {"trial": trial.id, "findings": issues})
    return False


def _tagged(material: Material, oof: Floats, tags: Mapping[int, Sequence[str]], seed: int) -> list[dict[str, Any]]:
    rows = np.flatnonzero(scored(oof))
    groups = material.groups[rows] if material.groups is not None else None
    numbers = material.X.index[rows].tolist()
    return slices.tagged(tags, numbers, material.y[rows], oof[rows], material.problem, seed=seed, groups=groups)


@dataclass(frozen=True)
class _Case:
    """What is diagnosed."""

    run: Run
    trial: Trial
    evaluation: Mapping[str, Any]
    material: Material
    folds: Any
    oof: Floats

    @property
    def seed(self) -> int:
        return int(self.run.params.get("seed", 0))


def _fit(progress: Progress, case: _Case) -> dict[str, Any]:
    """Compute the curves, and the findings that speak of the fit."""
    settings, material, trial = progress.settings, case.material, case.trial
    with connect(settings) as db:
        searched, every = runs.get(db, trial.run_id), trials.of_run(db, trial.run_id)
    metric = find_metric(material.problem.metric)
    parts = parts_of(settings, trial)
    heaviest = max(parts, key=lambda part: part[0])[1]
    progress.tell(f"Fitting {family_name(heaviest.family)} on parts of the rows", 0.1)
    curve = learning_curve(
        material.X,
        material.y,
        material.problem,
        case.folds,
        heaviest,
        seed=case.seed,
        threads=settings.threads,
        recipe=recipe_of(searched),
        seconds=float(case.run.params.get("seconds") or SECONDS),
        stopping=progress.stopping,
        aside=material.aside,
    )
    growth = extrapolated(curve, seed=case.seed)
    curves = _tried(every, heaviest.family, metric)
    found = [
        *_findings(case, searched, every, metric, curve),
        diagnose.more_rows(metric, growth),
        diagnose.ranges(metric, curves, family_name(heaviest.family)),
    ]
    return {
        "trial": trial.id,
        "metric": metric.id,
        "family": heaviest.family,
        "part_of_blend": len(parts) > 1,
        "findings": [one.as_dict() for one in found],
        "remedies": remedies(
            found, problem=material.problem, family=heaviest.family, curves=curves, seconds=_seconds(searched)
        ),
        "learning": curve | {"growth": growth},
        "validation": curves,
    }


def _tried(every: Sequence[Trial], family: str, metric: Metric) -> list[dict[str, Any]]:
    """Draw the score over the settings that a search has tried of a family."""
    scored_trials = [(one.config, one.score) for one in every if one.family == family and one.score is not None]
    return validation_curves(family, scored_trials, metric)


def _findings(
    case: _Case, searched: Run, every: list[Trial], metric: Metric, curve: Mapping[str, Any]
) -> list[Finding]:
    differences = case.evaluation["differences"]
    dummy = next((one.score for one in every if one.kind is TrialKind.DUMMY), None)
    return [
        diagnose.overfit(metric, *_ends(curve), dummy),
        diagnose.against_simple(differences, metric, is_simple=case.trial.kind is TrialKind.SIMPLE),
        diagnose.unstable(metric, *_fold_errors(case.material, case.oof, case.folds, metric)),
        _luck(searched, metric, dummy),
        diagnose.underfit(differences, metric),
    ]


def _seconds(searched: Run) -> float:
    return float(searched.result.get("seconds") or SECONDS)


def _ends(curve: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the training and validation score at the full size; nothing where it did not end in time."""
    full = curve["points"][-1] if curve["points"] else None
    return (full["train"], full["validation"]) if full else (None, None)


def _luck(searched: Run, metric: Metric, dummy: float | None) -> Finding:
    best = searched.result.get("best") or {}
    count = int(searched.result.get("trials") or 0)
    return diagnose.luck(metric, best.get("score"), best.get("corrected"), dummy, count)


def _fold_errors(material: Material, oof: Floats, folds: Any, metric: Metric) -> tuple[list[float], list[float]]:
    """Score each fold, with the standard deviation of its score over resamples."""
    values, errors = [], []
    for _, rest in folds:
        groups = material.groups[rest] if material.groups is not None else None
        found = resampled(
            [metric.id], material.y[rest], [oof[rest]], material.problem, resamples=_FOLD_RESAMPLES, groups=groups
        )
        drawn = found.values[0, 0]
        values.append(float(found.points[0, 0]))
        errors.append(float(np.nanstd(drawn)) if len(drawn) and not np.isnan(drawn).all() else float("nan"))
    return values, errors


def _failing(
    progress: Progress, material: Material, frame: pd.DataFrame, oof: Floats, slug: str, seed: int
) -> dict[str, Any]:
    """Compute where the model fails: table by column, weak segments, groups, worst rows, tags."""
    with connect(progress.settings) as db:
        sensitive, tags = reviews.sensitive(db, slug), reviews.tags(db, slug)
    rows = np.flatnonzero(scored(oof))
    X, y, pred = material.X.iloc[rows], material.y[rows], oof[rows]
    losses = slices.row_losses(y, pred, material.problem)
    groups = material.groups[rows] if material.groups is not None else None
    segments = weak_segments(X, losses, groups=groups, seed=seed)
    progress.tell("Scoring the parts of each column", 0.85)
    weak = [one["column"] for segment in segments["segments"] for one in segment["conditions"]]
    columns = list(dict.fromkeys([*sensitive, *weak, *map(str, X.columns)]))
    # A column that no model uses can still say whom it harms.
    beside = [name for name in sensitive if name in frame.columns and name not in X.columns]
    parted = X.join(frame[beside])
    columns = [name for name in columns if name in parted.columns][:_TABLE_COLUMNS]
    kept = np.arange(len(rows))
    if len(rows) > _TABLE_ROWS:
        kept = np.sort(np.random.default_rng(seed).choice(len(rows), _TABLE_ROWS, replace=False))
    listed = worst(y, pred, material.problem, X.index.tolist(), _TO_REVIEW)
    shown = [str(name) for name in X.columns[:_SHOWN_VALUES]]
    for one in listed:
        one["values"] = {name: str(X.loc[one["row"], name]) for name in shown}
    return {
        "loss": slices.loss_title(material.problem),
        "segments": segments,
        "slices": slices.table(parted.iloc[kept], y[kept], pred[kept], material.problem, columns, seed=seed),
        "slices_rows": len(kept),
        "of": len(rows),
        "fairness": [
            fairness(parted[name].iloc[kept], y[kept], pred[kept], material.problem, seed=seed)
            for name in sensitive
            if name in parted.columns
        ],
        "tags": _tagged(material, oof, tags, seed),
        "worst": listed,
    }
