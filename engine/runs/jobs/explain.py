"""The explanation run: evaluate and explain a trial that was promoted, or explain one more row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.domain.run import RunStatus, Trial
from engine.errors import InputError
from engine.explain.local import explain_row
from engine.runs.jobs.assess import assess
from engine.runs.jobs.held_out import complete
from engine.runs.jobs.material import Material, fitted, training
from engine.runs.jobs.one_row import beside
from engine.runs.jobs.shapes import with_shapes
from engine.runs.progress import Progress
from engine.store import results, runs, trials
from engine.store.db import connect


def do(progress: Progress) -> bool:
    """Explain the trial that the run names; with a row number, explain that row alone."""
    settings = progress.settings
    progress.tell("Reading the training part", 0.1)
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
        trial = trials.get(db, int(run.params["trial"]))
        known = results.evaluation(db, trial.id) is not None and results.explanation(db, trial.id) is not None
    seed = int(run.params.get("seed", 0))
    material, frame = training(settings, run.project)
    if not known:
        with connect(settings) as db:
            runs.move(db, progress.run_id, RunStatus.EVALUATING, progress.clock())
        assess(progress, material, material.folds(frame), trial, seed=seed)
    result: dict[str, object] = {"trial": trial.id}
    if run.params.get("held_out"):
        _more(progress, material, frame, trial, seed)
    if run.params.get("shapes"):
        _shapes(progress, material, frame, trial, seed)
    row = run.params.get("row")
    if row is not None:
        progress.tell(f"Explaining row {row}", 0.5)
        places = np.flatnonzero(frame.index.to_numpy() == row)
        if not len(places):
            raise InputError(
                f"Row {row} is not in the training part: the file has no such row, or it lies in the sealed hold-out.",
                hint=f"Choose one of its {len(frame):,} row numbers, for example {frame.index[0]}.",
            )
        model = fitted(settings, trial, material, seed=seed)
        result["row"] = explain_row(model, material.X, material.X.iloc[places[:1]], material.problem, seed=seed)
        progress.tell("Searching what would give another answer", 0.8)
        result |= beside(settings, run.project, trial.id, model, int(row), run.params.get("wanted"))
    with connect(settings) as db:
        runs.set_result(db, progress.run_id, result)
    return False


def _more(progress: Progress, material: Material, frame: pd.DataFrame, trial: Trial, seed: int) -> None:
    """Measure what an explanation lacks of rows that were held out, however long its model takes to fit."""
    settings = progress.settings
    with connect(settings) as db:
        payload = results.explanation(db, trial.id)
    if payload is None or payload.get("held_out"):
        return
    progress.tell("Measuring columns on rows that were held out", 0.5)
    model = fitted(settings, trial, material, seed=seed)
    done = complete(settings, trial, material, material.folds(frame), model, payload, seed=seed, asked=True)
    with connect(settings) as db:
        results.save_explanation(db, trial.run_id, trial.id, done, progress.clock())


def _shapes(progress: Progress, material: Material, frame: pd.DataFrame, trial: Trial, seed: int) -> None:
    """Add the shapes to an explanation that was stored before there were any, or whose run was stopped early."""
    settings = progress.settings
    with connect(settings) as db:
        payload = results.explanation(db, trial.id)
    if payload is None or "effects" in payload:
        return
    progress.tell("Drawing how the prediction goes along columns", 0.5)
    model = fitted(settings, trial, material, seed=seed)
    done = with_shapes(settings, trial, material, material.folds(frame), model, payload, seed=seed)
    with connect(settings) as db:
        results.save_explanation(db, trial.run_id, trial.id, done, progress.clock())
