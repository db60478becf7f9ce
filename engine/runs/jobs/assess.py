"""Evaluating and explaining one trial: the second half of a training run, and what follows a promotion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain.run import RunStatus, Trial, TrialKind
from engine.evaluate.conformal import coverage_values
from engine.evaluate.consequences import consequences
from engine.evaluate.report import evaluate
from engine.explain.report import FIRST_VIEW_SECONDS, explain, is_whole
from engine.runs.jobs.held_out import complete
from engine.runs.jobs.material import Floats, Material, fitted, load_predictions
from engine.runs.jobs.shapes import with_shapes
from engine.runs.progress import Progress
from engine.store import results, runs, trials
from engine.store.db import connect

Folds = Sequence[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]


def assess(progress: Progress, material: Material, folds: Folds, trial: Trial, *, seed: int) -> None:
    """Evaluate a trial on its out-of-fold predictions, then explain its model; both are stored."""
    settings = progress.settings
    progress.tell("Computing scores, intervals and curves", 1.0)
    oof = load_predictions(settings, trial)
    more = consequences(material.y, oof, material.problem, folds, material.brief, seed=seed, groups=material.groups)
    report = more | evaluate(
        material.y,
        candidates(progress, trial, oof),
        material.problem,
        folds,
        material.brief,
        seed=seed,
        rows=material.X.index.to_list(),
        groups=material.groups,
        more=coverage_values(more.get("intervals", {}).get("levels", ())),
    )
    with connect(settings) as db:
        results.save_evaluation(db, trial.run_id, trial.id, report, progress.clock())
    with connect(settings) as db:
        runs.move(db, progress.run_id, RunStatus.EXPLAINING, progress.clock())
    progress.tell("Computing what the model pays attention to", 1.0)
    model = fitted(settings, trial, material, seed=seed)
    explanation = explain(
        model, material.X, material.y, material.problem, seed=seed, oof=oof, budget_seconds=FIRST_VIEW_SECONDS
    )
    _keep(progress, trial, explanation)
    if progress.stopping():
        return
    # The first view is stored already: whatever happens from here on, nothing of it is lost.
    if not is_whole(explanation, len(material.X)):
        progress.tell("Explaining more rows", 1.0)
        explanation = explain(model, material.X, material.y, material.problem, seed=seed, oof=oof)
        _keep(progress, trial, explanation)
    progress.tell("Measuring columns on rows that were held out", 1.0)
    explanation = complete(settings, trial, material, folds, model, explanation, seed=seed)
    _keep(progress, trial, explanation)
    if progress.stopping():
        return
    progress.tell("Drawing how the prediction goes along columns", 1.0)
    _keep(progress, trial, with_shapes(settings, trial, material, folds, model, explanation, seed=seed))


def _keep(progress: Progress, trial: Trial, explanation: dict[str, Any]) -> None:
    with connect(progress.settings) as db:
        results.save_explanation(db, trial.run_id, trial.id, explanation, progress.clock())


def candidates(progress: Progress, trial: Trial, oof: Floats) -> dict[str, Floats]:
    """Gather the predictions of a trial and of the two baselines of its run."""
    with connect(progress.settings) as db:
        others = {one.kind: one for one in reversed(trials.of_run(db, trial.run_id)) if one.ok}
    found = {"best": oof}
    for name, kind in (("dummy", TrialKind.DUMMY), ("simple", TrialKind.SIMPLE)):
        if kind in others:
            found[name] = load_predictions(progress.settings, others[kind])
    return found
