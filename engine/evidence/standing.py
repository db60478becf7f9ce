"""The stored rows that the claims of one project rest on, fetched once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.data import Dataset, Finding, Split
from engine.domain.project import Brief, BriefVersion, Decision, Project
from engine.domain.record import Assistance
from engine.domain.run import Opening, Run, Trial
from engine.domain.watch import Retraining
from engine.store import assistance, datasets, projects, results, runs, trials, watch

_ALL = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a project stands: what is asked, on which data, by which model, with which result."""

    project: Project
    dataset: Dataset
    split: Split
    brief: Brief
    criteria_since: datetime | None
    """Since when the success criteria have read as they do now."""
    first_run_at: datetime | None
    """When the first training run was asked for."""
    run: Run | None
    """The training run that the model comes from."""
    trial: Trial | None
    """The model that counts: the promoted one, else the one that the newest run recommends."""
    evaluation: Mapping[str, Any]
    explanation: Mapping[str, Any]
    openings: tuple[Opening, ...]
    """Every opening of the hold-out, oldest first."""
    opening: Opening | None
    """The first scored opening by the model that counts."""
    findings: tuple[Finding, ...]
    expected: tuple[Run, ...] = ()
    """Runs that were asked for with a hypothesis, oldest first."""
    assistance: tuple[Assistance, ...] = ()
    """The help that a template project was given."""
    ending: Decision | None = None
    """With a closed project: the decision that closed it."""
    retraining: Retraining | None = None
    """With a newer version that was trained after new rows came in: how it compares with the version before."""

    @property
    def searched_by(self) -> str:
        """The metric that the run was scored by; the project's may have been changed since."""
        return str((self.run.result.get("metric") if self.run else None) or self.project.problem.metric)

    @property
    def judged_before_runs(self) -> bool:
        """Whether the success criteria stood, as they read now, before the first training run was asked for."""
        if self.criteria_since is None:
            return False
        return self.first_run_at is None or self.criteria_since <= self.first_run_at


def standing(db: Database, slug: str) -> Standing:
    """Fetch what is stored about a project.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    project = projects.get(db, slug)
    briefs = projects.briefs(db, slug)
    run, trial = _model(db, project)
    openings = tuple(results.openings(db, slug))
    opening = _scored(openings, trial, project.dataset_sha256)
    return Standing(
        project=project,
        dataset=datasets.get(db, project.dataset_sha256),
        split=projects.get_split(db, slug),
        brief=briefs[0].brief if briefs else Brief(),
        criteria_since=_criteria_since(briefs),
        first_run_at=runs.first_training(db, slug),
        run=run,
        trial=trial,
        evaluation=(results.evaluation(db, trial.id) if trial else None) or {},
        explanation=(results.explanation(db, trial.id) if trial else None) or {},
        openings=openings,
        opening=opening,
        findings=tuple(projects.get_findings(db, slug)),
        expected=tuple(run for run in reversed(runs.all_of(db, slug, limit=_ALL)) if _own(run.params)),
        assistance=tuple(assistance.of(db, slug)),
        ending=_ending(db, project),
        retraining=watch.retraining_of(db, slug),
    )


def _own(params: Mapping[str, Any]) -> bool:
    """Whether a run was asked for with a hypothesis in the person's words, not in those that a finding proposed."""
    stated = params.get("hypothesis")
    return stated is not None and bool(stated) and not stated.get("proposed_by")


def _ending(db: Database, project: Project) -> Decision | None:
    """Find the decision by which a project that is closed was closed."""
    found = [one for one in projects.decisions(db, project.slug) if one.step == "close"]
    return found[-1] if project.closed_at is not None and found else None


def _model(db: Database, project: Project) -> tuple[Run | None, Trial | None]:
    """Find the model that counts, and the run that it comes from, which need not be the newest one."""
    if project.promoted is not None:
        trial = trials.get(db, project.promoted)
        return runs.get(db, trial.run_id), trial
    run = runs.latest_result(db, project.slug)
    if run is None or run.result.get("recommended") is None:
        return run, None
    return run, trials.get(db, int(run.result["recommended"]))


def _scored(openings: tuple[Opening, ...], trial: Trial | None, dataset_sha256: str) -> Opening | None:
    """Find the opening that the headline may quote; later ones of the same model never replace the first."""
    if trial is None:
        return None
    return next(
        (
            one
            for one in openings
            if one.trial_id == trial.id and one.dataset_sha256 == dataset_sha256 and one.result.get("metrics")
        ),
        None,
    )


def _criteria_since(briefs: list[BriefVersion]) -> datetime | None:
    """Find the oldest version since which the criteria are unchanged; moved goalposts count from their move."""
    if not briefs or not briefs[0].brief.criteria:
        return None
    unchanged = itertools.takewhile(lambda version: version.brief.criteria == briefs[0].brief.criteria, briefs)
    return min(version.created_at for version in unchanged)
