"""What is recorded about every project, fetched in a handful of queries: the ground that skills are judged on.

Evaluations and explanations are not read: with many runs they are large, and what a level needs of them
stands in the summary of the run.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from sqlite_utils import Database

from engine.domain.data import Finding, Outcome, Provenance, Split
from engine.domain.project import BriefVersion, Decision, Project
from engine.domain.run import Opening, Run, RunKind, RunStatus
from engine.domain.writeup import WriteUp
from engine.evidence.workshop import Workshop, workshops
from engine.store import datasets, projects, results, runs, writeups

FEWEST_WORDS = 5
"""Distinct words from which on a reason counts as one; fewer are filler."""

_Recorded = TypeVar("_Recorded", Run, Opening, Decision)

_ALL_RUNS = 1_000_000
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What is recorded about one project."""

    project: Project
    split: Split | None
    origin: Provenance | None
    is_own: bool
    """An own question on own data: neither a template nor the data of one."""
    briefs: tuple[BriefVersion, ...]
    """Oldest first."""
    runs: tuple[Run, ...]
    """Training runs with a result and a complete brief, oldest first; exploratory ones prove nothing."""
    first_run_at: datetime | None
    decisions: tuple[Decision, ...]
    """Those with a reason in words, oldest first; a reason given twice counts once."""
    openings: tuple[Opening, ...]
    findings: tuple[Finding, ...]
    explained: tuple[datetime, ...]
    """When models of this project were first explained."""
    written: WriteUp | None
    workshop: Workshop
    published_at: datetime | None
    """Newest publication that holds this project."""

    @property
    def slug(self) -> str:
        """Short name of the project."""
        return self.project.slug

    @property
    def run(self) -> Run | None:
        """The newest run that counts."""
        return self.runs[-1] if self.runs else None

    def reasons(self, *steps: str) -> list[Decision]:
        """Fetch the decisions of some steps, oldest first."""
        return [one for one in self.decisions if one.step.strip().casefold() in steps]


def dossiers(db: Database, publishing: Collection[str] = (), now: datetime | None = None) -> list[Dossier]:
    """Fetch what is recorded about every project, oldest project first.

    Parameters
    ----------
    db : Database
    publishing : collection of str
        Projects that are being published at this moment (``now``) and count as published already.
    now : datetime, optional
    """
    known = sorted(projects.all_of(db), key=lambda project: project.created_at)
    origins = datasets.origins(db)
    briefs, splits, findings = projects.all_briefs(db), projects.all_splits(db), projects.all_findings(db)
    decided = _by_project(projects.all_decisions(db))
    trained = _by_project(reversed(runs.all_of(db, limit=_ALL_RUNS)))
    openings = _by_project(results.all_openings(db))
    explained = results.explained(db)
    written, published = writeups.latest_of_all(db), _published(db, publishing, now)
    worked = workshops(db, {project.slug: trained[project.slug] for project in known})
    template_data = {part for project in known if project.template for part in _data_names(project, origins)}
    return [
        Dossier(
            project=project,
            split=splits.get(project.slug),
            origin=origins.get(project.dataset_sha256),
            is_own=not project.template and not _data_names(project, origins) & template_data,
            briefs=tuple(briefs.get(project.slug, ())),
            runs=tuple(run for run in trained[project.slug] if _counts(run)),
            first_run_at=next((run.created_at for run in trained[project.slug] if run.kind is RunKind.TRAIN), None),
            decisions=tuple(_reasoned(decided[project.slug])),
            openings=tuple(openings[project.slug]),
            findings=tuple(one for one in findings.get(project.slug, ()) if one.outcome is Outcome.ISSUE),
            explained=tuple(_explained(trained[project.slug], explained)),
            written=written.get(project.slug),
            workshop=worked[project.slug],
            published_at=published.get(project.slug),
        )
        for project in known
    ]


def setting(run: Run) -> tuple[str, ...]:
    """Name what was asked of a run; two runs with the same setting and seed are one experiment."""
    keys = ("seconds", "trials", "families", "brief_version")
    return (*(repr(run.params.get(key)) for key in keys), str(run.result.get("metric")))


def changed_settings(found: Iterable[Run]) -> list[tuple[Run, Run]]:
    """Pair each run with the one before it where something else than the seed was changed."""
    return [(before, after) for before, after in pairwise(found) if setting(before) != setting(after)]


def distinct_words(text: str) -> set[str]:
    """Split a text into its distinct words."""
    return {word for word in _WORD.findall(text.casefold()) if not word.isdigit()}


def _counts(run: Run) -> bool:
    over = run.status in (RunStatus.DONE, RunStatus.CANCELLED) and bool(run.result.get("best"))
    return run.kind is RunKind.TRAIN and over and not run.params.get("exploratory")


def _reasoned(decisions: Iterable[Decision]) -> Iterator[Decision]:
    seen: set[frozenset[str]] = set()
    for decision in decisions:
        words = frozenset(distinct_words(decision.reason))
        if len(words) >= FEWEST_WORDS and words not in seen:
            seen.add(words)
            yield decision


def _explained(trained: Iterable[Run], explained: dict[int, datetime]) -> Iterator[datetime]:
    for run in trained:
        for key in (run.result.get("recommended"), run.params.get("trial")):
            if isinstance(key, int) and key in explained:
                yield explained[key]


def _data_names(project: Project, origins: dict[str, Provenance]) -> set[str]:
    """Name the data of a project: as a table, and as the file that was brought."""
    origin = origins.get(project.dataset_sha256)
    return {project.dataset_sha256} | ({origin.original_sha256} if origin and origin.original_sha256 else set())


def _published(db: Database, publishing: Collection[str], now: datetime | None) -> dict[str, datetime]:
    found = {slug: one.created_at for one in reversed(writeups.publications(db)) for slug in one.projects}
    return found | (dict.fromkeys(publishing, now) if now else {})


def _by_project(items: Iterable[_Recorded]) -> defaultdict[str, list[_Recorded]]:
    found: defaultdict[str, list[_Recorded]] = defaultdict(list)
    for item in items:
        found[item.project].append(item)
    return found
