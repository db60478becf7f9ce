"""The model that counts for a project and what is stored about it, or the step that is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.actions import work
from engine.domain.project import Project
from engine.domain.run import Run, Trial
from engine.store import results, runs
from engine.store.db import connect
from pages.shared import exploratory, messages, run_panel, state


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A trial with its run and its stored results."""

    trial: Trial
    run: Run
    evaluation: dict[str, Any] | None
    explanation: dict[str, Any] | None


def of(project: Project) -> Standing | None:
    """Fetch what is stored of the model that counts; shows what is missing where there is none."""
    settings = state.settings()
    with connect(settings) as db:
        finished = runs.latest_result(db, project.slug)
        newest = next(iter(runs.all_of(db, project.slug, limit=1)), None)
    if project.promoted is None and finished is None:
        if newest is not None and not newest.status.is_over:
            run_panel.show(project, newest)
        else:
            messages.empty("No model yet", "A search of a minute gives the first one.", "Start a search", "train")
        return None
    trial = work.winner(settings, project.slug)
    with connect(settings) as db:
        run = runs.get(db, trial.run_id)
        exploratory.mark(run)
        return Standing(
            trial=trial,
            run=run,
            evaluation=results.evaluation(db, trial.id),
            explanation=results.explanation(db, trial.id),
        )
