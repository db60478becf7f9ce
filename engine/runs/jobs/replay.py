"""Fitting recorded trials again from their record alone, and comparing what comes out with what was recorded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.automl.ensemble import blend
from engine.automl.replay import Refolded, refolded
from engine.domain.run import Run, Trial, TrialKind
from engine.domain.words import family_name
from engine.errors import InputError
from engine.metrics.scores import score
from engine.runs.jobs.material import Material, as_recorded, recipe_of, training
from engine.runs.progress import Progress
from engine.store import runs, trials
from engine.store.db import connect

_SAME = 1e-9
"""Relative difference up to which two scores are the same: sums in another order differ by less."""


def do(progress: Progress) -> bool:
    """Fit the wanted trials of a run on their folds again; returns whether it was stopped before the last."""
    settings = progress.settings
    with connect(settings) as db:
        asked = runs.get(db, progress.run_id)
        run = runs.get(db, int(asked.params["of"]))
        everything = {one.number: one for one in trials.of_run(db, run.id)}
    material, frame = training(settings, run.project)
    _check_same_data(run, material)
    wanted = [everything[number] for number in asked.params["numbers"]]
    needed = sorted({number for one in wanted for number in _members(one)})
    folds = material.search_folds(frame, run)
    again: dict[int, Refolded] = {}
    for place, number in enumerate(needed):
        if progress.stopping():
            break
        trial = everything[number]
        progress.tell(f"Fitting trial {number} again ({family_name(trial.family)})", place / len(needed))
        again[number] = refolded(
            as_recorded(trial, None),
            material.X,
            material.y,
            folds,
            material.problem,
            seed=_seed(progress, trial),
            threads=settings.threads,
            recipe=recipe_of(run),
            aside=material.aside,
        )
    rows = [_row(one, again, material) for one in wanted if all(number in again for number in _members(one))]
    result = {
        "of": run.id,
        "metric": material.problem.metric,
        "trials": rows,
        "equal": bool(rows) and all(row["equal"] for row in rows),
        "versions_differ": _differing(run.result.get("versions", {})),
    }
    with connect(settings) as db:
        runs.set_result(db, progress.run_id, result)
    return len(rows) < len(wanted)


def _seed(progress: Progress, trial: Trial) -> int:
    """Return the seed that a trial was fitted with: that of the run that it was taken over from, in the end."""
    with connect(progress.settings) as db:
        while trial.taken_from is not None:
            trial = trials.get(db, trial.taken_from)
        return int(runs.get(db, trial.run_id).params["seed"])


def _check_same_data(run: Run, material: Material) -> None:
    recorded = run.params.get("train_sha256")
    if recorded and recorded != material.split.train_sha256:
        raise InputError(
            f"Run {run.id} was made on another version of the data.",
            hint="Replay it in the project that still has that version.",
        )


def _members(trial: Trial) -> Sequence[int]:
    if trial.kind is not TrialKind.ENSEMBLE:
        return [trial.number]
    return [int(one["number"]) for one in trial.config["members"]]


def _row(trial: Trial, again: Mapping[int, Refolded], material: Material) -> dict[str, Any]:
    found = again[trial.number].score if trial.number in again else _blended(trial, again, material)
    same = trial.score is not None and math.isclose(found, trial.score, rel_tol=_SAME, abs_tol=_SAME)
    return {
        "number": trial.number,
        "family": trial.family,
        "recorded": trial.score,
        "found": found,
        "equal": same,
    }


def _blended(trial: Trial, again: Mapping[int, Refolded], material: Material) -> float:
    members = tuple((int(one["number"]), float(one["weight"])) for one in trial.config["members"])
    oof = blend(members, {number: again[number].oof for number, _ in members})
    return float(score(material.problem.metric, material.y, oof, material.problem))


def _differing(recorded: Mapping[str, str]) -> list[str]:
    """Name the libraries whose version is another than when the run was made."""
    found = []
    for name, was in sorted(recorded.items()):
        try:
            now = version(name)
        except PackageNotFoundError:
            now = "none"
        if now != was:
            found.append(f"{name} {was} then, {now} now")
    return found
