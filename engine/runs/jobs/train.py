"""The training run: search, ensemble, leaderboard, evaluation, explanation. Every trial is stored as it finishes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from engine.automl.choosing import SCORE
from engine.automl.race import Race
from engine.automl.search import Recorded, SearchResult, TrialOutcome, search
from engine.domain.metric import find_metric
from engine.domain.run import Budget, Run, RunStatus, Trial, TrialKind
from engine.domain.words import duration, family_name, number
from engine.errors import InputError
from engine.runs.jobs import hypothesis, leaderboard
from engine.runs.jobs.assess import assess
from engine.runs.jobs.material import as_recorded, load_predictions, model_folder, model_sha256, recipe_of, training
from engine.runs.memory import MemoryWatch
from engine.runs.progress import Progress
from engine.runs.supervise import STUCK
from engine.store import files, runs, trials
from engine.store.db import connect

_LEAST_SECONDS = 10.0
"""Budget of a run that is resumed after it was used up."""
_MOST_TAKEN = 60
"""Trials of an earlier run that a new one goes on from."""
_LIBRARIES = ("flaml", "scikit-learn", "lightgbm", "catboost", "numpy", "pandas", "shap", "skops", "skrub")


def do(progress: Progress) -> bool:
    """Search within the budget, store the model, evaluate and explain it; returns whether it was cancelled."""
    settings = progress.settings
    progress.tell("Reading the training part", 0.0)
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
    material, frame = training(settings, run.project)
    _take_over(progress, run, material.problem.metric)
    stored = _stored(progress)
    if stored:
        progress.event(f"Going on from {len(stored)} recorded trials.")
    folds = material.folds(frame)
    with MemoryWatch(settings.memory_bytes) as memory:
        found = search(
            material.X,
            material.y,
            material.problem,
            material.search_folds(frame, run),
            budget=_remaining(run),
            seed=int(run.params["seed"]),
            threads=settings.threads,
            listener=_Listener(progress, memory),
            families=run.params.get("families"),
            space=run.params.get("space"),
            recorded=stored,
            starts=[(one["family"], one["config"]) for one in run.params.get("starts") or ()],
            started=progress.claimed,
            recipe=recipe_of(run),
            aside=material.aside,
            make_race=_race(run),
        )
    stopped = progress.stopping()
    best = _keep_winner(progress, found)
    seconds = progress.seconds()
    _move(progress, RunStatus.EVALUATING, "Comparing the best of each family")
    board = leaderboard.build(progress, material, best, prefer=str(run.params.get("prefer") or SCORE))
    more = hypothesis.outcome(progress, run, material, board.trial(board.recommended))
    _finish(progress, run, best, board, seconds, found, more)
    assess(progress, material, folds, board.trial(board.recommended), seed=int(run.params["seed"]))
    return stopped


def _race(run: Run) -> Callable[..., Race]:
    """Fit trials in this process, or on the Spark that the run was given."""
    if run.params.get("engine") != "spark":
        return Race
    from engine.automl.spark import SparkRace
    from engine.automl.spark_session import Where

    return partial(SparkRace, where=Where(master=str(run.params["master"]), workers=int(run.params["workers"])))


@dataclass(frozen=True)
class _Listener:
    """Writes each trial the moment it is finished: predictions first, then the row that names them."""

    progress: Progress
    memory: MemoryWatch

    def begin(self, number: int, family: str, kind: TrialKind, config: Mapping[str, Any]) -> None:
        """Record what is fitted now: should the process end with it, that is known."""
        trial = {"number": number, "family": family, "kind": str(kind), "config": dict(config)}
        with connect(self.progress.settings) as db:
            runs.begin_trial(db, self.progress.run_id, trial, self.progress.clock())

    def strained(self) -> bool:
        """Whether the process holds more memory than it may."""
        return self.memory.over()

    def stuck(self) -> None:
        """End this process with the fit that cannot be stopped; a fresh one goes on."""
        if self.progress.parent is not None:
            os._exit(STUCK)

    def trial(self, outcome: TrialOutcome) -> None:
        """Store a finished trial."""
        _store(self.progress, outcome)

    def tell(self, phase: str, share: float) -> None:
        """Pass on where the search stands."""
        self.progress.tell(phase, share)

    def stopping(self) -> bool:
        """Whether the search should end soon."""
        return self.progress.stopping()


def _store(progress: Progress, outcome: TrialOutcome, *, taken_from: int | None = None) -> int:
    name = ""
    if outcome.oof is not None:
        name = f"oof/{outcome.number}.npy"
        with files.whole_file(progress.settings.run_folder(progress.run_id) / name) as path:
            np.save(path, outcome.oof)
    with connect(progress.settings) as db:
        return trials.add(
            db,
            progress.run_id,
            number=outcome.number,
            family=outcome.family,
            kind=outcome.kind,
            config=dict(outcome.config),
            reason=outcome.reason,
            score=outcome.score,
            fold_scores=outcome.fold_scores,
            fit_seconds=outcome.fit_seconds,
            predict_seconds=outcome.predict_seconds,
            size_bytes=outcome.size_bytes,
            predictions=name,
            taken_from=taken_from,
            at=progress.clock(),
        )


def _take_over(progress: Progress, run: Run, metric: str) -> None:
    """Copy the trials of the run that this one goes on from, once: the best, and the baselines."""
    settings, base = progress.settings, run.params.get("from")
    if base is None:
        return
    with connect(settings) as db:
        # A worker that was ended while it copied has left some to copy.
        there = {one.number for one in trials.of_run(db, run.id)}
        found = [one for one in trials.of_run(db, int(base)) if one.kind is not TrialKind.ENSEMBLE and one.ok]
    sign = -1.0 if find_metric(metric).higher_is_better else 1.0
    ranked = sorted(found, key=lambda one: (sign * (one.score or 0.0), one.number))
    always = [one for one in found if one.kind in (TrialKind.DUMMY, TrialKind.SIMPLE, TrialKind.DEFAULT)]
    kept = {one.id: one for one in [*always, *ranked[:_MOST_TAKEN]]}
    for place, one in enumerate(sorted(kept.values(), key=lambda one: one.number), start=1):
        if place in there:
            continue
        _store(progress, replace(as_recorded(one, load_predictions(settings, one)), number=place), taken_from=one.id)


def _stored(progress: Progress) -> list[Recorded]:
    """Fetch what an earlier attempt at this run has recorded; its ensemble is made anew."""
    with connect(progress.settings) as db:
        found = [one for one in trials.of_run(db, progress.run_id) if one.kind is not TrialKind.ENSEMBLE]
    return [as_recorded(one, load_predictions(progress.settings, one) if one.predictions else None) for one in found]


def _remaining(run: Run) -> Budget:
    """Take from the budget what earlier attempts have used."""
    if run.params.get("trials") is not None:
        return Budget(trials=int(run.params["trials"]))
    seconds = float(run.params["seconds"])
    return Budget(seconds=max(seconds - run.used_before, min(_LEAST_SECONDS, seconds)))


def _keep_winner(progress: Progress, found: SearchResult) -> Trial:
    """Store the ensemble as a trial of its own, where one won, and the fitted model of the best."""
    settings = progress.settings
    if found.ensemble_outcome is not None:
        with connect(settings) as db:
            earlier = [t for t in trials.of_run(db, progress.run_id) if t.kind is TrialKind.ENSEMBLE]
            trials.remove(db, [t.id for t in earlier])
        _store(progress, found.ensemble_outcome)
    with connect(settings) as db:
        winner = found.ensemble_outcome.number if found.ensemble_outcome else found.single
        best = next((one for one in trials.of_run(db, progress.run_id) if one.number == winner), None)
    if best is None:
        raise InputError("No trial of this run succeeded.", hint="Read the reasons in the list of trials.")
    found.model.save(model_folder(settings, best))
    return best


def _finish(
    progress: Progress,
    run: Run,
    best: Trial,
    board: leaderboard.Board,
    seconds: float,
    found: SearchResult,
    more: Mapping[str, Any],
) -> None:
    """Store the summary of the run, before evaluation and explanation begin."""
    metric = find_metric(board.metric)
    result = board.result(best) | {
        "seconds": round(seconds, 2),
        "trials": board.count,
        "taken_over": board.taken_over,
        "failed": board.failed,
        "metric": metric.id,
        "seed": run.params["seed"],
        "notes": list(found.notes),
        "versions": {name: version(name) for name in _libraries(run)},
        "model_sha256": {str(best.number): model_sha256(progress.settings, best)},
        **more,
    }
    with connect(progress.settings) as db:
        runs.set_result(db, progress.run_id, result)
    score = number(best.score) if best.score is not None else "none"
    progress.event(
        f"{board.count} trials in {duration(seconds)}: best {metric.title} {score} ({family_name(best.family)})."
    )


def _libraries(run: Run) -> tuple[str, ...]:
    return (*_LIBRARIES, "pyspark", "joblibspark") if run.params.get("engine") == "spark" else _LIBRARIES


def _move(progress: Progress, status: RunStatus, phase: str) -> None:
    progress.tell(phase, 1.0)
    with connect(progress.settings) as db:
        runs.move(db, progress.run_id, status, progress.clock())
