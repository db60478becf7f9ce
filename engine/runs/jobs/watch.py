"""Looking at new rows, replaying a table over time, comparing a challenger with the champion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.replay import refit
from engine.data.schema import encode_target
from engine.data.sources import read_table
from engine.domain.data import Problem
from engine.domain.run import Run, Trial
from engine.domain.watch import Source
from engine.errors import InputError, StateError
from engine.monitor import simulate
from engine.monitor.newest import parted
from engine.monitor.performance import duel
from engine.monitor.report import Fresh, Known, check_batch, report
from engine.runs.jobs.material import Floats, Material, fitted, load_predictions, parts_of, recipe_of, training
from engine.runs.progress import Progress
from engine.settings import Settings
from engine.store import files, projects, runs, trials, watch
from engine.store.db import connect

_FOLDS = 3


def do(progress: Progress) -> bool:
    """Do what the run was asked for; returns whether it was cancelled before its end."""
    with connect(progress.settings) as db:
        run = runs.get(db, progress.run_id)
    return _JOBS[run.params["do"]](progress, run)


def _look(progress: Progress, run: Run) -> bool:
    """Report on one file of new rows; it is stored, rows and report, only when all of it is done."""
    settings, params = progress.settings, run.params
    with connect(settings) as db:
        trial = trials.get(db, int(params["trial"]))
    progress.tell("Reading the new rows", 0.05)
    frame = read_table(files.intake_path(settings, params["file"]), settings, labelled=False)
    material, table = training(settings, params["champion"])
    if params.get("labels"):
        frame = _labelled(settings, frame, params["labels"], material.problem)
    check_batch(frame, material.problem)
    progress.tell("Predicting", 0.2)
    model = fitted(settings, trial, material, seed=_seed(settings, trial))
    fresh = _fresh(frame, model.predict(frame), material.problem)
    if progress.stopping():
        return True
    progress.tell("Comparing new rows with old ones", 0.4)
    known = Known(
        X=material.X,
        y=material.y,
        oof=load_predictions(settings, trial),
        problem=material.problem,
        columns=tuple(map(str, table.columns)),
        matters=material.brief.matters,
    )
    found = report(known, fresh, seed=0)
    if progress.stopping():
        return True
    kept, _ = files.put_dataset(settings, lambda path: frame.to_parquet(path))
    row = {"name": params["name"], "source": Source.FILE, "period": "", "dataset_sha256": kept}
    row |= {"rows": len(frame), "labelled": len(fresh.labelled), "report": found}
    _store(progress, run, [row])
    return False


def _replay(progress: Progress, run: Run) -> bool:
    """Fit the champion's settings on the past of its own table, and report on each batch that came after."""
    settings, params = progress.settings, run.params
    with connect(settings) as db:
        trial = trials.get(db, int(params["trial"]))
    material, table = training(settings, params["champion"])
    column, is_planted = params["column"], bool(params["planted"])
    if column not in table.columns:
        raise InputError(f"There is no column {column!r} in the data.", hint="Choose one of its columns.")
    if is_planted and column not in material.problem.features:
        raise InputError(f"The model does not use the column {column!r}.", hint="Plant the shift in one that it uses.")
    plan = simulate.planted(table[column]) if is_planted else simulate.by_column(table[column])
    progress.tell("Fitting the champion's settings on the past", 0.1)
    fit = _fitter(settings, trial, material)
    model = fit(plan.past)
    known = _past(material, table, plan.past, fit)
    without = () if is_planted else (column,)
    found: list[dict[str, Any]] = []
    for place, batch in enumerate(plan.batches):
        if progress.stopping():
            return True
        progress.tell(f"Looking at {batch.name}", 0.3 + 0.7 * place / len(plan.batches))
        frame = table.iloc[batch.rows]
        if is_planted:
            moved = simulate.shifted(frame[column], table[column].iloc[plan.past], batch.strength, seed=place)
            frame = frame.assign(**{column: moved})
        fresh = _fresh(frame, model.predict(frame), material.problem)
        told = report(known, fresh, without=without, seed=0) | {"simulation": plan.words}
        row = {"name": f"{column}: {batch.name}", "source": Source.SIMULATION, "period": batch.name}
        found.append(row | {"dataset_sha256": "", "rows": len(frame), "labelled": len(fresh.labelled), "report": told})
    _store(progress, run, found)
    return False


def _compare(progress: Progress, run: Run) -> bool:
    """Score champion and challenger on the newest labelled rows, which neither has learned from."""
    settings, params = progress.settings, run.params
    with connect(settings) as db:
        asked = watch.retraining(db, int(params["retraining"]))
        batch = watch.batch(db, asked.batch_id)
        finished = runs.latest_result(db, asked.challenger)
        promoted = projects.get(db, asked.challenger).promoted
    if finished is None:
        raise StateError("The challenger has no model yet.", hint=f"Train {asked.challenger!r} first, then compare.")
    with connect(settings) as db:
        old = trials.get(db, batch.trial_id)
        new = trials.get(db, promoted or int(finished.result["recommended"]))
    frame = pd.read_parquet(files.checked_dataset_path(settings, batch.dataset_sha256))
    champion, challenger = training(settings, batch.champion)[0], training(settings, asked.challenger)[0]
    _, newest = parted(frame, champion.problem.target, time_column_of(champion))
    rows = frame.iloc[newest]
    progress.tell("Predicting with the champion", 0.2)
    first = fitted(settings, old, champion, seed=_seed(settings, old)).predict(rows)
    progress.tell("Predicting with the challenger", 0.5)
    second = fitted(settings, new, challenger, seed=_seed(settings, new)).predict(rows)
    if champion.problem.classes != challenger.problem.classes:
        raise StateError(
            "Champion and challenger know different classes, so their answers cannot be compared.",
            hint="Decide by the evidence of each version.",
        )
    y = encode_target(rows[champion.problem.target], champion.problem)
    found = duel(y, first, second, champion.problem) | {"champion_trial": old.id, "challenger_trial": new.id}
    with connect(settings) as db:
        watch.set_comparison(db, asked.id, found)
        runs.set_result(db, run.id, {"retraining": asked.id, "verdict": found["difference"]["verdict"]})
    return False


_JOBS: Mapping[str, Callable[[Progress, Run], bool]] = {"look": _look, "replay": _replay, "compare": _compare}


def time_column_of(material: Material) -> str:
    """Name the column by which a project's rows are ordered in time; empty where there is none."""
    spec = material.split.spec
    return spec.time_column or (spec.column if material.times is not None else "")


def _store(progress: Progress, run: Run, found: list[dict[str, Any]]) -> None:
    params = run.params
    with connect(progress.settings) as db:
        ids = watch.add_batches(
            db, run.project, run.id, params["champion"], int(params["trial"]), found, progress.clock()
        )
        runs.set_result(db, run.id, {"batches": ids, "advice": found[-1]["report"]["retrain"]["advice"]})


def _fresh(frame: pd.DataFrame, pred: Floats, problem: Problem) -> Fresh:
    """Put new rows together with their answers and the labels that they have."""
    if problem.target in frame.columns:
        labelled = np.flatnonzero(frame[problem.target].notna().to_numpy()).astype(np.intp)
    else:
        labelled = np.empty(0, dtype=np.intp)
    empty: npt.NDArray[np.generic] = np.empty(0, dtype=np.intp if problem.task.is_classification else np.float64)
    y = encode_target(frame[problem.target].iloc[labelled], problem) if len(labelled) else empty
    return Fresh(frame=frame, pred=pred, labelled=labelled, y=y)


def _labelled(settings: Settings, frame: pd.DataFrame, sha256: str, problem: Problem) -> pd.DataFrame:
    """Put labels that came in a file of their own beside the rows, in the order in which they stand."""
    labels = read_table(files.intake_path(settings, sha256), settings, labelled=False)
    name = problem.target
    if name not in labels.columns:
        raise InputError(f"The file of labels has no column {name!r}.", hint=f"Call the column of labels {name!r}.")
    if len(labels) != len(frame):
        raise InputError(
            f"There are {len(labels):,} labels for {len(frame):,} rows.",
            hint="Give one line for each row, in the same order; leave it empty where there is no label.",
        )
    return frame.assign(**{name: labels[name].to_numpy()})


def _fitter(settings: Settings, trial: Trial, material: Material) -> Callable[[npt.NDArray[np.intp]], Any]:
    """Return what fits the heaviest member of the champion on some rows."""
    with connect(settings) as db:
        recipe = recipe_of(runs.get(db, trial.run_id))
    heaviest = max(parts_of(settings, trial), key=lambda part: part[0])[1]

    def fit(rows: npt.NDArray[np.intp]) -> Any:
        return refit(
            [(1.0, heaviest)],
            material.X.iloc[rows],
            material.y[rows],
            material.problem,
            seed=0,
            threads=settings.threads,
            recipe=recipe,
        )

    return fit


def _past(material: Material, table: pd.DataFrame, past: npt.NDArray[np.intp], fit: Any) -> Known:
    """Predict the past by models that have not seen the row, groups kept whole."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    problem, y = material.problem, material.y[past]
    if problem.task.is_classification and len(np.unique(y)) < len(problem.classes):
        raise InputError(
            "Some class does not occur in the earlier half of the rows.",
            hint="Choose another column, or plant a shift.",
        )
    classes = problem.task.is_classification
    oof = np.full((len(past), len(problem.classes)) if classes else len(past), np.nan)
    shuffled = StratifiedKFold if classes else KFold
    folds: Any = shuffled(_FOLDS, shuffle=True, random_state=0)
    groups = material.groups[past] if material.groups is not None else None
    if groups is not None and len(np.unique(groups)) >= _FOLDS:
        folds = GroupKFold(_FOLDS)
    for rest, part in folds.split(past, y, groups):
        oof[part] = fit(past[rest]).predict(material.X.iloc[past[part]])
    return Known(
        X=material.X.iloc[past],
        y=y,
        oof=oof,
        problem=problem,
        columns=tuple(map(str, table.columns)),
        matters=material.brief.matters,
    )


def _seed(settings: Settings, trial: Trial) -> int:
    with connect(settings) as db:
        return int(runs.get(db, trial.run_id).params.get("seed", 0))
