"""The one job that reads the sealed part. The opening was recorded before this job was even queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from engine.data.export import write_predictions
from engine.domain.run import Opening, Trial, TrialKind
from engine.domain.submission import SUBMISSION, Submission
from engine.errors import StateError
from engine.evaluate.conformal import coverage_on, coverage_values, holdout_coverage_words
from engine.evaluate.holdout import score_holdout
from engine.evaluate.submission import ranked, score_together
from engine.runs.jobs.material import Floats, Material, again, fitted, holdout, training
from engine.runs.progress import Progress
from engine.store import files, results, runs, submissions, trials
from engine.store.db import connect

FILE = "holdout.csv"


def do(progress: Progress) -> bool:
    """Score the model and both baselines on the sealed part, and store what came out."""
    settings = progress.settings
    with connect(settings) as db:
        opening = results.opening_of_run(db, progress.run_id)
        if opening is None:
            raise StateError("This run has no recorded opening.", hint="Open the hold-out from its page.")
        run = runs.get(db, progress.run_id)
        trial = trials.get(db, opening.trial_id)
    if opening.result:
        return False
    seed = int(run.params.get("seed", 0))
    progress.tell("Fitting the baselines on the whole training part", 0.1)
    known, _ = training(settings, run.project)
    models = {"best": fitted(settings, trial, known, seed=seed)} | {
        name: again(settings, one, known, seed=seed) for name, one in _baselines(progress, trial).items()
    }
    progress.tell("Opening the hold-out", 0.7)
    sealed = holdout(settings, run.project)
    preds: dict[str, Floats] = {name: model.predict(sealed.X) for name, model in models.items()}
    intervals = _intervals(progress, trial, sealed, preds["best"])
    result = score_holdout(
        sealed.y,
        preds,
        sealed.problem,
        sealed.brief,
        expected=opening.expected,
        metric=opening.metric,
        seed=seed,
        groups=sealed.groups,
        more=coverage_values(intervals),
    )
    if intervals:
        words = [result["verdict"], *holdout_coverage_words(intervals)]
        result |= {"intervals": intervals, "verdict": " ".join(words)}
    result |= _together(progress, opening, sealed, preds, seed)
    _write(progress, sealed, preds["best"])
    with connect(settings) as db:
        results.set_opening_result(db, opening.id, result | {"predictions": FILE, "trial": trial.id})
        runs.set_result(db, progress.run_id, {"opening": opening.id, "verdict": result["verdict"]})
    return False


def _baselines(progress: Progress, trial: Trial) -> dict[str, Trial]:
    with connect(progress.settings) as db:
        found = {one.kind: one for one in reversed(trials.of_run(db, trial.run_id)) if one.ok}
    wanted = {"dummy": TrialKind.DUMMY, "simple": TrialKind.SIMPLE}
    return {name: found[kind] for name, kind in wanted.items() if kind in found}


def _waiting(progress: Progress, opening: Opening, sealed: Material) -> dict[int, Submission]:
    """List what was handed in for these very rows before this opening, by number."""
    with connect(progress.settings) as db:
        every = submissions.of_project(db, opening.project)
    valid = sealed.split.holdout_sha256
    return {one.id: one for one in every if one.holdout_sha256 == valid and one.created_at <= opening.opened_at}


def _predictions(progress: Progress, waiting: Mapping[int, Submission], ours: Floats) -> dict[int, Floats]:
    return {
        number: pd.read_parquet(files.checked_dataset_path(progress.settings, one.predictions_sha256))
        .to_numpy(dtype=np.float64)
        .reshape(ours.shape)
        for number, one in waiting.items()
    }


def _together(
    progress: Progress, opening: Opening, sealed: Material, preds: Mapping[str, Floats], seed: int
) -> dict[str, Any]:
    """Score what was handed in before this opening, and rank it with ours."""
    waiting = _waiting(progress, opening, sealed)
    theirs = _predictions(progress, waiting, preds["best"])
    everything = {**preds, **{f"{SUBMISSION}{number}": pred for number, pred in theirs.items()}}
    return {
        "submissions": _elsewhere(opening, sealed, waiting, theirs, preds["best"], seed),
        "board": ranked(sealed.y, everything, sealed.problem, metric=opening.metric, seed=seed, groups=sealed.groups),
    }


def _elsewhere(
    opening: Opening,
    sealed: Material,
    waiting: Mapping[int, Submission],
    theirs: Mapping[int, Floats],
    ours: Floats,
    seed: int,
) -> list[dict[str, Any]]:
    """Score what was handed in, with whose it is, on the same resamples as ours."""
    if not waiting:
        return []
    scored = score_together(
        sealed.y, ours, theirs, sealed.problem, metric=opening.metric, seed=seed, groups=sealed.groups
    )
    return [
        {"submission": one.id, "name": one.name, "language": one.language, "note": one.note}
        | {"labels_only": one.labels_only, **scored[number]}
        for number, one in waiting.items()
    ]


def _intervals(progress: Progress, trial: Trial, sealed: Material, pred: Floats) -> list[dict[str, Any]]:
    """Measure how often the prediction intervals, learned before, hold here; nothing for classes."""
    with connect(progress.settings) as db:
        learned = (results.evaluation(db, trial.id) or {}).get("intervals") or {}
    return coverage_on(learned, sealed.y, pred)


def _write(progress: Progress, sealed: Material, pred: Floats) -> None:
    with files.whole_file(progress.settings.run_folder(progress.run_id) / FILE) as path:
        write_predictions(path, rows=list(sealed.X.index), y=sealed.y, pred=pred, problem=sealed.problem)
