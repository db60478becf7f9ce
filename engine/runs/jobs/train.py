"""The training run: search, ensemble, leaderboard, evaluation, explanation. Every trial is stored as it finishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from engine.automl.race import Race
from engine.automl.search import Recorded, SearchResult, TrialOutcome, search
from engine.domain.metric import find_metric
from engine.domain.run import Budget, Run, RunStatus, Trial, TrialKind
from engine.domain.words import duration, family_name, number
from engine.errors import InputError
from engine.runs.jobs import leaderboard
from engine.runs.jobs.assess import assess
from engine.runs.jobs.material import as_recorded, load_predictions, model_folder, recipe_of, training
from engine.runs.progress import Progress
from engine.store import files, runs, trials
from engine.store.db import connect

_LIBRARIES = ("flaml", "scikit-learn", "lightgbm", "catboost", "numpy", "pandas", "shap", "skops", "skrub")


def do(progress: Progress) -> bool:
    """Search within the budget, store the model, evaluate and explain it; returns whether it was cancelled."""
    settings = progress.settings
    progress.tell("Reading the training part", 0.0)
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
    material, frame = training(settings, run.project)
    stored = _stored(progress)
    if stored:
        progress.event(f"Going on from {len(stored)} recorded trials.")
    folds = material.folds(frame)
    found = search(
        material.X,
        material.y,
        material.problem,
        folds,
        budget=_remaining(run, stored),
        seed=int(run.params["seed"]),
        threads=settings.threads,
        listener=_Listener(progress),
        families=run.params.get("families"),
        recorded=stored,
        started=progress.claimed,
        recipe=recipe_of(run),
        make_race=_race(run),
    )
    stopped = progress.stopping()
    best = _keep_winner(progress, found)
    seconds = progress.seconds()
    _move(progress, RunStatus.EVALUATING, "Comparing the best of each family")
    board = leaderboard.build(progress, material, best)
    _finish(progress, run, best, board, seconds, found)
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

    def trial(self, outcome: TrialOutcome) -> None:
        """Store a finished trial."""
        _store(self.progress, outcome)

    def tell(self, phase: str, share: float) -> None:
        """Pass on where the search stands."""
        self.progress.tell(phase, share)

    def stopping(self) -> bool:
        """Whether the search should end soon."""
        return self.progress.stopping()


def _store(progress: Progress, outcome: TrialOutcome, config: dict[str, Any] | None = None) -> int:
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
            config=config or dict(outcome.config),
            reason=outcome.reason,
            score=outcome.score,
            fold_scores=outcome.fold_scores,
            fit_seconds=outcome.fit_seconds,
            predict_seconds=outcome.predict_seconds,
            size_bytes=outcome.size_bytes,
            predictions=name,
            at=progress.clock(),
        )


def _stored(progress: Progress) -> list[Recorded]:
    """Fetch what an earlier attempt at this run has recorded; its ensemble is made anew."""
    with connect(progress.settings) as db:
        found = [one for one in trials.of_run(db, progress.run_id) if one.kind is not TrialKind.ENSEMBLE]
    return [as_recorded(one, load_predictions(progress.settings, one) if one.predictions else None) for one in found]


def _remaining(run: Run, stored: Sequence[Recorded]) -> Budget:
    """Take from the budget what recorded trials have used."""
    if run.params.get("trials") is not None:
        return Budget(trials=int(run.params["trials"]))
    seconds = float(run.params["seconds"])
    used = sum(one.fit_seconds for one in stored)
    return Budget(seconds=max(seconds - used, min(10.0, seconds)))


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
    progress: Progress, run: Run, best: Trial, board: leaderboard.Board, seconds: float, found: SearchResult
) -> None:
    """Store the summary of the run, before evaluation and explanation begin."""
    metric = find_metric(board.metric)
    result = board.result(best) | {
        "seconds": round(seconds, 2),
        "trials": board.count,
        "failed": board.failed,
        "metric": metric.id,
        "seed": run.params["seed"],
        "notes": list(found.notes),
        "versions": {name: version(name) for name in _libraries(run)},
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
