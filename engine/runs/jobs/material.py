"""Fetching what a job works on: the training part, or the sealed one, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.model import Model
from engine.automl.outcome import BAGS
from engine.automl.replay import refit
from engine.automl.search import Recorded
from engine.data.schema import encode_target
from engine.data.split import folds, repeated
from engine.data.split.ordering import group_codes, time_order
from engine.domain.data import Problem, Split, SplitKind
from engine.domain.project import Brief, Project
from engine.domain.recipe import Recipe
from engine.domain.run import Run, Trial, TrialKind
from engine.errors import StateError
from engine.settings import Settings
from engine.store import files, projects, runs, trials
from engine.store.db import connect

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Material:
    """Rows with their truth, and what is asked of them."""

    project: Project
    brief: Brief
    split: Split
    X: pd.DataFrame
    """Features, shape (n_rows, n_features); the index holds the row numbers of the file that was brought."""
    y: npt.NDArray[np.generic]
    """Class codes or values, shape (n_rows,)."""
    times: npt.NDArray[np.generic] | None
    """With a split by time: the place in time of each row, shape (n_rows,)."""
    groups: npt.NDArray[np.generic] | None
    """With a split by group: the group of each row, so that intervals resample groups; shape (n_rows,)."""

    weights: npt.NDArray[np.float64] | None
    """Where a column says it: how much each row counts in a fit, shape (n_rows,)."""

    @property
    def aside(self) -> Aside:
        """What fits respect and no model sees."""
        return Aside(groups=self.groups, times=self.times, weights=self.weights)

    @property
    def problem(self) -> Problem:
        """Target, task, metric and features."""
        return self.project.problem

    def folds(self, frame: pd.DataFrame) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
        """Make the folds of the training part, the same ones every time."""
        return list(folds(frame, self.y, self.split.spec, self.problem))

    def search_folds(self, frame: pd.DataFrame, run: Run) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
        """Make the folds that a search fits: on few rows those of several draws, the first as :meth:`folds`."""
        return list(repeated(frame, self.y, self.split.spec, self.problem, seconds=run.params.get("seconds")))


def training(settings: Settings, slug: str) -> tuple[Material, pd.DataFrame]:
    """Fetch the training part of a project, and its table with the columns that are no features."""
    with connect(settings) as db:
        split = projects.get_split(db, slug)
    return _material(settings, slug, split.train_sha256)


def holdout(settings: Settings, slug: str) -> Material:
    """Fetch the sealed part of a project. Only the job that records an opening calls this.

    Raises
    ------
    StateError
        If the project keeps no hold-out.
    """
    with connect(settings) as db:
        split = projects.get_split(db, slug)
    if split.holdout_sha256 is None:
        raise StateError("This project has no hold-out.", hint="Start a project with a hold-out to test a model on it.")
    return _material(settings, slug, split.holdout_sha256)[0]


def _material(settings: Settings, slug: str, sha256: str) -> tuple[Material, pd.DataFrame]:
    with connect(settings) as db:
        project = projects.get(db, slug)
        split = projects.get_split(db, slug)
        brief = projects.latest_brief(db, slug)
    frame = pd.read_parquet(files.checked_dataset_path(settings, sha256))
    material = Material(
        project=project,
        brief=brief.brief if brief else Brief(),
        split=split,
        X=frame[list(project.problem.features)],
        y=encode_target(frame[project.problem.target], project.problem),
        times=_times(frame, split),
        groups=_groups(frame, split),
        weights=frame[weight].to_numpy(np.float64) if (weight := project.problem.weight) else None,
    )
    return material, frame


def _groups(frame: pd.DataFrame, split: Split) -> npt.NDArray[np.generic] | None:
    if not split.spec.group_columns:
        return None
    # Numbered as they appear, as the published predictions do, so that both resample the same.
    return pd.factorize(group_codes(frame, split.spec))[0]


def _times(frame: pd.DataFrame, split: Split) -> npt.NDArray[np.generic] | None:
    if split.spec.kind not in (SplitKind.TIME, SplitKind.GROUP_TIME):
        return None
    return time_order(frame, split.spec).codes


def predictions_path(settings: Settings, trial: Trial) -> Path:
    """Where a trial's out-of-fold predictions stand."""
    return settings.run_folder(trial.run_id) / trial.predictions


def load_predictions(settings: Settings, trial: Trial) -> Floats:
    """Read a trial's out-of-fold predictions, shape (n_rows, n_classes) or (n_rows,)."""
    stored: Floats = np.load(predictions_path(settings, trial), allow_pickle=False)
    return stored.astype(np.float64)


def model_folder(settings: Settings, trial: Trial) -> Path:
    """Where the fitted model of a trial stands, if it was kept."""
    return settings.run_folder(trial.run_id) / "models" / str(trial.number)


def model_sha256(settings: Settings, trial: Trial) -> str | None:
    """Hash the manifest of a kept model, which holds the hashes of all its files; nothing if it was not kept."""
    path = model_folder(settings, trial) / "manifest.json"
    return files.sha256_of(path) if path.is_file() else None


def as_recorded(trial: Trial, oof: Floats | None) -> Recorded:
    """Turn a stored trial into what the engine can go on from."""
    return Recorded(
        number=trial.number,
        family=trial.family,
        kind=trial.kind,
        config=dict(trial.config),
        score=trial.score,
        fold_scores=trial.fold_scores,
        fit_seconds=trial.fit_seconds,
        predict_seconds=trial.predict_seconds,
        size_bytes=trial.size_bytes,
        oof=oof,
        reason=trial.reason,
        taken=trial.taken_from is not None,
    )


def recipe_of(run: Run) -> Recipe:
    """Return the recipe that a training run was given."""
    return Recipe.from_dict(run.params.get("recipe") or {})


def fitted(settings: Settings, trial: Trial, material: Material, *, seed: int) -> Model:
    """Load the model of a trial, or fit it again from its record and keep it."""
    folder = model_folder(settings, trial)
    if (folder / "manifest.json").is_file():
        return Model.load(folder, material.problem)
    model = again(settings, trial, material, seed=seed)
    model.save(folder)
    return model


def again(settings: Settings, trial: Trial, material: Material, *, seed: int) -> Model:
    """Fit a trial once more from its record alone, with the recipe that its run was given."""
    with connect(settings) as db:
        recipe = recipe_of(runs.get(db, trial.run_id))
    return refit(
        parts_of(settings, trial),
        material.X,
        material.y,
        material.problem,
        seed=seed,
        threads=settings.threads,
        recipe=recipe,
        bags=int(trial.config.get(BAGS, 1)),
        aside=material.aside,
    )


def parts_of(settings: Settings, trial: Trial) -> Sequence[tuple[float, Recorded]]:
    """Name the weighted members of a trial: itself, or those of an ensemble."""
    if trial.kind is not TrialKind.ENSEMBLE:
        return [(1.0, as_recorded(trial, None))]
    with connect(settings) as db:
        by_number = {one.number: one for one in trials.of_run(db, trial.run_id)}
    return [(member["weight"], as_recorded(by_number[member["number"]], None)) for member in trial.config["members"]]
