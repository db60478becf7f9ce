"""Measuring what a change of the recipe does, on the folds that the models are compared on."""

from __future__ import annotations

from engine.automl.compare_recipes import compare
from engine.domain.recipe import Recipe
from engine.runs.jobs.material import training
from engine.runs.progress import Progress
from engine.store import recipes, runs
from engine.store.db import connect


def do(progress: Progress) -> bool:
    """Compare the two recipes that the run names; returns whether it was cancelled before its end."""
    settings = progress.settings
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
    progress.tell("Reading the rows to learn from", 0.05)
    material, frame = training(settings, run.project)
    before, after = (Recipe.from_dict(run.params[key]) for key in ("before", "after"))
    progress.tell("Fitting with and without the change", 0.2)
    payload = compare(
        material.X,
        material.y,
        material.problem,
        material.folds(frame),
        before,
        after,
        seed=int(run.params.get("seed", 0)),
        threads=settings.threads,
        stopping=progress.stopping,
        aside=material.aside,
    )
    if progress.stopping():
        return True
    with connect(settings) as db:
        recipes.add_measure(
            db,
            project=run.project,
            run_id=run.id,
            subject=str(run.params["subject"]),
            before=before,
            after=after,
            payload=payload,
            at=progress.clock(),
        )
        runs.set_result(db, run.id, dict(payload))
    return False
