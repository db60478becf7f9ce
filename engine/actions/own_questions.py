"""Questions of the bank and of the person's own runs, found by id; the answers of the latter are of stored data."""

from __future__ import annotations

from sqlite_utils import Database

from engine.domain.run import Run
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import projects, results, runs
from engine.store.db import connect
from engine.study import generated, questions
from engine.study.generators.stored import values_of
from engine.study.generators.values import RunValues
from engine.study.questions import Question


def current(db: Database) -> tuple[Question, ...]:
    """Make the questions of the newest result of each project; those of a run that was replaced are gone."""
    newest = [(project.title, runs.latest_result(db, project.slug)) for project in projects.all_of(db)]
    return generated.of_runs(_values(db, title, run) for title, run in newest if run is not None)


def find(settings: Settings, item: str) -> Question:
    """Find a question by its id, anew from what is stored.

    Raises
    ------
    InputError
        If there is none of this id, or the run it is about makes it no more.
    """
    number = generated.run_of(item)
    if number is None:
        return questions.by_id(item)
    with connect(settings) as db:
        try:
            run = runs.get(db, number)
        except StateError as error:
            raise InputError(f"There is no run for the question {item}.") from error
        if not run.result:
            raise InputError(f"Run {run.id} has no result to ask about.")
        return generated.again(item, _values(db, projects.get(db, run.project).title, run))


def _values(db: Database, title: str, run: Run) -> RunValues:
    trial = int(run.result["recommended"])
    opening = next((one for one in reversed(results.openings(db, run.project)) if one.trial_id == trial), None)
    rows = (results.explanation(db, trial) or {}).get("rows") or [None]
    return values_of(
        run.id,
        title,
        run.result,
        results.evaluation(db, trial) or {},
        profile=projects.get_profile(db, run.project) or None,
        opening=opening.result if opening else None,
        expected=opening.expected if opening else None,
        explained=rows[0],
        costs=projects.get(db, run.project).problem.costs,
    )
