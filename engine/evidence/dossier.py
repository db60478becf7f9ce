"""What is recorded about every project, fetched in a handful of queries: the ground that skills are judged on.

Evaluations and explanations are not read: with many runs they are large, and what a level needs of them
stands in the summary of the run.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from engine.domain.data import Finding, Outcome, Provenance, Split
from engine.domain.project import BriefVersion, Decision, Project
from engine.domain.run import Opening, Run, RunKind, RunStatus
from engine.domain.writeup import WriteUp
from engine.evidence.workshop import Workshop, workshops
from engine.store import datasets, projects, results, runs, trials, writeups

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
    own = own_projects(known, origins)
    looked = trials.exploratory(db)
    worked = workshops(db, {project.slug: trained[project.slug] for project in known})
    return [
        Dossier(
            # A model that was chosen from a look around proves nothing either.
            project=replace(project, promoted=None) if project.promoted in looked else project,
            split=splits.get(project.slug),
            origin=origins.get(project.dataset_sha256),
            is_own=project.slug in own,
            briefs=tuple(briefs.get(project.slug, ())),
            runs=tuple(run for run in trained[project.slug] if _counts(run)),
            first_run_at=next((run.created_at for run in trained[project.slug] if run.kind is RunKind.TRAIN), None),
            decisions=tuple(_reasoned(decided[project.slug])),
            openings=tuple(one for one in openings[project.slug] if one.trial_id not in looked),
            findings=tuple(one for one in findings.get(project.slug, ()) if one.outcome is Outcome.ISSUE),
            explained=tuple(_explained(trained[project.slug], explained, looked)),
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
            # A reason that was added later proves something from that day on, not from the day of the choice.
            yield replace(decision, created_at=decision.reasoned_at or decision.created_at)


def _explained(trained: Iterable[Run], explained: dict[int, datetime], looked: set[int]) -> Iterator[datetime]:
    for run in trained:
        for key in (run.result.get("recommended"), run.params.get("trial")):
            if isinstance(key, int) and key in explained and key not in looked:
                yield explained[key]


def own_projects(known: Iterable[Project], origins: Mapping[str, Provenance]) -> set[str]:
    """Name the projects on a question of one's own: not a template, not its data, and not made from either.

    Parameters
    ----------
    known : iterable of Project
    origins : mapping
        Where each data set comes from, by its SHA-256.
    """
    by_slug = {one.slug: one for one in known}
    taken = set(bundled_data()).union(*(_data_names(one, origins) for one in by_slug.values() if one.template))

    def is_own(project: Project) -> bool:
        seen = {project.slug}
        while not project.template and not _data_names(project, origins) & taken:
            older = by_slug.get(project.newer_than or "")
            # A newer version of a project's data takes its brief over, so it is no more one's own than that one is.
            if older is None or older.slug in seen:
                return True
            seen.add(older.slug)
            project = older
        return False

    return {slug for slug, one in by_slug.items() if is_own(one)}


@cache
def bundled_data() -> frozenset[str]:
    """Return the SHA-256 of every file that a bundled template is about, as their folders say; faulty ones say none."""
    found = set()
    for path in (Path(str(files("engine"))).parent / "projects").glob("*/project.toml"):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8")).get("data")
        except (OSError, ValueError):
            continue
        if isinstance(data, dict) and isinstance(data.get("sha256"), str):
            found.add(data["sha256"])
    return frozenset(found)


def _data_names(project: Project, origins: Mapping[str, Provenance]) -> set[str]:
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
